/** The whole scene file, put together from its kinds of elements, and the words for what does not fit it. */
import { z } from 'zod';
import { buffer } from '../stations/buffer.ts';
import { bulk } from '../stations/bulk.ts';
import { calendar } from '../stations/calendar.ts';
import { conveyor } from '../stations/conveyor.ts';
import { amount, duration, name, whole } from '../stations/duration.ts';
import { limit } from '../stations/limit.ts';
import { link } from '../stations/link.ts';
import { pool } from '../stations/people.ts';
import { product } from '../stations/product.ts';
import { sink } from '../stations/sink.ts';
import { source } from '../stations/source.ts';
import { group, station } from '../stations/station.ts';
import { transfer } from '../stations/transfer.ts';
import { experiments } from './experiment-schema.ts';
import { didYouMean, type Findings, type Path, shown } from './problems.ts';

/** The version of the format that this program reads. */
export const VERSION = 1;

const named = <T extends z.ZodType>(element: T, words: string) => z.record(name, element, `an object: name → ${words}`);

const time = z
  .strictObject({
    unit: z
      .enum(['ms', 's', 'min', 'h', 'd', 'w'])
      .optional()
      .meta({ description: 'What a plain number counts where a duration is expected, and the unit of the results. Default: s.' }),
    resolution: duration.optional().meta({ description: 'The tick: everything happens at whole ticks. Default: "1 ms".' }),
  })
  .meta({ description: 'Unit of time and resolution.' });

const run = z
  .strictObject({
    warmup: duration.optional().meta({ description: 'Statistics begin after it. A duration; default 0.' }),
    horizon: duration.meta({ description: 'How long statistics are kept, after the warm-up: a duration above 0.' }),
    replications: whole(1, 16_777_216).optional().meta({ description: 'Number of twins, 1 to 16,777,216. Default: 1024.' }),
    seed: whole(0, 0xffffffff).optional().meta({ description: 'Seed of all draws, 0 to 4294967295. Default: 1.' }),
    stopAfter: whole(1, 0xffffffff)
      .optional()
      .meta({ description: 'A twin ends as soon as so many parts are finished since the warm-up.' }),
    maxParts: whole(1, 16_777_216)
      .optional()
      .meta({ description: 'Parts that a twin has room for. Default: every finite place, plus 1,000 where a buffer is unlimited.' }),
  })
  .meta({ description: 'How long, how often and with which seed.' });

const degrees = (least: number, most: number) => {
  const words = `a number of degrees from ${least} to ${most}`;
  return z.number(words).min(least, words).max(most, words);
};

const AT_WORDS = 'a point: [x, y, z] in metres';
const metres = z.number('a number of metres').min(-1e6, 'at least -1,000,000 m').max(1e6, 'at most 1,000,000 m');

const viewpoint = z
  .strictObject({
    at: z
      .tuple([metres, metres, metres], AT_WORDS)
      .meta({ description: 'The point looked at: [x, y, z] in metres; z is up, 0 the floor.' }),
    distance: amount('metres', { above: true, most: 1e6 }).meta({ description: 'From there to the eye, in metres; above 0.' }),
    turn: degrees(-360, 360).meta({ description: 'Degrees clockwise from looking north (against y); 90 looks east. −360 to 360.' }),
    tilt: degrees(0, 90).meta({ description: 'Degrees up from the floor; 90 looks straight down. 0 to 90.' }),
  })
  .meta({ id: 'viewpoint', description: 'Where a camera stands.' });

const view = z
  .strictObject({
    viewpoints: named(viewpoint, 'viewpoint').optional().meta({ description: 'Places to look from, by name. Default: none.' }),
    style: z
      .enum(['models', 'plain'])
      .optional()
      .meta({ description: 'models (default): with models and looks. plain: simple shapes in their place.' }),
  })
  .meta({ description: 'How the plant is looked at. Nothing simulated depends on it.' });

export const sceneSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'Address of this JSON Schema, for editors.' }),
    millwright: z.literal(VERSION).meta({ description: `Version of the format: ${VERSION}.` }),
    name: z.string('a text').optional().meta({ description: 'What the plant is called.' }),
    description: z.string('a text').optional().meta({ description: 'Free text.' }),
    time: time.optional(),
    products: named(product, 'product').meta({ description: 'Kinds of parts, by name. At least one.' }),
    sources: named(source, 'source')
      .optional()
      .meta({ description: 'Where parts come from, by name. At least one, unless a buffer has parts at the start.' }),
    buffers: named(buffer, 'buffer').optional().meta({ description: 'Queues, by name.' }),
    stations: named(station, 'station').optional().meta({ description: 'Machines and work places, by name.' }),
    groups: named(group, 'group of stations').optional().meta({ description: 'Stations that a step may name together, by name.' }),
    conveyors: named(conveyor, 'conveyor').optional().meta({ description: 'Belts, by name.' }),
    sinks: named(sink, 'sink')
      .optional()
      .meta({ description: 'Where finished parts go, by name. At least one, unless parts only go round.' }),
    people: named(pool, 'pool of people').optional().meta({ description: 'Workers, by the name of their pool.' }),
    calendars: named(calendar, 'calendar').optional().meta({ description: 'When work is done, by name.' }),
    limits: named(limit, 'limit').optional().meta({ description: 'Limits on the parts within some elements, by name.' }),
    transfers: z
      .array(transfer, 'a list of transfers')
      .max(100_000, 'at most 100,000 transfers')
      .optional()
      .meta({ description: 'Travelling times between elements. Default: none.' }),
    links: z
      .array(link, 'a list of links')
      .max(1_000_000, 'at most 1,000,000 links')
      .optional()
      .meta({ description: 'The ways between elements.' }),
    view: view.optional(),
    bulk: bulk
      .optional()
      .meta({ description: 'Vessels with loose parts whose streams are measured, by name. Nothing simulated depends on them.' }),
    experiments: experiments.optional().meta({ description: 'Questions to the plant, by name.' }),
    run,
  })
  .meta({ title: 'Millwright scene', description: 'A plant to be simulated. Every element stands under its name.' });

/** The scene as it stands in the file, known to have the right shape. */
export type SceneText = z.infer<typeof sceneSchema>;

/** Checks the shape of a scene; what does not fit is added to the findings, field by field. */
export function checkShape(value: unknown, findings: Findings): void {
  const result = sceneSchema.safeParse(value, { error: expectation, reportInput: true });
  for (const issue of result.error?.issues ?? []) explain(issue, [], findings);
}

type Issue = z.core.$ZodIssue;

const TYPES: Record<string, string> = {
  object: 'an object { … }',
  record: 'an object { … }',
  array: 'a list [ … ]',
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** What was expected, where the schema itself has no words for it. For unknown keys: the known ones, as only here they are at hand. */
function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected as string] ?? String(issue.expected);
    case 'invalid_value': {
      const values = (issue.values as unknown[]).map((value) => JSON.stringify(value));
      return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
    }
    case 'unrecognized_keys':
      return Object.keys((issue.inst as z.ZodObject | undefined)?.shape ?? {})
        .filter((key) => key !== '$schema')
        .join(', ');
    default:
      return 'something else';
  }
}

/** Turns one issue into findings: of a union, only those of the form that was meant. */
function explain(issue: Issue, before: Path, findings: Findings): void {
  const path: Path = [...before, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys)
      findings.add([...path, key], () => `unknown key${didYouMean(key, issue.message.split(', '))}; expected one of ${issue.message}`);
    return;
  }
  if (issue.code === 'invalid_union') {
    const meant = formMeant(issue.errors);
    if (meant) {
      // A misspelt key is not counted as a key too: one finding is enough.
      const misspelt = meant.some((inner) => inner.code === 'unrecognized_keys');
      for (const inner of meant) if (!(misspelt && inner.code === 'custom')) explain(inner, path, findings);
      return;
    }
  }
  if (issue.code === 'invalid_key') {
    const key = path.at(-1);
    findings.add(path, () => `found the name ${shown(key)}; expected ${issue.issues[0]?.message ?? 'another'}`);
    return;
  }
  const { input, message } = issue;
  findings.add(path, () => {
    if (input === undefined) return `missing; expected ${message}`;
    const keys =
      issue.code === 'invalid_union' && typeof input === 'object' && input !== null && !Array.isArray(input)
        ? Object.keys(input).slice(0, 8)
        : [];
    const found =
      keys.length > 0
        ? `the key${keys.length > 1 ? 's' : ''} ${keys.map((key) => JSON.stringify(key.slice(0, 40))).join(', ')}`
        : shown(input);
    const close = typeof input === 'string' ? didYouMean(input, wordsOf(issue)) : '';
    return `found ${found}; expected ${message}${close}`;
  });
}

/** The words that could have stood in place of another, by themselves or as one form of a union. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.filter((value) => typeof value === 'string');
  if (issue.code === 'invalid_union')
    return issue.errors.flat().flatMap((inner) => (inner.path.length === 0 ? wordsOf(inner as Issue) : []));
  return [];
}

/** The issues of the one form whose type, and in an object whose keys, are those found; undefined where no form is that near. */
function formMeant(forms: Issue[][]): Issue[] | undefined {
  const ofThisType = forms.filter(
    (issues) => !issues.some((issue) => issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')),
  );
  if (ofThisType.length === 1) return ofThisType[0];
  return ofThisType.find(
    (issues) => !issues.some((issue) => issue.code === 'unrecognized_keys' || (issue.path.length === 1 && issue.input === undefined)),
  );
}
