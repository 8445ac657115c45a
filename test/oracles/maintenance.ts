/** Repair by crews, replacement by age, and wear as a random walk. Rates are per unit of time. */
import { dists } from './dists.ts';

export interface RepairShop {
  /** Mean machines in order / machines. */
  availability: number;
  /** Mean machines down, those under repair included. */
  down: number;
  /** Mean time from failure to the end of repair. */
  downTime: number;
  /** Mean crews at work / crews. */
  utilization: number;
}

/** M/M/c//N, the machine repair problem (Palm 1947): N machines fail at `failureRate` each while in order, c crews repair one machine each at `repairRate`. */
export function machineRepair(machines: number, crews: number, failureRate: number, repairRate: number): RepairShop {
  const weights = [1];
  for (let n = 1; n <= machines; n++) weights.push((weights[n - 1] * (machines - n + 1) * failureRate) / (Math.min(n, crews) * repairRate));
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = (figure: (n: number) => number): number => weights.reduce((total, weight, n) => total + weight * figure(n), 0) / sum;
  const down = mean((n) => n);
  return {
    availability: 1 - down / machines,
    down,
    downTime: down / ((machines - down) * failureRate),
    utilization: mean((n) => Math.min(n, crews)) / crews,
  };
}

export interface Replacement {
  availability: number;
  /** Repairs, and planned replacements, per unit of time. */
  failures: number;
  replacements: number;
  /** Cost per unit of time, of one a failure and `costs` where given. */
  costRate: number;
}

/**
 * Age replacement (Barlow and Proschan 1965) by renewal reward: a part of Weibull life is replaced when it fails, which stops the machine
 * for `repair`, or at age `age`, which stops it for `planned`. Age counts working time.
 */
export function ageReplacement(
  life: { shape: number; scale: number },
  age: number,
  repair: number,
  planned: number,
  costs: { failure: number; replacement: number } = { failure: 1, replacement: 0 },
): Replacement {
  const survives = (t: number): number => Math.exp(-((t / life.scale) ** life.shape));
  const up = simpson(survives, 0, age, 20_000);
  const lasts = survives(age);
  const cycle = up + (1 - lasts) * repair + lasts * planned;
  return {
    availability: up / cycle,
    failures: (1 - lasts) / cycle,
    replacements: lasts / cycle,
    costRate: ((1 - lasts) * costs.failure + lasts * costs.replacement) / cycle,
  };
}

/** Mean pieces until wear that grows by a gamma increment a piece (`shape`, `scale`) reaches `limit`: Σ over n ≥ 0 of P(sum of n < limit). */
export function gammaPassage(shape: number, scale: number, limit: number): number {
  let pieces = 1;
  for (let n = 1; ; n++) {
    const below: number = dists.gamma.cdf(limit, n * shape, 1 / scale);
    pieces += below;
    if (below < 1e-14) return pieces;
  }
}

/** The first two moments of the pieces until gamma wear reaches `limit`, for the spread of a tool's life. */
export function gammaPassageVariance(shape: number, scale: number, limit: number): number {
  const mean = gammaPassage(shape, scale, limit);
  let second = 0;
  for (let n = 0; ; n++) {
    const below: number = n === 0 ? 1 : dists.gamma.cdf(limit, n * shape, 1 / scale);
    second += (2 * n + 1) * below;
    if (below < 1e-14) return second - mean * mean;
  }
}

/**
 * Mean pieces until wear that changes by a normal increment a piece (`drift`, `sd`) first reaches `limit`, watched after each piece: the
 * density of the walk that has not yet arrived is carried on from piece to piece by Simpson's rule. `floor`: wear never falls below it
 * (what would is put to it); without one the walk is free.
 */
export function wienerPassage(drift: number, sd: number, limit: number, floor = Number.NEGATIVE_INFINITY): number {
  const free = floor === Number.NEGATIVE_INFINITY;
  // Far below the start the walk with upward drift hardly ever comes: P < exp(−2·drift·depth/sd²).
  const low = free ? -(20 * sd * sd) / drift - 8 * sd : floor;
  const width = sd / 12;
  const steps = 2 * Math.ceil((limit - low) / width / 2);
  const h = (limit - low) / steps;
  const weight = Array.from({ length: steps + 1 }, (_, i) => ((i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * h) / 3);
  const normal = (x: number): number => Math.exp((-x * x) / 2 / sd / sd) / sd / Math.sqrt(2 * Math.PI);
  const under = (x: number): number => dists.normal.cdf(x, 0, sd);
  const at = (i: number): number => low + i * h;
  const reach = Math.ceil((10 * sd + drift) / h);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => normal((i - reach) * h - drift));
  // Mass that lies at a point: the start, later what stands on the floor.
  let density = Array.from({ length: steps + 1 }, (_, i) => normal(at(i) - drift));
  let onFloor = free ? 0 : under(floor - drift);
  let pieces = 1;
  for (;;) {
    const left = onFloor + density.reduce((sum, value, i) => sum + weight[i] * value, 0);
    pieces += left;
    if (left < 1e-13) return pieces;
    const next = new Array<number>(steps + 1).fill(0);
    for (let i = 0; i <= steps; i++) {
      let sum = onFloor === 0 ? 0 : onFloor * normal(at(i) - floor - drift);
      const from = Math.max(0, i - reach);
      const to = Math.min(steps, i + reach);
      for (let j = from; j <= to; j++) sum += weight[j] * density[j] * kernel[i - j + reach];
      next[i] = sum;
    }
    if (!free) {
      let fallen = onFloor * under(-drift);
      for (let j = 0; j <= Math.min(steps, reach); j++) fallen += weight[j] * density[j] * under(floor - at(j) - drift);
      onFloor = fallen;
    }
    density = next;
  }
}

function simpson(f: (x: number) => number, from: number, to: number, steps: number): number {
  const h = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * f(from + i * h);
  return (sum * h) / 3;
}
