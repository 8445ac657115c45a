/**
 * The throughput of three saturated exponential stations with blocking after service, exactly: the stationary distribution of the two-dimensional
 * Markov chain (parts not yet finished at the second station, parts at the third), by the elimination of Grassmann, Taksar and Heyman (1985), which
 * subtracts nothing and so loses no digits. Thousands of designs in a second.
 */

/**
 * @param rates of the three stations.
 * @param places before the second and the third station, the one on the machine counted: at least 1.
 */
export function tandemThroughput([r1, r2, r3]: readonly [number, number, number], [b2, b3]: readonly [number, number]): number {
  // At the second: 0 … b2, or b2 + 1 where the first is blocked by it. At the third: 0 … b3, or b3 + 1 where the second is blocked by it; then
  // the second's own machine holds a finished part, and one place less is open before it.
  const width = b2 + 2;
  const states = width * (b3 + 2);
  const rate = new Float64Array(states * states);
  const index = (second: number, third: number): number => third * width + second;
  const exists = (second: number, third: number): boolean => second >= 0 && second <= (third === b3 + 1 ? b2 : b2 + 1);
  const all: number[] = [];
  for (let third = 0; third <= b3 + 1; third++) {
    for (let second = 0; exists(second, third); second++) {
      const from = index(second, third);
      all.push(from);
      if (exists(second + 1, third)) rate[from * states + index(second + 1, third)] = r1;
      if (second > 0 && third <= b3) rate[from * states + index(second - 1, third + 1)] = r2;
      if (third > 0) rate[from * states + index(second, third - 1)] = r3;
    }
  }
  // Elimination from the last state to the second; a state only reaches those within `width` of it, and so it stays.
  const sums = new Float64Array(states);
  for (let k = all.length - 1; k > 0; k--) {
    const state = all[k];
    const first = Math.max(0, k - width);
    let sum = 0;
    for (let j = first; j < k; j++) sum += rate[state * states + all[j]];
    sums[k] = sum;
    for (let i = first; i < k; i++) {
      const share = rate[all[i] * states + state] / sum;
      if (share === 0) continue;
      for (let j = first; j < k; j++) if (i !== j) rate[all[i] * states + all[j]] += share * rate[state * states + all[j]];
    }
  }
  const weight = new Float64Array(all.length);
  weight[0] = 1;
  let total = 1;
  for (let k = 1; k < all.length; k++) {
    let sum = 0;
    for (let i = Math.max(0, k - width); i < k; i++) sum += weight[i] * rate[all[i] * states + all[k]];
    weight[k] = sum / sums[k];
    total += weight[k];
  }
  let working = 0;
  all.forEach((state, k) => {
    if (state >= width) working += weight[k];
  });
  return (r3 * working) / total;
}

/** Every design of the throughput problem for L, with its exact throughput. */
export function* throughputProblem(
  total: number,
): Generator<{ rates: [number, number, number]; places: [number, number]; throughput: number }> {
  for (let r1 = 1; r1 <= total - 2; r1++) {
    for (let r2 = 1; r1 + r2 <= total - 1; r2++) {
      for (let b2 = 1; b2 <= total - 1; b2++) {
        const rates: [number, number, number] = [r1, r2, total - r1 - r2];
        const places: [number, number] = [b2, total - b2];
        yield { rates, places, throughput: tandemThroughput(rates, places) };
      }
    }
  }
}
