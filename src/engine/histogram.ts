/** Quantiles from the log-linear histogram that the engines keep of flow times (`Floor.bin`). */

/**
 * Half the width of a log-linear bin as a share of its value, at most: 2^−(subBits + 1). It holds for values of at least 2^(subBits + shift)
 * ticks; below that bins are 2^shift ticks wide throughout.
 */
export function histogramResolution(subBits: number): number {
  return 2 ** -(subBits + 1);
}

/**
 * The p-quantile, in ticks, of the values counted in a log-linear histogram: the engines' bins (HdrHistogram's scheme), 2^subBits to an octave of
 * `ticks >>> shift`, linear below the first octave. Bin i is counted in `bins[from + i × stride]`, i < length. It is the smallest value v
 * with at least the share p of values up to v (the inverse of the empirical distribution function), its place in the bin found as if the bin's values were
 * spread evenly over its ticks. So it never leaves the bin of the true quantile, and it is exact where bins are single ticks. NaN of an
 * empty histogram.
 */
export function histogramQuantile(
  bins: ArrayLike<number>,
  from: number,
  length: number,
  subBits: number,
  shift: number,
  p: number,
  stride = 1,
): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += bins[from + i * stride] as number;
  if (total === 0) return NaN;
  // The slack keeps a p × total that is whole, but for the rounding of p, from counting one more.
  let rank = Math.min(Math.max(Math.ceil(p * total - 1e-9), 1), total);
  let bin = 0;
  while (rank > (bins[from + bin * stride] as number)) rank -= bins[from + bin++ * stride] as number;
  const octave = bin >>> subBits;
  const width = octave === 0 ? 1 : 2 ** (octave - 1);
  const first = octave === 0 ? bin : ((1 << subBits) + (bin & ((1 << subBits) - 1))) * width;
  const ticks = 2 ** shift;
  return first * ticks + ((rank - 0.5) / (bins[from + bin * stride] as number)) * (width * ticks - 1);
}
