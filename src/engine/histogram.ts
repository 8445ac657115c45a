/**
 * Quantiles from the log-linear histogram that the engines keep of flow times (HdrHistogram's scheme): the first 2^subBits bins are one
 * unit wide, then every octave has 2^subBits bins. A unit is 2^shift ticks.
 */

/** Lowest value of a bin, in units. */
function edge(bin: number, subBits: number): number {
  if (bin >> subBits === 0) return bin;
  const octave = (bin >> subBits) - 1;
  return ((1 << subBits) + (bin & ((1 << subBits) - 1))) * 2 ** octave;
}

/**
 * The p-quantile in ticks, linear inside its bin; NaN where nothing was counted.
 * @param words holds `length` bins from word `from` on.
 */
export function histogramQuantile(words: Uint32Array, from: number, length: number, subBits: number, shift: number, p: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += words[from + i] as number;
  if (total === 0) return Number.NaN;
  let below = 0;
  for (let i = 0; i < length; i++) {
    const count = words[from + i] as number;
    if (count > 0 && below + count >= p * total) {
      const low = edge(i, subBits);
      return (low + ((edge(i + 1, subBits) - low) * (p * total - below)) / count) * 2 ** shift;
    }
    below += count;
  }
  return Number.NaN;
}

/** How far a quantile can be off for the width of its bin: half of it, as a share of the value. */
export function histogramResolution(subBits: number): number {
  return 1 / 2 ** (subBits + 1);
}
