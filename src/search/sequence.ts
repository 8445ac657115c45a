/** The search over sequences. */
import type { Effort, Optimum } from './assessment.ts';
import type { Goal, Limit, Point, Search } from './search.ts';

export interface SequenceProblem {
  /** Items 0 … items − 1, each once unless `repeats` says how often. */
  items: number;
  goals: readonly Goal[];
  limits: readonly Limit[];
  start?: Point | undefined;
  repeats?: readonly number[] | undefined;
}

export function sequenceSearch(_problem: SequenceProblem, _effort: Effort): Search<Optimum> {
  throw new Error('not there yet');
}
