/** Values written into the scene's text: what stands there already, spaces included, stays as it is. */
import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree, type JSONPath, type Node } from 'jsonc-parser';

/** Objects and lists of no more characters stand on one line. */
const LINE = 120;
const STEP = '  ';

/** The text with one value set, replaced or (undefined) taken away. What holds it is made where it is missing. */
export function withAny(text: string, path: JSONPath, value: unknown): string {
  if (value === undefined) return applyEdits(text, modify(text, path, undefined, {}));
  const tree = parseTree(text);
  if (!tree) return text;
  const there = findNodeAtLocation(tree, path);
  if (there) return replaced(text, there, value);
  let depth = path.length - 1;
  while (depth > 0 && !findNodeAtLocation(tree, path.slice(0, depth))) depth -= 1;
  const parent = (depth === 0 ? tree : findNodeAtLocation(tree, path.slice(0, depth))) as Node;
  const inner = path.slice(depth + 1).reduceRight<unknown>((held, key) => ({ [key]: held }), value);
  const last = parent.children?.at(-1);
  const key = String(path[depth]);
  // On a line of its own only where the others have one too.
  if (parent.type !== 'object' || !last || !text.slice(parent.offset, last.offset).includes('\n'))
    return replaced(text, parent, { ...(getNodeValue(parent) as object), [key]: inner });
  const indent = indentAt(text, last.offset);
  const at = last.offset + last.length;
  return `${text.slice(0, at)},\n${indent}${JSON.stringify(key)}: ${written(inner, indent)}${text.slice(at)}`;
}

function replaced(text: string, node: Node, value: unknown): string {
  return text.slice(0, node.offset) + written(value, indentAt(text, node.offset)) + text.slice(node.offset + node.length);
}

/** Of the line on which this place stands. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)![0];
}

/** JSON as people write it: what is short on one line, everything else indented. */
function written(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) return Array.isArray(value) ? '[]' : '{}';
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const key = (name: string) => (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `);
  const short = entries.map(([name, one]) => key(name) + written(one, indent)).join(', ');
  // What holds named things (factors of an experiment) is a list to read down.
  const nested = !Array.isArray(value) && entries.some(([, one]) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!nested && !short.includes('\n') && short.length + indent.length <= LINE) return open + short + close;
  const deeper = indent + STEP;
  const lines = entries.map(([name, one]) => `${deeper}${key(name)}${written(one, deeper)}`);
  return `${open.trim()}\n${lines.join(',\n')}\n${indent}${close.trim()}`;
}
