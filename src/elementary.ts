/**
 * exp, log and the gamma function in plain arithmetic. Browsers compute `Math.exp` and its kin each in their own way, to the
 * last bit; tables of draws must not differ by a word between machines. Only + − × ÷ and bit patterns are used here, all of which
 * IEEE 754 fixes. Relative error is a few units in the last place of a double (`logGamma`: of its largest term).
 */

const bits = new DataView(new ArrayBuffer(8));

/** 2^k for whole k; 0 below 2^−1022, Infinity above 2^1023. */
export function powerOfTwo(k: number): number {
  if (k < -1022) return 0;
  if (k > 1023) return Infinity;
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The whole e with x = f × 2^e and ½ ≤ f < 1, for a normal x > 0. */
export function binaryExponent(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1022;
}

const LN2_HIGH = 0.6931471803691238; // ln 2 with its last 21 bits cleared, so that k × LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10;

/** e^x. Reduced by ln 2 to |r| ≤ 0.35, where Taylor's polynomial of degree 13 leaves out less than 5e-18. */
export function exp(x: number): number {
  if (x > 709.7) return Infinity;
  if (x < -708) return 0;
  const k = Math.round(x * Math.LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 13; n > 0; n--) sum = 1 + (sum * r) / n;
  return sum * powerOfTwo(k);
}

/** 2 artanh(s) for |s| ≤ 0.172 by its series; the first term left out is under 1e-19. */
function twiceArtanh(s: number): number {
  const z = s * s;
  let sum = 0;
  for (let n = 23; n > 1; n -= 2) sum = (sum + 1 / n) * z;
  return 2 * s * (1 + sum);
}

/** ln x; −Infinity at 0. */
export function log(x: number): number {
  if (x <= 0) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  if (x < 2.3e-308) return log(x * 0x40000000000000) - 54 * (LN2_HIGH + LN2_LOW);
  let e = binaryExponent(x);
  bits.setUint32(0, (bits.getUint32(0) & 0xfffff) | 0x3fe00000); // the exponent of [½, 1); the mantissa is still there
  let m = bits.getFloat64(0);
  if (m < Math.SQRT1_2) {
    m *= 2;
    e--;
  }
  return e * LN2_HIGH + (e * LN2_LOW + twiceArtanh((m - 1) / (m + 1)));
}

/** ln(1 + x) for x > −1, accurate near 0. */
export function logOnePlus(x: number): number {
  return x > -0.25 && x < 0.35 ? twiceArtanh(x / (2 + x)) : log(1 + x);
}

const HALF_LN_TWO_PI = 0.9189385332046728;

/** ln Γ(x) for x > 0: Stirling's series from 10 on, brought there by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let product = 1;
  while (x < 10) product *= x++;
  const z = 1 / (x * x);
  const series =
    (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * (691 / 360360 - z * (1 / 156 - (z * 3617) / 122400))))))) /
    x;
  return (x - 0.5) * log(x) - x + HALF_LN_TWO_PI + series - log(product);
}
