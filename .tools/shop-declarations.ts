/** What the modules of the shop engine declare, in the names and types that TypeScript and WGSL share. See `shop-writer.ts`. */
import type { ESTree } from 'vite';

export type Type = 'number' | 'boolean' | 'void';
export type Expression = ESTree.Expression;
export type Fail = (offset: number, message: string) => never;

/** What a module declares. */
export interface Declared {
  kind: 'function' | 'register' | 'constant' | 'const' | 'let' | 'parameter';
  type: Type;
  at: number;
  parameters?: Type[];
  /** Of constants: a number that is no i32. */
  wide?: boolean;
  /** Imported: not to be assigned to. */
  foreign?: boolean;
  exported?: boolean;
  /** Its name in WGSL, where that is another. */
  written?: string;
  /** A function that the shader leaves out. */
  unheard?: boolean;
  body?: ESTree.FunctionBody | null;
}

/** Hand-written functions that change nothing. */
const READERS = 'word table earlier below plus minus least latest scaled satAdd satSub mulShift divScaled'.split(' ');
/** WGSL's keywords and reserved words that TypeScript allows as names, names that are written here, and `table`, which sampling has in u32. */
const RESERVED = new Set(
  (
    'alias const_assert continuing diagnostic discard enable fn loop override requires struct NULL Self abstract active alignas alignof as asm ' +
    'async attribute auto become cast coherent column_major common compile concept crate decltype delete demote do explicit external ' +
    'fallthrough filter final friend from fxgroup get goto groupshared handle highp impl implements inline interface layout lowp macro match ' +
    'mediump meta mod module move mut mutable namespace nil noexcept noinline noncoherent noperspective nullptr of operator package packoffset ' +
    'partial pass patch pixelfragment precise precision premerge priv protected pub public readonly ref regardless register require resource ' +
    'restrict self set shared sizeof smooth snorm static std subroutine target template trait type typedef typeid typename union unless unorm ' +
    'unsafe unsized use using varying virtual volatile wgsl where writeonly yield asm_fragment compile_fragment demote_to_helper ' +
    'i32 u32 f32 bool table vec2 vec4 array atomic select min max abs clamp countLeadingZeros firstTrailingBit'
  ).split(' '),
);
export const named = (name: string): string => (RESERVED.has(name) ? `${name}_` : name);
export const wgslType = (type: Type): string => (type === 'boolean' ? 'bool' : 'i32');

/** Names that a WGSL text declares. */
export function namesTaken(code: string): string[] {
  return [...code.matchAll(/^(?:@\S+ )*(?:fn|struct|const|alias|var(?:<[^>]*>)?)\s+(\w+)/gm)].map((match) => match[1] as string);
}

export function annotated(
  node: { typeAnnotation?: ESTree.TSTypeAnnotation | null } | ESTree.TSTypeAnnotation | null | undefined,
): Type | undefined {
  const type = node?.typeAnnotation;
  const keyword = type?.type === 'TSTypeAnnotation' ? type.typeAnnotation.type : type?.type;
  if (keyword === 'TSNumberKeyword') return 'number';
  if (keyword === 'TSBooleanKeyword') return 'boolean';
  return keyword === 'TSVoidKeyword' ? 'void' : undefined;
}

/** The value of an expression of literals; undefined where it is none. */
export function valueOf(node: Expression): number | undefined {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : undefined;
  if (node.type === 'UnaryExpression') {
    const value = valueOf(node.argument);
    if (value === undefined) return undefined;
    return node.operator === '-' ? -value : node.operator === '~' ? ~value : undefined;
  }
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return undefined;
  const [a, b] = [valueOf(node.left), valueOf(node.right)];
  if (a === undefined || b === undefined) return undefined;
  const operations: Record<string, number> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '|': a | b,
    '&': a & b,
    '^': a ^ b,
    '<<': a << b,
    '>>': a >> b,
  };
  return operations[node.operator];
}

/** What a module declares at its top; what is in no form of the subset is left out. */
export function declarationsOf(program: ESTree.Program): Map<string, Declared> {
  const found = new Map<string, Declared>();
  for (const statement of program.body) {
    const exported = statement.type === 'ExportNamedDeclaration';
    const node = exported ? statement.declaration : statement;
    if (node?.type === 'FunctionDeclaration' && node.id) {
      const type = annotated(node.returnType);
      const parameters = node.params.map((parameter) => (parameter.type === 'Identifier' ? annotated(parameter) : undefined));
      if (type === undefined || parameters.includes(undefined)) continue;
      found.set(node.id.name, { kind: 'function', type, at: node.start, exported, parameters: parameters as Type[], body: node.body });
    } else if (node?.type === 'VariableDeclaration') {
      for (const { id, init, start } of node.declarations) {
        if (id.type !== 'Identifier' || !init) continue;
        const type = init.type === 'Literal' && typeof init.value === 'boolean' ? 'boolean' : 'number';
        const value = valueOf(init);
        // The shape of a plant is live in TypeScript, and constant in a kernel.
        const kind = node.kind === 'const' || /^(?:AT|L|N|HAS)_[A-Z0-9_]+$/.test(id.name) ? 'constant' : 'register';
        found.set(id.name, { kind, type, at: start, exported, wide: value !== undefined && value !== (value | 0) });
      }
    }
  }
  return found;
}

/** Calls `visit` with every node below one. */
export function walk(node: unknown, visit: (node: ESTree.Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, visit);
  } else if (typeof node === 'object' && node !== null) {
    if ('type' in node) visit(node as ESTree.Node);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

/** Names of functions whose call changes nothing and comes to an end for any arguments: it may be made in vain. */
export function idleFunctions(functions: { name: string; declared: Declared }[]): Set<string> {
  const idle = new Set([...READERS, ...functions.map(({ name }) => name)]);
  for (let before = 0; before !== idle.size; ) {
    before = idle.size;
    for (const { name, declared } of functions) if (!isIdle(declared.body, idle)) idle.delete(name);
  }
  return idle;
}

export function isIdle(node: unknown, idle: Set<string>): boolean {
  const own = new Set<string>();
  walk(node, (each) => {
    if (each.type === 'VariableDeclarator' && each.id.type === 'Identifier') own.add(each.id.name);
  });
  let good = true;
  walk(node, (each) => {
    const target = each.type === 'AssignmentExpression' ? each.left : each.type === 'UpdateExpression' ? each.argument : undefined;
    if (target !== undefined && !(target.type === 'Identifier' && own.has(target.name))) good = false;
    if (/^(?:For|While)Statement$/.test(each.type)) good = false;
    if (each.type === 'CallExpression' && each.callee.type === 'Identifier' && !idle.has(each.callee.name)) good = false;
  });
  return good;
}
