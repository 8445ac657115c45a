/** The ways of a shop plant: with travelling times, rework, assembly and what else sends a part elsewhere. */
import { CHOICE_BIT, NIL } from '../stations/words.ts';
import { byName, type Element, type Leg, LegGraph, type Passage } from './legs.ts';
import type { Batch, Product, Quality, Scene, Source, Station, Step } from './scene.ts';
import { firstStepAfter, nextSteps, transferBetween } from './ways.ts';

/** What is done to a part on a leg at a station, besides what every leg says. */
export interface Work {
  station: Station;
  /** Undefined for products that follow the links, and before a routing's first step. */
  step: Step | undefined;
  /** Distribution of the time on the server, where the rest is spent after it. */
  interval: number;
  batch: Pick<Batch, 'min' | 'max'> | undefined;
  quality: Quality | undefined;
  /** Way of a part that is to be reworked. */
  rework: number;
  /** What the part becomes, with the legs of that at this station. */
  into: { product: number; count: number; leg: number }[];
}

/** The name of the inserted node where the rest of a station's work is spent. */
const tailOf = (station: string): string => `${station} tail`;

/** The graph of a shop plant, traced from all sources and stocks. */
export function shopLegs(scene: Scene): ShopLegs {
  const first = new ShopLegs(scene, new Map());
  return first.found.size === 0 ? first : new ShopLegs(scene, first.found);
}

function elementsOf(scene: Scene, passages: ReadonlyMap<string, Passage>): Element[] {
  return [
    ...scene.sources.map((source): Element => ({ kind: 'source', name: source.name, source })),
    ...scene.buffers.map((buffer): Element => ({ kind: 'buffer', name: buffer.name, buffer })),
    ...scene.stations.map(
      (station): Element =>
        station.servers === Number.POSITIVE_INFINITY
          ? { kind: 'transfer', name: station.name, transfer: { unlimited: station } }
          : { kind: 'station', name: station.name, station },
    ),
    ...scene.conveyors.map((conveyor): Element => ({ kind: 'conveyor', name: conveyor.name, conveyor })),
    ...scene.sinks.map((sink): Element => ({ kind: 'sink', name: sink.name, sink })),
    ...[...passages].map(([name, transfer]): Element => ({ kind: 'transfer', name, transfer })),
  ].sort(byName);
}

export class ShopLegs extends LegGraph {
  /** Ways that take time which a first tracing has met and which are to be nodes of their own. */
  readonly found = new Map<string, Passage>();
  /** Of each source: the leg or choice of a part that it makes (of orders: of the first of its products). */
  readonly starts: ReadonlyMap<string, number>;
  /** Of each leg at a station. */
  readonly work = new Map<Leg, Work>();
  /** Of each station that assembles: the leg of what it makes. */
  readonly makes = new Map<string, number>();
  /** By buffer, in name order: what lies there at time 0. */
  readonly stocks: { leg: number; count: number }[] = [];
  private readonly limited: ReadonlySet<string>;

  constructor(scene: Scene, passages: ReadonlyMap<string, Passage>) {
    super(scene, elementsOf(scene, passages));
    this.limited = new Set(scene.limits.flatMap(({ elements }) => elements));
    this.starts = new Map(scene.sources.map((source) => [source.name, this.startOf(source)]));
    for (const { name, initial } of scene.buffers) {
      for (const { product, step, count } of initial) {
        this.stocks.push({ leg: this.leg(this.index.get(name) as number, this.productIndex(product), step), count });
      }
    }
    this.trace();
    this.elements.forEach((element, node) => {
      if (element.kind !== 'transfer' || !('to' in element.transfer)) return;
      // Who compares queues sees behind a way what lies at its end.
      const to = this.index.get(element.transfer.to) as number;
      for (const fed of [to, ...(this.fed[to] as Set<number>)]) if (this.elements[fed]?.kind !== 'sink') this.fed[node]?.add(fed);
    });
  }

  override startOf(source: Source): number {
    if (source.orders === undefined) return super.startOf(source);
    const legs = source.mix.map(({ product }) => this.sourceLeg(source, product));
    this.trace();
    return legs[0] as number;
  }

  /** The leg of a product at a source. */
  sourceLeg(source: Source, product: string): number {
    return this.leg(this.index.get(source.name) as number, this.productIndex(product), 0);
  }

  override traceLeg(leg: Leg): void {
    const element = this.elements[leg.node] as Element;
    switch (element.kind) {
      case 'sink':
        return;
      case 'source':
        leg.exit = this.onward(leg, -1);
        return;
      case 'buffer':
      case 'conveyor':
        leg.exit = this.exit(leg, leg.step);
        return;
      case 'station':
        this.traceWork(leg, element.station);
        return;
      case 'transfer':
        this.tracePassage(leg, element.transfer);
    }
  }

  private tracePassage(leg: Leg, passage: Passage): void {
    if ('to' in passage) {
      leg.processing = this.dist(passage.time);
      leg.exit = this.lead(leg, leg.step, 'fixed', [passage.to], undefined);
      return;
    }
    if ('unlimited' in passage) leg.processing = this.processing(leg, passage.unlimited);
    leg.exit = this.onward(leg, leg.step);
  }

  /** The distribution of a step's time at a station. */
  private processing(leg: Leg, station: Station): number {
    const step = (this.scene.products[leg.product] as Product).routing?.[leg.step];
    const own = step?.alternatives.find((alternative) => alternative.station === station.name)?.processing;
    const time = own ?? step?.processing ?? station.processing;
    return time === undefined ? NIL : this.dist(time);
  }

  private traceWork(leg: Leg, station: Station): void {
    const product = this.scene.products[leg.product] as Product;
    const step = product.routing?.[leg.step];
    const quality =
      step?.quality ??
      (station.quality.find((q) => q.product === product.name) ?? station.quality.find((q) => q.product === undefined))?.quality;
    const work: Work = { station, step, interval: NIL, batch: step?.batch ?? station.batch, quality, rework: NIL, into: [] };
    this.work.set(leg, work);
    leg.processing = this.processing(leg, station);
    if (station.assembly?.inputs.some((input) => input.product === product.name)) {
      // What goes into an assembly goes no further; the time is that of what is made.
      const makes = this.freed(leg.node, station, station.assembly.makes);
      this.makes.set(station.name, makes);
      leg.processing = this.processing(this.legs[makes] as Leg, station);
      return;
    }
    const parted = station.disassembly.find((entry) => entry.product === product.name);
    if (parted) {
      work.into = parted.into.map(({ product, count }) => ({
        product: this.productIndex(product),
        count,
        leg: this.freed(leg.node, station, product),
      }));
      return;
    }
    if (step?.interval) {
      work.interval = this.dist(step.interval);
      // A part that travels anyway takes the rest of its work along on that way.
      const tail = this.alwaysTravels(product, station.name, leg.step) ? undefined : this.passage(tailOf(station.name), { tail: station });
      // The first tracing has no such node yet, and goes on from the station.
      leg.exit = tail === undefined ? this.onward(leg, leg.step) : this.into(leg, tail);
    } else {
      leg.exit = this.onward(leg, leg.step);
    }
    if (quality !== undefined && typeof quality.onDefect === 'object') {
      const { step, element } = quality.onDefect;
      work.rework = step === undefined ? this.lead(leg, leg.step, 'fixed', [element as string], undefined) : this.exit(leg, step);
    }
  }

  /** Whether every way on from a station takes time. */
  private alwaysTravels(product: Product, station: string, done: number): boolean {
    const steps = product.routing === undefined ? [done] : nextSteps(product, done).map(({ step }) => step);
    return steps.every((step) => {
      const way = this.ways.exits(product, station, step);
      return !('problem' in way) && way.to.every((to) => transferBetween(this.scene, station, to) !== undefined);
    });
  }

  /** The leg of a product that comes to be at a station. */
  private freed(node: number, station: Station, name: string): number {
    const index = this.productIndex(name);
    const product = this.scene.products[index] as Product;
    return this.leg(node, index, product.routing ? firstStepAfter(product, this.scene, station.name) : 0);
  }

  /** The way from a leg into an inserted node, with the same step. */
  private into(leg: Leg, node: number): number {
    this.moves[leg.node]?.add(node);
    this.draws[node]?.add(this.queues.id(`waiters ${(this.elements[node] as Element).name}`, () => NIL));
    return this.leg(node, leg.product, leg.step);
  }

  /** Where a part goes when a step (−1: none yet) is done. */
  private onward(leg: Leg, done: number): number {
    const product = this.scene.products[leg.product] as Product;
    if (product.routing === undefined) return this.exit(leg, leg.step);
    const next = nextSteps(product, done);
    return this.drawn(
      leg,
      next.map(({ step }) => this.exit(leg, step)),
      next.map(({ weight }) => weight),
    );
  }

  override exit(leg: Leg, step: number): number {
    const from = elementBehind(this.elements[leg.node] as Element);
    const way = this.ways.exits(this.scene.products[leg.product] as Product, from, step);
    if ('problem' in way) throw new Error(`${from}: ${way.problem}`);
    return this.lead(leg, step, way.rule, way.to, way.weights);
  }

  override entrance(from: Element, to: string): number {
    const name = elementBehind(from);
    const target = this.index.get(to) as number;
    if (from.kind === 'transfer' && 'to' in from.transfer) return target;
    const transfer = transferBetween(this.scene, name, to);
    if (transfer === undefined) return target;
    // Where cards are counted, it matters from where a part comes.
    const shared = transfer.from === '*' && !this.limited.has(to);
    return this.passage(shared ? `→ ${to}` : `${name} → ${to}`, { to, time: transfer.time }) ?? target;
  }

  /** The inserted node of this name; undefined in a first tracing, which notes that it is wanted. */
  private passage(name: string, passage: Passage): number | undefined {
    if (!this.found.has(name)) this.found.set(name, passage);
    return this.index.get(name);
  }

  /** The legs that a way can lead to. */
  *targets(way: number): Generator<number> {
    if (way === NIL) return;
    if (way < CHOICE_BIT) {
      yield way;
      return;
    }
    const [, first, edges] = this.choices.items[way - CHOICE_BIT] as [number, number, number, number];
    for (let i = first; i < first + edges; i++) yield* this.targets((this.edges[i] as [number, number])[0]);
  }

  /** All ways on which a part can leave a leg. */
  exitsOf(leg: Leg): number[] {
    const rework = this.work.get(leg)?.rework ?? NIL;
    return rework === NIL ? [leg.exit] : [leg.exit, rework];
  }
}

/** The name by which the scene knows the place where a part is. */
function elementBehind(element: Element): string {
  return element.kind === 'transfer' && 'tail' in element.transfer ? element.transfer.tail.name : element.name;
}
