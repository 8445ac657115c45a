/** What an optimiser is asked, how much it may run, and what it answers. */
import type { Goal, Limit, Point } from './search.ts';
import type { Space } from './space.ts';

/** What an optimiser is to find the best of. */
export interface Problem {
  space: Space;
  /** One or several; those that seek a single best take exactly one. */
  goals: readonly Goal[];
  limits: readonly Limit[];
  /** A design to begin at, such as the plant as it is. */
  start?: Point | undefined;
}

/** How much may be run. One of `twins` and `orders` is needed; the last stage is within both. */
export interface Effort {
  seed: number;
  /** Of each design at first, 1 or more. */
  replications: number;
  /** Twins in all, at most. */
  twins?: number | undefined;
  /** Orders in all, at most: designs, counted again whenever they are run again. */
  orders?: number | undefined;
  /** Designs that the last stage runs afresh; 0: no last stage, for formulas without noise. By default 10. */
  finalists?: number | undefined;
  /** Fresh replications of each of them, and once more of the one that wins. By default four times `replications`. */
  finalReplications?: number | undefined;
  /** Ends once a feasible design reaches this value of the first goal. */
  target?: number | undefined;
}

/** What is known of a design. */
export interface Assessed {
  point: Point;
  /** By goal: the mean, quantile or mean of the worst that it asks for. */
  values: number[];
  /** By response: mean and standard deviation over replications (NaN of fewer than two) and how many did not break off. */
  means: number[];
  sds: number[];
  counts: number[];
  twins: number;
  /** Whether the means meet every limit. */
  feasible: boolean;
}

/** What an optimiser found. */
export interface Optimum {
  best: Point;
  /** The best design. By replications that had no part in its being chosen, where there was a last stage: no luck of selection is in it. */
  known: Assessed;
  /** Of several goals: designs of which none is better than another in every goal, by the same kind of replications. */
  front: Assessed[];
  /** Orders and twins run, in so many rounds. */
  evaluations: number;
  twins: number;
  rounds: number;
  /** The best so far after each round, as it looked then: of noisy outcomes it is lucky. */
  trace: { round: number; evaluations: number; twins: number; value: number; feasible: boolean }[];
  /** Why it ended, in words. */
  ended: string;
}
