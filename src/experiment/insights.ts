/** What a study found, as sentences. Each is made from a tested number with its interval, and none is made where the interval holds zero. */
import type { Point } from '../search/search.ts';
import type { Answer } from './questions/answer.ts';
import { asTheScene } from './questions/answer.ts';
import { capital, quoted, worstOf } from './questions/what-limits.ts';
import type { Register } from './register.ts';
import { extremes } from './report.ts';
import type { Setting } from './setting.ts';
import { interval, Tally } from './statistics.ts';
import type { Insight, ResponseShown } from './study-protocol.ts';
import { called, change, designWords, figure, plusMinus, share, withUnit } from './wording.ts';

const MOST_EFFECTS = 4;

/** The scene of a design as a replication had it, to be watched; undefined: the study's own. */
type Replay = (point: Point, replication: number) => string | undefined;

export function insightsOf(setting: Setting, register: Register, answer: Answer, replay: Replay): Insight[] {
  const chosen = answer.chosen === undefined ? [] : overThePlant(setting, register, answer.chosen, answer.fresh, replay);
  const effects = setting.question === 'compare' ? effectSentences(setting, register, replay) : [];
  return [
    ...chosen,
    ...effects,
    ...frontSentences(setting, register, answer, replay),
    ...sensitivitySentences(setting, answer),
    ...uncertaintySentences(setting, answer),
  ];
}

function tested(differences: readonly number[], level: number): { mean: number; low: number; high: number; n: number } | undefined {
  const tally = new Tally();
  for (const difference of differences) tally.add(difference);
  const { mean, low, high, n } = interval(tally, level);
  if (n < 2 || !(low > 0 || high < 0)) return undefined;
  return { mean, low, high, n };
}

/** The chosen design beside the plant as it is, by twins that had no part in the choice. */
function overThePlant(setting: Setting, register: Register, chosen: Point, fresh: number | undefined, replay: Replay): Insight[] {
  const basePoint = asTheScene(setting);
  const [id, base] = [register.idOf(chosen), register.idOf(basePoint)];
  if (id === undefined || base === undefined || id === base || fresh === undefined) return [];
  const level = 1 - (1 - setting.confidence) / setting.responses.length;
  const words = designWords(setting, chosen, setting.basePoint);
  return setting.responses.flatMap((response, j): Insight[] => {
    if (response.name === 'cost') return [];
    const found = tested(register.differences(id, base, j, fresh), level);
    if (found === undefined) return [];
    const sense = response.sense === 'minimise' ? -1 : 1;
    const before = register.series(base, j, fresh);
    const worst = worstOf(before, sense);
    const values = [...(before?.values() ?? [])];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      {
        text: `With ${words}: ${change(found.mean, (found.high - found.low) / 2, mean, response)} beside the plant as it is (${found.n} paired twins).`,
        evidence: `Difference ${withUnit(plusMinus(found.mean, (found.high - found.low) / 2), response.unit)} of ${found.n} pairs of twins with the same luck, drawn after the choice was made; ${share(setting.confidence)} for all ${setting.responses.length === 1 ? 'that is said' : `${setting.responses.length} responses together`}; seed ${setting.seed}.`,
        mean: found.mean,
        low: found.low,
        high: found.high,
        unit: response.unit,
        pairs: found.n,
        replay:
          worst < 0
            ? []
            : [
                { label: 'Watch the worst twin before', scene: replay(basePoint, worst), seed: setting.seed, replication: worst },
                { label: 'and after', scene: replay(chosen, worst), seed: setting.seed, replication: worst },
              ],
        elements: [],
        design: id,
      },
    ];
  });
}

/** What a factor does from its least to its greatest level, over all levels of the others. */
function effectSentences(setting: Setting, register: Register, replay: Replay): Insight[] {
  const goal = setting.goals[0];
  const response = goal && setting.responses[goal.response];
  if (goal === undefined || response === undefined) return [];
  const level = 1 - (1 - setting.confidence) / Math.max(1, setting.factors.length);
  const found = setting.factors.flatMap((factor, f) => {
    const ends = extremes(setting, register, f, goal.response);
    const test = ends && tested(ends.differences, level);
    return ends === undefined || test === undefined ? [] : [{ factor, ends, test }];
  });
  return found
    .sort((a, b) => Math.abs(b.test.mean) - Math.abs(a.test.mean))
    .slice(0, MOST_EFFECTS)
    .map(({ factor, ends, test }): Insight => {
      const reach = (test.high - test.low) / 2;
      const sense = goal.sense === 'minimise' ? -1 : 1;
      const { low, high } = ends;
      const worst = worstOf(register.series(low, goal.response), sense);
      return {
        text: `Moving ${quoted(factor.name)} from ${ends.from} to ${ends.to} gives ${change(test.mean, reach, ends.base, response)}, over all ${ends.designs} designs (${test.n} paired twins of each).`,
        evidence: `Mean of the designs with ${factor.name} ${ends.to} less mean of those with ${ends.from}: ${withUnit(plusMinus(test.mean, reach), response.unit)}, ${test.n} replications with the same luck in all designs; ${share(setting.confidence)} for all ${setting.factors.length} factors together; seed ${setting.seed}.`,
        mean: test.mean,
        low: test.low,
        high: test.high,
        unit: response.unit,
        pairs: test.n,
        replay:
          worst < 0
            ? []
            : [
                {
                  label: `Watch the worst twin at ${ends.from}`,
                  scene: replay(register.point(low), worst),
                  seed: setting.seed,
                  replication: worst,
                },
                { label: `and at ${ends.to}`, scene: replay(register.point(high), worst), seed: setting.seed, replication: worst },
              ],
        elements: [],
        design: test.mean * sense > 0 ? high : low,
      };
    });
}

/** The two ends of the front beside each other. */
function frontSentences(setting: Setting, register: Register, answer: Answer, replay: Replay): Insight[] {
  const [first, second] = setting.goals;
  if (first === undefined || second === undefined || answer.ends === undefined) return [];
  const [a, b] = [setting.responses[first.response], setting.responses[second.response]];
  const [most, other] = answer.ends.map((point) => register.idOf(point));
  if (most === undefined || other === undefined || a === undefined || b === undefined) return [];
  const gain = tested(register.differences(most, other, first.response, answer.fresh), setting.confidence);
  if (gain === undefined) return [];
  // The price is a sum of costs, or tested too: what may be chance is not said.
  const paid = b.name === 'cost' ? undefined : tested(register.differences(most, other, second.response, answer.fresh), setting.confidence);
  if (b.name !== 'cost' && paid === undefined) return [];
  const price = paid?.mean ?? register.mean(most, second.response) - register.mean(other, second.response);
  return [
    {
      text: `Between the ends of the front lie ${change(gain.mean, (gain.high - gain.low) / 2, register.mean(other, first.response), a)} and ${withUnit(`${price > 0 ? '+' : '−'}${figure(Math.abs(price))}`, b.unit)} ${called(b)}: from ${designWords(setting, register.point(other))} to ${designWords(setting, register.point(most))}.`,
      evidence: `${capital(called(a))}: difference ${withUnit(plusMinus(gain.mean, (gain.high - gain.low) / 2), a.unit)} of ${gain.n} pairs of twins with the same luck; ${share(setting.confidence)}; seed ${setting.seed}.`,
      ...gain,
      unit: a.unit,
      pairs: gain.n,
      replay: [
        { label: 'Watch a twin of the one', scene: replay(register.point(other), 0), seed: setting.seed, replication: 0 },
        { label: 'and of the other', scene: replay(register.point(most), 0), seed: setting.seed, replication: 0 },
      ],
      elements: [],
      design: most,
    },
  ];
}

function sensitivitySentences(setting: Setting, answer: Answer): Insight[] {
  const response = setting.responses[setting.goals[0]?.response ?? 0];
  if (response === undefined) return [];
  const rows = answer.sensitivity ?? [];
  const asked = rows
    .filter(({ totalLow, muStarLow }) => totalLow > 0.005 || muStarLow > 0)
    .sort((a, b) => (b.total || 0) - (a.total || 0) || (b.muStar || 0) - (a.muStar || 0));
  return asked.slice(0, MOST_EFFECTS).map((row): Insight => {
    const sobol = Number.isFinite(row.total);
    const [mean, low, high] = sobol ? [row.total, row.totalLow, row.totalHigh] : [row.muStar, row.muStarLow, row.muStarHigh];
    const text = sobol
      ? `${quoted(row.factor)} has a hand in ${share(mean)} (${share(low)} to ${share(Math.min(1, high))}) of the variance of ${called(response)}.`
      : `Moving ${quoted(row.factor)} across its range changes ${called(response)} by ${withUnit(plusMinus(mean, (high - low) / 2), response.unit)} on average.`;
    return {
      text,
      evidence: `${answer.method}; ${sobol ? "total Sobol' index" : 'mean of the magnitudes of elementary effects (µ*)'}, ${share(setting.confidence)}; seed ${setting.seed}.`,
      mean,
      low,
      high,
      unit: sobol ? '1' : response.unit,
      pairs: 0,
      replay: [],
      elements: [],
      design: -1,
    };
  });
}

function uncertaintySentences(setting: Setting, answer: Answer): Insight[] {
  return (answer.uncertainty ?? [])
    .filter(({ shareLow }) => shareLow > 0)
    .map((split): Insight => {
      const response = setting.responses.find(({ name }) => name === split.response) as ResponseShown;
      const [cause] = [...split.causes].sort((a, b) => b.share - a.share);
      const measure = cause === undefined || split.causes.length < 2 ? '' : `, most of all ${quoted(cause.parameter)}`;
      return {
        text: `What is not known${measure} makes ${share(split.share)} (${share(split.shareLow)} to ${share(split.shareHigh)}) of the variance of ${called(response)} among twins; more twins do not narrow that, knowing more does.`,
        evidence: `Random-effects analysis of variance over ${split.samples} draws of what is not known, ${split.twins} twins in all; ${share(setting.confidence)}; seed ${setting.seed}.`,
        mean: split.share,
        low: split.shareLow,
        high: split.shareHigh,
        unit: '1',
        pairs: split.samples,
        replay: [],
        elements: [],
        design: -1,
      };
    });
}
