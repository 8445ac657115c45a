/** Holds the imports of src/ to the table in docs/architecture.md. Run as a program it prints each violation and exits with 1. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAVES = ['clock', 'random', 'distributions', 'quantiles', 'elementary'];

/**
 * Which layers a layer may import besides itself; `types` only by `import type`. Reasons are what the table says, in words.
 * @type {Record<string, { may: string[], types?: string[], because: string }>}
 */
const TABLE = {
  leaf: { may: [], because: 'a leaf imports nothing but leaves' },
  stations: { may: ['leaf'], types: ['floor'], because: 'stations know the leaves and, as a type, the floor they are handed' },
  scene: { may: ['leaf', 'stations'], because: 'a scene knows its stations, not who runs it' },
  shop: {
    may: ['leaf', 'stations'],
    types: ['scene', 'floor'],
    because: 'behaviour knows words alone: a plant comes to it as tables, and what it tells a recorder as a type',
  },
  engine: {
    may: ['leaf', 'stations', 'scene', 'shop', 'floor', 'trace', 'shaders'],
    because: 'an engine knows the plant, not what is asked of it',
  },
  search: { may: ['leaf', 'statistics'], because: 'a search knows points and numbers, neither plants nor who runs them' },
  experiment: {
    may: ['leaf', 'stations', 'scene', 'engine', 'floor', 'trace', 'protocol', 'search', 'statistics'],
    because: 'an experiment knows engines, not who looks on',
  },
  view: {
    may: ['leaf', 'trace', 'shaders'],
    types: ['scene'],
    because: 'a view shows a trace or the buffers it is handed: it knows scene types, src/engine/trace.ts, glance.ts and the leaves',
  },
  bulk: { may: ['leaf', 'shaders'], because: 'loose parts are matter of their own: what is measured on them, others take as numbers' },
  app: {
    may: ['leaf', 'bulk', 'scene', 'view', 'trace', 'protocol'],
    because: 'the page reaches engines and experiments through src/experiment/protocol.ts alone',
  },
  cli: {
    may: [
      'leaf',
      'stations',
      'scene',
      'engine',
      'floor',
      'trace',
      'search',
      'statistics',
      'experiment',
      'protocol',
      'view',
      'bulk',
      'node',
    ],
    because: 'the command line stands on experiments and has no page',
  },
};
/** Single files that other rules apply to than to their folder. */
const SPECIAL = {
  'src/engine/floor.ts': 'floor',
  'src/engine/trace.ts': 'trace',
  'src/engine/glance.ts': 'trace',
  'src/engine/flows.ts': 'trace',
  'src/experiment/protocol.ts': 'protocol',
  'src/experiment/study-protocol.ts': 'protocol',
  'src/experiment/statistics.ts': 'statistics',
};
/** Those files' own imports follow their folder's rule. */
const HOME = { floor: 'engine', trace: 'engine', protocol: 'experiment', statistics: 'experiment' };

/**
 * The layer of a file, given by its path from the root; undefined where no rule speaks of it.
 * @param {string} path
 */
function layerOf(path) {
  const special = SPECIAL[/** @type {keyof typeof SPECIAL} */ (path)];
  if (special) return special;
  const [top, folder, ...rest] = path.split('/');
  if (top === 'shaders') return 'shaders';
  if (top !== 'src' || !folder) return undefined;
  if (rest.length > 0) return folder in TABLE ? folder : 'unknown';
  if (['main.ts', 'gpu-worker.ts', 'bulk-worker.ts'].includes(folder)) return 'main';
  return LEAVES.includes(folder.replace(/\.ts$/, '')) ? 'leaf' : 'unknown';
}

// Anchored at the start of a statement, and with nothing but names before `from`: text in comments and strings does not match.
const STATIC = /(?:^|;)[ \t]*(?:import|export)\s+(type\s)?(?:[\w$*{}\s,]*?\bfrom\s*)?['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]/g;
const URLS = /\bnew URL\(\s*['"](\.[^'"\n]+)['"]\s*,\s*import\.meta\.url/g;
const COMMENT_LINE = /^\s*(?:\/\/|\/?\*)/;

/**
 * Every import of a source text, workers by `new URL` included.
 * @param {string} text
 * @returns {{ specifier: string, line: number, typeOnly: boolean }[]}
 */
function importsOf(text) {
  const lines = text.split('\n');
  /** @param {RegExp} pattern @param {(match: RegExpMatchArray) => { specifier: string, typeOnly: boolean }} read */
  const all = (pattern, read) =>
    [...text.matchAll(pattern)].map((match) => ({
      ...read(match),
      line: text.slice(0, match.index + match[0].search(/[^\s;]/)).split('\n').length,
    }));
  return [
    ...all(STATIC, (match) => ({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[DYNAMIC, URLS].flatMap((pattern) => all(pattern, (match) => ({ specifier: match[1] ?? '', typeOnly: false }))),
  ]
    .filter(({ line }) => !COMMENT_LINE.test(lines[line - 1] ?? ''))
    .sort((a, b) => a.line - b.line);
}

/** Within the engine: which of the two a file belongs to. @param {string} path */
const engineOf = (path) => /^src\/engine\/(reference|gpu)/.exec(path)?.[1];

/**
 * Why `from` may not import `specifier`; undefined if it may.
 * @param {string} from @param {string} specifier @param {boolean} typeOnly
 * @returns {string | undefined}
 */
function objection(from, specifier, typeOnly) {
  const layer = layerOf(from);
  if (layer === 'main' || layer === undefined) return undefined;
  const rule = TABLE[HOME[/** @type {keyof typeof HOME} */ (layer)] ?? layer];
  if (!rule) return undefined;
  if (!specifier.startsWith('.') && !specifier.startsWith('/')) {
    const node = specifier.startsWith('node:') || specifier === 'webgpu';
    return node && !rule.may.includes('node') ? 'what is not in src/cli runs in a browser' : undefined;
  }
  const path = specifier.replace(/\?.*$/, '');
  const target = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(from), path);
  const other = layerOf(target);
  if (other === undefined) return undefined;
  if (other === 'main') return 'src/main.ts puts the others together, none of them knows it';
  const [mine, its] = [engineOf(from), engineOf(target)];
  if (mine && its && mine !== its) return 'the two engines check each other, so neither may lean on the other';
  if (target === 'src/wgsl.d.ts' || posix.dirname(from) === posix.dirname(target))
    return other === 'unknown' ? `${target} is in no layer` : undefined;
  const home = HOME[/** @type {keyof typeof HOME} */ (layer)] ?? layer;
  if (other === home || rule.may.includes(other) || (typeOnly && rule.types?.includes(other))) return undefined;
  return rule.because + (rule.types?.includes(other) ? '; a type-only import would do' : '');
}

/**
 * All violations in a tree of sources, `files` being path from the root (with `/`) → text; one line each, ordered by file:
 * `file:line imports X: not allowed, because …`.
 * @param {Record<string, string>} files
 * @returns {string[]}
 */
export function violations(files) {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, text]) => {
      if (file.endsWith('.d.ts')) return [];
      if (layerOf(file) === 'unknown')
        return [`${file}:1 is in no layer: add it to docs/architecture.md and .tools/layers.mjs, or move it`];
      return importsOf(text).flatMap(({ specifier, line, typeOnly }) => {
        const because = objection(file, specifier, typeOnly);
        return because ? [`${file}:${line} imports ${specifier}: not allowed, because ${because}`] : [];
      });
    });
}

/** The TypeScript sources below root/src. @param {string} root */
function sources(root) {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(names.map((name) => [`src/${name.replaceAll('\\', '/')}`, readFileSync(join(root, 'src', name), 'utf8')]));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const files = sources(resolve(fileURLToPath(import.meta.url), '../..'));
  const found = violations(files);
  for (const line of found) console.log(line);
  console.log(`${Object.keys(files).length} files, ${found.length} imports against the layers`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
