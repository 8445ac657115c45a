/**
 * What every kind of element is described with: names, durations, distributions, weights, positions.
 * Throughout the schema a custom message is the second half of a sentence: what was expected. The reader puts what was found before it.
 */
import { z } from 'zod';
import { DURATION } from '../clock.ts';

// Some pages forbid code made from text (content security policy), and zod would try it: this must run before the first schema is made.
z.config({ jitless: true });

/** The most entries of one list in a distribution. */
const MOST_VALUES = 100_000;

const NAME_WORDS = '1 to 64 letters, digits, "_", "-" and spaces, with no space at either end';

/** The key under which an element stands. */
export const name = z
  .string()
  .regex(/^(?! )[\p{L}\p{M}\p{N}_ -]{1,64}(?<! )$/u, `a name of ${NAME_WORDS}`)
  .meta({ id: 'name', description: `A name: ${NAME_WORDS}. It belongs to one element only; "total" is reserved.` });

/** Where a name is referred to; whether anything has it is checked once all names are known. */
export function reference(to: string): z.ZodString {
  return z.string(`the name of ${to}, in quotes`);
}

const DURATION_WORDS =
  'a duration: a number of at least 0 in the scene\'s time unit, or a text such as "90 s" or "1.5 h" (units ms, s, min, h, d, w)';

const durationForms = [
  z.number(DURATION_WORDS).min(0, 'a duration, which is never negative'),
  z.string().regex(DURATION, DURATION_WORDS),
] as const;

export const duration = z.union(durationForms, DURATION_WORDS).meta({
  id: 'duration',
  description:
    'A duration: a number in the scene\'s time unit (time.unit), or a text with its unit (ms, s, min, h, d, w): "45 s", "3 min", "1.5e3 ms". At least 0.',
});

/** Beyond this much of what makes the mean and variance is rarer than one draw in 2^32. */
export const MOST_CV = 10;

const CV_WORDS = `standard deviation over mean: a number above 0 and at most ${MOST_CV}`;
const cv = z
  .number(CV_WORDS)
  .gt(0, CV_WORDS)
  .max(MOST_CV, CV_WORDS)
  .meta({ description: `Coefficient of variation, ${CV_WORDS}; no unit.` });

function shapeFrom(least: number): z.ZodNumber {
  const words = `a shape: a number from ${least} to 1,000,000`;
  return z
    .number(words)
    .min(least, words)
    .max(1e6, words)
    .meta({ description: `Shape, ${least} to 1,000,000; no unit.` });
}
const shape = shapeFrom(0.01);
/** A Weibull of shape 0.2 has a cv of 16. */
const weibullShape = shapeFrom(0.2);
const mean = duration.meta({ description: 'Mean, a duration.' });
const sd = duration.meta({ description: 'Standard deviation, a duration.' });

/** One share among several; only their proportion counts. */
export const weight = z
  .number('a weight: a number of at least 0')
  .min(0, 'a weight: a number of at least 0')
  .max(1e12, 'a weight of at most 1e12')
  .meta({
    id: 'weight',
    description: 'A weight of at least 0, without unit. Only the proportions count; at least one in a list is above 0.',
  });

const weights = z
  .array(weight, 'a list of weights')
  .min(1, 'a list with at least one weight')
  .max(MOST_VALUES, `at most ${MOST_VALUES} weights`);
const durations = (least: number) =>
  z
    .array(duration, 'a list of durations')
    .min(least, `a list of at least ${least} duration${least === 1 ? '' : 's'}`)
    .max(MOST_VALUES + 1, `at most ${MOST_VALUES + 1} durations`);

const forms = {
  constant: z
    .strictObject({ value: duration.meta({ description: 'Always this long.' }) })
    .meta({ description: 'Always the same; a bare duration means this too.' }),
  uniform: z
    .strictObject({ min: duration.meta({ description: 'Least.' }), max: duration.meta({ description: 'Greatest; at least min.' }) })
    .meta({ description: 'Every length from min to max equally likely.' }),
  triangular: z
    .strictObject({
      min: duration.meta({ description: 'Least.' }),
      mode: duration.meta({ description: 'Most likely; from min to max.' }),
      max: duration.meta({ description: 'Greatest.' }),
    })
    .meta({ description: 'Triangular density with its peak at mode.' }),
  normal: z
    .union([z.strictObject({ mean, sd }), z.strictObject({ mean, cv })], '"mean" and "sd", or "mean" and "cv"')
    .meta({ description: 'Normal, truncated at 0; mean, sd and cv are those of the normal before it is truncated.' }),
  lognormal: z
    .union(
      [
        z.strictObject({ mean, cv }),
        z.strictObject({ mean, sd }),
        z.strictObject({
          mu: z
            .number('a number')
            .min(-1e3, 'at least -1000')
            .max(1e3, 'at most 1000')
            .meta({ description: 'Mean of the logarithm of the duration in time.unit.' }),
          sigma: z
            .number('a number of at least 0')
            .min(0, 'a number of at least 0')
            .max(1e3, 'at most 1000')
            .meta({ description: 'Standard deviation of the logarithm; at least 0.' }),
        }),
      ],
      '"mean" and "cv", or "mean" and "sd", or "mu" and "sigma"',
    )
    .meta({ description: 'Lognormal; mean, cv and sd are its own, mu and sigma those of its logarithm in time.unit.' }),
  exponential: z
    .union(
      [
        z.strictObject({ mean }),
        z.strictObject({
          rate: z.number('a number above 0').gt(0, 'a number above 0').meta({ description: 'Happenings in one time.unit; above 0.' }),
        }),
      ],
      '"mean" or "rate"',
    )
    .meta({ description: 'Exponential, by its mean or its rate per time.unit.' }),
  erlang: z
    .strictObject({
      mean,
      k: z
        .int('a whole number from 1 to 10,000')
        .min(1, 'a whole number from 1 to 10,000')
        .max(10_000, 'a whole number from 1 to 10,000')
        .meta({ description: 'Number of exponential phases, 1 to 10,000.' }),
    })
    .meta({ description: 'Sum of k exponential phases, with this mean in all.' }),
  gamma: z
    .union(
      [
        z.strictObject({ mean, cv }),
        z.strictObject({ shape, scale: duration.meta({ description: 'Scale, a duration: mean over shape.' }) }),
      ],
      '"mean" and "cv", or "shape" and "scale"',
    )
    .meta({ description: 'Gamma.' }),
  weibull: z
    .union(
      [
        z.strictObject({
          shape: weibullShape,
          scale: duration.meta({ description: 'Characteristic life, a duration: 63.2 % are shorter.' }),
        }),
        z.strictObject({ mean, shape: weibullShape }),
        z.strictObject({ mean, cv }),
      ],
      '"shape" and "scale", or "mean" and "shape", or "mean" and "cv"',
    )
    .meta({ description: 'Weibull.' }),
  beta: z
    .strictObject({
      alpha: shape,
      beta: shape,
      min: duration.meta({ description: 'Least.' }),
      max: duration.meta({ description: 'Greatest; at least min.' }),
    })
    .meta({ description: 'Beta, scaled to lie from min to max.' }),
  empirical: z
    .union(
      [
        z.strictObject({ values: durations(1).meta({ description: 'Measured durations, each equally likely.' }) }),
        z.strictObject({
          edges: durations(2).meta({ description: 'Edges of the bins, increasing; one more than weights.' }),
          weights: weights.meta({ description: 'One a bin; uniform inside a bin.' }),
        }),
      ],
      '"values", or "edges" and "weights"',
    )
    .meta({ description: 'Measured values, or a histogram.' }),
  discrete: z
    .strictObject({
      values: durations(1).meta({ description: 'The durations that occur.' }),
      weights: weights.meta({ description: 'One a value.' }),
    })
    .meta({ description: 'A few durations with their weights.' }),
};

/** Keys that name a distribution. */
export type Family = keyof typeof forms;
export const FAMILIES = Object.keys(forms) as Family[];

const DISTRIBUTION_WORDS = `a duration such as "90 s", or an object with one key that names a distribution: ${FAMILIES.join(', ')}`;

export const distribution = z
  .union(
    [
      ...durationForms,
      z
        .strictObject({
          constant: forms.constant.optional(),
          uniform: forms.uniform.optional(),
          triangular: forms.triangular.optional(),
          normal: forms.normal.optional(),
          lognormal: forms.lognormal.optional(),
          exponential: forms.exponential.optional(),
          erlang: forms.erlang.optional(),
          gamma: forms.gamma.optional(),
          weibull: forms.weibull.optional(),
          beta: forms.beta.optional(),
          empirical: forms.empirical.optional(),
          discrete: forms.discrete.optional(),
        })
        .refine((value) => Object.keys(value).length === 1, `exactly one key that names a distribution: ${FAMILIES.join(', ')}`)
        .meta({ minProperties: 1, maxProperties: 1 }),
    ],
    DISTRIBUTION_WORDS,
  )
  .meta({
    id: 'distribution',
    description: 'How long something takes: a duration (always the same), or an object with one key that names a distribution.',
  });

export type DurationText = z.infer<typeof duration>;
export type DistributionText = z.infer<typeof distribution>;

const metres = z.number('a number of metres').min(-1e6, 'at least -1,000,000 m').max(1e6, 'at most 1,000,000 m');

export const position = z
  .tuple([metres, metres], 'a position: [x, y] in metres')
  .meta({ id: 'position', description: 'Place on the floor: [x, y] in metres. Without it the page lays the plant out.' });

/** A whole number in a range, with the words for both. */
export function whole(min: number, max: number): z.ZodInt {
  const words = `a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return z.int(words).min(min, words).max(max, words);
}

/** How one of several targets is chosen. */
export const rule = z.enum(['fixed', 'probability', 'round robin', 'shortest queue', 'first free']).meta({
  id: 'rule',
  description:
    'fixed: the only target. probability: drawn by the weights. round robin: in turn. shortest queue: the fewest parts. first free: the first in the list that has room, at the moment one has.',
});

/** A share or a probability. */
export const fraction = z
  .number('a number from 0 to 1')
  .min(0, 'a number from 0 to 1')
  .max(1, 'a number from 0 to 1')
  .meta({ id: 'fraction', description: 'A share or probability, 0 to 1; no unit.' });

/** A number of at least 0 (or above 0), with its unit in words. */
export function amount(unit: string, { least = 0, most = 1e9, above = false } = {}): z.ZodNumber {
  const words = `a number ${above ? `above ${least}` : `of at least ${least}`}, in ${unit}`;
  const bounded = above ? z.number(words).gt(least, words) : z.number(words).min(least, words);
  return bounded.max(most, `at most ${most.toLocaleString('en')}, in ${unit}`);
}

/** How many of each of several things, by name. */
export function counts(of: string) {
  return z.record(name, whole(1, 100_000), `an object: name of ${of} → how many`);
}

/** From when until when, counted as the place where it stands says. */
export const interval = z
  .strictObject({
    from: duration.meta({ description: 'Begin, a duration from the start.' }),
    to: duration.meta({ description: 'End, a duration from the start; after from.' }),
  })
  .meta({ id: 'interval', description: 'A stretch of time.' });

export const priority = whole(-1000, 1000);
