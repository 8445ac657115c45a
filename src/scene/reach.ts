/** Whether every part that a source can make finds its way to a sink, and what it needs at every station on it. */
import { type Findings, type Path, pathText, shown } from './problems.ts';
import type { Product, Quality, Scene, Station } from './scene.ts';
import { firstStepAfter, nextSteps, waysOf, type Ways } from './ways.ts';

/** The most places that parts can be at, over all products and steps, and ways between them: what comes after makes a table row of each. */
const MOST_PLACES = 2_000_000;
const MOST_WAYS = 5_000_000;
const MOST_WARNINGS = 100;

export interface Reached {
  /** What stands in the plant and is never used. */
  warnings: string[];
  /** Station → the set-up families of the parts that come there. */
  families: Map<string, Set<string>>;
}

/** Needs a scene in which every name resolves. */
export function checkWays(scene: Scene, findings: Findings): Reached {
  const walk = new Walk(scene, findings);
  walk.all();
  return { warnings: walk.warnings(), families: walk.families };
}

/** Everywhere that parts of one product can come. */
interface Followed {
  product: Product;
  places: { at: string; step: number /** What in the scene makes these parts. */; origin: Path }[];
  /** By step, then by element. */
  numbers: Map<number, Map<string, number>>;
  /** For each place, those from which parts come there with a probability above 0. */
  back: number[][];
  ends: number[];
  /** How many of the places have been left already. */
  left: number;
  /** Whether all these parts lie in buffers at the start: they may go round without end. */
  endless: boolean;
}

class Walk {
  readonly scene: Scene;
  readonly findings: Findings;
  readonly ways: Ways;
  readonly products: Map<string, Product>;
  readonly stations: Map<string, Station>;
  readonly buffers: Set<string>;
  readonly sinks: Set<string>;
  /** By product; those that come into being somewhere. */
  readonly followed = new Map<string, Followed>();
  /** Where parts come at all. */
  readonly visited = new Set<string>();
  readonly families = new Map<string, Set<string>>();
  /** By assembly station: the products that ways bring there. */
  readonly supplied = new Map<string, Set<string>>();
  /** From and to, of all moves; kept only where there are transfers. */
  readonly moves = new Set<string>();
  /** Findings that are told once for a station. */
  readonly told = new Set<string>();
  places = 0;
  links = 0;

  constructor(scene: Scene, findings: Findings) {
    this.scene = scene;
    this.findings = findings;
    this.ways = waysOf(scene);
    this.products = new Map(scene.products.map((product) => [product.name, product]));
    this.stations = new Map(scene.stations.map((station) => [station.name, station]));
    this.buffers = new Set(scene.buffers.map(({ name }) => name));
    this.sinks = new Set(scene.sinks.map((sink) => sink.name));
  }

  all(): void {
    const { scene } = this;
    for (const { name, mix } of scene.sources) for (const { product } of mix) this.begin(product, name, 0, ['sources', name]);
    for (const { name, initial } of scene.buffers) {
      for (const { product, step } of initial) this.begin(product, name, step, ['buffers', name, 'initial']);
    }
    // Assembly and disassembly make products that begin their way in the middle of the plant.
    for (let going = true; going; ) {
      going = false;
      for (const { name } of scene.products) {
        const followed = this.followed.get(name);
        if (!followed || followed.left === followed.places.length) continue;
        going = true;
        if (!this.follow(followed)) return;
      }
    }
    for (const followed of this.followed.values()) this.lost(followed);
    this.unsupplied();
  }

  /** Parts of this product come into being here. */
  begin(name: string, at: string, step: number, origin: Path): void {
    let followed = this.followed.get(name);
    if (!followed) {
      const product = this.products.get(name) as Product;
      this.followed.set(name, (followed = { product, places: [], numbers: new Map(), back: [], ends: [], left: 0, endless: true }));
    }
    if (origin[0] !== 'buffers') followed.endless = false;
    this.place(followed, at, step, origin);
  }

  place({ places, numbers, back }: Followed, at: string, step: number, origin: Path): number {
    let atStep = numbers.get(step);
    if (!atStep) numbers.set(step, (atStep = new Map()));
    let number = atStep.get(at);
    if (number === undefined) {
      number = places.push({ at, step, origin }) - 1;
      atStep.set(at, number);
      back.push([]);
      this.visited.add(at);
    }
    return number;
  }

  /** Goes on from every place that has not been left yet, breadth first. False where there are too many. */
  follow(followed: Followed): boolean {
    const { product, places } = followed;
    for (; followed.left < places.length; followed.left++) {
      if (++this.places > MOST_PLACES || this.links > MOST_WAYS) {
        this.findings.add(
          ['products', product.name],
          `the plan gives parts more places or ways than can be followed, over all products and steps; the limit is ${MOST_PLACES.toLocaleString('en')} places and ${MOST_WAYS.toLocaleString('en')} ways: use fewer products, steps or links`,
        );
        return false;
      }
      this.leave(followed, followed.left);
    }
    return true;
  }

  leave(followed: Followed, number: number): void {
    const { product, places, ends } = followed;
    const { at, step, origin } = places[number] as Followed['places'][number];
    if (this.sinks.has(at) || this.becomesAnother(product, at, step)) {
      ends.push(number);
      return;
    }
    if (this.buffers.has(at)) return this.toStep(followed, number, step, 1);
    const station = this.stations.get(at);
    const isSource = origin[0] === 'sources' && origin[1] === at;
    if (!station && !isSource) return this.toStep(followed, number, step, 1);
    for (const next of nextSteps(product, isSource ? -1 : step)) this.toStep(followed, number, next.step, next.weight);
    const quality = station && qualityOf(station, product, step);
    if (quality && typeof quality.onDefect === 'object') this.rework(followed, number, quality.onDefect);
  }

  /** The ways from a place to a step; weight 0 where they do not count as a way out. */
  toStep(followed: Followed, number: number, step: number, weight: number): void {
    const { product, places, back, ends } = followed;
    const { at, origin } = places[number] as Followed['places'][number];
    const exits = this.ways.exits(product, at, step);
    if ('problem' in exits) {
      this.stuck(product, origin, at, step, exits.problem);
      ends.push(number);
      return;
    }
    exits.to.forEach((target, j) => {
      this.links++;
      const to = this.place(followed, target, step, origin);
      if (weight > 0 && exits.weights?.[j] !== 0) back[to]?.push(number);
      this.arrive(product, at, target, step);
    });
  }

  rework(followed: Followed, number: number, { step, element }: { step: number | undefined; element: string | undefined }): void {
    const { product, places } = followed;
    const { at, step: now, origin } = places[number] as Followed['places'][number];
    if (step !== undefined) return this.toStep(followed, number, step, 0);
    if (element === undefined) {
      this.tell(
        ['stations', at, this.stations.get(at)?.quality.some(({ quality }) => quality.inspects) ? 'inspection' : 'onDefect'],
        `found a rework that names no element; expected the name of a buffer, station or conveyor, as product ${shown(product.name)} without a routing comes here`,
      );
      return;
    }
    this.place(followed, element, now, origin);
    this.arrive(product, at, element, now);
  }

  /** Whether parts of this product are assembled into or taken apart to others here; those then begin their way here. */
  becomesAnother(product: Product, at: string, step: number): boolean {
    const station = this.stations.get(at);
    const inputs = station?.assembly?.inputs;
    if (station?.assembly && inputs?.some((input) => input.product === product.name)) {
      if (inputs[0]?.product === product.name) this.made(station.assembly.makes, at, ['stations', at, 'assembly', 'makes']);
      return true;
    }
    const parted = station?.disassembly.find((entry) => entry.product === product.name);
    // What has just come out of a disassembly before its first step is not taken apart.
    if (!parted || step < 0) return false;
    for (const { product: into } of parted.into) this.made(into, at, ['stations', at, 'disassembly', product.name]);
    return true;
  }

  made(product: string, at: string, origin: Path): void {
    const made = this.products.get(product) as Product;
    this.begin(product, at, made.routing ? firstStepAfter(made, this.scene, at) : 0, origin);
  }

  /** What a part needs where it comes. */
  arrive(product: Product, from: string, at: string, step: number): void {
    if (this.scene.transfers.length > 0) this.moves.add(JSON.stringify([from, at]));
    const station = this.stations.get(at);
    if (!station) return;
    const planned = product.routing?.[step];
    const inputs = station.assembly?.inputs;
    if (inputs) this.arriveAtAssembly(product, station, step);
    else if (!station.processing && !planned?.processing && !planned?.alternatives.length)
      this.tell(
        ['stations', at, 'processing'],
        `missing; expected a duration or distribution, as product ${shown(product.name)} comes here${planned ? ` for ${shown(planned.name)}` : ''} and brings none of its own`,
      );
    if (station.preemptive && !this.buffers.has(from))
      this.tell(
        ['stations', at, 'preemptive'],
        `found true where parts come from ${shown(from)}; expected a buffer in front of the station, to which a part that is interrupted goes back`,
      );
    if (inputs && inputs[0]?.product !== product.name) return;
    let families = this.families.get(at);
    if (!families) this.families.set(at, (families = new Set()));
    families.add(planned?.family ?? product.family);
  }

  arriveAtAssembly(product: Product, { name, processing, assembly }: Station, step: number): void {
    const inputs = assembly?.inputs ?? [];
    if (!inputs.some((input) => input.product === product.name)) {
      this.tell(
        ['stations', name, 'assembly', 'inputs'],
        `found no ${shown(product.name)}, a product that comes here; expected every product that comes here to go in: ${inputs.map((input) => shown(input.product)).join(', ')}`,
      );
      return;
    }
    let supplied = this.supplied.get(name);
    if (!supplied) this.supplied.set(name, (supplied = new Set()));
    supplied.add(product.name);
    const planned = product.routing?.[step];
    if (planned?.processing || planned?.alternatives.length)
      this.tell(
        ['products', product.name, 'routing', step],
        `found a processing time for a part that goes into the assembly at ${shown(name)}; expected it at the station, or at the first step of what is made`,
      );
    const makes = this.products.get(assembly?.makes as string) as Product;
    const first = firstStepAfter(makes, this.scene, name) === 0 ? makes.routing?.[0] : undefined;
    if (!processing && !first?.processing && !first?.alternatives.length)
      this.tell(
        ['stations', name, 'processing'],
        `missing; expected a duration or distribution, how long it takes to assemble ${shown(makes.name)}`,
      );
  }

  /** A finding that is told once. */
  tell(path: Path, message: string): void {
    const key = pathText(path);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.findings.add(path, message);
  }

  /** Refuses parts that go round without end, and warns of steps that no part comes to. */
  lost({ product, places, numbers, back, ends, endless }: Followed): void {
    product.routing?.forEach((step, i) => {
      if (!numbers.has(i)) this.skipped.push(`${pathText(['products', product.name, 'routing', i])}: no step leads to ${shown(step.name)}`);
    });
    if (endless) return;
    const arrives = new Set(ends);
    for (const i of arrives) for (const earlier of back[i] as number[]) arrives.add(earlier);
    const lost = places.find((_, i) => !arrives.has(i));
    if (lost) {
      this.findings.add(
        lost.origin,
        () =>
          `no way to a sink: product ${shown(product.name)} ${born(lost.origin)} comes to ${shown(lost.at)} and goes round from there without end; link one of these elements to a sink`,
      );
    }
  }
  readonly skipped: string[] = [];

  stuck(product: Product, origin: Path, at: string, step: number, problem: string): void {
    this.findings.add(origin, () => {
      const heading = product.routing?.[step];
      const place = heading?.alternatives.length ? heading.alternatives[0]?.station : heading?.station;
      const aim = heading ? ` on its way to ${shown(heading.name)} at ${shown(place)}` : product.routing ? ' after its last step' : '';
      return `no way to a sink: product ${shown(product.name)} ${born(origin)} gets stuck at ${shown(at)}${aim}: ${problem}; add or widen a link { "from": ${JSON.stringify(at)}, "to": … }`;
    });
  }

  /** Refuses bills of materials that nobody supplies. */
  unsupplied(): void {
    for (const { name, assembly } of this.scene.stations) {
      for (const { product } of assembly?.inputs ?? []) {
        if (this.supplied.get(name)?.has(product)) continue;
        this.findings.add(
          ['stations', name, 'assembly', 'inputs', product],
          `nobody supplies it: no way brings product ${shown(product)} to ${shown(name)}; expected a source and links, or a routing, that bring it here`,
        );
      }
    }
  }

  warnings(): string[] {
    const { scene, visited } = this;
    const named = new Set(scene.products.flatMap((product) => product.routing?.map((step) => step.station) ?? []));
    const skills = new Set(scene.stations.flatMap((station) => needsOf(station)));
    const calendars = new Set([
      ...scene.stations.map(({ shifts }) => shifts),
      ...scene.people.flatMap(({ shifts }) => shifts.map((s) => s.calendar)),
    ]);
    const warnings: string[] = [];
    const warn = (kind: string, elements: { name: string }[], used: (name: string) => boolean, words: string): void => {
      for (const { name } of elements) if (!used(name)) warnings.push(`${pathText([kind, name])}: ${words}`);
    };
    const comes = (name: string): boolean => visited.has(name);
    const linked = scene.products.filter(({ routing, sink }) => !routing && sink !== undefined);
    warn('products', scene.products, (name) => this.followed.has(name), 'no source makes it');
    warn('products', linked, () => false, 'its sink means nothing, as a product without a routing goes where the links lead');
    warnings.push(...this.skipped);
    warn('buffers', scene.buffers, comes, 'nothing fills it');
    warn('stations', scene.stations, comes, 'no product comes here');
    warn('groups', scene.groups, (name) => named.has(name), 'no step names it');
    warn('conveyors', scene.conveyors, comes, 'nothing fills it');
    warn('sinks', scene.sinks, comes, 'no product ends here');
    const idle = scene.people.filter((pool) => !pool.skills.some((skill) => skills.has(skill)));
    warn('people', idle, () => false, 'nobody needs what they can do');
    warn('calendars', scene.calendars, (name) => calendars.has(name), 'nobody works by it');
    scene.transfers.forEach(({ from, to }, i) => {
      if (from === '*' || to === '*') return;
      if (!from.some((a) => to.some((b) => this.moves.has(JSON.stringify([a, b])))))
        warnings.push(`transfers[${i}]: no part goes this way`);
    });
    return warnings.length > MOST_WARNINGS
      ? [...warnings.slice(0, MOST_WARNINGS), `and ${warnings.length - MOST_WARNINGS} more`]
      : warnings;
  }
}

/** Where parts come from, in words. */
function born(origin: Path): string {
  return origin[0] === 'sources' ? 'made here' : origin[0] === 'buffers' ? 'that lies here at the start' : 'that comes into being here';
}

function qualityOf(station: Station, product: Product, step: number): Quality | undefined {
  const own = product.routing?.[step]?.quality;
  if (own) return own;
  const found = station.quality.find((each) => each.product === product.name) ?? station.quality.find((each) => each.product === undefined);
  return found?.quality;
}

function needsOf({ people, failures, maintenance, wear }: Station): string[] {
  const needs = [
    people.setup,
    people.loading,
    people.processing,
    people.unloading,
    ...failures.map((failure) => failure.people),
    ...maintenance.map((each) => each.people),
    wear?.failure?.people,
  ];
  return needs.flatMap((need) => need?.skills.map(({ skill }) => skill) ?? []);
}
