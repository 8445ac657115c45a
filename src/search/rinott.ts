/** Rinott's two-stage procedure: two rounds and no more, whatever the designs. */
import { checkPromise, type Contest, everyone, Sampling, type Selection } from './contest.ts';
import { rinottConstant } from './critical.ts';
import type { Search } from './search.ts';

/**
 * Rinott (1978), "On two-stage selection procedures and related probability-inequalities": `first` replications of each design give its
 * variance S², then each gets max(first, ⌈(h S / δ)²⌉ in all, and the best mean is selected. Nothing is ruled out on the way, so it costs most
 * where many designs are bad; it is the choice where rounds are dear and designs are few. The promise of a good selection holds for any means (Nelson
 * and Matejcik 1995; Eckman and Henderson 2018). Its proof wants independent designs: each has luck of its own, whatever the contest says.
 * @throws RangeError for options out of range.
 */
export function* rinott(
  contest: Contest,
  options: { confidence: number; indifference: number; first?: number | undefined },
): Search<Selection> {
  const { confidence, indifference, first = 20 } = options;
  checkPromise(confidence, indifference);
  const k = contest.designs.length;
  const sampling = new Sampling({ ...contest, luck: 'own' });
  yield* sampling.raise(everyone(k), first);
  const alive = sampling.sound(everyone(k));
  if (alive.length > 1) {
    const scale = rinottConstant(k, first, confidence) / indifference;
    const target = sampling.moments.variances().map((variance) => Math.max(first, Math.ceil(scale * scale * variance)));
    yield* sampling.raise(alive, target);
  }
  return sampling.select(sampling.sound(alive), 'Rinott 1978', {
    confidence,
    indifference,
    what: 'good',
    assumes: 'Replications are nearly normal; designs have luck of their own.',
  });
}
