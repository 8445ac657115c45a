/**
 * The law of Beverloo, Leniger and van de Velde 1961 ("The flow of granular solids through orifices", Chem. Eng. Sci. 15): out of a flat bottom,
 * W = C ρb √g (D − k d)^(5/2) kg/s through a round orifice; through a slot in the plane the exponent is 3/2. Divided by the mass of a grain both
 * sides count grains: ρb is then their number per m³ (per m² in the plane), W grains a second.
 */
import { studentT } from './measure.ts';

export interface Discharge {
  /** Orifice D, m; and the mean diameter d of the grains. */
  orifice: number;
  diameter: number;
  /** Grains a second. */
  rate: number;
  /** Half width of its 95 % interval. */
  half: number;
  /** Grains per m³, or per m² in the plane, within the vessel. */
  density: number;
}

export interface BeverlooFit {
  c: number;
  k: number;
  /** 95 %, from the covariance of the fit. */
  cInterval: [number, number];
  kInterval: [number, number];
  /** Share of the rates' variance that the law explains. */
  r2: number;
  /** The exponent that fits best where it is free too, k staying as it was fitted: the slope of log W over log (D − k d). */
  exponent: number;
}

const G = 9.81;

/**
 * Fits C and k: W^(1/p) is linear in D, which gives the start; then Gauss–Newton on relative residuals.
 * @param exponent p: 5/2, or 3/2 in the plane
 * @throws RangeError of fewer than three discharges
 */
export function fitBeverloo(runs: readonly Discharge[], exponent: number): BeverlooFit {
  if (runs.length < 3) throw new RangeError('Two constants need three orifices at least.');
  const scale = (run: Discharge): number => run.density * Math.sqrt(G);
  const line = linear(
    runs.map((run) => run.orifice / run.diameter),
    runs.map((run) => (run.rate / (scale(run) * run.diameter ** exponent)) ** (1 / exponent)),
  );
  let c = line.slope ** exponent;
  let k = -line.intercept / line.slope;
  const law = (run: Discharge, c: number, k: number): number =>
    c * scale(run) * Math.max(1e-12, run.orifice - k * run.diameter) ** exponent;
  let covariance = { cc: 0, kk: 0 };
  for (let round = 0; round < 30; round++) {
    // r = W / law − 1 for parameters log C and k.
    let [a, b, d, p, q, squares] = [0, 0, 0, 0, 0, 0];
    for (const run of runs) {
      const r = Math.log(run.rate / law(run, c, k));
      const jk = (-exponent * run.diameter) / (run.orifice - k * run.diameter);
      a += 1;
      b += jk;
      d += jk * jk;
      p += r;
      q += jk * r;
      squares += r * r;
    }
    const det = a * d - b * b;
    const variance = squares / Math.max(1, runs.length - 2);
    covariance = { cc: (variance * d) / det, kk: (variance * a) / det };
    c *= Math.exp((d * p - b * q) / det);
    k += (a * q - b * p) / det;
  }
  const t = studentT(runs.length - 2);
  const mean = runs.reduce((sum, { rate }) => sum + rate, 0) / runs.length;
  const rest = runs.reduce((sum, run) => sum + (run.rate - law(run, c, k)) ** 2, 0);
  const all = runs.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0);
  const [hc, hk] = [t * Math.sqrt(covariance.cc), t * Math.sqrt(covariance.kk)];
  const free = linear(
    runs.map((run) => Math.log(run.orifice - k * run.diameter)),
    runs.map((run) => Math.log(run.rate / scale(run))),
  );
  return { c, k, cInterval: [c * Math.exp(-hc), c * Math.exp(hc)], kInterval: [k - hk, k + hk], r2: 1 - rest / all, exponent: free.slope };
}

/** Least squares of y over x. */
function linear(x: readonly number[], y: readonly number[]): { slope: number; intercept: number } {
  const mx = x.reduce((a, b) => a + b, 0) / x.length;
  const my = y.reduce((a, b) => a + b, 0) / y.length;
  const slope = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  return { slope, intercept: my - slope * mx };
}
