/**
 * Two-level fractional factorial designs 2^(k − p), regular: the first factors take all combinations of low and high, every other factor is
 * the product of some of these (its *generator*). Box, Hunter and Hunter 2005, "Statistics for Experimenters", chapter 6.
 */

/** Lowest to highest: what is confused with what at worst (III: a factor with a pair, IV: pairs with pairs, V: nothing up to pairs). */
export type Resolution = 3 | 4 | 5;

export interface Fraction {
  /** Number of runs, a power of two. */
  runs: number;
  /** By factor, the basic factors whose product it is, as bits: 1, 2, 4 … are the basic factors themselves. */
  words: readonly number[];
  /** 3, 4, or 5 for V and everything above, the full factorial included. */
  resolution: Resolution;
}

/**
 * Generators of minimum-aberration designs by number of runs, one line for each number of factors from log₂(runs) + 1 on. A design has
 * minimum aberration if it has the fewest defining words of the least length, of those the fewest of the next, and so on (Fries and
 * Hunter 1980). Up to 11 factors these are the generators of Box, Hunter and Hunter's table 6.22 and of Montgomery's "Design and Analysis of
 * Experiments", table 8.14; beyond, representatives found by search that have the word lengths of the catalogues of Chen, Sun and Wu
 * 1993 (to 64 runs), Block and Mee 2005 and Xu 2009 (128 runs) and Draper and Lin 1990 (256 runs, resolution V).
 */
const GENERATORS: Record<number, readonly string[]> = {
  8: ['ABC', 'AB AC', 'AB AC BC', 'AB AC BC ABC'],
  16: [
    'ABCD',
    'ABC BCD',
    'ABC BCD ACD',
    'BCD ACD ABC ABD',
    'ABC BCD ACD ABD ABCD',
    'ABC BCD ACD ABD ABCD AB',
    'ABC BCD ACD ABD ABCD AB AC',
    'ABC BCD ACD ABD ABCD AB AC AD',
    'ABC BCD ACD ABD ABCD AB AC AD BC',
    'ABC BCD ACD ABD ABCD AB AC AD BC BD',
    'ABC BCD ACD ABD ABCD AB AC AD BC BD CD',
  ],
  32: [
    'ABCDE',
    'ABCD ABDE',
    'ABC ABD BCDE',
    'BCDE ACDE ABDE ABCE',
    'ABCD ABCE ABDE ACDE BCDE',
    'ABC BCD CDE ACD ADE BDE',
    'ABD ACD ABE ACE BCE ADE ABCDE',
    'ABD ACD BCD ABE ACE BCE ADE CDE',
    'ABC ABD ACD ABE ACE BCE ADE CDE ABCDE',
    'ABC ABD ACD BCD ABE BCE ADE BDE CDE ABCDE',
    'ABC ABD ACD BCD ABE ACE BCE ADE BDE CDE ABCDE',
  ],
  64: [
    'ABCDEF',
    'ABCD ABEF',
    'ABCD ACEF CDEF',
    'BCDF ACDF ABDE ABCE',
    'CDE ABCD ABF BDEF ADEF',
    'ABC ACE BCDE ACDF BCEF ABDEF',
    'ACD BCE ADE ABCDF ABEF BDEF ACDEF',
    'ABCD ABE ACE ADE ABF ADF BCDF CEF',
    'ABC ACE ADE ABCDE ACF ABDF BCDF BCEF ACDEF',
    'ABC ACD BCE ADE ACF ABDF BCDF AEF BDEF ABCDEF',
  ],
  128: [
    'ABCDEFG',
    'ACDFG BCEFG',
    'ABCG BCDE ACDF',
    'ABCG BCDE ACDF ABCDEFG',
    'ABCD BCDEF BDEG ABCFG ABEFG',
    'ACDE ABCDF CEF ADG ABEG BDFG',
    'ABCDEF ABDG CDG ACEG BDEG BCFG ADEFG',
    'ABCE BCDF ABDG CDG BEG AEFG ABCEFG BDEFG',
    'ABCE ADF BEF ACDEF BCDG BCEG ACDEG AEFG BDEFG',
  ],
  256: [
    'ABCDEFGH',
    'ABCEFG ABCDH',
    'ABCEF ABCDG ABDEH',
    'ABCDE ABDFG ACDFH ABCEFGH',
    'BCDFG ABEFG BCEFH ADEFH ACDFGH',
    'ABDE ABCF BDEFG ACEFH ABEGH BCDEGH',
    'ACDEF ACDG ABDEG BDFG ABCDH AEGH ABFGH',
    'ABDE ABCDEFG BCEH ABCDFH ABEFH ABGH ACDEGH BDFGH',
    'ABDF ABCEG BDEG ACDFG ABCDEFH ABCDGH AEGH ABFGH BCEFGH',
  ],
};
const MOST_BASIC = 8;

/** Letters of factors; I is left out, as it names the identity. */
const LETTERS = 'ABCDEFGHJKLMNOPQRSTUVWXYZ';

/**
 * The design of the fewest runs (at least `runs`) for so many factors with at least that resolution: the full factorial, one of the tables,
 * or for more factors than the tables have (resolution III and IV only) columns that give the resolution, not always minimum aberration.
 * @throws RangeError if none of up to 256 runs is known: 255 factors at resolution III, 128 at IV, 17 at V.
 */
export function fraction(factors: number, resolution: Resolution = 4, runs = 1): Fraction {
  for (let basic = 0; basic <= MOST_BASIC; basic++) {
    if (2 ** basic < runs && basic < Math.min(factors, MOST_BASIC)) continue;
    const words = wordsOf(factors, basic, resolution);
    const reached = words === undefined ? 2 : resolutionOf(words);
    if (words !== undefined && reached !== 2 && reached >= resolution) return { runs: 2 ** basic, words, resolution: reached };
  }
  throw new RangeError(
    `No two-level fraction of resolution ${resolution} in up to ${2 ** MOST_BASIC} runs is known here for ${factors} factors; ` +
      `there are ones for up to ${resolution === 3 ? 255 : resolution === 4 ? 128 : 17}.`,
  );
}

function wordsOf(factors: number, basic: number, resolution: Resolution): number[] | undefined {
  const words = Array.from({ length: Math.min(basic, factors) }, (_, i) => 1 << i);
  const added = factors - basic;
  if (added <= 0) return words;
  const known = GENERATORS[2 ** basic]?.[added - 1];
  if (known !== undefined)
    return [...words, ...known.split(' ').map((word) => [...word].reduce((bits, c) => bits | (1 << LETTERS.indexOf(c)), 0))];
  // With words of odd length only no product of three columns is another one's, so no defining word has three letters.
  for (let word = 1; word < 2 ** basic && words.length < factors; word++) {
    const odd = length(word) % 2 === 1;
    if (length(word) > 1 && (odd || resolution === 3)) words.push(word);
  }
  return words.length === factors ? words : undefined;
}

function length(word: number): number {
  let count = 0;
  for (let rest = word; rest > 0; rest &= rest - 1) count++;
  return count;
}

/** 2 where two factors are the same column, 3 where one is the product of two others, 4 where two pairs have one product, else 5 (or more). */
function resolutionOf(words: readonly number[]): Resolution | 2 {
  const columns = new Set(words);
  if (columns.size < words.length || columns.has(0)) return 2;
  const pairs = new Set<number>();
  let found: Resolution = 5;
  words.forEach((a, i) => {
    for (const b of words.slice(0, i)) {
      if (columns.has(a ^ b)) found = 3;
      else if (pairs.has(a ^ b) && found > 3) found = 4;
      pairs.add(a ^ b);
    }
  });
  return found;
}

/**
 * The level of a factor in a run, −1 or 1: of the basic factors the first changes fastest (the standard or Yates order); an added factor is
 * the product of its basic ones' signs.
 */
export function sign(design: Fraction, run: number, factor: number): -1 | 1 {
  const word = design.words[factor] as number;
  // A basic factor is low where its bit of the run is 0: the product of signs is + for an even number of lows.
  return length(word & ~run) % 2 === 0 ? 1 : -1;
}

/**
 * What is confused with what, up to two-factor interactions, a line each: "A = BC = DE", the main effects first. An effect that stands alone
 * has no line. Effects are equal up to interactions of three and more factors.
 * @param names of the factors; without, letters (A, B, … without I; X26 … beyond Z).
 */
export function aliases(design: Fraction, names?: readonly string[]): string[] {
  const { words } = design;
  const name = (i: number): string => names?.[i] ?? LETTERS[i] ?? `X${i + 1}`;
  const between = names === undefined && words.length <= LETTERS.length ? '' : ' × ';
  const effects = new Map<number, string[]>();
  const add = (column: number, effect: string): void => {
    const alike = effects.get(column);
    if (alike === undefined) effects.set(column, [effect]);
    else alike.push(effect);
  };
  words.forEach((word, i) => {
    add(word, name(i));
  });
  words.forEach((word, i) => {
    for (let j = i + 1; j < words.length; j++) add(word ^ (words[j] as number), name(i) + between + name(j));
  });
  return [...effects.values()].filter((alike) => alike.length > 1).map((alike) => alike.join(' = '));
}
