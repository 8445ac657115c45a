/** The figures that heat shows, element by element: of one twin up to its clock, or over all twins; and the traffic on the ways between them. */
import { type FloorPlan, NEVER, STATES, type ServerState, type Trace, VISIT } from '../engine/trace.ts';
import type { Summary } from '../experiment/protocol.ts';
import type { Heat } from '../view/things.ts';
import { Chronicle, upTo } from './chronicle.ts';

/** A state whose share of server time is shown, or the parts in queues and on belts, mean over time. */
export type HeatFigure = 'blocked' | 'starved' | 'failed' | 'waitingForPeople' | 'setup' | 'working' | 'length';

export interface HeatChoice {
  what: HeatFigure;
  /** The watched twin up to its clock; or over all twins their mean, or what so many per cent of them stay below. */
  over: 'twin' | 'mean' | 'p5' | 'p50' | 'p95';
  /** Parts over each way: none shown; of the watched twin up to its clock; or mean over some twins. */
  traffic: 'none' | 'twin' | 'mean';
}

export const QUANTILES = { p5: 0.05, p50: 0.5, p95: 0.95 } as const;

/** One element's figure, a share or parts. `low` and `high`: its 95 % interval; NaN where it has none. */
export interface HeatRow {
  /** Number in the plan. */
  node: number;
  value: number;
  low: number;
  high: number;
}

/** Parts over one way, from element to element by their numbers in the plan. */
export interface Traffic {
  from: number;
  to: number;
  parts: number;
  /** Between twins, where it is a mean. */
  sd?: number;
}

const hasFigure = (plan: FloorPlan, node: number, what: HeatFigure): boolean => {
  const { kind } = plan.nodes[node]!;
  return what === 'length' ? kind === 'buffer' || kind === 'conveyor' || kind === 'transfer' : kind === 'station';
};

const nodesWith = (plan: FloorPlan, what: HeatFigure): number[] =>
  plan.nodes.flatMap((_, node) => (hasFigure(plan, node, what) ? [node] : []));

/** The time from which figures of a twin count at a tick: its warm-up, or while that lasts its start. */
export const countedFrom = (trace: Trace, tick: number): number => (tick > trace.warmup ? trace.warmup : 0);

/**
 * What one twin's figures are at any tick, from sums that are made once: each answer is a search a server, so that it can follow a clock.
 * Exact: at the end of a trace they are the read-out's.
 */
export class TwinFigures {
  readonly #plan: FloorPlan;
  readonly #trace: Trace;
  readonly #chronicle: Chronicle;
  /** By place: ticks in the chosen state up to each of its changes. */
  readonly #inState = new Map<number, Float64Array>();
  /** By node: the sum of the first k ticks at which parts came, and at which they left. */
  readonly #cameSum = new Map<number, Float64Array>();
  readonly #leftSum = new Map<number, Float64Array>();
  readonly what: HeatFigure;

  constructor(plan: FloorPlan, trace: Trace, what: HeatFigure) {
    this.#plan = plan;
    this.#trace = trace;
    this.what = what;
    this.#chronicle = Chronicle.of(plan, trace);
  }

  isOf(plan: FloorPlan, trace: Trace): boolean {
    return this.#plan === plan && this.#trace === trace;
  }

  /** Since the warm-up (while that lasts: since the start) up to a tick. Nothing has passed at its beginning: then NaN. */
  at(tick: number): HeatRow[] {
    const from = countedFrom(this.#trace, tick);
    const passed = tick - from;
    return nodesWith(this.#plan, this.what).map((node) => {
      const sum = this.#sumTo(node, tick) - this.#sumTo(node, from);
      const servers = this.what === 'length' ? 1 : this.#plan.nodes[node]!.servers;
      return { node, value: passed > 0 ? sum / (passed * servers) : Number.NaN, low: Number.NaN, high: Number.NaN };
    });
  }

  /** Ticks of servers in the state, or parts times ticks, from 0 to a tick. */
  #sumTo(node: number, tick: number): number {
    if (this.what === 'length') return this.#areaTo(node, tick);
    const { firstPlace, servers } = this.#plan.nodes[node]!;
    let sum = 0;
    for (let place = firstPlace; place < firstPlace + servers; place++) sum += this.#timeIn(place, tick);
    return sum;
  }

  #timeIn(place: number, tick: number): number {
    const state = STATES.indexOf(this.what as ServerState);
    const { ticks, states } = this.#chronicle.changes(place);
    let sums = this.#inState.get(place);
    if (!sums) {
      sums = new Float64Array(ticks.length);
      for (let i = 1; i < ticks.length; i++) sums[i] = sums[i - 1]! + (states[i - 1] === state ? ticks[i]! - ticks[i - 1]! : 0);
      this.#inState.set(place, sums);
    }
    const at = upTo(ticks, tick) - 1;
    return at < 0 ? 0 : sums[at]! + (states[at] === state ? tick - ticks[at]! : 0);
  }

  /** Each part that came by then counts from its coming, less what it counts after its leaving. */
  #areaTo(node: number, tick: number): number {
    const after = (ticks: Uint32Array, sums: Map<number, Float64Array>): number => {
      let sum = sums.get(node);
      if (!sums.has(node)) {
        sum = new Float64Array(ticks.length + 1);
        for (let i = 0; i < ticks.length; i++) sum[i + 1] = sum[i]! + ticks[i]!;
        sums.set(node, sum);
      }
      const count = upTo(ticks, tick);
      return count * tick - sum![count]!;
    };
    return after(this.#chronicle.entries(node), this.#cameSum) - after(this.#chronicle.exits(node), this.#leftSum);
  }
}

/** The mean over all twins that ended, with its interval; elements that the results do not know are left out. */
export function meanFigures(plan: FloorPlan, summary: Summary, what: HeatFigure): HeatRow[] {
  return nodesWith(plan, what).flatMap((node) => {
    const estimate = summary.metrics[`${plan.nodes[node]!.name}.${what}`];
    return estimate ? [{ node, value: estimate.mean, low: estimate.low, high: estimate.high }] : [];
  });
}

/**
 * The value that a share of the twins stay below, with its 95 % interval by order statistics: of n values in order the ranks np ± 1.96 √(np(1−p))
 * (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2; no distribution is supposed). Undefined where no element's values were kept twin by twin.
 */
export function quantileFigures(plan: FloorPlan, summary: Summary, what: HeatFigure, p: number): HeatRow[] | undefined {
  let kept = false;
  const rows = nodesWith(plan, what).flatMap((node): HeatRow[] => {
    const column = summary.columns[`${plan.nodes[node]!.name}.${what}`];
    if (!column) return [];
    kept = true;
    const sorted = column.filter((value) => !Number.isNaN(value)).sort();
    const n = sorted.length;
    if (n === 0) return [{ node, value: Number.NaN, low: Number.NaN, high: Number.NaN }];
    const reach = 1.959964 * Math.sqrt(n * p * (1 - p));
    const value = (rank: number): number => (rank < 1 || rank > n ? Number.NaN : sorted[rank - 1]!);
    return [{ node, value: sorted[Math.round(p * (n - 1))]!, low: value(Math.ceil(n * p - reach)), high: value(Math.ceil(n * p + reach)) }];
  });
  return kept ? rows : undefined;
}

/** Counts how many parts went each way in a twin since its warm-up (while that lasts: its start), following a clock. */
export class TwinTraffic {
  readonly #trace: Trace;
  readonly #nodes: number;
  readonly #counts = new Map<number, number>();
  /** The next visit to be counted, and from which tick on they are. */
  #next = 0;
  #from = -1;

  constructor(plan: FloorPlan, trace: Trace) {
    this.#trace = trace;
    this.#nodes = plan.nodes.length;
  }

  at(tick: number): Traffic[] {
    const { visits } = this.#trace;
    const from = countedFrom(this.#trace, tick);
    const before = this.#next - VISIT.words;
    if (from !== this.#from || (before >= 0 && visits[before + VISIT.enter]! > tick)) {
      this.#counts.clear();
      this.#next = 0;
      this.#from = from;
    }
    for (; this.#next < visits.length && visits[this.#next + VISIT.enter]! <= tick; this.#next += VISIT.words) {
      const way = visits[this.#next + VISIT.from]!;
      // The cut is the last event of its tick: what happens then is not counted.
      if (way === NEVER || (from > 0 && visits[this.#next + VISIT.enter]! <= from)) continue;
      const key = way * this.#nodes + visits[this.#next + VISIT.node]!;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    return Array.from(this.#counts, ([key, parts]) => ({ from: Math.floor(key / this.#nodes), to: key % this.#nodes, parts }));
  }
}

const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The top of a scale: the largest value rounded up to a number that reads well, of shares at most 1; of nothing at all, 1. */
export function topOf(rows: readonly HeatRow[], share: boolean): number {
  const most = rows.reduce((top, { value }) => (value > top ? value : top), 0);
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  // A hair above, as decimal fractions are not exact.
  const top = (STEPS.find((step) => step * power >= most * (1 - 1e-12)) ?? 10) * power;
  return share ? Math.min(1, top) : top;
}

/** For the floor: every figure as a share of the top, every way as a share of the busiest. */
export function heatOf(plan: FloorPlan, rows: readonly HeatRow[], top: number, traffic: readonly Traffic[]): Heat {
  const nodes = new Float32Array(plan.nodes.length).fill(Number.NaN);
  for (const { node, value } of rows) nodes[node] = value / top;
  const most = traffic.reduce((busiest, { parts }) => Math.max(busiest, parts), 0);
  return { nodes, ways: most > 0 ? traffic.map(({ from, to, parts }) => ({ from, to, share: parts / most })) : [] };
}
