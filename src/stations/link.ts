/** Links: the ways between elements. */
import { z } from 'zod';
import { reference, rule, weight } from './duration.ts';

const TO_WORDS = 'the name of an element, or a list of names';

export const link = z
  .strictObject({
    from: reference('a source, buffer, station or conveyor').meta({
      description: 'The source, buffer, station or conveyor that parts leave.',
    }),
    to: z
      .union([z.string(TO_WORDS), z.array(reference('an element'), TO_WORDS).min(1, 'a list with at least one name')], TO_WORDS)
      .meta({ description: 'The buffer, station, conveyor or sink that parts go to, or a list of them.' }),
    rule: rule.optional().meta({ description: 'Which of several targets. Default: "fixed" for one, "first free" for several.' }),
    weights: z
      .array(weight, 'a list of weights')
      .optional()
      .meta({ description: 'One a target; where rule is "probability", and only there.' }),
    products: z
      .array(reference('a product'), 'a list of product names')
      .min(1, 'a list with at least one product (leave it out to mean all)')
      .optional()
      .meta({ description: 'The products that this link is for. Default: all.' }),
  })
  .meta({
    id: 'link',
    description: 'For any one product at most one link entry leaves an element; several targets go into one entry with a rule.',
  });
