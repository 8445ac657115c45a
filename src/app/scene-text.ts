/** Numbers inside the scene's text: found by element, changed in place, the user's formatting kept. */
import { applyEdits, findNodeAtLocation, modify, parseTree, type JSONPath, type Node } from 'jsonc-parser';

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
  /** Undefined: none. */
  maximum: number | undefined;
  /** Lets the number be taken away, which means unlimited. */
  optional: boolean;
}

export type Kind = 'source' | 'buffer' | 'station' | 'conveyor' | 'transfer' | 'sink' | 'product' | 'group' | 'pool' | 'calendar' | 'limit';

const MAPS: Record<Kind, string> = {
  source: 'sources',
  buffer: 'buffers',
  station: 'stations',
  conveyor: 'conveyors',
  transfer: 'transfers',
  sink: 'sinks',
  product: 'products',
  group: 'groups',
  pool: 'people',
  calendar: 'calendars',
  limit: 'limits',
};

const DURATION = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(ms|s|min|h|d|w)\s*$/;

const WORDS: Record<string, string> = {
  interarrival: 'inter-arrival time',
  processing: 'processing time',
  timeToFailure: 'time to failure',
  repair: 'repair time',
  first: 'first',
  mix: 'mix',
  due: 'due after',
  time: 'time',
  loading: 'loading time',
  unloading: 'unloading time',
  setup: 'set-up',
  minimumRun: 'minimum run',
  wait: 'longest wait',
  every: 'every',
  duration: 'duration',
  early: 'done early when left',
  onDefect: 'defective part',
  limit: 'limit',
  within: 'queue-time limit',
  failAt: 'fails at',
  maintainAt: 'maintained at',
  failureRate: 'faster failures per unit',
  scrap: 'more defects per unit',
  speed: 'speed',
  pitch: 'part pitch',
  length: 'length',
  initial: 'parts at the start',
  size: 'pieces in a part',
  detects: 'share found',
};

/** Every number of one element that can be changed in place, in the order of the file. */
export function parametersOf(tree: Node, kind: Kind, name: string): Parameter[] {
  const path: JSONPath = kind === 'transfer' ? transferPath(tree, name) : [MAPS[kind], name];
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
    if (parameter.unit === '') parameter.meant = unitOf(tree, parameter.path, typeof timeUnit === 'string' ? timeUnit : 's');
  }
  return found;
}

/** What an entry of `transfers` is called: what it leads from and to. */
export function transferName(tree: Node, index: number): string {
  const end = (key: string) => {
    const node = findNodeAtLocation(tree, ['transfers', index, key]);
    const names =
      node?.type === 'array' ? (node.children ?? []).map((child) => String(child.value)).join(', ') : String(node?.value ?? '?');
    return names === '*' ? 'anywhere' : names;
  };
  return `${end('from')} → ${end('to')}`;
}

function transferPath(tree: Node, name: string): JSONPath {
  const list = findNodeAtLocation(tree, ['transfers'])?.children ?? [];
  return ['transfers', list.findIndex((_, index) => transferName(tree, index) === name)];
}

/** What a problem's path leads over: `stations["my lathe"].failures[0]` → stations, my lathe, failures, 0. */
export function pathOf(text: string): JSONPath {
  const steps = text.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g);
  return Array.from(steps, ([, quoted, index, name]) => (quoted !== undefined ? String(JSON.parse(quoted)) : (name ?? Number(index))));
}

/** Where in the text the place stands that a problem names, or the nearest one above it. */
export function placeOf(text: string, path: string): [from: number, to: number] {
  const place = /line (\d+), column (\d+)/.exec(path);
  if (place) {
    const lines = text.split('\n').slice(0, Number(place[1]) - 1);
    const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1;
    return [at, at + 1];
  }
  const tree = parseTree(text);
  if (!tree) return [0, 0];
  const segments = pathOf(path);
  for (let length = segments.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, segments.slice(0, length));
    if (node) return [node.offset, node.offset + node.length];
  }
  return [0, 0];
}

/** The steps of every product's routing that are done at this station: their processing times belong to it as much as to the product. */
function collectSteps(tree: Node, station: string, found: Parameter[]): void {
  for (const product of findNodeAtLocation(tree, ['products'])?.children ?? []) {
    const name: unknown = product.children?.[0]?.value;
    const routing = typeof name === 'string' ? findNodeAtLocation(tree, ['products', name, 'routing']) : undefined;
    const take = (node: Node, path: JSONPath) => {
      const steps: Parameter[] = [];
      collect(node, path, steps);
      for (const one of steps) found.push({ ...one, group: [name as string, one.group].filter((part) => part !== '').join(', ') });
    };
    routing?.children?.forEach((step, index) => {
      const path: JSONPath = ['products', name as string, 'routing', index];
      if (findNodeAtLocation(step, ['station'])?.value === station) take(step, path);
      findNodeAtLocation(step, ['alternatives'])?.children?.forEach((alternative, which) => {
        if (findNodeAtLocation(alternative, ['station'])?.value === station) take(alternative, [...path, 'alternatives', which]);
      });
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
  'due',
  'release',
  'cycle',
  'from',
  'to',
  'loading',
  'unloading',
  'wait',
  'interval',
  'duration',
  'early',
  'time',
  'operating',
];
/** Plain numbers with a unit of their own. */
const UNITS: Record<string, string> = { length: 'm', pitch: 'm', speed: 'm/s' };

/** The unit that a plain number there has: '' for a pure one. */
function unitOf(tree: Node, path: JSONPath, timeUnit: string): string {
  const keys = path.filter((step) => typeof step === 'string').slice(2);
  const key = keys.at(-1) ?? 'time';
  const own = UNITS[key];
  if (own !== undefined) return own;
  const clocked = path.findIndex((step) => step === 'failures' || step === 'maintenance');
  if (clocked >= 0 && keys.some((step) => step === 'timeToFailure' || step === 'interval' || step === 'early')) {
    const mode = path.slice(0, clocked + 2);
    const clock = findNodeAtLocation(tree, [...mode, 'clock']) ?? findNodeAtLocation(tree, [...mode, 'every', 'clock']);
    if (clock?.value === 'parts') return DURATIONS.includes(key) ? 'parts' : '';
  }
  if (keys.includes('within') && key === 'limit') return timeUnit;
  // A matrix of set-up times has families for keys.
  if (keys.includes('matrix') && keys.length === keys.indexOf('matrix') + 3) return timeUnit;
  const pure = ['mix', 'inputs', 'into', 'initial', 'onDefect'].some((one) => keys.includes(one));
  const counted = keys.includes('batch') && key !== 'wait';
  const worn = keys.includes('wear') && !keys.includes('repair') && key !== 'operating';
  return DURATIONS.includes(key) && !pure && !counted && !worn ? timeUnit : '';
}

const WHOLE = ['servers', 'capacity', 'k', 'count', 'cards', 'minimumRun', 'quantity', 'size', 'priority'];
const SHARES = ['share', 'yield', 'detects'];

/** What a number there may be. */
function boundsOf(path: JSONPath): Pick<Parameter, 'integer' | 'minimum' | 'maximum'> {
  const keys = path.filter((step) => typeof step === 'string');
  const last = keys.at(-1)!;
  const before = keys.at(-2);
  if (last === 'priority') return { integer: true, minimum: -1000, maximum: 1000 };
  if (last === 'drift') return { integer: false, minimum: Number.NEGATIVE_INFINITY, maximum: undefined };
  if (SHARES.includes(last) || before === 'yield') return { integer: false, minimum: 0, maximum: 1 };
  const counts = before === 'inputs' || before === 'into' || before === 'initial' || before === 'need';
  const limits = (last === 'limit' && !keys.includes('within')) || (before === 'batch' && (last === 'min' || last === 'max'));
  const integer = WHOLE.includes(last) || counts || limits || (keys.includes('people') && keys[0] === 'stations');
  return { integer, minimum: integer ? 1 : 0, maximum: undefined };
}

function implied(path: JSONPath, label: string, value: number | undefined): Parameter {
  return { path, group: '', label, value, unit: '', meant: '', integer: true, minimum: 1, maximum: undefined, optional: false };
}

/** Texts and places, not numbers to drag. */
const PASSED_OVER = ['position', 'home', 'color', 'name', 'description'];

function collect(node: Node, path: JSONPath, found: Parameter[]): void {
  if (node.type === 'object') {
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value || PASSED_OVER.includes(key.value as string)) continue;
      // The two ends of a conveyor are places; the bounds of a period are times.
      if (path[0] === 'conveyors' && (key.value === 'from' || key.value === 'to')) continue;
      collect(value, [...path, key.value], found);
    }
  } else if (node.type === 'array') {
    node.children?.forEach((child, index) => collect(child, [...path, index], found));
  } else {
    const number = asNumber(node);
    if (!number) return;
    found.push({
      path,
      ...wordsFor(path),
      ...number,
      meant: number.unit,
      ...boundsOf(path),
      optional: path[0] === 'buffers' && path.at(-1) === 'capacity',
    });
  }
}

function asNumber(node: Node): { value: number; unit: string } | undefined {
  if (node.type === 'number') return { value: node.value as number, unit: '' };
  if (node.type !== 'string') return undefined;
  const match = DURATION.exec(node.value as string);
  return match ? { value: Number(match[1]), unit: match[2]! } : undefined;
}

/** Lists of which each entry has a name of its own sort. */
const ENTRIES: Record<string, string> = {
  routing: 'step',
  maintenance: 'maintenance',
  alternatives: 'alternative',
  orders: 'order',
  periods: 'period',
  open: 'open',
  closed: 'closed',
  shifts: 'shift',
};

/** `['stations','press','failures',0,'repair','lognormal','mean']` → group "repair time, lognormal", label "mean". */
function wordsFor(path: JSONPath): { group: string; label: string } {
  const parts: string[] = [];
  for (let i = 2; i < path.length; i++) {
    const step = path[i]!;
    const entry = ENTRIES[step];
    if (typeof path[i + 1] === 'number' && (step === 'failures' || entry !== undefined)) {
      const number = path[++i] as number;
      if (entry !== undefined) parts.push(`${entry} ${number + 1}`);
      else if (number > 0) parts.push(`failure ${number + 1}`);
    } else if (typeof step === 'number') parts.push(`${step + 1}`);
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
