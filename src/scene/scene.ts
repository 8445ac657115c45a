/**
 * The checked scene: what `read` hands to `compile`. Every default is filled in, every duration is in ticks (a double, not yet
 * rounded), every name resolves, every list is ordered by element name (UTF-16 code units), never by the order of the file.
 */
import type { Unit } from '../clock.ts';
import type { Distribution } from '../distributions.ts';
import type { Look } from '../stations/looks.ts';
import type { Program } from './expression.ts';

export interface Scene {
  name: string;
  description: string;
  time: { unit: Unit /** Seconds in one tick. */; tickSeconds: number };
  products: Product[];
  sources: Source[];
  buffers: Buffer[];
  stations: Station[];
  groups: Group[];
  conveyors: Conveyor[];
  sinks: Sink[];
  people: Pool[];
  calendars: Calendar[];
  limits: Limit[];
  /** In the order of the file; which entry is meant for two elements says `transferBetween` in ways.ts. */
  transfers: Transfer[];
  /** Ordered by `from`, then by the first product. */
  links: Link[];
  view: View;
  run: Run;
}

export type Position = [x: number, y: number] | undefined;

export interface Product {
  name: string;
  color: string | undefined;
  look: Look | undefined;
  /** Undefined: it follows the links. */
  routing: Step[] | undefined;
  sink: string | undefined;
  /** Larger is more urgent. */
  priority: number;
  /** Allowed time from being made to the due date. */
  due: Distribution | undefined;
  /** Pieces in a part. */
  size: number;
  /** Set-up family; the product's name where the file gives none. */
  family: string;
}

export interface Step {
  /** Given, or made from its number: "step 3". */
  name: string;
  /** A station or a group; empty where alternatives are given. */
  station: string;
  /** Undefined: the station's own (or the alternative's). */
  processing: Distribution | undefined;
  /** Stations that can each do this step, in the order of the file; with the time it takes there, already resolved. */
  alternatives: { station: string; processing: Distribution }[];
  /** How an alternative is chosen; undefined: `first free`. */
  rule: Rule | undefined;
  /** Undefined: the product's. */
  family: string | undefined;
  per: Per;
  /** The step is done with this probability, else passed over. */
  share: number;
  /** The server may take the next part so long after it took this one; undefined: only once this one is done. */
  interval: Distribution | undefined;
  /** Overrides the station's. */
  batch: { min: number; max: number } | undefined;
  /** Undefined: the station's own. */
  quality: Quality | undefined;
  /** Parts that wait for this step longer than `limit` ticks since the end of step `since` are counted. */
  within: { since: number; limit: number } | undefined;
  /** Indices of steps; the number of steps means done. Weights sum to 1. Never empty. */
  next: { step: number; weight: number }[];
}

/** What a processing time is the time of: a part (or a batch of parts), or each piece in it. */
export type Per = 'part' | 'piece';

/** What can become of a part when its processing here ends. Without an inspection every defect made here is seen at once, and no other. */
export interface Quality {
  /** Share of parts that are given no defect here. */
  yield: number;
  /** Whether defects are looked for that were made before and passed. */
  inspects: boolean;
  /** Share of parts that are inspected; 1 without an inspection. */
  share: number;
  /** Share of the defective parts inspected that are found; 1 without an inspection. */
  detects: number;
  /** What happens to a part that is found defective. */
  onDefect: 'scrap' | 'pass' | Rework;
}

/** Exactly one of `step` (routed products) and `element` (products that follow the links) is given. */
export interface Rework {
  /** Index of a step. */
  step: number | undefined;
  element: string | undefined;
  /** How often one part is sent back, by any rework, at most; 2^31 − 1: no limit. */
  limit: number;
  /** What happens to it after that. */
  then: 'scrap' | 'pass';
}

export interface Source {
  name: string;
  position: Position;
  look: Look | undefined;
  /** Product names with weights that sum to 1, ordered by name. Of orders: every product ordered, equal weights. */
  mix: { product: string; weight: number }[];
  /** Undefined: saturated, or by orders. */
  interarrival: Distribution | undefined;
  /** Undefined: one inter-arrival time. */
  first: Distribution | undefined;
  whenFull: 'wait' | 'lose';
  /** Parts at an arrival; undefined: one. */
  batch: Distribution | undefined;
  /** Factors on the rate of arrivals, by periods of a cycle in ticks; ordered by `from`, the first of which is 0. */
  rate: { cycle: number; periods: { from: number; factor: number }[] } | undefined;
  /** Ordered by release, then as in the file. */
  orders: Order[] | undefined;
}

export interface Order {
  product: string;
  quantity: number;
  /** Ticks from the start. */
  release: number;
  due: number | undefined;
  priority: number;
}

export interface Buffer {
  name: string;
  position: Position;
  look: Look | undefined;
  /** Infinity: unlimited. */
  capacity: number;
  /** Parts that lie there at time 0, in the order of the file, with the step that they stand before. */
  initial: { product: string; count: number; step: number }[];
}

export interface Station {
  name: string;
  position: Position;
  look: Look | undefined;
  /** Infinity: unlimited, a pure delay. */
  servers: number;
  processing: Distribution | undefined;
  per: Per;
  loading: Distribution | undefined;
  unloading: Distribution | undefined;
  batch: Batch | undefined;
  assembly: { /** The main part first, then by name. */ inputs: Count[]; makes: string } | undefined;
  /** Ordered by product. */
  disassembly: { product: string; into: Count[] }[];
  setup: Setup | undefined;
  /** Keys in order, the least first; empty: who waited longest. */
  dispatch: Dispatch[];
  preemptive: boolean;
  /** For a product (ordered by name), then for all others (`product` undefined). */
  quality: { product: string | undefined; quality: Quality }[];
  failures: Failure[];
  maintenance: Maintenance[];
  wear: Wear | undefined;
  people: Crew;
  /** A calendar. */
  shifts: string | undefined;
  onShiftEnd: 'finish' | 'suspend';
}

export interface Count {
  product: string;
  count: number;
}

export interface Batch {
  min: number;
  max: number;
  /** Ticks that the longest-waiting part waits for more than `min`; 0: none. */
  wait: number;
  same: 'product' | 'family' | 'step' | 'any';
}

/** One key by which waiting parts are ordered. */
export interface Dispatch {
  /** The name of the rule, or the text of the expression. */
  rule: string;
  program: Program;
}

export interface Setup {
  /** Families of the parts that can come here, ordered. */
  families: string[];
  /** Every ordered pair of different families. */
  times: { from: string; to: string; time: Distribution }[];
  /** The set-up of a server that has no family yet; undefined: none is needed. */
  first: Distribution | undefined;
  /** The family that every server is set up for at time 0. */
  initial: string | undefined;
  /** Parts between two changeovers at least, as long as parts of the present family wait. */
  minimumRun: number;
}

export type Clock = 'calendar' | 'operating' | 'processing' | 'parts';

export interface Failure {
  name: string;
  clock: Clock;
  /** In ticks; in parts where `clock` is `parts`. */
  timeToFailure: Distribution;
  repair: Distribution;
  interruptedJob: 'resume' | 'restart' | 'scrap';
  /** For the repair. */
  people: Need | undefined;
  /** Failures and maintenance whose clocks begin anew after the repair, besides this one. */
  renews: string[];
}

export interface Maintenance {
  name: string;
  /** Undefined, as `interval`: only on condition. */
  clock: Clock | undefined;
  /** In ticks; in parts where `clock` is `parts`. */
  interval: Distribution | undefined;
  duration: Distribution;
  people: Need | undefined;
  /** Whether it interrupts the part in work (which goes on afterwards), or waits until the server has none. */
  interrupts: boolean;
  /** Done together with another stop when at most so much is left on the clock; 0: never. */
  early: number;
  /** Failures and maintenance whose clocks begin anew, besides this one. */
  renews: string[];
  resetsWear: boolean;
}

/** A condition that drifts with use; in thousandths of the unit that the file counts it in. */
export interface Wear {
  /** After each part, or each time so many ticks of operation have passed. */
  per: 'part' | { operating: number };
  /** Never negative. */
  increment: Distribution;
  /** Taken off each increment (Wiener wear goes down as well as up). */
  offset: number;
  failAt: number | undefined;
  failure: { name: string; repair: Distribution; people: Need | undefined; interruptedJob: Failure['interruptedJob'] } | undefined;
  maintainAt: number | undefined;
  maintenance: string | undefined;
  /** What the sensor adds to the condition, and what is taken off that again; undefined: it reads the condition itself. */
  noise: Distribution | undefined;
  noiseOffset: number;
  /** Added to the probability of a defect, per unit of condition. */
  scrap: number;
  /** Added to the speed of this station's failure clocks, per unit of condition. */
  failureRate: number;
}

/** People that work at one place at the same time. */
export interface Need {
  /** Ordered by skill. */
  skills: { skill: string; count: number }[];
  /** Larger is served first. */
  priority: number;
}

/** Who is needed for which part of a job. */
export interface Crew {
  setup: Need | undefined;
  loading: Need | undefined;
  processing: Need | undefined;
  unloading: Need | undefined;
}

/** Times when work is done, in ticks. */
export interface Calendar {
  name: string;
  cycle: number;
  /** In a cycle; sorted, apart from each other, each `from` below `to`. */
  open: { from: number; to: number }[];
  /** From the start of the run; sorted and apart likewise. */
  closed: { from: number; to: number }[];
}

export interface Pool {
  name: string;
  /** Ordered. */
  skills: string[];
  /** The most that are ever on duty, by the shifts taken one by one. */
  count: number;
  /** On duty is the sum over the shifts that are open; empty: always `count`. */
  shifts: { calendar: string; count: number }[];
  onShiftEnd: 'finish' | 'suspend' | 'hand over';
  /** Metres per second; undefined: no walking time. */
  speed: number | undefined;
  home: Position;
}

export interface Conveyor {
  name: string;
  position: Position;
  look: Look | undefined;
  /** Its two ends, where they are given. */
  from: Position;
  to: Position;
  /** Metres. */
  length: number;
  /** Metres per second. */
  speed: number;
  /** Metres from the front of a part to the front of the next. */
  pitch: number;
  accumulating: boolean;
  capacity: number;
  /** Ticks from end to end. */
  travel: number;
  /** Ticks for one pitch. */
  spacing: number;
}

/** Travelling time between elements. */
export interface Transfer {
  from: string[] | '*';
  to: string[] | '*';
  time: Distribution;
}

/** At most `cards` parts within the elements taken together. */
export interface Limit {
  name: string;
  kind: 'CONWIP' | 'kanban' | 'base stock';
  elements: string[];
  cards: number;
  /** The source whose parts bring a card each; base stock only. */
  demand: string | undefined;
}

export type Rule = 'fixed' | 'probability' | 'round robin' | 'shortest queue' | 'first free';

export interface Group {
  name: string;
  stations: string[];
  rule: Rule;
  /** One a station where the rule is `probability`, summing to 1; else undefined. */
  weights: number[] | undefined;
}

export interface Sink {
  name: string;
  position: Position;
  look: Look | undefined;
}

export interface Link {
  from: string;
  to: string[];
  rule: Rule;
  weights: number[] | undefined;
  /** Undefined: every product. */
  products: string[] | undefined;
}

/** How the plant is looked at: nothing of the plant itself. */
export interface View {
  /** Ordered by name. */
  viewpoints: Viewpoint[];
  style: 'models' | 'plain';
}

/** Where a camera stands: metres and degrees. */
interface Viewpoint {
  name: string;
  /** The point looked at: x east, y south, z up. */
  at: [x: number, y: number, z: number];
  /** From there to the eye. */
  distance: number;
  /** Clockwise from looking north: 90 looks east. */
  turn: number;
  /** Up from the ground: 90 looks straight down. */
  tilt: number;
}

export interface Run {
  /** Ticks. */
  warmup: number;
  horizon: number;
  replications: number;
  seed: number;
  /** Parts to finish since the warm-up; undefined: no such limit. */
  stopAfter: number | undefined;
  /** Undefined: the compiler's default. */
  maxParts: number | undefined;
}
