/**
 * The distribution that CMA-ES adapts: a normal one over the real and steps axes of the unit cube, and a probability for every option of a choice.
 * Notation of Hansen 2016, "The CMA evolution strategy: a tutorial" (arXiv:1604.00772), equation and table numbers of which are given.
 */
import { levelAt, type Side } from './cube.ts';
import type { Dice } from './dice.ts';
import { exp, log } from '../elementary.ts';
import { eigen } from './matrix.ts';
import { normalAbove, normalQuantile } from '../quantiles.ts';

/** Of the unit cube: where the optimum may be anywhere in it (Hansen 2016, appendix A). */
const FIRST_SIGMA = 0.3;

/** One draw: its place in the whole cube, and the normal part of it as (place − mean) / (σ margin). */
export interface Draw {
  unit: number[];
  y: Float64Array;
}

export class Distribution {
  readonly population: number;
  sigma = FIRST_SIGMA;
  private readonly sides: readonly Side[];
  /** Axes of the cube with a normal coordinate, and with options; an axis of one level has neither. */
  private readonly numeric: number[];
  private readonly choices: number[];
  private readonly n: number;
  private readonly mean: Float64Array;
  private readonly c: Float64Array;
  private basis: Float64Array;
  private scales: Float64Array;
  private readonly ps: Float64Array;
  private readonly pc: Float64Array;
  /** By coordinate, what its deviation is multiplied by so that a steps axis keeps its margin. */
  private readonly margin: Float64Array;
  /** By choice axis: the probabilities of its options. */
  private readonly shares: Float64Array[];
  private readonly weights: Float64Array;
  private readonly muEff: number;
  private readonly cs: number;
  private readonly ds: number;
  private readonly cc: number;
  private readonly c1: number;
  private readonly cmu: number;
  private readonly expected: number;
  private generation = 0;
  /** (1 − c_σ)^(2 (g + 1)) */
  private fade = 1;
  private stale = 0;

  /** @param population λ, 4 or more. @param unit the first mean, and options that are likelier at first by as much as all others together. */
  constructor(sides: readonly Side[], population: number, unit: ArrayLike<number>) {
    this.sides = sides;
    this.population = population;
    const varying = sides.map((_, i) => i).filter((i) => sides[i].levels > 1);
    this.numeric = varying.filter((i) => sides[i].kind !== 'choice');
    this.choices = varying.filter((i) => sides[i].kind === 'choice');
    const n = this.numeric.length;
    this.n = n;
    this.mean = Float64Array.from(this.numeric, (i) => unit[i]);
    this.c = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.c[i * n + i] = 1;
    this.basis = this.c.slice();
    this.scales = new Float64Array(n).fill(1);
    this.ps = new Float64Array(n);
    this.pc = new Float64Array(n);
    this.margin = new Float64Array(n).fill(1);
    this.shares = this.choices.map((i) => {
      const { levels } = sides[i];
      const shares = new Float64Array(levels).fill(0.5 / (levels - 1));
      shares[levelAt(unit[i], levels)] = 0.5;
      return shares;
    });

    // Table 1.
    const raw = Float64Array.from({ length: population }, (_, i) => log((population + 1) / 2) - log(i + 1));
    const mu = Math.floor(population / 2);
    const sums = (from: number, to: number): { sum: number; eff: number } => {
      let [sum, squares] = [0, 0];
      for (let i = from; i < to; i++) {
        sum += raw[i];
        squares += raw[i] * raw[i];
      }
      return { sum, eff: (sum * sum) / squares };
    };
    const [plus, minus] = [sums(0, mu), sums(mu, population)];
    this.muEff = plus.eff;
    const m = plus.eff;
    this.cs = (m + 2) / (n + m + 5);
    this.ds = 1 + 2 * Math.max(0, Math.sqrt((m - 1) / (n + 1)) - 1) + this.cs;
    this.cc = (4 + m / n) / (n + 4 + (2 * m) / n);
    this.c1 = 2 / ((n + 1.3) * (n + 1.3) + m);
    this.cmu = Math.min(1 - this.c1, (2 * (0.25 + m + 1 / m - 2)) / ((n + 2) * (n + 2) + m));
    const most = Math.min(
      1 + this.c1 / this.cmu,
      1 + (2 * minus.eff) / (m + 2),
      // With c_1 + c_µ near 1, of large populations, there is no room for negative weights.
      Math.max(0, 1 - this.c1 - this.cmu) / (n * this.cmu),
    );
    this.weights = raw.map((w) => (w >= 0 ? w / plus.sum : (most * w) / -minus.sum));
    this.expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  }

  /** Draws one place. */
  draw(dice: Dice): Draw {
    const { n, basis, scales } = this;
    const y = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      const z = scales[k] * dice.normal();
      for (let i = 0; i < n; i++) y[i] += basis[i * n + k] * z;
    }
    const unit = this.sides.map(() => 0.5);
    this.numeric.forEach((axis, i) => {
      unit[axis] = this.inside(axis, this.mean[i] + this.sigma * this.margin[i] * y[i]);
    });
    this.choices.forEach((axis, k) => {
      unit[axis] = (pick(this.shares[k], dice.uniform()) + 0.5) / this.sides[axis].levels;
    });
    return { unit, y };
  }

  /** The middle: the mean, and of every choice its likeliest option. */
  get middle(): number[] {
    const unit = this.sides.map(() => 0.5);
    this.numeric.forEach((axis, i) => {
      unit[axis] = this.inside(axis, this.mean[i]);
    });
    this.choices.forEach((axis, k) => {
      const shares = this.shares[k];
      unit[axis] = (shares.indexOf(Math.max(...shares)) + 0.5) / this.sides[axis].levels;
    });
    return unit;
  }

  /**
   * A draw for a place that did not come from `draw`, such as one that was moved to where the constraints hold. A far one counts as nearer (Hansen 2011,
   * "Injecting external solutions into CMA-ES", equation 4), or it would upset the step size.
   */
  taken(unit: number[]): Draw {
    const { n } = this;
    const y = Float64Array.from(this.numeric, (axis, i) => {
      const v = this.sides[axis].kind === 'real' ? image(unit[axis], this.mean[i]) : unit[axis];
      return (v - this.mean[i]) / (this.sigma * this.margin[i]);
    });
    const length = Math.sqrt(square(this.whitened(y)));
    const longest = Math.sqrt(n) + (2 * n) / (n + 2);
    return { unit, y: length > longest ? y.map((x) => (x * longest) / length) : y };
  }

  /** Adapts to a generation, best first. As many as the population. */
  update(ranked: readonly Draw[]): void {
    this.generation++;
    this.learnOptions(ranked);
    const { n, c } = this;
    if (n === 0) return;
    // Equations 40 to 42: the mean.
    const step = new Float64Array(n);
    for (let k = 0; k < ranked.length && this.weights[k] > 0; k++) {
      for (let i = 0; i < n; i++) step[i] += this.weights[k] * ranked[k].y[i];
    }
    for (let i = 0; i < n; i++) this.mean[i] += this.sigma * step[i];
    // 43 and 44: the step size.
    const white = this.whitened(step);
    const turn = Math.sqrt(this.cs * (2 - this.cs) * this.muEff);
    for (let i = 0; i < n; i++) this.ps[i] = (1 - this.cs) * this.ps[i] + turn * white[i];
    const length = Math.sqrt(square(this.ps));
    this.fade *= (1 - this.cs) * (1 - this.cs);
    const stalled = length / Math.sqrt(1 - this.fade) >= (1.4 + 2 / (n + 1)) * this.expected;
    // 45 to 47: the covariances.
    const onward = stalled ? 0 : Math.sqrt(this.cc * (2 - this.cc) * this.muEff);
    for (let i = 0; i < n; i++) this.pc[i] = (1 - this.cc) * this.pc[i] + onward * step[i];
    const weights = this.weights.map((w, k) => (w >= 0 ? w : (w * n) / Math.max(1e-300, square(this.whitened(ranked[k].y)))));
    let total = 0;
    for (const w of this.weights) total += w;
    const keep = 1 + (stalled ? this.c1 * this.cc * (2 - this.cc) : 0) - this.c1 - this.cmu * total;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * ranked[k].y[i] * ranked[k].y[j];
        const value = keep * c[i * n + j] + this.c1 * this.pc[i] * this.pc[j] + this.cmu * sum;
        c[i * n + j] = value;
        c[j * n + i] = value;
      }
    }
    this.sigma *= exp(Math.min(1, (this.cs / this.ds) * (length / this.expected - 1)));
    // The decomposition costs n³: it is put off as section B.2 of the tutorial allows.
    if (++this.stale >= 1 / (10 * n * (this.c1 + this.cmu))) this.decompose();
    this.keepMargins();
  }

  /** Largest standard deviation of a real axis, in the unit cube; of steps axes where there is no real one. */
  get widest(): number {
    const real = this.numeric.map((axis, i) => (this.sides[axis].kind === 'real' ? Math.sqrt(this.c[i * this.n + i]) : 0));
    const widest = Math.max(0, ...real);
    return this.sigma * (widest > 0 ? widest : Math.max(1, ...this.scales));
  }

  /** Ratio of the largest variance to the least. */
  get condition(): number {
    return this.n === 0 ? 1 : (Math.max(...this.scales) / Math.min(...this.scales)) ** 2;
  }

  /** A real coordinate is mirrored at the faces of the cube, so that none is likelier than the inside; a level takes all beyond it. */
  private inside(axis: number, v: number): number {
    if (this.sides[axis].kind === 'steps') return Math.min(1, Math.max(0, v));
    return Math.abs(v - 2 * Math.round(v / 2));
  }

  /** C^(−½) y */
  private whitened(y: Float64Array): Float64Array {
    const { n, basis } = this;
    const z = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) z[k] += basis[i * n + k] * y[i];
    for (let k = 0; k < n; k++) z[k] /= this.scales[k];
    const white = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) white[i] += basis[i * n + k] * z[k];
    return white;
  }

  private decompose(): void {
    this.stale = 0;
    const { values, vectors } = eigen(this.c, this.n);
    this.basis = vectors;
    this.scales = values.map((value) => Math.sqrt(Math.max(value, 1e-30)));
  }

  /** Hamano et al. 2022, section 4: the levels beside that of the mean keep a probability of 1 / (λ n) together. */
  private keepMargins(): void {
    const alpha = 1 / (this.population * this.n);
    this.numeric.forEach((axis, i) => {
      const { kind, levels } = this.sides[axis];
      if (kind !== 'steps') return;
      const sd = this.sigma * Math.sqrt(this.c[i * this.n + i]);
      const level = levelAt(this.mean[i], levels);
      if (level === 0 || level === levels - 1) {
        const wall = level === 0 ? 1 / levels : (levels - 1) / levels;
        const reach = -normalQuantile(alpha, 1 - alpha) * sd * this.margin[i];
        const away = Math.min(Math.abs(this.mean[i] - wall), reach);
        this.mean[i] = level === 0 ? wall - away : wall + away;
        return;
      }
      const [low, high] = [level / levels, (level + 1) / levels];
      const below = above((this.mean[i] - low) / (sd * this.margin[i]));
      const beyond = above((high - this.mean[i]) / (sd * this.margin[i]));
      if (below >= alpha / 2 && beyond >= alpha / 2) return;
      const middle = 1 - below - beyond;
      const [lesser, greater] = [Math.max(alpha / 2, below), Math.max(alpha / 2, beyond)];
      const give = (1 - lesser - greater - middle) / (lesser + greater + middle - 1.5 * alpha);
      const p = lesser + give * (lesser - alpha / 2);
      const q = greater + give * (greater - alpha / 2);
      const [a, b] = [-normalQuantile(p, 1 - p), -normalQuantile(q, 1 - q)];
      this.mean[i] = (low * b + high * a) / (a + b);
      this.margin[i] = (high - low) / (sd * (a + b));
    });
  }

  /** Probabilities move to those of the better half; an option keeps at least 1 / (λ × options), so that none is lost for good. */
  private learnOptions(ranked: readonly Draw[]): void {
    if (this.choices.length === 0) return;
    let options = 0;
    for (const shares of this.shares) options += shares.length;
    const rate = this.muEff / (this.muEff + 2 * options);
    this.choices.forEach((axis, c) => {
      const shares = this.shares[c];
      const { levels } = this.sides[axis];
      for (let o = 0; o < levels; o++) shares[o] *= 1 - rate;
      for (let k = 0; k < ranked.length && this.weights[k] > 0; k++)
        shares[levelAt(ranked[k].unit[axis], levels)] += rate * this.weights[k];
      const least = 1 / (this.population * levels);
      // Into [least, 1] with the sum 1: what is above the least shrinks in proportion.
      let spare = 0;
      for (let o = 0; o < levels; o++) {
        shares[o] = Math.max(least, shares[o]);
        spare += shares[o] - least;
      }
      for (let o = 0; o < levels; o++) shares[o] = least + ((shares[o] - least) * (1 - levels * least)) / spare;
    });
  }
}

/** Of the places that a mirrored coordinate is the image of, the one nearest to `near`. */
function image(unit: number, near: number): number {
  const a = unit + 2 * Math.round((near - unit) / 2);
  const b = 2 * Math.round((near + unit) / 2) - unit;
  return Math.abs(a - near) <= Math.abs(b - near) ? a : b;
}

/** The standard normal's probability above z, of either sign. */
function above(z: number): number {
  return z >= 0 ? normalAbove(z) : 1 - normalAbove(-z);
}

function square(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}

function pick(shares: Float64Array, u: number): number {
  let sum = 0;
  for (let i = 0; i < shares.length - 1; i++) {
    sum += shares[i];
    if (u < sum) return i;
  }
  return shares.length - 1;
}
