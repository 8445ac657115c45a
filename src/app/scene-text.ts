/** Numbers inside the scene's text: found by element, changed in place, the user's formatting kept. */
import { applyEdits, findNodeAtLocation, modify, type JSONPath, type Node } from 'jsonc-parser';

export interface Parameter {
  path: JSONPath;
  /** What the number belongs to: "processing time, lognormal"; '' for the element itself. */
  group: string;
  label: string;
  /** Undefined: unlimited (an unset capacity). */
  value: number | undefined;
  /** The unit written with it; '' for a plain number. */
  unit: string;
  /** The unit it has: as written, or the scene's time unit, or parts; '' for a pure number. */
  meant: string;
  integer: boolean;
  minimum: number;
  /** Lets the number be taken away, which means unlimited. */
  optional: boolean;
}

export type Kind = 'source' | 'buffer' | 'station' | 'sink' | 'product' | 'group';

const MAPS: Record<Kind, string> = {
  source: 'sources',
  buffer: 'buffers',
  station: 'stations',
  sink: 'sinks',
  product: 'products',
  group: 'groups',
};

const DURATION = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(ms|s|min|h|d|w)\s*$/;

const WORDS: Record<string, string> = {
  interarrival: 'inter-arrival time',
  processing: 'processing time',
  timeToFailure: 'time to failure',
  repair: 'repair time',
  first: 'first arrival',
  mix: 'mix',
};

/** Every number of one element that can be changed in place, in the order of the file. */
export function parametersOf(tree: Node, kind: Kind, name: string): Parameter[] {
  const path: JSONPath = [MAPS[kind], name];
  const element = findNodeAtLocation(tree, path);
  if (!element) return [];
  const found: Parameter[] = [];
  collect(element, path, found);
  const has = (key: string) => findNodeAtLocation(element, [key]) !== undefined;
  if (kind === 'station' && !has('servers')) found.unshift(implied([...path, 'servers'], 'servers', 1));
  if (kind === 'buffer' && typeof findNodeAtLocation(element, ['capacity'])?.value !== 'number') {
    found.unshift({ ...implied([...path, 'capacity'], 'capacity', undefined), optional: true });
  }
  if (kind === 'station') collectSteps(tree, name, found);
  const timeUnit: unknown = findNodeAtLocation(tree, ['time', 'unit'])?.value;
  for (const parameter of found) {
    if (parameter.unit === '' && isDuration(parameter.path)) parameter.meant = typeof timeUnit === 'string' ? timeUnit : 's';
  }
  const byParts = findNodeAtLocation(element, ['failures', 0, 'clock'])?.value === 'parts';
  if (byParts)
    for (const parameter of found) if (parameter.path.includes('timeToFailure') && parameter.meant !== '') parameter.meant = 'parts';
  return found;
}

/** The steps of every product's routing that are done at this station: their processing times belong to it as much as to the product. */
function collectSteps(tree: Node, station: string, found: Parameter[]): void {
  for (const product of findNodeAtLocation(tree, ['products'])?.children ?? []) {
    const name: unknown = product.children?.[0]?.value;
    const routing = typeof name === 'string' ? findNodeAtLocation(tree, ['products', name, 'routing']) : undefined;
    routing?.children?.forEach((step, index) => {
      if (findNodeAtLocation(step, ['station'])?.value !== station) return;
      const steps: Parameter[] = [];
      collect(step, ['products', name as string, 'routing', index], steps);
      for (const one of steps) found.push({ ...one, group: [name as string, one.group].filter((part) => part !== '').join(', ') });
    });
  }
}

const DURATIONS = [
  'mean',
  'sd',
  'min',
  'max',
  'mode',
  'value',
  'scale',
  'values',
  'edges',
  'processing',
  'interarrival',
  'first',
  'repair',
  'timeToFailure',
];

/** Whether a plain number there counts the scene's time unit. */
function isDuration(path: JSONPath): boolean {
  const key = path.findLast((step) => typeof step === 'string');
  return DURATIONS.includes(key as string) && !path.includes('mix');
}

function implied(path: JSONPath, label: string, value: number | undefined): Parameter {
  return { path, group: '', label, value, unit: '', meant: '', integer: true, minimum: 1, optional: false };
}

function collect(node: Node, path: JSONPath, found: Parameter[]): void {
  if (node.type === 'object') {
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value || key.value === 'position' || key.value === 'color' || key.value === 'name') continue;
      collect(value, [...path, key.value], found);
    }
  } else if (node.type === 'array') {
    node.children?.forEach((child, index) => collect(child, [...path, index], found));
  } else {
    const number = asNumber(node);
    if (!number) return;
    const last = path.at(-1);
    const integer = last === 'servers' || last === 'capacity' || last === 'k';
    found.push({
      path,
      ...wordsFor(path),
      ...number,
      meant: number.unit,
      integer,
      minimum: integer ? 1 : 0,
      optional: last === 'capacity',
    });
  }
}

function asNumber(node: Node): { value: number; unit: string } | undefined {
  if (node.type === 'number') return { value: node.value as number, unit: '' };
  if (node.type !== 'string') return undefined;
  const match = DURATION.exec(node.value as string);
  return match ? { value: Number(match[1]), unit: match[2]! } : undefined;
}

/** `['stations','press','failures',0,'repair','lognormal','mean']` → group "repair time, lognormal", label "mean". */
function wordsFor(path: JSONPath): { group: string; label: string } {
  const parts: string[] = [];
  for (let i = 2; i < path.length; i++) {
    const step = path[i]!;
    if (step === 'failures') i++;
    else if (step === 'routing') parts.push(`step ${Number(path[++i]) + 1}`);
    else if (typeof step === 'number') parts.push(`${step + 1}`);
    else parts.push(WORDS[step] ?? step);
  }
  const label = parts.pop() ?? '';
  return { group: parts.join(', '), label };
}

/** The text with one number changed (undefined: `"unlimited"`); everything else of it, spaces included, stays. */
export function withNumber(text: string, path: JSONPath, value: number | undefined, unit: string): string {
  const written = value === undefined ? 'unlimited' : unit === '' ? value : `${value} ${unit}`;
  return withValue(text, path, written);
}

export function withValue(text: string, path: JSONPath, value: string | number): string {
  return applyEdits(text, modify(text, path, value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }));
}

/** The text of a value such as `run.warmup` as it is written; '' where it is not. */
export function writtenAt(tree: Node | undefined, path: JSONPath): string {
  const value: unknown = tree && findNodeAtLocation(tree, path)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A number that reads well after a drag: `significant` digits, no float dust. */
export function tidy(value: number, significant: number): number {
  return Number(value.toPrecision(significant));
}
