/**
 * The linear algebra of the optimisers, for up to some hundred rows. Matrices are n × n, row by row: element (i, j) at [i × n + j].
 * Only + − × ÷ and square roots, in a fixed order, so that results are equal on every machine.
 */

/**
 * Factors a symmetric positive definite matrix as L Lᵀ, in place (Cholesky–Banachiewicz, row by row; Golub and Van Loan 2013, section 4.2).
 * Reads the lower triangle and leaves L in it and zeros above.
 * @returns false where the matrix is not positive definite; it then holds nothing of use.
 */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = a[row + j];
      for (let k = 0; k < j; k++) sum -= a[row + k] * a[other + k];
      if (j < i) a[row + j] = sum / a[other + j];
      else if (sum > 0) a[row + i] = Math.sqrt(sum);
      else return false;
    }
    a.fill(0, row + i + 1, row + n);
  }
  return true;
}

/** Solves L x = b in place, by forward substitution. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[row + k] * b[k];
    b[i] = sum / l[row + i];
  }
}

/** Solves Lᵀ x = b in place, by back substitution over the columns of Lᵀ, which are the rows of L. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[i] / l[row + i];
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] -= l[row + k] * x;
  }
}

/** The inverse of L Lᵀ, whole and symmetric. */
export function inverse(l: Float64Array, n: number): Float64Array {
  // Row j of `m` is column j of L⁻¹, so that all inner loops run along rows.
  const m = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const column = j * n;
    m[column + j] = 1 / l[column + j];
    for (let i = j + 1; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[row + k] * m[column + k];
      m[column + i] = sum / l[row + i];
    }
  }
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += m[i * n + k] * m[j * n + k];
      result[i * n + j] = sum;
      result[j * n + i] = sum;
    }
  }
  return result;
}

/** Sweeps after which Jacobi's method is taken to have converged; six to ten are usual. */
const MOST_SWEEPS = 50;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's cyclic rotations (Golub and Van Loan 2013, section 8.5).
 * @returns the values in no order; the vectors as columns, the k-th of value k.
 */
export function eigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        // What no longer shows beside the diagonal is left: (apq)² against the product of the two, which is right for any scale.
        if (apq * apq <= 1e-32 * Math.abs(a[p * n + p] * a[q * n + q]) || apq === 0) continue;
        rotated = true;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const akp = a[k * n + p];
          const akq = a[k * n + q];
          a[k * n + p] = c * akp - s * akq;
          a[k * n + q] = s * akp + c * akq;
        }
        for (let k = 0; k < n; k++) {
          const apk = a[p * n + k];
          const aqk = a[q * n + k];
          a[p * n + k] = c * apk - s * aqk;
          a[q * n + k] = s * apk + c * aqk;
          const vkp = v[k * n + p];
          const vkq = v[k * n + q];
          v[k * n + p] = c * vkp - s * vkq;
          v[k * n + q] = s * vkp + c * vkq;
        }
      }
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), vectors: v };
}
