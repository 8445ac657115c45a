/**
 * The bottleneck by intervention: every element changed a little, one change a design, all under the luck of the plant as it is. What a change gains
 * is a mean of paired differences, and all intervals hold together at the level (Bonferroni).
 */
import type { Search } from '../../search/search.ts';
import type { Change } from '../interventions.ts';
import type { Register } from '../register.ts';
import type { Setting } from '../setting.ts';
import { interval, Tally } from '../statistics.ts';
import type { Insight, Intervention } from '../study-protocol.ts';
import { called, change, plusMinus, share, withUnit } from '../wording.ts';

/** Replications of each design in a round: partial results come after each. */
const ROUND = 64;
const REPLICATIONS = 256;

/** The plant as it is. */
export const AS_IS = 0;

/** Metrics that tell what a change does to the stations. */
export function stationMetrics(stations: readonly string[]): string[] {
  return stations.flatMap((station) => [`${station}.blocked`, `${station}.starved`]);
}

export function* whatLimits(setting: Setting, changes: readonly Change[]): Search<void> {
  const all = setting.text.replications ?? REPLICATIONS;
  const budget = setting.text.budget === undefined ? all : Math.max(2, Math.floor(setting.text.budget / (changes.length + 1)));
  const replications = Math.min(all, budget);
  for (let first = 0; first < replications; first += ROUND) {
    const count = Math.min(ROUND, replications - first);
    yield Array.from({ length: changes.length + 1 }, (_, change) => ({ point: [change], first, count }));
  }
}

interface Paired {
  mean: number;
  low: number;
  high: number;
  n: number;
}

function paired(differences: readonly number[], level: number): Paired {
  const tally = new Tally();
  for (const difference of differences) tally.add(difference);
  const { mean, low, high, n } = interval(tally, level);
  return { mean, low, high, n };
}

/** Ranked by gain, the largest first: gain is positive where the first objective gets better. */
export function interventionsOf(
  setting: Setting,
  changes: readonly Change[],
  register: Register,
  metrics: readonly string[],
): Intervention[] {
  const base = register.idOf([AS_IS]);
  const goal = setting.goals[0];
  if (base === undefined || goal === undefined) return [];
  const sense = goal.sense === 'maximise' ? 1 : -1;
  const level = 1 - (1 - setting.confidence) / Math.max(1, changes.length);
  const mean = register.mean(base, goal.response);
  const at = (id: number, metric: string): number => (metrics.includes(metric) ? register.mean(id, metrics.indexOf(metric)) : Number.NaN);
  const found = changes.flatMap(({ element, words, path }, i): Intervention[] => {
    const id = register.idOf([i + 1]);
    if (id === undefined) return [];
    const { mean: gain, low, high, n } = paired(register.differences(id, base, goal.response), level);
    const [down, up] = sense > 0 ? [low, high] : [-high, -low];
    const scale = Math.abs(mean);
    return [
      {
        element,
        change: words,
        path,
        gain: sense * gain,
        low: down,
        high: up,
        share: (sense * gain) / scale,
        shareLow: down / scale,
        shareHigh: up / scale,
        pairs: n,
        blockedBefore: at(base, `${element}.blocked`),
        blockedAfter: at(id, `${element}.blocked`),
        starvedBefore: at(base, `${element}.starved`),
        starvedAfter: at(id, `${element}.starved`),
        design: i + 1,
      },
    ];
  });
  return found.sort((a, b) => b.gain - a.gain || a.design - b.design);
}

/** Which state of which station a change relieves most, where that is sure. */
function relief(
  register: Register,
  metrics: readonly string[],
  base: number,
  id: number,
  level: number,
): { station: string; state: string; share: number } | undefined {
  let best: { station: string; state: string; share: number; drop: number } | undefined;
  metrics.forEach((metric, response) => {
    const match = /^(.*)\.(blocked|starved)$/.exec(metric);
    if (match === null) return;
    const before = register.mean(base, response);
    const { mean, high } = paired(register.differences(id, base, response), level);
    if (!(high < 0) || !(before > 0.005)) return;
    if (best === undefined || -mean > best.drop)
      best = { station: match[1] as string, state: match[2] as string, share: -mean / before, drop: -mean };
  });
  return best;
}

/**
 * Sentences for the changes that help for sure, at most so many.
 * @param replay the scene of a change as a replication had it; undefined: the study's own
 */
export function limitInsights(
  setting: Setting,
  changes: readonly Change[],
  interventions: readonly Intervention[],
  register: Register,
  metrics: readonly string[],
  replay: (change: number, replication: number) => string | undefined,
  most = 6,
): Insight[] {
  const base = register.idOf([AS_IS]);
  const goal = setting.goals[0];
  const response = goal && setting.responses[goal.response];
  if (base === undefined || goal === undefined || response === undefined) return [];
  const sense = goal.sense === 'maximise' ? 1 : -1;
  const worst = worstOf(register.series(base, goal.response), sense);
  // One of all state times is named, for each of all changes.
  const level = 1 - (1 - setting.confidence) / Math.max(1, metrics.length * interventions.length);
  const before = register.mean(base, goal.response);
  return interventions
    .filter(({ low }) => low > 0)
    .slice(0, most)
    .map((one): Insight => {
      const reach = (one.high - one.low) / 2;
      const id = register.idOf([one.design]) as number;
      const relieved = relief(register, metrics, base, id, level);
      const also =
        relieved === undefined ? '' : `; it removes ${share(relieved.share)} of the ${relieved.state} time of ${quoted(relieved.station)}`;
      const { words } = changes[one.design - 1] as Change;
      return {
        text: `${capital(words)} at ${quoted(one.element)} gives ${change(sense * one.gain, reach, before, response)} (${one.pairs} paired twins)${also}.`,
        evidence: `${capital(called(response))} with and without the change under the same luck: ${withUnit(plusMinus(sense * one.gain, reach), response.unit)}, ${one.pairs} pairs of twins, ${share(setting.confidence)} for all ${interventions.length} changes together, seed ${setting.seed}.`,
        mean: sense * one.gain,
        low: sense > 0 ? one.low : -one.high,
        high: sense > 0 ? one.high : -one.low,
        unit: response.unit,
        pairs: one.pairs,
        replay:
          worst < 0
            ? []
            : [
                { label: 'Watch the worst twin before', scene: replay(AS_IS, worst), seed: setting.seed, replication: worst },
                { label: 'and after', scene: replay(one.design, worst), seed: setting.seed, replication: worst },
              ],
        elements: relieved === undefined ? [one.element] : [one.element, relieved.station],
        design: one.design,
      };
    });
}

/** The replication that does worst; −1 where none is known. */
export function worstOf(series: ReadonlyMap<number, number> | undefined, sense: 1 | -1): number {
  let worst = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [replication, value] of series ?? []) {
    if (sense * value >= least) continue;
    least = sense * value;
    worst = replication;
  }
  return worst;
}

export function quoted(name: string): string {
  return `“${name}”`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
