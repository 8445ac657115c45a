/**
 * Writes the behaviour of the shop engine, `src/shop/*.ts`, as WGSL: `import behaviour from '../shop/?wgsl'`. One text, two engines: equal words
 * by construction. `.tools/shop-writer.ts` says which TypeScript may be written there.
 *
 * Written are the modules that export `beginTwin` or `runTwin`, and all that these import from the same folder, but for
 * - `memory.ts` and `shape.ts`, which have twins by hand: `shaders/shop/memory.wgsl` and the constants of a kernel;
 * - `record.ts`: what it is told is for a trace, so calls of its functions are left out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type ESTree, parseAst, type Plugin } from 'vite';
import { type Declared, declarationsOf, idleFunctions, namesTaken } from './shop-declarations.ts';
import { writeModule } from './shop-writer.ts';
import { bare, linkWgsl } from './wgsl-link.ts';

const ENTRY = /^export function (?:beginTwin|runTwin)\b/m;
/** Modules of the folder that are not written: of these only the declarations are read. */
const BY_HAND = ['memory.ts', 'shape.ts'];
const UNHEARD = 'record.ts';

/** What is wrong in a module, where: `file` is absolute, `line` counts from 1, `column` from 0. */
export interface ShopError extends Error {
  loc: { file: string; line: number; column: number };
}

/**
 * The WGSL of the modules in `folder` (absolute), and all files read. The text is for `prune` in `src/engine/prune.ts`: lines `//?…` and
 * `//!…` up to `//.` hold what is to stay only where a feature is present, or absent. Empty where no module exports an entry point.
 */
export function writeShop(folder: string, root: string): { code: string; files: string[] } {
  const files: string[] = [];
  const parsed = new Map<string, { text: string; program: ESTree.Program; declared: Map<string, Declared> }>();
  const show = (file: string): string => relative(root, file).replaceAll('\\', '/');
  const failAt = (file: string, offset: number, message: string): never => {
    const before = (parsed.get(file)?.text ?? readFileSync(file, 'utf8')).slice(0, offset).split('\n');
    const [line, column] = [before.length, (before.at(-1) as string).length];
    throw Object.assign(new Error(`${show(file)}:${line}:${column + 1}: ${message}`), { loc: { file, line, column } });
  };
  const read = (file: string) => {
    const known = parsed.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(file, 'utf8');
    const program = parseAst(text, { lang: 'ts' }, file);
    const module = { text, program, declared: declarationsOf(program) };
    files.push(file);
    parsed.set(file, module);
    return module;
  };

  // The modules to write, in the order in which they are reached.
  const written: string[] = [];
  const reach = (file: string): void => {
    if (written.includes(file)) return;
    written.push(file);
    for (const statement of read(file).program.body) {
      if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue;
      const target = resolve(dirname(file), statement.source.value);
      if (!existsSync(target)) failAt(file, statement.start, `there is no ${show(target)}`);
      const own = dirname(target) === folder;
      if (!own && !target.endsWith('words.ts')) {
        failAt(
          file,
          statement.start,
          `${statement.source.value} has no twin in WGSL: import from this folder, ${BY_HAND.join(', ')} and the words of src/stations`,
        );
      }
      if (own && ![...BY_HAND, UNHEARD].includes(basename(target))) reach(target);
      else read(target);
    }
  };
  const modules = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const name of modules) {
    if (name.endsWith('.ts') && ENTRY.test(readFileSync(join(folder, name), 'utf8'))) reach(join(folder, name));
  }

  // One name, one meaning in the whole kernel.
  const takenBy = new Map<string, string>();
  const memory = resolve(root, 'shaders/shop/memory.wgsl');
  if (written.length > 0 && existsSync(memory)) {
    const linked = linkWgsl(memory, root);
    files.push(...linked.files);
    for (const name of namesTaken(linked.code)) takenBy.set(name, 'shaders/shop/memory.wgsl');
  }
  const functions: { name: string; declared: Declared }[] = [];
  for (const exported of [true, false]) {
    for (const file of written) {
      for (const [name, declared] of read(file).declared) {
        if (declared.exported !== exported) continue;
        const other = takenBy.get(name);
        if (other !== undefined && exported)
          failAt(file, declared.at, `the name ${name} is taken by ${other}: exported names are unique in the kernel`);
        // What a module keeps to itself gives way.
        if (other !== undefined) declared.written = `${name}_${basename(file, '.ts')}`;
        takenBy.set(declared.written ?? name, show(file));
        if (declared.kind === 'function') functions.push({ name, declared });
      }
    }
  }

  const importsOf = (file: string): Map<string, Declared> => {
    const visible = new Map<string, Declared>();
    for (const statement of read(file).program.body) {
      if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue;
      const target = resolve(dirname(file), statement.source.value);
      // memory.ts hands on what shape.ts exports.
      const from = new Map(read(target).declared);
      for (const line of read(target).program.body) {
        if (line.type !== 'ExportAllDeclaration') continue;
        for (const [name, declared] of read(resolve(dirname(target), line.source.value)).declared) from.set(name, declared);
      }
      for (const specifier of statement.specifiers) {
        const imported = specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier' ? specifier.imported.name : '';
        const declared = from.get(imported);
        if (imported !== specifier.local.name) failAt(file, specifier.start, 'imports are by name, and keep the name');
        if (declared === undefined)
          failAt(file, specifier.start, `${statement.source.value} has no number, boolean or function ${imported}`);
        visible.set(imported, { ...(declared as Declared), foreign: true, unheard: basename(target) === UNHEARD });
      }
    }
    return visible;
  };
  const idle = idleFunctions(functions);
  const texts = written.map((file) => {
    const { program, declared } = read(file);
    const scope = new Map([...importsOf(file), ...declared]);
    return `// ${show(file)}\n${writeModule(program, scope, idle, (offset, message) => failAt(file, offset, message))}`;
  });
  return { code: texts.join('\n'), files: [...new Set(files)] };
}

/** Serves `FOLDER/?wgsl` in dev, build, tests and workers; a change of any file read writes it anew. */
export function shopWgsl(): Plugin {
  let root = '';
  let builds = false;
  return {
    name: 'shop-wgsl',
    enforce: 'pre',
    configResolved(config) {
      root = config.root;
      builds = config.command === 'build';
    },
    resolveId(id, importer) {
      return id.endsWith('?wgsl') && importer !== undefined ? resolve(dirname(importer.replace(/\?.*$/, '')), id) : undefined;
    },
    load(id) {
      if (!id.endsWith('?wgsl')) return undefined;
      const folder = resolve(id.slice(0, -'?wgsl'.length));
      try {
        const { code, files } = writeShop(folder, root);
        for (const file of files) this.addWatchFile(file);
        return { code: `export default ${JSON.stringify(builds ? bare(code) : code)};`, map: null, moduleType: 'js' };
      } catch (error) {
        const { loc } = error as Partial<ShopError>;
        if (loc) this.addWatchFile(loc.file);
        return this.error(error as ShopError);
      }
    },
  };
}
