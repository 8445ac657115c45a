/** Products: what is made, and in which steps. */
import { z } from 'zod';
import { distribution, duration, fraction, name, priority, reference, weight, whole } from './duration.ts';
import { looks } from './looks.ts';
import { onDefect } from './quality.ts';

const stepName = z.string('the name of a step of this product, or "done"');

const next = z
  .union(
    [
      stepName,
      z
        .array(
          z.strictObject({
            step: stepName.meta({ description: 'The name of a step of this product, or "done".' }),
            weight: weight.meta({ description: 'Drawn in proportion to this weight.' }),
          }),
        )
        .min(1, 'a list with at least one step'),
    ],
    'the name of a step, "done", or a list of { "step": …, "weight": … }',
  )
  .meta({
    description:
      'What follows: the name of a step, "done", or a list of steps with weights. Default: the next step in the list; after the last the part is finished.',
  });

const alternative = z.strictObject({
  station: reference('a station').meta({ description: 'A station where this step can be done.' }),
  processing: distribution.optional().meta({ description: "Processing time there. Default: the step's, then the station's own." }),
});

const step = z
  .strictObject({
    station: reference('a station or group')
      .optional()
      .meta({ description: 'The station, or the group of stations, where this step is done. Or "alternatives".' }),
    alternatives: z
      .array(alternative, 'a list of { "station": …, "processing": … }')
      .min(1, 'a list with at least one station')
      .max(1000, 'at most 1,000 stations')
      .optional()
      .meta({ description: 'Instead of station: any of these, each with its own time.' }),
    rule: z
      .enum(['round robin', 'shortest queue', 'first free'])
      .optional()
      .meta({ description: 'Which of the alternatives. Default: "first free".' }),
    processing: distribution.optional().meta({ description: "Processing time, a duration or distribution. Default: the station's own." }),
    per: z.enum(['part', 'piece', 'batch']).optional().meta({
      description:
        'What processing is the time of: part (default), piece (multiplied by the pieces in the part) or batch (as part: all parts of a batch share it).',
    }),
    interval: distribution.optional().meta({
      description: 'The server may take the next part so long after it took this one (cascading), though this one needs processing in all.',
    }),
    batch: z
      .strictObject({
        min: whole(1, 10_000).optional().meta({ description: 'As at the station. Default: 1.' }),
        max: whole(1, 10_000).meta({ description: 'As at the station; at least min.' }),
      })
      .optional()
      .meta({ description: "Instead of the station's own min and max." }),
    family: name.optional().meta({ description: "Set-up family of this step. Default: the product's." }),
    share: fraction.optional().meta({ description: 'The step is done with this probability, else passed over, 0 to 1. Default: 1.' }),
    yield: fraction.optional().meta({ description: "Share of parts that are given no defect here, 0 to 1. Default: the station's." }),
    onDefect: onDefect.optional(),
    within: z
      .strictObject({
        since: stepName.meta({ description: 'The step whose end starts the clock.' }),
        limit: duration.meta({ description: 'The time allowed until this step begins, a duration.' }),
      })
      .optional()
      .meta({ description: 'Queue-time limit: parts that come later are counted.' }),
    name: z
      .string('a text')
      .min(1, 'a text of 1 to 64 characters')
      .max(64, 'a text of 1 to 64 characters')
      .optional()
      .meta({ description: "Needed only where another step's next, within or rework names this one." }),
    next: next.optional(),
  })
  .meta({ id: 'step', description: 'One step of a routing.' });

export const product = z
  .strictObject({
    routing: z
      .array(step, 'a list of steps')
      .min(1, 'at least one step (a product without a routing follows the links: leave "routing" out)')
      .max(100_000, 'at most 100,000 steps')
      .optional()
      .meta({ description: 'The steps in order. Without it the product follows the links from its source to a sink.' }),
    color: z
      .string('a colour such as "#3366cc"')
      .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as "#3366cc"')
      .optional()
      .meta({ description: 'Colour of its parts in the view, #rrggbb.' }),
    look: looks.product,
    sink: reference('a sink')
      .optional()
      .meta({ description: 'Where finished parts go; needed only where there are several sinks and no link decides.' }),
    priority: priority.optional().meta({ description: 'Larger is more urgent, −1000 to 1000. Default: 0.' }),
    due: distribution.optional().meta({
      description: 'Time allowed from being made to the due date, a duration or distribution. Default: no due date.',
    }),
    size: whole(1, 100_000).optional().meta({ description: 'Pieces in a part, 1 to 100,000. Default: 1.' }),
    family: name.optional().meta({ description: "Set-up family. Default: the product's name." }),
  })
  .meta({ id: 'product', description: 'A kind of part.' });
