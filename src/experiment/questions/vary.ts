/** Questions about factors and parameters as such: which of them matter, and what is not known about the plant. */
import { sobolIndices } from '../../search/indices.ts';
import { morris } from '../../search/morris.ts';
import type { Search } from '../../search/search.ts';
import { uncertainty as nestedSampling } from '../../search/uncertainty.ts';
import type { Setting } from '../setting.ts';
import type { SensitivityRow, UncertaintySplit } from '../study-protocol.ts';
import { type Answer, asTheScene } from './answer.ts';

export function* sensitivity(setting: Setting): Search<Answer> {
  const { space, seed, text, responses, goals, factors, confidence } = setting;
  const replications = text.replications ?? 8;
  const response = goals[0]?.response ?? 0;
  const nothing = { muStar: Number.NaN, muStarLow: Number.NaN, muStarHigh: Number.NaN, sigma: Number.NaN };
  const none = {
    first: Number.NaN,
    firstLow: Number.NaN,
    firstHigh: Number.NaN,
    total: Number.NaN,
    totalLow: Number.NaN,
    totalHigh: Number.NaN,
  };
  const name = (axis: number): string => factors[axis]?.name ?? '';
  if (setting.method === 'sobol') {
    const found = yield* sobolIndices({
      space,
      rows: text.samples ?? 256,
      replications,
      responses: responses.length,
      seed,
      level: confidence,
    });
    const of = found.responses[response];
    return {
      method: `Sobol' indices (Jansen): ${found.points} designs, ${replications} twins each`,
      sensitivity: (of?.factors ?? []).map(({ axis, ...index }): SensitivityRow => ({ factor: name(axis), ...nothing, ...index })),
      warnings: found.warnings,
    };
  }
  const found = yield* morris({
    space,
    trajectories: text.samples ?? 12,
    replications,
    responses: responses.length,
    seed,
    level: confidence,
  });
  return {
    method: `Morris screening: ${found.trajectories} trajectories, ${found.points} designs, ${replications} twins each`,
    sensitivity: (found.effects[response] ?? []).map(
      ({ axis, muStar, muStarLow, muStarHigh, sigma }): SensitivityRow => ({
        factor: name(axis),
        ...none,
        muStar,
        muStarLow,
        muStarHigh,
        sigma,
      }),
    ),
    warnings: found.warnings,
  };
}

export function* uncertainty(setting: Setting): Search<Answer> {
  const { seed, text, responses, goals, unknowns, confidence } = setting;
  const before = asTheScene(setting);
  const samples = text.samples ?? 64;
  const replications = text.replications ?? 16;
  const found = yield* nestedSampling({
    dimensions: unknowns.length,
    place: (u) => [...before, ...u],
    outer: Math.max(3, samples),
    inner: Math.max(2, replications),
    responses: responses.length,
    seed,
    level: confidence,
  });
  const wanted = [...new Set(goals.map(({ response }) => response))];
  return {
    method: `nested sampling: ${samples} draws of what is not known, ${replications} twins each`,
    uncertainty: wanted.flatMap((response): UncertaintySplit[] => {
      const split = found.responses[response];
      const shown = responses[response];
      if (split === undefined || shown === undefined) return [];
      const { mean, low, high, sd, share, shareLow, shareHigh, quantiles, causes, twins } = split;
      return [
        {
          response: shown.name,
          unit: shown.unit,
          mean,
          low,
          high,
          bySelf: sd,
          share,
          shareLow,
          shareHigh,
          quantiles,
          causes: causes.map((cause, i) => ({ parameter: unknowns[i]?.name ?? '', share: cause })),
          samples: split.samples,
          twins,
        },
      ];
    }),
    warnings: found.warnings,
  };
}
