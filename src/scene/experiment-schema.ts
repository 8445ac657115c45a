/** Experiments: what may be changed in a plant, within what, and what is asked. Their shape; what they mean is checked when one is run. */
import { z } from 'zod';
import { distribution, duration, fraction, whole } from '../stations/duration.ts';

const EXPRESSION = 'an expression over the names of factors, in quotes, such as "b2 + b3"';
const expression = z.string(EXPRESSION).min(1, EXPRESSION).max(1000, 'at most 1,000 characters');

const PATH_WORDS = 'a path in this scene, such as "buffers.b3.capacity", or a list of paths';
const path = z.string(PATH_WORDS).min(1, PATH_WORDS);
const paths = z.union([path, z.array(path, PATH_WORDS).min(1, PATH_WORDS).max(1000, 'at most 1,000 paths')], PATH_WORDS);

const LEVEL_WORDS = 'a number, or a duration such as "90 s"';
const level = z.union([z.number(LEVEL_WORDS), duration], LEVEL_WORDS);

/** Names that stand in expressions. */
const factorName = z.string().regex(/^[A-Za-z_][A-Za-z_0-9]{0,63}$/, 'a name of letters, digits and "_" that begins with a letter');

const factor = z
  .strictObject({
    path: paths.optional().meta({
      description: 'What it sets: a path in this scene, or several. Left out: it only stands in expressions (set, constraints, cost).',
    }),
    scale: paths.optional().meta({
      description:
        'Instead of path: durations or distributions to be multiplied by the factor. "stations.NAME.processing" means the times of that station wherever they stand, in routings too.',
    }),
    from: level.optional().meta({ description: 'Least value: a number, or a duration with its unit.' }),
    to: level.optional().meta({ description: 'Greatest value, in the same unit.' }),
    step: level
      .optional()
      .meta({ description: 'Only from, from + step … up to to. Default: every value, or whole numbers where the place takes no others.' }),
    whole: z.boolean('true or false').optional().meta({ description: 'Whole numbers only. Default: where the place takes no others.' }),
    log: z
      .boolean('true or false')
      .optional()
      .meta({ description: 'True: a change by a factor counts as a step, not one by a difference. Default: false.' }),
    values: z
      .array(z.unknown(), 'a list of values')
      .min(1, 'a list with at least one value')
      .max(10_000, 'at most 10,000 values')
      .optional()
      .meta({
        description: 'Instead of from and to: the values it may have. Numbers are ordered; anything else (a rule, true, false) is not.',
      }),
    sequence: z
      .literal(true, 'true')
      .optional()
      .meta({ description: 'The list at the path in any order, such as the orders of a source.' }),
  })
  .meta({ id: 'factor', description: 'Something that may be changed.' });

const of = z.union(
  [
    z.literal('mean'),
    z.strictObject({ quantile: fraction.meta({ description: 'The value below which this share of the twins lies.' }) }),
    z.strictObject({ worst: fraction.meta({ description: 'The mean of this share of the twins, the worst ones (CVaR).' }) }),
  ],
  '"mean", { "quantile": … } or { "worst": … }',
);
const METRIC_WORDS = 'a metric: "total.throughput", "element.metric" or "cost"';
const metric = z.string(METRIC_WORDS).min(1, METRIC_WORDS);
const objective = z
  .strictObject({
    maximise: metric.optional().meta({ description: 'The metric to make large.' }),
    minimise: metric.optional().meta({ description: 'Or the one to make small.' }),
    of: of.optional().meta({ description: 'What of it, over the twins. Default: the mean.' }),
  })
  .refine(
    ({ maximise, minimise }) => (maximise === undefined) !== (minimise === undefined),
    'either "maximise" or "minimise", with a metric',
  )
  .meta({ id: 'objective', description: 'What is wanted.' });

const bound = z
  .strictObject({
    metric: metric.meta({ description: 'The metric, whose mean over the twins is meant.' }),
    least: level.optional().meta({ description: 'It must not be less, in its unit or as a duration.' }),
    most: level.optional().meta({ description: 'It must not be more.' }),
  })
  .meta({ id: 'bound', description: 'What must not be passed.' });

const DESIGNS = ['full', 'fractional', 'latin hypercube', 'sobol', 'table'] as const;
const design = z
  .strictObject({
    kind: z.enum(DESIGNS).meta({
      description:
        'full: every combination. fractional: two levels of each, a fraction of the combinations. latin hypercube, sobol: points spread evenly. table: those of rows.',
    }),
    points: whole(1, 10_000_000).optional().meta({ description: 'How many points, where the kind does not say.' }),
    levels: whole(2, 1000).optional().meta({ description: 'full: levels of a factor that may have any value. Default: 3.' }),
    resolution: whole(3, 5).optional().meta({ description: 'fractional: 3, 4 or 5. Default: 4.' }),
    rows: z
      .union(
        [z.string('a CSV text'), z.array(z.record(z.string(), z.unknown()), 'a list of rows').max(1_000_000, 'at most 1,000,000 rows')],
        'a CSV text, or a list of { factor: value, … }',
      )
      .optional()
      .meta({ description: 'table: the designs; a CSV text whose first line names the factors, or a list of objects.' }),
  })
  .meta({ description: 'Which designs are tried, where all are chosen beforehand.' });

const uncertain = z
  .strictObject({
    path: paths.optional().meta({ description: 'The parameter that is not known.' }),
    scale: paths.optional().meta({ description: 'Or the times to be multiplied by it, as in a factor.' }),
    distribution: distribution.meta({
      description: 'What is thought of it: a distribution of the parameter (durations in time.unit, or plain numbers).',
    }),
  })
  .meta({
    id: 'uncertain',
    description: 'A parameter of which only a distribution is known; it is the same for all that happens in a twin.',
  });

const METHODS = [
  'auto',
  'all',
  'tournament',
  'kn',
  'ocba',
  'cma-es',
  'gaussian process',
  'nsga-ii',
  'sequence',
  'morris',
  'sobol',
] as const;
export type Method = (typeof METHODS)[number];

const experiment = z
  .strictObject({
    description: z.string('a text').optional().meta({ description: 'Free text.' }),
    question: z.enum(['compare', 'best', 'trade-off', 'what limits', 'sensitivity', 'uncertainty']).meta({
      description:
        'compare: every design with its interval. best: the best design. trade-off: the best compromises between objectives. what limits: what a small change of each element would gain. sensitivity: which factors matter. uncertainty: what is not known, carried to the results.',
    }),
    factors: z
      .record(factorName, factor, 'an object: name → factor')
      .optional()
      .meta({ description: 'What may be changed, by name. Not needed by "what limits" and "uncertainty".' }),
    set: z
      .record(z.string(), expression, 'an object: path → expression')
      .optional()
      .meta({ description: 'What follows from the factors: path in this scene → expression.' }),
    constraints: z
      .array(expression, 'a list of expressions')
      .max(1000, 'at most 1,000 constraints')
      .optional()
      .meta({ description: 'What must hold between factors, such as "b2 + b3 <= 10".' }),
    cost: expression.optional().meta({ description: 'Cost of a design, over the names of the factors: the metric "cost".' }),
    objectives: z
      .array(objective, 'a list of objectives')
      .min(1, 'a list with at least one objective')
      .max(8, 'at most 8 objectives')
      .optional()
      .meta({ description: 'What is wanted. Default: to maximise total.throughput.' }),
    limits: z.array(bound, 'a list of limits').max(100, 'at most 100 limits').optional().meta({ description: 'What must not be passed.' }),
    design: design.optional(),
    uncertain: z
      .record(factorName, uncertain, 'an object: name → what is not known')
      .optional()
      .meta({ description: 'What is not known, by name.' }),
    replications: whole(1, 1_000_000).optional().meta({ description: 'Twins of each design, or at first. Default: by the question.' }),
    halfWidth: z.number('a share of the mean, such as 0.01').gt(0, 'a share above 0').max(0.5, 'a share of at most 0.5').optional().meta({
      description:
        'compare: twins of each design until the half-width of its interval is within this share of its mean (0.01: ± 1 %), at most 10,000.',
    }),
    samples: whole(2, 100_000)
      .optional()
      .meta({ description: 'uncertainty: draws of what is not known. sensitivity: trajectories or base points.' }),
    budget: whole(1, 2_000_000_000).optional().meta({ description: 'Most twins to spend in all. Default: by the question.' }),
    confidence: z
      .number('a number from 0.5 to 0.999')
      .min(0.5, 'a number from 0.5 to 0.999')
      .max(0.999, 'a number from 0.5 to 0.999')
      .optional()
      .meta({ description: 'Of intervals and of a good choice. Default: 0.95.' }),
    indifference: z.number('a number above 0').gt(0, 'a number above 0').optional().meta({
      description:
        'best: designs within so much of the best are as good, in the unit of the objective. Default: 1 % of the value of the scene as it is.',
    }),
    method: z.enum(METHODS).optional().meta({ description: 'How it is searched. Default: by the question and the factors.' }),
    seed: whole(0, 0xffffffff).optional().meta({ description: "Seed of all draws. Default: the run's." }),
  })
  .meta({ id: 'experiment', description: 'A question to the plant.' });

export const experiments = z.record(
  z.string().min(1, 'a name of 1 to 64 characters').max(64, 'a name of 1 to 64 characters'),
  experiment,
  'an object: name → experiment',
);

/** An experiment as it stands in the file, known to have the right shape. */
export type ExperimentText = z.infer<typeof experiment>;
