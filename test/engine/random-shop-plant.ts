/**
 * Random small plants out of the whole vocabulary of production, the same for the same seed, written as the text of a scene file. What decides
 * the shape of a kernel is drawn from the structure's dice, numbers and names from the numbers'.
 */
import { compile } from '../../src/scene/compile.ts';
import { RULES as DISPATCH_RULES } from '../../src/scene/expression.ts';
import { read } from '../../src/scene/read.ts';
import { FAMILIES } from '../../src/stations/duration.ts';
import { CLOCKS, JOBS } from '../../src/stations/words.ts';
import { DISTRIBUTIONS, Dice, NAMES, type RandomPlant } from './random-plant.ts';

type Json = Record<string, unknown>;

/** Scenes that `read` was given, and what it said of those it refused. */
export const shopTries = { made: 0, refusals: [] as string[] };

/** A shop plant of this structure with these numbers; undefined where `read` refuses it. */
export function randomShopPlant(structure: number, numbers: number): RandomPlant | undefined {
  const text = JSON.stringify(new ShopAuthor(structure, numbers).scene());
  const result = read(text);
  shopTries.made++;
  if (result.ok) return { seed: [structure, numbers], text, plant: compile(result.scene, { shop: true }) };
  shopTries.refusals.push(`${structure} ${numbers}: ${result.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
  return undefined;
}

/** So many plants, each of a structure of its own. */
export function randomShopPlants(count: number, first = 0): RandomPlant[] {
  const plants: RandomPlant[] = [];
  for (let structure = first; plants.length < count; structure++) {
    const plant = randomShopPlant(structure, 0);
    if (plant) plants.push(plant);
  }
  return plants;
}

/** Families of plants whose kernels are equal: one structure each, unlike numbers and names. */
export function randomShopFamilies(count: number, members: number, first = 0): RandomPlant[][] {
  const families: RandomPlant[][] = [];
  for (let structure = first; families.length < count; structure++) {
    const kin = new Map<string, RandomPlant[]>();
    for (let numbers = 0; numbers < 4 * members; numbers++) {
      const made = randomShopPlant(structure, numbers);
      if (made === undefined) break;
      const { at, counts, layout, features } = made.plant;
      const shape = JSON.stringify([at, counts, layout, features]);
      const family = kin.get(shape) ?? [];
      kin.set(shape, family);
      if (family.push(made) < members) continue;
      families.push(family);
      break;
    }
  }
  return families;
}

const LINK_RULES = ['probability', 'round robin', 'shortest queue', 'first free'] as const;
const STEPS = ['cut', 'turn', 'mill', 'weld'];

/** A piece of the floor: parts come in at one element, and leave from others. */
interface Piece {
  entry: string;
  exits: string[];
  /** Its stations all stand behind a buffer of its own. */
  buffered: boolean;
}

class ShopAuthor {
  private readonly dice: Dice;
  private readonly numbers: Dice;
  private readonly names: string[];
  private readonly skills = ['fitter', 'welder'];
  private readonly families = ['red', 'blue'];
  private readonly products: Record<string, Json> = {};
  private readonly sources: Record<string, Json> = {};
  private readonly buffers: Record<string, Json> = {};
  private readonly stations: Record<string, Json> = {};
  private readonly groups: Record<string, Json> = {};
  private readonly conveyors: Record<string, Json> = {};
  private readonly sinks: Record<string, Json> = {};
  private readonly people: Record<string, Json> = {};
  private readonly calendars: Record<string, Json> = {};
  private readonly limits: Record<string, Json> = {};
  private readonly links: Json[] = [];
  private pieces: Piece[] = [];
  private linked: string[] = [];
  private routed: string[] = [];
  private unlimited: string | undefined;

  constructor(structure: number, numbers: number) {
    this.dice = new Dice(structure + 77);
    this.numbers = new Dice(structure * 2003 + numbers + 900_001);
    this.names = this.numbers.shuffled([...NAMES, ...NAMES.map((name) => `${name} II`)]);
  }

  scene(): Json {
    const { dice, numbers } = this;
    const closed = dice.chance(0.08);
    this.resources();
    this.floor(closed);
    const main = this.named(1 + dice.below(3));
    const split = closed ? main.length : dice.pick([0, main.length, main.length, dice.below(main.length + 1)]);
    this.linked = main.slice(0, split);
    this.routed = main.slice(split);
    for (const name of main) this.products[name] = this.product();
    this.linksWithin();
    if (closed) this.ring();
    else this.open(main);
    for (const name of this.routed) (this.products[name] as Json).routing = this.routing();
    if (!closed) this.linksOfRouted();
    if (this.routed.length === 0) this.reworkByElement();
    this.stock(closed);
    this.completeSetups();
    if (dice.chance(0.35)) this.limit();
    const goal = dice.chance(0.1);
    return {
      millwright: 1,
      time: { unit: 'min', resolution: numbers.pick(['100 ms', '1 s', '1 s', '6 s']) },
      products: this.products,
      ...filled('sources', this.sources),
      ...filled('buffers', this.buffers),
      stations: this.stations,
      ...filled('groups', this.groups),
      ...filled('conveyors', this.conveyors),
      ...filled('sinks', this.sinks),
      ...filled('people', this.people),
      ...filled('calendars', this.calendars),
      ...filled('limits', this.limits),
      ...(dice.chance(0.4) && { transfers: this.transfers() }),
      links: this.links,
      run: {
        horizon: 100 + numbers.below(150),
        ...(numbers.chance(0.7) && { warmup: 10 + numbers.below(30) }),
        ...(goal && { stopAfter: 5 + numbers.below(20) }),
        maxParts: dice.pick([20, 60, 120]),
      },
    };
  }

  private named(n: number): string[] {
    return this.names.splice(0, n);
  }

  private name(): string {
    return this.names.shift() as string;
  }

  /** A family by the structure, its numbers by the numbers' dice: never twice the same, so that plants of one structure have equally many tables. */
  private distribution(mean: number): unknown {
    const family = this.dice.pick(FAMILIES);
    const about = Math.round(mean * (700 + this.numbers.below(600))) / 1000;
    return DISTRIBUTIONS[family](about, this.numbers);
  }

  private processing(): unknown {
    return this.dice.chance(0.08) ? 0 : this.distribution(this.dice.pick([1, 1, 2, 3]));
  }

  private position(): Json {
    return this.dice.chance(0.5) ? { position: [this.numbers.below(40), this.numbers.below(20) - 10] } : {};
  }

  // ── People and calendars ───────────────────────────────────────────────────────────────────────────────────────────

  private resources(): void {
    const { dice, numbers } = this;
    for (const name of this.named(dice.pick([0, 0, 1, 2]))) {
      const at = numbers.below(10);
      this.calendars[name] = {
        cycle: 60,
        open: [{ from: at, to: at + 15 + numbers.below(5) }, ...(dice.chance(0.5) ? [{ from: 35, to: 45 + numbers.below(15) }] : [])],
        ...(dice.chance(0.3) && { closed: [{ from: 60 + numbers.below(5), to: 90 + numbers.below(20) }] }),
      };
    }
    const calendars = Object.keys(this.calendars);
    if (!dice.chance(0.5)) return;
    for (const name of this.named(1 + dice.below(2))) {
      const shifts =
        calendars.length === 0 || dice.chance(0.4)
          ? { count: 1 + dice.below(3) }
          : dice.chance(0.5)
            ? { count: 1 + dice.below(3), shifts: dice.pick(calendars) }
            : { shifts: calendars.map((calendar) => ({ calendar, count: 1 + dice.below(2) })) };
      this.people[name] = {
        ...shifts,
        ...(dice.chance(0.6) && { skills: dice.some(this.skills, 1, 2) }),
        ...('shifts' in shifts && dice.chance(0.8) && { onShiftEnd: dice.pick(['finish', 'suspend', 'hand over']) }),
        ...(dice.chance(0.4) && { speed: 0.5 + numbers.below(3) }),
        ...(dice.chance(0.4) && { home: [numbers.below(30), numbers.below(30)] }),
      };
    }
  }

  /** A need that somebody can meet; nothing where there are no people. */
  private need(chance: number): { need?: unknown } {
    const { dice, numbers } = this;
    const pools = Object.entries(this.people);
    if (pools.length === 0 || !dice.chance(chance)) return {};
    const skillsOf = ([name, pool]: [string, Json]): string[] => (pool.skills as string[] | undefined) ?? [name];
    const one = dice.pick(skillsOf(dice.pick(pools)));
    if (dice.chance(0.6)) return { need: one };
    const skills: Record<string, number> = { [one]: 1 };
    const [other] = pools.length > 1 ? pools.filter((pool) => !skillsOf(pool).includes(one)) : [];
    if (other && dice.chance(0.5)) skills[dice.pick(skillsOf(other))] = 1;
    return { need: dice.chance(0.5) ? skills : { skills, priority: numbers.below(5) - 2 } };
  }

  private people4(chance: number): { people?: unknown } {
    const { need } = this.need(chance);
    return need === undefined ? {} : { people: need };
  }

  // ── The floor ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private floor(closed: boolean): void {
    const { dice, numbers } = this;
    const kinds = ['station', 'stocked', 'stocked', 'stocked', 'shared', 'belt', 'buffer', 'belted'] as const;
    const wanted = Array.from({ length: 1 + dice.below(3) }, () => dice.pick(kinds));
    if (!wanted.some((kind) => kind !== 'belt' && kind !== 'buffer')) wanted.push('stocked');
    this.pieces = wanted.map((kind): Piece => {
      const buffered = kind === 'stocked' || kind === 'shared';
      if (kind === 'station') {
        const name = this.station(false);
        return { entry: name, exits: [name], buffered };
      }
      if (kind === 'belt' || kind === 'belted') {
        const belt = this.conveyor();
        return { entry: belt, exits: kind === 'belt' ? [belt] : [this.station(false)], buffered };
      }
      const buffer = this.buffer();
      if (kind === 'buffer') return { entry: buffer, exits: [buffer], buffered };
      return { entry: buffer, exits: Array.from({ length: kind === 'shared' ? 2 : 1 }, () => this.station(true)), buffered };
    });
    if (!closed && dice.chance(0.12)) {
      this.unlimited = this.name();
      this.stations[this.unlimited] = { servers: 'unlimited', processing: this.processing(), ...this.position() };
      this.pieces.push({ entry: this.unlimited, exits: [this.unlimited], buffered: false });
    }
    if (!closed) for (const name of this.named(1 + dice.below(2))) this.sinks[name] = numbers.chance(0.5) ? this.position() : {};
    const servers = Object.keys(this.stations).filter((name) => name !== this.unlimited);
    if (servers.length > 1 && dice.chance(0.5)) {
      const rule = dice.pick(LINK_RULES);
      const stations = dice.some(servers, 2, 3);
      this.groups[this.name()] = { stations, rule, ...(rule === 'probability' && { weights: stations.map(() => 1 + numbers.below(3)) }) };
    }
  }

  private buffer(): string {
    const name = this.name();
    this.buffers[name] = this.dice.chance(0.6) ? { capacity: 1 + this.numbers.below(5) } : {};
    return name;
  }

  private conveyor(): string {
    const { dice, numbers } = this;
    const name = this.name();
    const pitch = 0.5 + numbers.below(4) / 4;
    this.conveyors[name] = {
      length: pitch * (2 + numbers.below(4)),
      speed: 0.02 + numbers.below(5) / 100,
      pitch,
      ...(dice.chance(0.5) && { accumulating: false }),
      ...(numbers.chance(0.2) && { capacity: 2 }),
    };
    return name;
  }

  private station(buffered: boolean): string {
    const { dice, numbers } = this;
    const name = this.name();
    const batches = dice.chance(0.2);
    const preemptive = buffered && !batches && dice.chance(0.2);
    const min = 1 + numbers.below(2);
    const crew: Json = {};
    for (const phase of ['setup', 'loading', 'processing', 'unloading']) {
      const { need } = this.need(0.3);
      if (need !== undefined) crew[phase] = need;
    }
    const calendars = Object.keys(this.calendars);
    this.stations[name] = {
      ...(dice.chance(0.3) && { servers: 2 + dice.below(2) }),
      processing: this.processing(),
      ...(dice.chance(0.15) && { per: dice.pick(['piece', 'batch', 'part']) }),
      ...(dice.chance(0.2) && { loading: this.distribution(0.5) }),
      ...(dice.chance(0.2) && { unloading: this.distribution(0.5) }),
      ...(batches && {
        batch: {
          ...(dice.chance(0.7) && { min }),
          max: min + numbers.below(3),
          ...(dice.chance(0.6) && { wait: 1 + numbers.below(8) }),
          ...(dice.chance(0.6) && { same: dice.pick(['product', 'family', 'step', 'any']) }),
        },
      }),
      ...(dice.chance(0.25) && { setup: this.setup() }),
      ...(dice.chance(0.3) && { dispatch: this.dispatch() }),
      ...(preemptive && { preemptive: true }),
      ...(dice.chance(0.25) && this.quality()),
      ...(dice.chance(0.45) && this.upkeep()),
      ...(Object.keys(crew).length > 0 && { people: crew }),
      ...(calendars.length > 0 &&
        dice.chance(0.3) && { shifts: dice.pick(calendars), ...(dice.chance(0.6) && { onShiftEnd: dice.pick(['finish', 'suspend']) }) }),
      ...this.position(),
    };
    return name;
  }

  /** Between all families that there can be: those of products that say one. */
  private setup(): Json {
    const { dice, numbers } = this;
    const [red, blue] = this.families as [string, string];
    const common = {
      ...(dice.chance(0.4) && { first: this.distribution(1) }),
      ...(dice.chance(0.3) && { minimumRun: 1 + numbers.below(4) }),
    };
    if (dice.chance(0.5)) return { time: this.distribution(1), ...common };
    return { matrix: { [red]: { [blue]: this.distribution(1) }, [blue]: { [red]: this.distribution(2) } }, ...common };
  }

  /** Where one family alone is made there is no matrix. */
  private completeSetups(): void {
    const steps = Object.values(this.products).flatMap(({ routing }) => (routing as Json[] | undefined) ?? []);
    const known = new Set([...Object.values(this.products), ...steps].flatMap(({ family }) => (family === undefined ? [] : [family])));
    for (const { setup } of Object.values(this.stations)) {
      if (setup === undefined) continue;
      const made = setup as Json;
      if (this.dice.chance(0.3)) made.initial = this.dice.pick([...known]);
      if (made.matrix === undefined || known.size > 1) continue;
      made.time = (made.matrix as Record<string, Json>).red?.blue;
      delete made.matrix;
    }
  }

  private dispatch(): unknown {
    const { dice } = this;
    const rules = Object.keys(DISPATCH_RULES);
    const buffers = Object.keys(this.buffers);
    const expressions = [
      'due - now',
      'if(waiting > 5 min, -waiting, processing * 2)',
      'priority - size * 2 + reworks',
      'max(remainingWork, 2 min) / max(due - now, 1 s)',
      'if(setup == 0 s and not (remainingSteps > 1), -1, priority)',
      ...(buffers.length > 0 ? [`queue('${dice.pick(buffers)}') - priority`] : []),
    ];
    const key = (): unknown => (dice.chance(0.6) ? dice.pick(rules) : { expression: dice.pick(expressions) });
    return dice.chance(0.5) ? key() : Array.from({ length: 1 + dice.below(3) }, key);
  }

  private share(): number {
    return Math.round(500 + (480 * this.numbers.below(1000)) / 1000) / 1000;
  }

  private quality(): Json {
    const { dice } = this;
    const yielded = dice.chance(0.8) ? { yield: this.share() } : {};
    if (!('yield' in yielded) || dice.chance(0.4)) {
      return {
        ...yielded,
        inspection: {
          ...(dice.chance(0.5) && { share: this.share() }),
          ...(dice.chance(0.5) && { detects: this.share() }),
        },
      };
    }
    return { ...yielded, ...(dice.chance(0.6) && { onDefect: dice.pick(['scrap', 'pass']) }) };
  }

  // ── What stops a station ───────────────────────────────────────────────────────────────────────────────────────────

  private lifeOn(clock: string): unknown {
    return this.distribution(clock === 'parts' ? 6 : 15);
  }

  private upkeep(): Json {
    const { dice, numbers } = this;
    const failures = Array.from({ length: dice.below(3) }, (_, i) => {
      const clock = dice.pick(CLOCKS);
      return {
        clock,
        timeToFailure: this.lifeOn(clock),
        repair: this.distribution(2),
        ...(dice.chance(0.8) && { interruptedJob: numbers.pick(JOBS) }),
        ...(dice.chance(0.3) && { name: `fault ${i}` }),
        ...this.people4(0.4),
        ...(dice.chance(0.2) && { renews: 'all' }),
      };
    });
    const maintenance = Array.from({ length: dice.pick([0, 0, 1, 2]) }, (_, i) => {
      const clock = dice.pick(CLOCKS);
      return {
        name: `care ${i}`,
        every: { clock, interval: this.lifeOn(clock) },
        duration: this.distribution(1),
        ...this.people4(0.4),
        ...(dice.chance(0.4) && { interrupts: true }),
        ...(dice.chance(0.4) && { early: 2 + numbers.below(4) }),
        ...(dice.chance(0.3) && { renews: [] }),
        ...(dice.chance(0.2) && { resetsWear: false }),
      };
    });
    return {
      ...(failures.length > 0 && { failures }),
      ...(maintenance.length > 0 && { maintenance }),
      ...(dice.chance(0.4) && { wear: this.wear(maintenance.length > 0) }),
    };
  }

  private wear(maintained: boolean): Json {
    const { dice, numbers } = this;
    const failing = dice.chance(0.5);
    const onCondition = maintained && dice.chance(0.5);
    return {
      per: dice.chance(0.5) ? 'part' : { operating: 1 + numbers.below(3) },
      increment: dice.chance(0.5)
        ? { gamma: { mean: 0.5 + numbers.below(5) / 10, cv: 0.5 } }
        : { drift: 0.4, sd: 0.1 + numbers.below(8) / 10 },
      ...(failing && {
        failAt: 5 + numbers.below(5),
        failure: { repair: this.distribution(2), ...this.people4(0.4), ...(dice.chance(0.5) && { interruptedJob: numbers.pick(JOBS) }) },
      }),
      ...(onCondition && { maintainAt: 3 + numbers.below(3), maintenance: 'care 0', ...(dice.chance(0.5) && { sensor: { sd: 0.5 } }) }),
      ...((!failing && !onCondition) || dice.chance(0.4) ? { scrap: 0.01 + numbers.below(5) / 100 } : {}),
      ...(dice.chance(0.4) && { failureRate: 0.2 + numbers.below(5) / 10 }),
    };
  }

  // ── Products ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private product(): Json {
    const { dice, numbers } = this;
    return {
      ...(dice.chance(0.4) && { priority: numbers.below(5) - 2 }),
      ...(dice.chance(0.4) && { due: this.distribution(20) }),
      ...(dice.chance(0.3) && { size: 1 + numbers.below(5) }),
      // A matrix of set-ups knows these.
      family: dice.pick(this.families),
    };
  }

  private routing(): Json[] {
    const { dice, numbers } = this;
    const servers = Object.keys(this.stations).filter((name) => this.isPlainServer(name));
    const groups = Object.entries(this.groups).flatMap(([name, { stations }]) =>
      (stations as string[]).every((station) => servers.includes(station)) ? [name] : [],
    );
    const names = STEPS.slice(0, 1 + dice.below(4));
    return names.map((name, i): Json => {
      const step: Json = { name };
      let at = servers;
      if (servers.length > 1 && dice.chance(0.25)) {
        at = dice.some(servers, 2, 2);
        step.alternatives = at.map((station) => ({ station, ...(dice.chance(0.5) && { processing: this.processing() }) }));
        if (dice.chance(0.5)) step.rule = dice.pick(['round robin', 'shortest queue', 'first free']);
      } else {
        step.station = dice.pick([...servers, ...groups]);
        at = (this.groups[step.station as string]?.stations as string[] | undefined) ?? [step.station as string];
      }
      const own = dice.chance(0.4);
      if (own && step.station !== undefined) step.processing = this.processing();
      step.per = dice.pick(['part', 'part', 'piece', 'batch']);
      if (dice.chance(0.2)) step.family = dice.pick(this.families);
      if (dice.chance(0.15)) step.share = this.share();
      const batches = at.some((station) => this.stations[station]?.batch !== undefined);
      const alone = at.every((station) => !this.stations[station]?.preemptive);
      if (!batches && dice.chance(0.15)) step.interval = this.distribution(1);
      else if (alone && dice.chance(0.12)) step.batch = { min: 1 + numbers.below(2), max: 2 + numbers.below(2) };
      if (dice.chance(0.25)) {
        step.yield = this.share();
        step.onDefect = dice.pick([
          'scrap',
          'pass',
          {
            rework: dice.pick(names),
            ...(dice.chance(0.6) && { limit: 1 + numbers.below(3) }),
            // oxlint-disable-next-line unicorn/no-thenable -- the format's word; nobody awaits it
            ...(dice.chance(0.5) && { then: dice.pick(['scrap', 'pass']) }),
          },
        ]);
      }
      if (i > 0 && dice.chance(0.2)) step.within = { since: dice.pick(names.slice(0, i)), limit: 1 + numbers.below(10) };
      const following = names[i + 1] ?? 'done';
      if (dice.chance(0.15)) {
        const other = dice.pick([...names, 'done'].filter((each) => each !== following));
        step.next = [
          { step: following, weight: 3 },
          { step: other, weight: 1 + numbers.below(2) },
        ];
      }
      return step;
    });
  }

  /** Stations where any product may come. */
  private isPlainServer(name: string): boolean {
    return name !== this.unlimited && !this.stations[name]?.assembly && !this.stations[name]?.disassembly;
  }

  // ── Ways ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  private rule(targets: number): Json {
    if (targets < 2 || this.dice.chance(0.2)) return {};
    const rule = this.dice.pick(LINK_RULES);
    return { rule, ...(rule === 'probability' && { weights: Array.from({ length: targets }, () => 1 + this.numbers.below(3)) }) };
  }

  private link(from: string, targets: string[], products?: string[]): void {
    this.links.push({ from, to: targets.length === 1 ? targets[0] : targets, ...this.rule(targets.length), ...(products && { products }) });
  }

  /** From the entrance of each piece to its stations, for every product. */
  private linksWithin(): void {
    for (const { entry, exits } of this.pieces) if (exits[0] !== entry) this.link(entry, exits);
  }

  /** A ring without end: parts go round. */
  private ring(): void {
    this.pieces.forEach(({ exits }, i) => {
      const next = this.pieces[(i + 1) % this.pieces.length] as Piece;
      for (const exit of exits) if (exit !== next.entry) this.link(exit, [next.entry]);
    });
    const [only] = this.pieces;
    // One buffer alone would lead to itself.
    if (this.pieces.length === 1 && only?.exits[0] === only?.entry && (only?.entry as string) in this.stations)
      this.link(only?.entry as string, [only?.entry as string]);
  }

  private open(main: string[]): void {
    const { dice } = this;
    if (this.linked.length > 0) {
      const floor = this.pieces;
      const products = this.routed.length > 0 ? this.linked : undefined;
      floor.forEach(({ exits }, i) => {
        for (const exit of exits) {
          const ahead = [...floor.slice(i + 1).map(({ entry }) => entry), ...Object.keys(this.sinks)];
          const back = dice.chance(0.12) ? floor.slice(0, i).map(({ entry }) => entry) : [];
          this.link(exit, [...new Set([ahead[0] as string, ...dice.some(ahead, 0, 1), ...back.slice(0, 1)])], products);
        }
      });
    }
    const made = this.modules(main);
    const supplied = main.filter((name) => !made.has(name) || dice.chance(0.5));
    const sources = this.named(dice.pick([1, 1, 2]));
    sources.forEach((name, i) => {
      const own = sources.length === 1 ? supplied : supplied.filter((_, p) => p % 2 === i);
      if (own.length === 0) return;
      this.sources[name] = this.source(own);
      if (own.some((product) => this.linked.includes(product)))
        this.link(
          name,
          dice.some(
            this.pieces.map(({ entry }) => entry),
            1,
            2,
          ),
          this.routed.length > 0 ? this.linked : undefined,
        );
    });
  }

  /** Wide entries that leave a choice to products with a routing. */
  private linksOfRouted(): void {
    const { dice } = this;
    if (this.routed.length === 0) return;
    for (const name of this.routed)
      if (Object.keys(this.sinks).length > 1 || dice.chance(0.3)) (this.products[name] as Json).sink = dice.pick(Object.keys(this.sinks));
    const leaving = Object.keys(this.stations).filter((name) => this.isPlainServer(name));
    for (const from of leaving) {
      if (!dice.chance(0.15)) continue;
      this.link(from, dice.shuffled([...this.pieces.map(({ entry }) => entry), ...Object.keys(this.sinks)]), this.routed);
    }
  }

  /** Corners of the floor with sources of their own, where a product of the main floor is assembled or comes out of a lot. */
  private modules(main: string[]): Set<string> {
    const { dice, numbers } = this;
    const made = new Set<string>();
    const onward = (station: string, product: string): void => {
      if (this.linked.includes(product))
        this.link(
          station,
          dice.some(
            this.pieces.map(({ entry }) => entry),
            1,
            2,
          ),
          [product],
        );
      made.add(product);
    };
    if (dice.chance(0.22)) {
      const components = this.named(1 + dice.below(3));
      const station = this.corner();
      const makes = dice.pick(main);
      (this.stations[station] as Json).assembly = {
        inputs: Object.fromEntries(components.map((name, i) => [name, i === 0 ? 1 : 1 + numbers.below(2)])),
        makes,
      };
      const shared = dice.chance(0.4) ? this.buffer() : undefined;
      for (const component of components) {
        this.products[component] = this.product();
        const source = this.name();
        this.sources[source] = this.source([component]);
        const entry = shared ?? (dice.chance(0.6) ? this.buffer() : station);
        this.link(source, [entry]);
        if (entry !== station && entry !== shared) this.link(entry, [station]);
      }
      if (shared !== undefined) this.link(shared, [station]);
      onward(station, makes);
    }
    if (dice.chance(0.22)) {
      const lot = this.name();
      const station = this.corner();
      const into = dice.some(main, 1, 2);
      this.products[lot] = this.product();
      (this.stations[station] as Json).disassembly = {
        [lot]: { into: Object.fromEntries(into.map((name) => [name, 1 + numbers.below(3)])) },
      };
      const source = this.name();
      this.sources[source] = this.source([lot]);
      const entry = dice.chance(0.6) ? this.buffer() : station;
      this.link(source, [entry]);
      if (entry !== station) this.link(entry, [station]);
      for (const product of into) onward(station, product);
    }
    return made;
  }

  /** A station that takes what comes, one or a kit at a time. */
  private corner(): string {
    const name = this.station(false);
    const station = this.stations[name] as Json;
    delete station.batch;
    delete station.preemptive;
    return name;
  }

  private source(products: string[]): Json {
    const { dice, numbers } = this;
    if (dice.chance(0.2)) {
      const orders = Array.from({ length: 1 + dice.below(6) }, () => ({
        product: dice.pick(products),
        ...(dice.chance(0.6) && { quantity: 1 + numbers.below(4) }),
        ...(dice.chance(0.8) && { release: numbers.below(60) }),
        ...(dice.chance(0.5) && { due: 30 + numbers.below(60) }),
        ...(dice.chance(0.4) && { priority: numbers.below(5) - 2 }),
      }));
      if (dice.chance(0.6)) return { orders, ...(numbers.chance(0.3) && { whenFull: 'lose' }) };
      const columns = ['product', 'quantity', 'release', 'due', 'priority'] as const;
      return {
        orders: [columns.join(','), ...orders.map((order) => columns.map((key) => (order as Json)[key] ?? '').join(','))].join('\n'),
      };
    }
    const made =
      products.length > 1
        ? { mix: Object.fromEntries(products.map((product) => [product, 1 + numbers.below(3)])) }
        : { product: products[0] };
    if (dice.chance(0.2)) return { ...made, saturated: true };
    return {
      ...made,
      interarrival: this.distribution(dice.pick([2, 3, 5])),
      ...(dice.chance(0.2) && { first: this.distribution(4) }),
      ...(dice.chance(0.25) && {
        batch: dice.chance(0.5) ? 1 + numbers.below(4) : { discrete: { values: [1, 2 + numbers.below(3)], weights: [2, 1] } },
      }),
      ...(dice.chance(0.25) && {
        rate: {
          cycle: 30,
          periods: [
            { from: 0, factor: numbers.pick([0, 0.5, 2]) },
            { from: 5 + numbers.below(10), factor: 1.5 },
            ...(dice.chance(0.5) ? [{ from: 20, factor: numbers.pick([0, 3]) }] : []),
          ],
        },
      }),
      whenFull: numbers.pick(['wait', 'lose']),
      ...this.position(),
    };
  }

  private reworkByElement(): void {
    const { dice, numbers } = this;
    const targets = this.pieces.map(({ entry }) => entry);
    for (const name of Object.keys(this.stations)) {
      const station = this.stations[name] as Json;
      if (!this.isPlainServer(name) || !dice.chance(0.4)) continue;
      const rework = {
        rework: dice.pick(targets),
        limit: 1 + numbers.below(3),
        // oxlint-disable-next-line unicorn/no-thenable -- the format's word; nobody awaits it
        ...(dice.chance(0.5) && { then: dice.pick(['scrap', 'pass']) }),
      };
      if (station.inspection) (station.inspection as Json).onDefect = rework;
      else if (station.yield) station.onDefect = rework;
    }
  }

  private stock(closed: boolean): void {
    const { dice, numbers } = this;
    const room = (name: string): number => (this.buffers[name]?.capacity as number | undefined) ?? 4;
    if (closed && Object.keys(this.buffers).length === 0) {
      // Somewhere the parts have to lie at the start.
      const name = this.buffer();
      const last = this.links.at(-1) as Json;
      this.links.push({ from: name, to: last.to });
      last.to = name;
    }
    for (const { entry, exits } of this.pieces) {
      if (!(entry in this.buffers) || !(closed || dice.chance(0.25))) continue;
      const count = 1 + numbers.below(room(entry));
      const [station] = exits;
      const [linked] = this.linked;
      if (linked !== undefined) (this.buffers[entry] as Json).initial = { [linked]: count };
      else {
        const product = this.routed.find((name) =>
          ((this.products[name] as Json).routing as Json[]).some((step) => step.station === station),
        );
        const step = ((this.products[product ?? '']?.routing as Json[] | undefined) ?? []).find((each) => each.station === station)?.name;
        if (product !== undefined) (this.buffers[entry] as Json).initial = [{ product, count, step }];
      }
    }
    if (closed && !Object.values(this.buffers).some(({ initial }) => initial !== undefined))
      (Object.values(this.buffers)[0] as Json).initial = { [this.linked[0] as string]: 1 };
  }

  private limit(): void {
    const { dice, numbers } = this;
    const elements = [
      ...Object.keys(this.buffers),
      ...Object.keys(this.stations).filter((name) => name !== this.unlimited),
      ...Object.keys(this.conveyors),
    ];
    const timed = Object.entries(this.sources).filter(([, source]) => !source.saturated);
    const demand = timed[0]?.[0];
    const kind = dice.pick(demand === undefined ? (['CONWIP', 'kanban'] as const) : (['CONWIP', 'kanban', 'base stock'] as const));
    this.limits[this.name()] = {
      kind,
      elements: dice.some(elements, 1, 3),
      cards: 4 + numbers.below(6),
      ...(kind === 'base stock' && { demand }),
    };
  }

  private transfers(): Json[] {
    const { dice } = this;
    const from = [
      ...Object.keys(this.sources),
      ...Object.keys(this.buffers),
      ...Object.keys(this.stations),
      ...Object.keys(this.conveyors),
    ];
    const to = [...from.filter((name) => !(name in this.sources)), ...Object.keys(this.sinks)];
    const time = (): unknown => (dice.chance(0.2) ? 0 : this.distribution(1));
    const entries: Json[] = [];
    if (dice.chance(0.3)) entries.push({ from: '*', to: '*', time: time() });
    if (dice.chance(0.5)) entries.push({ from: dice.some(from, 1, 2), to: '*', time: time() });
    if (dice.chance(0.4) || entries.length === 0) entries.push({ from: '*', to: dice.pick(to), time: time() });
    return entries;
  }
}

function filled(key: string, elements: Record<string, Json>): Json {
  return Object.keys(elements).length > 0 ? { [key]: elements } : {};
}
