/** Where the warm-up of a run ends: MSER-5. */

export interface Warmup {
  /** Observations a batch. */
  batch: number;
  /** Means of whole batches, in the order of time; a rest at the end is left out. */
  means: Float64Array;
  /** By number of batches cut, the MSER statistic: the squared standard error of the mean of the rest, were batches independent. NaN where it is not asked. */
  curve: Float64Array;
  /** Batches to cut: where the curve is least, the first such. −1 of fewer than 10 batches. */
  cut: number;
  /** The same in observations. */
  truncation: number;
  /**
   * Whether the cut lies in the first half (White, Cobb and Spratt 2000). Where it does not, the run is too short to tell its
   * beginning from its course, and the cut is worth nothing.
   */
  trusted: boolean;
  /** The mean of what is left. */
  mean: number;
}

/** The last few batches are close to each other by chance often enough: the curve is not asked there (Hoad, Robinson and Davies 2010). */
const KEPT_AT_LEAST = 5;
const FEWEST_BATCHES = 10;

/**
 * MSER-m (White 1997, "An effective truncation heuristic for bias reduction in simulation output"; White, Cobb and Spratt 2000, "A comparison of five
 * steady-state truncation heuristics for simulation" for m = 5): of the means of batches of m, cut the first d that make
 * Σ (y − ȳ)² / (n − d)² over the rest least.
 * Where batches are strongly correlated, a few near the end may lie close together by chance, and the cut is not trusted although the run is long enough:
 * average several runs, or take longer batches.
 * @param series observations in the order of time, finite; of one run, or averaged over replications (see `averaged`).
 * @param batch m; 1 where the series are means of batches already.
 */
export function mser(series: ArrayLike<number>, batch = 5): Warmup {
  const count = Math.floor(series.length / batch);
  const means = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    let sum = 0;
    for (let i = b * batch; i < (b + 1) * batch; i++) sum += series[i];
    means[b] = sum / batch;
  }
  const curve = new Float64Array(count).fill(Number.NaN);
  const untrusted: Warmup = { batch, means, curve, cut: -1, truncation: -1, trusted: false, mean: Number.NaN };
  if (count < FEWEST_BATCHES) return untrusted;
  let cut = -1;
  let at = Number.NaN;
  // From the end, each batch joins the mean and the squared deviations of those after it (Welford 1962).
  let mean = 0;
  let m2 = 0;
  for (let d = count - 1; d >= 0; d--) {
    const n = count - d;
    const apart = means[d] - mean;
    mean += apart / n;
    m2 += apart * (means[d] - mean);
    if (n < KEPT_AT_LEAST) continue;
    curve[d] = m2 / (n * n);
    if (cut < 0 || curve[d] <= curve[cut]) {
      cut = d;
      at = mean;
    }
  }
  return { ...untrusted, cut, truncation: cut * batch, trusted: cut <= count / 2, mean: at };
}

/**
 * The mean over replications at each time (Welch 1983): less noise, the same warm-up. As long as the shortest run; what is not finite is left out.
 * @throws RangeError of no runs.
 */
export function averaged(runs: readonly ArrayLike<number>[]): Float64Array {
  if (runs.length === 0) throw new RangeError('There is no run to average.');
  const length = Math.min(...runs.map((run) => run.length));
  return Float64Array.from({ length }, (_, i) => {
    let n = 0;
    let sum = 0;
    for (const run of runs) {
      if (!Number.isFinite(run[i])) continue;
      n++;
      sum += run[i];
    }
    return sum / n;
  });
}
