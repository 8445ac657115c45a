/** Stations, as written → as checked. Set-ups are completed once it is known which families come where (setups.ts). */
import { lookFrom } from '../stations/looks.ts';
import { parseExpression, RULES } from './expression.ts';
import { needOf } from './normalise-people.ts';
import { stationsOf, stepNumbers } from './normalise-products.ts';
import { checkQuality, stationQuality, stepNamed, type ReworkTarget } from './normalise-quality.ts';
import { upkeepOf } from './normalise-upkeep.ts';
import { before, type ElementText, type Values } from './normalise-values.ts';
import { didYouMean, type Path, shown } from './problems.ts';
import type { Count, Crew, Dispatch, Station } from './scene.ts';

type Text = ElementText<'stations'>;

/** What the schema lets a station be ordered by at most. */
const MOST_RULES = 8;

/** What a station without servers of its own cannot have: parts pass through it by themselves. */
const NEEDS_SERVERS = [
  'loading',
  'unloading',
  'batch',
  'assembly',
  'disassembly',
  'setup',
  'dispatch',
  'preemptive',
  'yield',
  'onDefect',
  'inspection',
  'failures',
  'maintenance',
  'wear',
  'people',
  'shifts',
  'onShiftEnd',
] as const;

/** Pairs that cannot be had together, and why. */
const APART: [keyof Text, keyof Text, string][] = [
  ['batch', 'assembly', 'a bill of materials says how many parts are taken'],
  ['batch', 'disassembly', 'one part at a time is taken apart'],
  ['assembly', 'disassembly', 'one station does one of the two'],
  ['preemptive', 'batch', 'a batch cannot be interrupted'],
  ['preemptive', 'assembly', 'an assembly cannot be interrupted'],
];

export function stationOf(values: Values, name: string, text: Text): Station {
  const path: Path = ['stations', name];
  const { findings } = values;
  if (text.servers === 'unlimited') {
    for (const key of NEEDS_SERVERS) {
      if (text[key] !== undefined)
        findings.add(
          [...path, key],
          'found at a station with "unlimited" servers, which is a pure delay; expected a number of servers, or nothing here',
        );
    }
  }
  for (const [a, b, why] of APART) {
    if (text[a] && text[b]) findings.add([...path, a], `found beside ${shown(b)}; expected one of the two, as ${why}`);
  }
  const { batch } = text;
  if (batch && (batch.min ?? 1) > batch.max)
    findings.add([...path, 'batch', 'min'], `found ${batch.min}; expected at most max, ${batch.max}`);
  if (text.onShiftEnd && !text.shifts)
    findings.add(
      [...path, 'onShiftEnd'],
      `found ${shown(text.onShiftEnd)} without "shifts", where it means nothing; expected both, or neither`,
    );
  return {
    name,
    position: text.position,
    look: lookFrom(text.look),
    servers: text.servers === 'unlimited' ? Number.POSITIVE_INFINITY : (text.servers ?? 1),
    processing: values.distribution(text.processing, [...path, 'processing']),
    per: text.per === 'piece' ? 'piece' : 'part',
    loading: values.distribution(text.loading, [...path, 'loading']),
    unloading: values.distribution(text.unloading, [...path, 'unloading']),
    batch: batch && {
      min: batch.min ?? 1,
      max: batch.max,
      wait: batch.wait === undefined ? 0 : values.duration(batch.wait, [...path, 'batch', 'wait']),
      same: batch.same ?? (stepsAt(values, name).length > 0 ? 'step' : 'product'),
    },
    assembly: assemblyOf(values, text, path),
    disassembly: disassemblyOf(values, text, path),
    setup: undefined,
    dispatch: keysOf(values, text, [...path, 'dispatch']),
    preemptive: text.preemptive ?? false,
    quality: qualityOf(values, name, text, path),
    ...upkeepOf(values, text, path),
    people: crewOf(values, text.people, [...path, 'people']),
    shifts: text.shifts,
    onShiftEnd: text.onShiftEnd ?? 'finish',
  };
}

/** The products that have a step at this station. */
function stepsAt(values: Values, station: string): string[] {
  return values.comingTo(station, () => {
    const coming = new Map<string, string[]>();
    for (const [product, { routing }] of Object.entries(values.text.products)) {
      for (const at of new Set(routing?.flatMap((step) => stationsOf(values, step)))) {
        const products = coming.get(at);
        if (products) products.push(product);
        else coming.set(at, [product]);
      }
    }
    return coming;
  });
}

function crewOf(values: Values, text: Text['people'], path: Path): Crew {
  const need = (key: keyof Crew) => needOf(values, text?.[key], [...path, key]);
  return { setup: need('setup'), loading: need('loading'), processing: need('processing'), unloading: need('unloading') };
}

function listed(counts: Record<string, number>): Count[] {
  return Object.entries(counts).map(([product, count]) => ({ product, count }));
}

function assemblyOf(values: Values, { assembly }: Text, outer: Path): Station['assembly'] {
  if (!assembly) return undefined;
  const path: Path = [...outer, 'assembly'];
  const [main, ...others] = listed(assembly.inputs);
  if (!main) {
    values.findings.add([...path, 'inputs'], 'found no product; expected at least one, how many of which go in');
    return undefined;
  }
  const numeral = [main, ...others].find(({ product }) => others.length > 0 && /^(0|[1-9][0-9]*)$/.test(product));
  if (numeral)
    values.findings.add(
      [...path, 'inputs', numeral.product],
      `found ${shown(numeral.product)}, a name that is a whole number: JSON does not keep its place in the list, and the first is the main part; expected a product of another name`,
    );
  if (Object.hasOwn(assembly.inputs, assembly.makes))
    values.findings.add(
      [...path, 'makes'],
      `found ${shown(assembly.makes)}, which goes in as well; expected another product than those that go in`,
    );
  if (main.count > 1)
    values.findings.add(
      [...path, 'inputs', main.product],
      `found ${main.count} of the main part, the first of the list, which hands on its due date and order; expected 1, or another product first`,
    );
  return { inputs: [main, ...others.sort((a, b) => before(a.product, b.product))], makes: assembly.makes };
}

function disassemblyOf(values: Values, { disassembly }: Text, outer: Path): Station['disassembly'] {
  return Object.entries(disassembly ?? {})
    .map(([product, { into }]) => {
      const path: Path = [...outer, 'disassembly', product, 'into'];
      if (Object.keys(into).length === 0) values.findings.add(path, 'found no product; expected at least one that comes out');
      if (Object.hasOwn(into, product))
        values.findings.add([...path, product], `found ${shown(product)}, the product that is taken apart; expected other products`);
      return { product, into: listed(into).sort((a, b) => before(a.product, b.product)) };
    })
    .sort((a, b) => before(a.product, b.product));
}

/** Whoever interrupts is served next: at a preemptive station priority comes before all other keys. */
function keysOf(values: Values, { dispatch, preemptive }: Text, path: Path): Dispatch[] {
  const keys = dispatchOf(values, dispatch, path);
  if (!preemptive || keys[0]?.rule === 'priority') return keys;
  if (keys.length === MOST_RULES)
    values.findings.add(
      path,
      `found ${keys.length} rules at a preemptive station, where priority comes first by itself; expected at most ${MOST_RULES - 1}`,
    );
  return [...dispatchOf(values, 'priority', path), ...keys];
}

function dispatchOf(values: Values, text: Text['dispatch'], path: Path): Dispatch[] {
  if (text === undefined) return [];
  const { findings } = values;
  const keys = Array.isArray(text) ? text.map((key, i) => ({ key, where: [...path, i] })) : [{ key: text, where: path }];
  const rules = Object.keys(RULES);
  return keys.flatMap(({ key, where }) => {
    const named = typeof key === 'string';
    if (named && !Object.hasOwn(RULES, key)) {
      findings.add(
        where,
        () =>
          `found ${shown(key)}; expected ${rules.map((rule) => JSON.stringify(rule)).join(', ')}, or { "expression": … }${didYouMean(key, rules)}`,
      );
      return [];
    }
    const written = named ? RULES[key as keyof typeof RULES] : key.expression;
    const program = parseExpression(written, { countable: values.countable, tickSeconds: values.tickSeconds });
    if (!program.ok) {
      findings.add(
        named ? where : [...where, 'expression'],
        `column ${program.column}: found ${program.found}; expected ${program.expected}`,
      );
      return [];
    }
    const { type, code } = program;
    return [{ rule: named ? key : written, program: { type, code } }];
  });
}

/** What becomes of the parts of each product that is told apart, then of all others. */
function qualityOf(values: Values, name: string, text: Text, path: Path): Station['quality'] {
  if (!text.wear?.scrap) checkQuality(text, path, values.findings);
  if (text.yield === undefined && !text.inspection && !text.wear?.scrap) return [];
  const onDefect = text.inspection ? text.inspection.onDefect : text.onDefect;
  const yields = typeof text.yield === 'object' ? text.yield : {};
  const others = typeof text.yield === 'number' ? text.yield : 1;
  const yieldOf = (product: string): number => (Object.hasOwn(yields, product) ? (yields[product] as number) : others);

  const reworks = typeof onDefect === 'object';
  // What is assembled is judged, not what goes in.
  const routed = reworks
    ? [...new Set(text.assembly ? [text.assembly.makes] : stepsAt(values, name))].filter((each) => routingOf(values, each))
    : [];
  const products = [...new Set([...Object.keys(yields), ...routed])].sort();
  const element: ReworkTarget = (target) => (values.countable.has(target) ? { element: target } : {});
  const quality: Station['quality'] = products.map((product) => {
    const routing = routingOf(values, product);
    const target: ReworkTarget = routing
      ? (step, where) => ({ step: stepOfProduct(values, product, stepNumbers(routing), step, where) })
      : element;
    return { product, quality: stationQuality(text, yieldOf(product), path, target) };
  });
  quality.push({ product: undefined, quality: stationQuality(text, others, path, element) });
  return quality;
}

function routingOf(values: Values, product: string) {
  const { products } = values.text;
  return Object.hasOwn(products, product) ? products[product]?.routing : undefined;
}

function stepOfProduct(values: Values, product: string, numbers: Map<string, number>, step: string, path: Path): number {
  if (numbers.has(step)) return stepNamed(step, numbers, path, values.findings);
  const steps = [...numbers.keys()].filter((each) => each !== 'done');
  values.findings.add(
    path,
    () =>
      `found ${shown(step)}; expected the name of a step of product ${shown(product)}, which comes here by its routing${didYouMean(step, steps)}`,
  );
  return 0;
}
