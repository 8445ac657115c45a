/**
 * The checked scene: what `read` hands to `compile`. Every default is filled in, every duration is in ticks (a double, not yet
 * rounded), every name resolves, every list is ordered by element name (UTF-16 code units), never by the order of the file.
 */
import type { Unit } from '../clock.ts';
import type { Distribution } from '../distributions.ts';

export interface Scene {
  name: string;
  description: string;
  time: { unit: Unit /** Seconds in one tick. */; tickSeconds: number };
  products: Product[];
  sources: Source[];
  buffers: Buffer[];
  stations: Station[];
  groups: Group[];
  sinks: Sink[];
  /** Ordered by `from`, then by the first product. */
  links: Link[];
  run: Run;
}

type Position = [x: number, y: number] | undefined;

export interface Product {
  name: string;
  color: string | undefined;
  /** Undefined: it follows the links. */
  routing: Step[] | undefined;
  sink: string | undefined;
}

export interface Step {
  /** Given, or made from its number: "step 3". */
  name: string;
  /** A station or a group. */
  station: string;
  /** Undefined: the station's own. */
  processing: Distribution | undefined;
  /** Indices of steps; the number of steps means done. Weights sum to 1. Never empty. */
  next: { step: number; weight: number }[];
}

export interface Source {
  name: string;
  position: Position;
  /** Product names with weights that sum to 1, ordered by name. */
  mix: { product: string; weight: number }[];
  /** Undefined: saturated. */
  interarrival: Distribution | undefined;
  /** Undefined: one inter-arrival time. */
  first: Distribution | undefined;
  whenFull: 'wait' | 'lose';
}

export interface Buffer {
  name: string;
  position: Position;
  /** Infinity: unlimited. */
  capacity: number;
}

export interface Station {
  name: string;
  position: Position;
  servers: number;
  processing: Distribution | undefined;
  failures: Failure[];
}

export interface Failure {
  clock: 'calendar' | 'operating' | 'processing' | 'parts';
  /** In ticks; in parts where `clock` is `parts`. */
  timeToFailure: Distribution;
  repair: Distribution;
  interruptedJob: 'resume' | 'restart' | 'scrap';
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
}

export interface Link {
  from: string;
  to: string[];
  rule: Rule;
  weights: number[] | undefined;
  /** Undefined: every product. */
  products: string[] | undefined;
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
