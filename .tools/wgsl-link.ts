/**
 * The WGSL linker: `import code from '../shaders/step.wgsl?link'` is the text of that file and of every file it imports.
 *
 * A line `#import shared/random` stands for `shaders/shared/random.wgsl`. Files come depth first, each once, so a definition
 * always stands before its use; each is headed by a comment with its path, and keeps its own line count (an import becomes an
 * empty line), so that a compiler's message can be traced to the line in the file. Directives (`enable`, `requires`,
 * `diagnostic`), which WGSL wants before everything else, move to the top.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

const IMPORT = /^\s*#import\s+(\S+)\s*$/;
const DIRECTIVE = /^\s*(?:enable|requires|diagnostic)\b[^;]*;\s*$/;

/** Where an import failed: `file` is absolute, `line` counts from 1. Its message begins with `file:line`, relative to the root. */
export interface LinkError extends Error {
  loc: { file: string; line: number; column: number };
}

/**
 * Links the file `entry` (absolute) whose imports are found below `root`/shaders. `files` are all the files read, in the order in
 * which they stand in `code`; the entry is the last. Throws a `LinkError` for an unknown name, a cycle or a malformed `#import`.
 */
export function linkWgsl(entry: string, root: string): { code: string; files: string[] } {
  const files: string[] = [];
  const open: string[] = [];
  const directives = new Set<string>();
  const parts: string[] = [];
  const show = (file: string) => relative(root, file).replaceAll('\\', '/');

  const add = (file: string) => {
    open.push(file);
    const lines = readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((text, index) => {
        const fail = (message: string): never => {
          const where = { file, line: index + 1, column: 0 };
          throw Object.assign(new Error(`${show(file)}:${index + 1}: ${message}`), { loc: where });
        };
        if (DIRECTIVE.test(text)) {
          directives.add(text.trim());
          return '';
        }
        if (!text.trimStart().startsWith('#')) return text;
        const name = IMPORT.exec(text)?.[1] ?? fail(`expected "#import name", found "${text.trim()}"`);
        const target = resolve(root, 'shaders', `${name}.wgsl`);
        if (open.includes(target))
          fail(`#import ${name} closes a cycle: ${[...open.slice(open.indexOf(target)), target].map(show).join(' → ')}`);
        if (!existsSync(target)) fail(`#import ${name}: there is no ${show(target)}`);
        if (!files.includes(target)) add(target);
        return '';
      });
    open.pop();
    files.push(file);
    parts.push(`// ${show(file)}\n${lines.join('\n')}`);
  };

  add(resolve(entry));
  return { code: [...directives, ...parts].join('\n'), files };
}

/** WGSL without indentation and comments, but for the marks of `src/engine/prune.ts`: what a built page carries. */
export function bare(code: string): string {
  return code
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^\/\/(?![?!.])/.test(line))
    .join('\n');
}

/** Serves `*.wgsl?link` in dev, build, tests and workers; a change of any linked file reloads what imports it. */
export function wgslLink(): Plugin {
  let root = '';
  let builds = false;
  return {
    name: 'wgsl-link',
    enforce: 'pre',
    configResolved(config) {
      root = config.root;
      builds = config.command === 'build';
    },
    load(id) {
      if (!id.endsWith('.wgsl?link')) return undefined;
      const entry = id.slice(0, -'?link'.length);
      try {
        const { code, files } = linkWgsl(entry, root);
        for (const file of files) this.addWatchFile(file);
        return { code: `export default ${JSON.stringify(builds ? bare(code) : code)};`, map: null, moduleType: 'js' };
      } catch (error) {
        // While it does not link, the file that must be mended is watched too.
        const { loc } = error as Partial<LinkError>;
        if (loc) this.addWatchFile(loc.file);
        return this.error(error as LinkError);
      }
    },
  };
}
