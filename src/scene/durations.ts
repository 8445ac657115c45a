/** Durations and distributions as a user writes them → ticks and the parameters that the tables are made from. */
import { parseDuration, SECONDS, type Unit } from '../clock.ts';
import type { Distribution } from '../distributions.ts';
import { exp, logGamma } from '../elementary.ts';
import { type DistributionText, type DurationText, type Family, MOST_CV } from '../stations/duration.ts';
import { type Findings, type Path, shown } from './problems.ts';

const TICKS = 2 ** 32;

/** How the amounts of a distribution are read: as durations, or as numbers of parts. */
export interface Measure {
  /** The amount in ticks or parts; undefined, with a finding, where it is out of range. */
  amount(value: DurationText, path: Path): number | undefined;
  /** Ticks (or parts) in the unit that plain numbers count in. */
  perUnit: number;
  /** Where amounts are rounded to whole ones and a mean must not vanish in that. */
  rounds: boolean;
  /** What is rounded to, and what to do where that is too coarse. */
  grain: string;
  finer: string;
}

export function ticksMeasure(unit: Unit, tickSeconds: number, findings: Findings): Measure {
  return {
    perUnit: SECONDS[unit] / tickSeconds,
    rounds: true,
    grain: 'tick',
    finer: 'take a finer time.resolution',
    amount(value, path) {
      const seconds = parseDuration(value, unit);
      const ticks = seconds === undefined ? Number.NaN : seconds / tickSeconds;
      if (ticks <= TICKS) return ticks;
      findings.add(
        path,
        `found ${shown(value)}; expected a duration of at most 2^32 ticks (${Number.isFinite(ticks) ? `this is ${roundly(ticks)}` : 'this is endless'})`,
      );
      return undefined;
    },
  };
}

export function partsMeasure(findings: Findings): Measure {
  return {
    perUnit: 1,
    rounds: false,
    grain: 'part',
    finer: '',
    amount(value, path) {
      if (typeof value === 'number' && value <= TICKS) return value;
      findings.add(path, `found ${shown(value)}; expected a plain number of parts, at most 2^32, as parts are counted here`);
      return undefined;
    },
  };
}

/** Plain numbers, counted in thousandths. */
export function thousandthsMeasure(findings: Findings): Measure {
  const perUnit = 1000;
  return {
    perUnit,
    rounds: true,
    grain: 'thousandth',
    finer: 'count the condition in a smaller unit',
    amount(value, path) {
      if (typeof value === 'number' && value * perUnit <= TICKS) return value * perUnit;
      findings.add(path, `found ${shown(value)}; expected a plain number of at most ${roundly(TICKS / perUnit)}`);
      return undefined;
    },
  };
}

/** A number as people write it: 4,294,967,296. */
export function roundly(value: number): string {
  return value < 1e15 ? Math.round(value).toLocaleString('en') : value.toExponential(3);
}

/**
 * The distribution in ticks (or parts). Undefined, with findings, where parameters contradict each other or leave the range.
 * What never varies comes out as `constant`.
 */
export function distributionOf(text: DistributionText, path: Path, measure: Measure, findings: Findings): Distribution | undefined {
  const before = findings.count;
  const made = typeof text === 'object' ? parametersOf(text, path, measure, findings) : constantOf(measure.amount(text, path));
  if (!made || findings.count > before) return undefined;
  const mean = meanOf(made);
  if (!(mean <= TICKS)) {
    findings.add(path, `found a mean of ${roundly(mean)} ticks; expected at most 2^32`);
    return undefined;
  }
  if (measure.rounds && mean > 0 && mean < 0.5) {
    const mended =
      typeof text === 'object' && 'mean' in (Object.values(text)[0] as object) ? [...path, Object.keys(text)[0] as string, 'mean'] : path;
    findings.add(
      mended,
      `found a mean of ${Number(mean.toPrecision(3))} ${measure.grain}s, which rounds to 0; expected at least half a ${measure.grain}: ${measure.finer}`,
    );
    return undefined;
  }
  return made;
}

function constantOf(value: number | undefined): Distribution | undefined {
  return value === undefined ? undefined : { kind: 'constant', value };
}

function parametersOf(
  text: Exclude<DistributionText, DurationText>,
  outer: Path,
  measure: Measure,
  findings: Findings,
): Distribution | undefined {
  const family = Object.keys(text)[0] as Family;
  const path: Path = [...outer, family];
  const amount = (key: string, value: DurationText): number => measure.amount(value, [...path, key]) ?? Number.NaN;
  const amounts = (key: string, values: DurationText[]): number[] =>
    values.map((value, i) => measure.amount(value, [...path, key, i]) ?? Number.NaN);
  const refuse = (key: string, message: string): undefined => findings.add([...path, key], message) as undefined;
  switch (family) {
    case 'constant':
      return constantOf(amount('value', text.constant!.value));
    case 'uniform': {
      const min = amount('min', text.uniform!.min);
      const max = amount('max', text.uniform!.max);
      if (min > max) return refuse('max', `found ${shown(text.uniform!.max)}; expected at least min, ${shown(text.uniform!.min)}`);
      return min === max ? constantOf(min) : { kind: 'uniform', min, max };
    }
    case 'triangular': {
      const { triangular } = text as { triangular: { min: DurationText; mode: DurationText; max: DurationText } };
      const [min, mode, max] = [amount('min', triangular.min), amount('mode', triangular.mode), amount('max', triangular.max)];
      if (min > max) return refuse('max', `found ${shown(triangular.max)}; expected at least min, ${shown(triangular.min)}`);
      if (mode < min || mode > max) {
        return refuse(
          'mode',
          `found ${shown(triangular.mode)}; expected from min, ${shown(triangular.min)}, to max, ${shown(triangular.max)}`,
        );
      }
      return min === max ? constantOf(min) : { kind: 'triangular', min, mode, max };
    }
    case 'normal': {
      const normal = text.normal!;
      const mean = amount('mean', normal.mean);
      const sd = 'sd' in normal ? amount('sd', normal.sd) : mean * normal.cv;
      return sd === 0 ? constantOf(mean) : { kind: 'normal', mean, sd };
    }
    case 'lognormal': {
      const lognormal = text.lognormal!;
      let mean: number;
      let cv: number;
      if ('mu' in lognormal) {
        const variance = lognormal.sigma * lognormal.sigma;
        mean = exp(lognormal.mu + variance / 2) * measure.perUnit;
        cv = Math.sqrt(expLess1(variance));
      } else {
        mean = amount('mean', lognormal.mean);
        cv = 'cv' in lognormal ? lognormal.cv : ratio(amount('sd', lognormal.sd), mean);
      }
      if (mean === 0 && cv > 0 && 'sd' in lognormal)
        return refuse('mean', `found ${shown(lognormal.mean)} with a standard deviation above 0; expected a mean above 0`);
      if (cv > MOST_CV)
        return refuse(
          'mu' in lognormal ? 'sigma' : 'sd',
          `found a coefficient of variation of ${roundly(cv)}; expected at most ${MOST_CV}`,
        );
      return mean === 0 || cv === 0 ? constantOf(mean) : { kind: 'lognormal', mean, cv };
    }
    case 'exponential': {
      const exponential = text.exponential!;
      const mean = 'mean' in exponential ? amount('mean', exponential.mean) : measure.perUnit / exponential.rate;
      return mean === 0 ? constantOf(0) : { kind: 'exponential', mean };
    }
    case 'erlang': {
      const mean = amount('mean', text.erlang!.mean);
      return mean === 0 ? constantOf(0) : { kind: 'gamma', shape: text.erlang!.k, scale: mean / text.erlang!.k };
    }
    case 'gamma': {
      const gamma = text.gamma!;
      const shape = 'shape' in gamma ? gamma.shape : 1 / (gamma.cv * gamma.cv);
      const scale = 'shape' in gamma ? amount('scale', gamma.scale) : amount('mean', gamma.mean) / shape;
      return scale === 0 ? constantOf(0) : { kind: 'gamma', shape, scale };
    }
    case 'weibull': {
      const weibull = text.weibull!;
      if ('cv' in weibull && weibull.cv < LEAST_WEIBULL_CV)
        return refuse('cv', `found ${weibull.cv}; expected at least ${LEAST_WEIBULL_CV}, or a "constant"`);
      const shape = 'shape' in weibull ? weibull.shape : weibullShape(weibull.cv);
      const scale = 'scale' in weibull ? amount('scale', weibull.scale) : amount('mean', weibull.mean) / exp(logGamma(1 + 1 / shape));
      return scale === 0 ? constantOf(0) : { kind: 'weibull', shape, scale };
    }
    case 'beta': {
      const { alpha, beta } = text.beta!;
      const min = amount('min', text.beta!.min);
      const max = amount('max', text.beta!.max);
      if (min > max) return refuse('max', `found ${shown(text.beta!.max)}; expected at least min, ${shown(text.beta!.min)}`);
      return min === max ? constantOf(min) : { kind: 'beta', alpha, beta, min, max };
    }
    case 'empirical': {
      const empirical = text.empirical!;
      if ('values' in empirical) {
        const values = amounts('values', empirical.values).sort((a, b) => a - b);
        return { kind: 'discrete', values, weights: values.map(() => 1) };
      }
      const edges = amounts('edges', empirical.edges);
      const { weights } = empirical;
      if (edges.length !== weights.length + 1)
        return refuse('edges', `found a list of ${edges.length} for ${weights.length} weights; expected one more edge than weights`);
      const back = edges.findIndex((edge, i) => i > 0 && edge <= (edges[i - 1] as number));
      if (back !== -1) {
        findings.add(
          [...path, 'edges', back],
          `found ${shown(empirical.edges[back])} after ${shown(empirical.edges[back - 1])}; expected edges that increase`,
        );
        return undefined;
      }
      if (!weights.some((weight) => weight > 0)) return refuse('weights', ALL_ZERO);
      return { kind: 'empirical', edges, weights };
    }
    case 'discrete': {
      const { weights } = text.discrete!;
      const values = amounts('values', text.discrete!.values);
      if (values.length !== weights.length)
        return refuse('weights', `found a list of ${weights.length} for ${values.length} values; expected one weight a value`);
      if (!weights.some((weight) => weight > 0)) return refuse('weights', ALL_ZERO);
      const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
      return { kind: 'discrete', values: order.map((i) => values[i] as number), weights: order.map((i) => weights[i] as number) };
    }
  }
}

export const ALL_ZERO = 'found weights that are all 0; expected at least one above 0';

function ratio(sd: number, mean: number): number {
  return mean > 0 ? sd / mean : sd === 0 ? 0 : Number.POSITIVE_INFINITY;
}

/** e^x − 1 for x ≥ 0, without losing the digits of a small x. */
function expLess1(x: number): number {
  if (x > 0.1) return exp(x) - 1;
  let term = x;
  let sum = x;
  for (let i = 2; i < 20; i++) {
    term *= x / i;
    sum += term;
  }
  return sum;
}

/** The mean of a distribution, of the parent where that is truncated; in its own unit. */
function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'triangular':
      return (distribution.min + distribution.mode + distribution.max) / 3;
    case 'normal':
      // With a parent mean of 0 the truncated one has sd·√(2/π).
      return Math.max(distribution.mean, 0.7 * distribution.sd);
    case 'lognormal':
    case 'exponential':
      return distribution.mean;
    case 'gamma':
      return distribution.shape * distribution.scale;
    case 'weibull':
      return distribution.scale * exp(logGamma(1 + 1 / distribution.shape));
    case 'beta':
      return distribution.min + ((distribution.max - distribution.min) * distribution.alpha) / (distribution.alpha + distribution.beta);
    case 'empirical': {
      const { edges } = distribution;
      return weighted(distribution.weights, (i) => ((edges[i] as number) + (edges[i + 1] as number)) / 2);
    }
    case 'discrete':
      return weighted(distribution.weights, (i) => distribution.values[i] as number);
  }
}

function weighted(weights: readonly number[], value: (i: number) => number): number {
  let sum = 0;
  let all = 0;
  weights.forEach((weight, i) => {
    sum += weight * value(i);
    all += weight;
  });
  return sum / all;
}

/** The cv of a Weibull of shape 6,400; below it the bisection would run out of digits. */
const LEAST_WEIBULL_CV = 2e-4;

/** The Weibull shape with this cv: bisection on 1 + cv² = Γ(1 + 2/k) / Γ(1 + 1/k)², which falls as k grows. */
function weibullShape(cv: number): number {
  const excess = (k: number): number => exp(logGamma(1 + 2 / k) - 2 * logGamma(1 + 1 / k)) - 1 - cv * cv;
  let low = 0.1;
  let high = 1e4;
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (!(middle > low && middle < high)) break;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}
