/** Count, mean and variance of many samples at once, in flat arrays: what a selection among a million designs keeps of its replications. */

/**
 * Samples 0 … length − 1, each by its count, mean and sum of squared deviations (M2): 20 bytes a sample. Blocks of values are merged in by
 * the pairwise update of Chan, Golub and LeVeque (1983, "Algorithms for computing the sample variance"). The result depends on the order
 * of the merges by rounding alone; for sums that are equal in any order, see `Tally`.
 */
export class Moments {
  readonly n: Uint32Array;
  readonly mean: Float64Array;
  /** Sums of squared deviations from the mean. */
  readonly m2: Float64Array;

  constructor(length: number) {
    this.n = new Uint32Array(length);
    this.mean = new Float64Array(length);
    this.m2 = new Float64Array(length);
  }

  get length(): number {
    return this.n.length;
  }

  add(i: number, x: number): void {
    const n = ++this.n[i];
    const apart = x - this.mean[i];
    this.mean[i] += apart / n;
    this.m2[i] += apart * (x - this.mean[i]);
  }

  /** Merges a block of `n` values of the given mean and sum of squared deviations into sample i. */
  merge(i: number, n: number, mean: number, m2: number): void {
    if (n === 0) return;
    const before = this.n[i];
    const whole = before + n;
    const apart = mean - this.mean[i];
    this.n[i] = whole;
    this.mean[i] += (apart * n) / whole;
    this.m2[i] += m2 + apart * apart * ((before * n) / whole);
  }

  /**
   * Merges every `stride`-th of the values from `from` on into sample i, all that are finite.
   * @returns how many were not.
   */
  take(i: number, values: ArrayLike<number>, from = 0, stride = 1): number {
    let n = 0;
    let sum = 0;
    let missing = 0;
    for (let at = from; at < values.length; at += stride) {
      if (Number.isFinite(values[at])) {
        n++;
        sum += values[at];
      } else missing++;
    }
    if (n === 0) return missing;
    const mean = sum / n;
    let m2 = 0;
    for (let at = from; at < values.length; at += stride) {
      const apart = values[at] - mean;
      if (Number.isFinite(apart)) m2 += apart * apart;
    }
    this.merge(i, n, mean, m2);
    return missing;
  }

  /** Merges sample by sample. @throws RangeError where the lengths differ. */
  absorb(other: Moments): void {
    if (other.length !== this.length) throw new RangeError(`${other.length} samples cannot be merged into ${this.length}.`);
    for (let i = 0; i < this.length; i++) this.merge(i, other.n[i], other.mean[i], other.m2[i]);
  }

  /** The variance of sample i (divisor n − 1); NaN of fewer than two values. */
  variance(i: number): number {
    return this.n[i] < 2 ? Number.NaN : this.m2[i] / (this.n[i] - 1);
  }

  /** All variances. */
  variances(): Float64Array {
    return Float64Array.from(this.n, (_, i) => this.variance(i));
  }
}

/** The differences of all pairs of up to some hundred samples, replication by replication: what common random numbers make small. */
export class Differences {
  private readonly pairs: Moments;

  /** @param count samples; about 10 bytes × count². */
  constructor(count: number) {
    this.pairs = new Moments((count * (count - 1)) / 2);
  }

  /**
   * Takes in one more block of replications.
   * @param members the samples to take in, ascending; the others rest.
   * @param values by member, its replications; the r-th of all members had the same luck. A pair takes those where both are finite.
   */
  take(members: ArrayLike<number>, values: readonly ArrayLike<number>[]): void {
    for (let a = 1; a < members.length; a++) {
      const mine = values[a];
      for (let b = 0; b < a; b++) {
        const other = values[b];
        const pair = place(members[a], members[b]);
        for (let r = 0; r < mine.length; r++) {
          const apart = mine[r] - other[r];
          if (Number.isFinite(apart)) this.pairs.add(pair, apart);
        }
      }
    }
  }

  /** Pairs of replications behind i and j. */
  n(i: number, j: number): number {
    return this.pairs.n[place(i, j)];
  }

  /** The mean of sample i less sample j. */
  mean(i: number, j: number): number {
    const mean = this.pairs.mean[place(i, j)];
    return i > j ? mean : -mean;
  }

  variance(i: number, j: number): number {
    return this.pairs.variance(place(i, j));
  }
}

/** Of a pair in the triangle of all pairs. */
function place(i: number, j: number): number {
  return i > j ? (i * (i - 1)) / 2 + j : (j * (j - 1)) / 2 + i;
}
