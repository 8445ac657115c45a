/**
 * Takes out of a kernel's text what its plant does not need, before any compiler sees it: an emulated GPU compiles every branch and copies every
 * function into each of its callers, so what is never taken costs minutes all the same.
 */

/** Whether all the words of a mark hold; `!HAS_A|HAS_B` holds where feature A is absent or B is present. */
function holds(mark: string, features: Set<string>): boolean {
  const one = (name: string): boolean => (name.startsWith('!') ? !features.has(name.slice(1)) : features.has(name));
  return mark
    .trim()
    .split(/\s+/)
    .every((word) => word.split('|').some(one));
}

/** Keeps of lines between `//?…` and `//.` those whose features are present, of those between `//!…` and `//.` those whose are not. Marks nest. */
function choose(code: string, features: Set<string>): string[] {
  const kept: string[] = [];
  const open: boolean[] = [];
  for (const line of code.split('\n')) {
    const text = line.trimStart();
    if (text.startsWith('//?')) open.push(holds(text.slice(3), features));
    else if (text.startsWith('//!')) open.push(!holds(text.slice(3), features));
    else if (text === '//.') open.pop();
    else if (!open.includes(false)) kept.push(line);
  }
  if (open.length > 0) throw new Error(`${open.length} marks of features are not closed`);
  return kept;
}

const FUNCTION = /^(?:@.*\) )?fn (\w+)\(/;
const REGISTER = /^var<private> (\w+)\b/;
const NAMES = /[A-Za-z_]\w*/g;

/**
 * The text of a kernel without the branches of absent features, and without the functions and private variables that its entry point then does
 * not reach. A function begins in the first column (`fn name(`, its attributes in lines above) and ends with a `}` there.
 */
export function prune(code: string, features: Set<string>, entryPoint: string): string {
  const lines = choose(code, features);
  /** By name: the lines that define it, and the names in them. */
  const bodies = new Map<string, { from: number; to: number; names: Set<string> }>();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const register = REGISTER.exec(line)?.[1];
    if (register !== undefined) bodies.set(register, { from: i, to: i, names: new Set() });
    const name = FUNCTION.exec(line)?.[1];
    if (name === undefined) continue;
    let from = i;
    while (/^(?:@|\/\/\/)/.test(lines[from - 1] ?? '')) from--;
    while (lines[i] !== '}') {
      if (i === lines.length) throw new Error(`function ${name} does not end`);
      i++;
    }
    const text = lines.slice(from, i + 1).map((each) => each.replace(/\/\/.*/, ''));
    bodies.set(name, { from, to: i, names: new Set(text.join('\n').match(NAMES)) });
  }
  if (!bodies.has(entryPoint)) throw new Error(`the kernel has no entry point ${entryPoint}`);
  const needed = new Set([entryPoint]);
  // A set's iteration comes to what is added on the way.
  for (const name of needed) for (const used of bodies.get(name)?.names ?? []) if (bodies.has(used)) needed.add(used);
  const dropped = new Set<number>();
  for (const [name, { from, to }] of bodies) if (!needed.has(name)) for (let i = from; i <= to; i++) dropped.add(i);
  return lines.filter((_, i) => !dropped.has(i)).join('\n');
}
