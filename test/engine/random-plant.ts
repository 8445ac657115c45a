/**
 * Random small plants out of the whole vocabulary, the same for the same seed, written as the text of a scene file: so they come to the engines as
 * a user's plants do, through `read` and `compile`. Some overflow, some lock up, some never let the clock go on: that is wanted.
 */
import { compile } from '../../src/scene/compile.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { read } from '../../src/scene/read.ts';
import type { Rule } from '../../src/scene/scene.ts';
import type { SceneText } from '../../src/scene/schema.ts';
import { type DistributionText, FAMILIES, type Family } from '../../src/stations/duration.ts';
import { CLOCKS, JOBS } from '../../src/stations/words.ts';
import { numbers } from '../unit/scene/mutate.ts';

type LinkText = NonNullable<SceneText['links']>[number];
type StationText = NonNullable<SceneText['stations']>[string];
type SourceText = NonNullable<SceneText['sources']>[string];
type StepText = NonNullable<SceneText['products'][string]['routing']>[number];

export interface RandomPlant {
  /** Of its structure, and of its numbers. */
  seed: [structure: number, numbers: number];
  text: string;
  plant: Plant;
}

/** Scenes that `read` was given, and those of them that it refused. */
export const tries = { made: 0, refused: 0 };

/**
 * A plant of this structure with these numbers, names, distributions, clocks …; undefined where `read` refuses it. Whether it does depends on
 * the structure alone, or nearly so. Cost: about 10 ms.
 */
export function randomPlant(structure: number, numbers: number): RandomPlant | undefined {
  const text = JSON.stringify(new Author(structure, numbers).scene());
  const result = read(text);
  tries.made++;
  if (result.ok) return { seed: [structure, numbers], text, plant: compile(result.scene) };
  tries.refused++;
  return undefined;
}

/** So many plants, each of a structure of its own. */
export function randomPlants(count: number): RandomPlant[] {
  const plants: RandomPlant[] = [];
  for (let structure = FIRST; plants.length < count; structure++) plants.push(...ifAny(randomPlant(structure, 0)));
  return plants;
}

/**
 * Families of plants: the members of one have equal kernels, and all else unlike, down to the order of the elements. (Software WebGPU takes
 * seconds to compile a kernel, and milliseconds to run it on a small plant.)
 */
export function randomFamilies(count: number, members: number): RandomPlant[][] {
  const families: RandomPlant[][] = [];
  for (let structure = FIRST; families.length < count; structure++) families.push(...ifAny(familyOf(structure, members)));
  return families;
}

function ifAny<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

/** Numbers are drawn again until enough plants of the structure have one kernel; undefined where that takes too long. */
function familyOf(structure: number, members: number): RandomPlant[] | undefined {
  const kin = new Map<string, RandomPlant[]>();
  for (let numbers = 0; numbers < 10 * members; numbers++) {
    const made = randomPlant(structure, numbers);
    if (made === undefined) return undefined;
    const { at, counts, layout, features } = made.plant;
    const shape = JSON.stringify([at, counts, layout, features]);
    const family = kin.get(shape) ?? [];
    kin.set(shape, family);
    if (family.push(made) === members) return family;
  }
  return undefined;
}

/** Structures from here on: the first twenty have the whole vocabulary in them. */
const FIRST = 300;

/** Rules among several targets. */
const RULES = ['probability', 'round robin', 'shortest queue', 'first free'] as const satisfies Rule[];

/** In no order that follows the parts: names decide every tie. The last ones sort differently by code unit, by code point and by dictionary. */
export const NAMES =
  'ant bee cod Dog elk fox Gnu hen ibis jay kiwi Lynx mole newt owl pug ray seal toad wasp 7th 10-ton z_1 Äl ëel ﬁn 𝒜'.split(' ');

/** Every family, with a mean of about `mean` of whatever is measured, in every form that it can be written in. */
export const DISTRIBUTIONS: Record<Family, (mean: number, dice: Dice) => DistributionText> = {
  constant: (mean, dice) => dice.pick([mean, { constant: { value: mean } }]),
  uniform: (mean, dice) => ({ uniform: { min: dice.pick([0, mean / 2]), max: 2 * mean } }),
  triangular: (mean) => ({ triangular: { min: mean / 2, mode: mean, max: 2 * mean } }),
  normal: (mean, dice) => ({
    normal: dice.pick([
      { mean, cv: 0.3 },
      { mean, sd: mean },
    ]),
  }),
  lognormal: (mean, dice) => ({
    lognormal: dice.pick([
      { mean, cv: 0.8 },
      { mean, sd: mean / 4 },
    ]),
  }),
  exponential: (mean) => ({ exponential: { mean } }),
  erlang: (mean, dice) => ({ erlang: { mean, k: 1 + dice.below(4) } }),
  gamma: (mean, dice) => ({
    gamma: dice.pick([
      { mean, cv: 1.5 },
      { shape: 2, scale: mean / 2 },
    ]),
  }),
  weibull: (mean, dice) => ({
    weibull: dice.pick([
      { mean, shape: 1.5 },
      { mean, cv: 1.2 },
      { shape: 0.8, scale: mean },
    ]),
  }),
  beta: (mean) => ({ beta: { alpha: 2, beta: 3, min: 0, max: 2.5 * mean } }),
  empirical: (mean, dice) => ({
    empirical: dice.pick([{ values: [mean, mean, 0, 3 * mean] }, { edges: [0, mean, 3 * mean], weights: [2, 1] }]),
  }),
  discrete: (mean) => ({ discrete: { values: [0, mean, 2 * mean], weights: [1, 3, 1] } }),
};

/** Draws of one seed. */
export class Dice {
  private readonly next: () => number;
  constructor(seed: number) {
    this.next = numbers(seed);
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
  /** From `least` to `most` of them, in any order; all where there are fewer. */
  some<T>(list: readonly T[], least: number, most: number): T[] {
    return this.shuffled(list).slice(0, least + this.below(most - least + 1));
  }
}

/** Draws up one scene. What decides the shape of a kernel is drawn from the structure's dice, all else from the numbers'. */
class Author {
  /** Structure. */
  private readonly dice: Dice;
  private readonly numbers: Dice;
  private readonly names: string[];
  private sources: string[] = [];
  private buffers: string[] = [];
  private stations: string[] = [];
  private groups: string[] = [];
  private sinks: string[] = [];
  /** Products that follow the links, and products with a routing. */
  private linked: string[] = [];
  private routed: string[] = [];

  private readonly structure: number;

  constructor(structure: number, numbers: number) {
    this.structure = structure;
    this.dice = new Dice(structure);
    this.numbers = new Dice(structure * 1009 + numbers + 500_009);
    this.names = this.numbers.shuffled(NAMES);
  }

  scene(): SceneText {
    const { dice, numbers } = this;
    const named = (n: number): string[] => this.names.splice(0, n);
    const products = named(1 + dice.below(3));
    const split = dice.pick([0, products.length, dice.below(products.length + 1)]);
    this.linked = products.slice(0, split);
    this.routed = products.slice(split);
    this.sources = named(dice.pick([1, 1, 2]));
    this.buffers = named(dice.pick([0, 1, 2, 3]));
    this.stations = named(dice.pick([1, 2, 2, 3]));
    this.sinks = named(dice.pick([1, 1, 2]));
    this.groups = this.stations.length > 1 && dice.chance(0.8) ? named(1) : [];
    const each = <T>(names: string[], make: (name: string) => T): Record<string, T> =>
      Object.fromEntries(names.map((name) => [name, make(name)]));
    // Where nothing else says how many parts there can be, the places of the buffers do.
    const maxParts = dice.chance(0.2) ? 2 + dice.below(6) : dice.chance(0.6) ? 20 + dice.below(40) : undefined;
    const endless = (): { capacity?: 'unlimited' } => numbers.pick([{}, { capacity: 'unlimited' }]);
    const capacity = (): { capacity?: number | 'unlimited' } =>
      maxParts === undefined ? { capacity: 1 + dice.below(4) } : numbers.chance(0.6) ? { capacity: 1 + numbers.below(4) } : endless();
    const goal = dice.chance(0.15);
    return {
      millwright: 1,
      time: { unit: 'min', resolution: numbers.pick(['1 ms', '1 s', '6 s', '1 min']) },
      products: { ...each(this.linked, () => ({})), ...each(this.routed, () => this.product()) },
      sources: each(this.sources, () => this.source(products)),
      buffers: each(this.buffers, capacity),
      stations: each(this.stations, () => this.station()),
      groups: each(this.groups, () => this.group()),
      sinks: each(this.sinks, () => ({})),
      links: [...this.linksOfLinked(), ...this.linksOfRouted()],
      run: {
        horizon: 120 + numbers.below(180),
        ...(numbers.chance(0.7) && { warmup: 10 + numbers.below(30) }),
        ...(goal && { stopAfter: 1 + numbers.below(20) }),
        ...(maxParts !== undefined && { maxParts }),
      },
    };
  }

  private distribution(mean: number): DistributionText {
    return DISTRIBUTIONS[this.numbers.pick(FAMILIES)](mean, this.numbers);
  }

  private processing(): DistributionText {
    return this.numbers.chance(0.1) ? 0 : this.distribution(this.numbers.pick([1, 1, 2, 3]));
  }

  private source(products: string[]): SourceText {
    const { dice, numbers } = this;
    const made =
      products.length > 1 && dice.chance(0.6)
        ? { mix: Object.fromEntries(dice.some(products, 2, 3).map((product) => [product, 1 + numbers.below(3)])) }
        : { product: dice.pick(products) };
    if (dice.chance(0.25)) return { ...made, saturated: true };
    return {
      ...made,
      interarrival: this.distribution(numbers.pick([1, 2, 3, 5])),
      ...(dice.chance(0.3) && { first: this.distribution(4) }),
      ...(numbers.chance(0.6) && { whenFull: numbers.pick(['wait', 'lose', 'lose'] as const) }),
    };
  }

  private station(): StationText {
    const { dice, numbers } = this;
    const clock = numbers.pick(CLOCKS);
    const failure = {
      clock,
      timeToFailure: this.distribution(clock === 'parts' ? numbers.pick([1, 3, 8]) : numbers.pick([6, 15, 30])),
      repair: this.distribution(numbers.pick([1, 4])),
      interruptedJob: numbers.pick(JOBS),
    };
    return {
      ...(dice.chance(0.4) && { servers: 2 + dice.below(2) }),
      ...((dice.chance(0.8) || this.linked.length > 0) && { processing: this.processing() }),
      ...(dice.chance(0.5) && { failures: [failure] }),
    };
  }

  private group(): NonNullable<SceneText['groups']>[string] {
    const stations = this.dice.some(this.stations, 2, 3);
    const rule = RULES[this.structure % RULES.length] as Rule; // in turn: few structures use their group
    return { stations, rule, ...(rule === 'probability' && { weights: this.weights(stations.length) }) };
  }

  /** A rule among so many targets, sometimes left to the default. */
  private rule(targets: number): { rule?: Rule; weights?: number[] } {
    if (this.dice.chance(0.2)) return {};
    if (targets === 1 && this.dice.chance(0.8)) return { rule: 'fixed' };
    const rule = this.dice.pick(RULES);
    return { rule, ...(rule === 'probability' && { weights: this.weights(targets) }) };
  }

  private weights(targets: number): number[] {
    return Array.from({ length: targets }, () => 1 + this.numbers.below(3));
  }

  private product(): SceneText['products'][string] {
    const { dice, numbers } = this;
    const names = ['cut', 'turn', 'mill', 'weld'].slice(0, 1 + dice.below(4));
    const routing = names.map((name, i): StepText => {
      const step: StepText = { name, station: dice.pick([...this.stations, ...this.groups, ...this.groups]) };
      if (dice.chance(0.5)) step.processing = this.processing();
      const following = names[i + 1] ?? 'done';
      const other = dice.pick([...names, 'done']);
      if (dice.chance(0.35) && other !== following) {
        step.next = [
          { step: following, weight: 3 },
          { step: other, weight: 1 + numbers.below(3) },
        ];
      } else if (dice.chance(0.2)) step.next = dice.pick([following, 'done']);
      return step;
    });
    return { routing, ...((dice.chance(0.2) || this.sinks.length > 1) && { sink: dice.pick(this.sinks) }) };
  }

  /** The products part of a link: needed where the others go by other links. */
  private for(products: string[], others: string[]): { products?: string[] } {
    return others.length > 0 || this.dice.chance(0.2) ? { products } : {};
  }

  /** Ways for products without a routing: forwards through the plant in a random order, now and then also back. */
  private linksOfLinked(): LinkText[] {
    const { dice, linked, routed } = this;
    if (linked.length === 0) return [];
    const floor = dice.shuffled([...this.buffers, ...this.stations]);
    const link = (from: string, at: number, products: string[], others: string[]): LinkText => {
      const ahead = [...floor.slice(at + 1), ...(at > 0 || floor.length === 0 ? this.sinks : [])];
      const next = dice.chance(0.6) ? ahead.slice(0, 1) : [];
      const back = at >= 0 && dice.chance(0.15) ? [dice.pick(floor)].filter((name) => name !== from) : [];
      const to = [...new Set([...next, ...back, ...dice.some(ahead.length > 0 ? ahead : this.sinks, 1, 2)])];
      return {
        from,
        to: to.length === 1 && dice.chance(0.7) ? (to[0] as string) : dice.shuffled(to),
        ...this.rule(to.length),
        ...this.for(products, others),
      };
    };
    return [...this.sources.map((name) => ({ name, at: -1 })), ...floor.map((name, at) => ({ name, at }))].flatMap(({ name, at }) => {
      if (linked.length === 1 || dice.chance(0.6)) return [link(name, at, linked, routed)];
      const [first, ...rest] = linked as [string, ...string[]];
      return [link(name, at, [first], [...rest, ...routed]), link(name, at, rest, [first, ...routed])];
    });
  }

  /** Ways for products with a routing: buffers before stations, and wide entries that leave a choice. */
  private linksOfRouted(): LinkText[] {
    const { dice, linked, routed } = this;
    if (routed.length === 0) return [];
    const links: LinkText[] = [];
    for (const from of this.buffers) {
      if (dice.chance(0.35)) continue;
      const to = dice.some(this.stations, 1, 2);
      links.push({ from, to, ...this.rule(to.length), ...this.for(routed, linked) });
    }
    for (const from of [...this.sources, ...this.stations]) {
      if (!dice.chance(0.35)) continue;
      const to = dice.shuffled([...this.stations, ...this.buffers, ...this.sinks]);
      links.push({ from, to, ...this.rule(to.length), ...this.for(routed, linked) });
    }
    return links;
  }
}

/** What of the vocabulary a scene uses, in words such as `failure parts scrap`. */
export function featuresOf({ text }: RandomPlant): Set<string> {
  const scene = JSON.parse(text) as SceneText;
  const found = new Set<string>();
  const distributions = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if ((FAMILIES as string[]).includes(key)) found.add(`distribution ${key}`);
      distributions(inner);
    }
  };
  distributions([scene.sources, scene.stations, scene.products]);
  const products = Object.values(scene.products);
  if (products.length > 1) found.add('several products');
  for (const { routing, sink } of products) {
    found.add(routing ? 'product with routing' : 'product without routing');
    if (sink !== undefined) found.add('product with a sink');
    routing?.forEach((step, i) => {
      const group = scene.groups?.[step.station ?? ''];
      if (group) found.add(`step at a group, ${group.rule ?? 'shortest queue'}`);
      if (step.processing !== undefined) found.add('step with its own processing');
      if (!Array.isArray(step.next)) return;
      found.add('next by weights');
      const names = routing.slice(0, i + 1).map(({ name }) => name);
      if (step.next.some((next) => names.includes(next.step))) found.add('next goes back');
    });
  }
  for (const source of Object.values(scene.sources ?? {})) {
    found.add(source.saturated ? 'source saturated' : `source ${source.whenFull ?? 'wait'}`);
    if (source.mix) found.add('source mix');
    if (source.first !== undefined) found.add('source first');
  }
  for (const { capacity } of Object.values(scene.buffers ?? {}))
    found.add(typeof capacity === 'number' ? 'buffer finite' : 'buffer unlimited');
  for (const { servers, processing, failures } of Object.values(scene.stations ?? {})) {
    if (servers !== undefined) found.add('station parallel');
    if (processing === 0) found.add('processing 0');
    for (const { clock, interruptedJob } of failures ?? []) found.add(`failure ${clock} ${interruptedJob}`);
  }
  const kindOf = (name: string): string =>
    name in (scene.sources ?? {}) ? 'source' : name in (scene.buffers ?? {}) ? 'buffer' : 'station';
  for (const { from, to, rule, products: some } of scene.links ?? []) {
    if (some) found.add('link for some products');
    if (typeof to !== 'string' && to.length > 1) found.add(`link ${kindOf(from)} ${rule ?? 'first free'}`);
  }
  for (const key of ['warmup', 'stopAfter', 'maxParts'] as const) if (scene.run[key] !== undefined) found.add(`run ${key}`);
  return found;
}

/** All that `featuresOf` can find. */
export const FEATURES: string[] = [
  ...FAMILIES.map((family) => `distribution ${family}`),
  'several products',
  'product with routing',
  'product without routing',
  'product with a sink',
  'step with its own processing',
  'next by weights',
  'next goes back',
  'source saturated',
  'source wait',
  'source lose',
  'source mix',
  'source first',
  'buffer finite',
  'buffer unlimited',
  'station parallel',
  'processing 0',
  ...CLOCKS.flatMap((clock) => JOBS.map((job) => `failure ${clock} ${job}`)),
  ...RULES.map((rule) => `step at a group, ${rule}`),
  'link for some products',
  ...['source', 'buffer', 'station'].flatMap((kind) => RULES.map((rule) => `link ${kind} ${rule}`)),
  'run warmup',
  'run stopAfter',
  'run maxParts',
];
