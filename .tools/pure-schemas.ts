/**
 * Tells the bundler that a schema which nobody uses can go. The files of the vocabulary hold a kind's schema and its behaviour side by side; a thread
 * of the reference engine wants the behaviour alone, but a call such as `z.strictObject({ … }).meta({ … })` might do anything for all a bundler
 * knows, so the schemas, and all of zod, stayed. In modules that import zod each constant that a call makes becomes
 * `(() => …)()`, marked as a call without effect.
 */
import { parseAst, type Plugin } from 'vite';

const IMPORTS_ZOD = /\bfrom 'zod'/;

/** The text of a module (TypeScript) with its top-level constants marked, each on the lines on which it stood. */
export function markPure(text: string, file: string): string {
  const found: { start: number; end: number }[] = [];
  for (const statement of parseAst(text, { lang: 'ts' }, file).body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
    for (const { init } of declaration.declarations) {
      if (!init || init.type === 'ArrowFunctionExpression' || init.type === 'FunctionExpression') continue;
      if (text.slice(init.start, init.end).includes('(')) found.push({ start: init.start, end: init.end });
    }
  }
  let marked = text;
  for (const { start, end } of found.reverse())
    marked = `${marked.slice(0, start)}/* @__PURE__ */ (() => (${marked.slice(start, end)}))()${marked.slice(end)}`;
  return marked;
}

/** For builds only: what is served as it stands is never bundled. */
export function pureSchemas(): Plugin {
  return {
    name: 'pure-schemas',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      const [file] = id.split('?');
      if (!file?.endsWith('.ts') || file.includes('/node_modules/') || !IMPORTS_ZOD.test(code)) return undefined;
      return { code: markPure(code, file), map: null };
    },
  };
}
