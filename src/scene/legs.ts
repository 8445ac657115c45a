/** The ways of a scene as a graph: a leg for each product at each element with each step ahead of it, and the choices between legs. */
import { type Distribution, type Sampler, tabulate } from '../distributions.ts';
import { streamHash } from '../random.ts';
import { CHOICE_BIT, NIL, RULE_FIRST_FREE, RULE_PROBABILITY, RULE_ROUND_ROBIN, RULE_SHORTEST_QUEUE } from '../stations/words.ts';
import type { Buffer, Conveyor, Product, Rule, Scene, Sink, Source, Station } from './scene.ts';
import { type Ways, waysOf } from './ways.ts';

/** What parts can be at. A transfer is a way that takes time: between elements, at a station without limit, or behind a station. */
export type Element =
  | { kind: 'source'; name: string; source: Source }
  | { kind: 'buffer'; name: string; buffer: Buffer }
  | { kind: 'station'; name: string; station: Station }
  | { kind: 'sink'; name: string; sink: Sink }
  | { kind: 'conveyor'; name: string; conveyor: Conveyor }
  | { kind: 'transfer'; name: string; transfer: Passage };

/** Where a transfer leads, or (a station without limit, the tail of a station's work) for what station it stands. */
export type Passage = { to: string; time: Distribution } | { unlimited: Station } | { tail: Station };

/** Parts stand in a line in such an element, and those that it leads to draw from that. */
function hasLine({ kind }: Element): boolean {
  return kind === 'buffer' || kind === 'conveyor' || kind === 'transfer';
}

/** Rows that are told apart by a key and never written twice. */
class Shared<T> {
  readonly ids = new Map<string, number>();
  readonly items: T[] = [];
  id(key: string, make: () => T): number {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.items.push(make()) - 1;
      this.ids.set(key, id);
    }
    return id;
  }
}

const texts = new WeakMap<Uint32Array, string>();

/** A shape as text, made once: tables are handed out again and again. */
function textOf({ kind, shape }: Sampler): string {
  let text = texts.get(shape);
  if (text === undefined) texts.set(shape, (text = `${kind}:${shape.join(',')}`));
  return text;
}

/** A leg: a product at a node with a given step ahead of it (or, at a station, in hand). */
export interface Leg {
  node: number;
  product: number;
  step: number;
  exit: number;
  processing: number;
}

export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The graph under way. `shop-legs.ts` adds what only shop plants have. */
export class LegGraph {
  readonly elements: readonly Element[];
  readonly index = new Map<string, number>();
  readonly ways: Ways;
  readonly streams = new Shared<[number, number]>();
  readonly queues = new Shared<number>();
  readonly turns = new Shared<true>();
  readonly shapes = new Shared<Uint32Array>();
  readonly dists = new Shared<Sampler & { base: number }>();
  readonly choices = new Shared<number[]>();
  readonly edges: [target: number, below: number][] = [];
  readonly legs: Leg[] = [];
  readonly legIds = new Map<string, number>();
  /** For each node, the queues it draws from, as a set of queue ids; and the stations a buffer feeds. */
  readonly draws: Set<number>[];
  readonly fed: Set<number>[];
  readonly moves: Set<number>[];
  shapeWords = 0;
  readonly scene: Scene;

  constructor(scene: Scene, elements: readonly Element[]) {
    this.scene = scene;
    this.elements = elements;
    this.elements.forEach((element, i) => this.index.set(element.name, i));
    this.ways = waysOf(scene);
    this.draws = this.elements.map(() => new Set<number>());
    this.fed = this.elements.map(() => new Set<number>());
    this.moves = this.elements.map(() => new Set<number>());
    // A line is a queue whether or not anybody comes: its number depends on names alone.
    elements.forEach((element, node) => {
      if (hasLine(element)) this.queues.id(`line ${element.name}`, () => node);
    });
  }

  /** The leg, or the choice among legs, of a part that a source makes. */
  startOf(source: Source): number {
    const node = this.index.get(source.name) as number;
    const legs = source.mix.map(({ product }) => this.leg(node, this.productIndex(product), 0));
    this.trace();
    if (legs.length === 1) return legs[0] as number;
    return this.choice(
      node,
      'probability',
      legs,
      source.mix.map(({ weight }) => weight),
      'mix',
    );
  }

  productIndex(name: string): number {
    return this.scene.products.findIndex((product) => product.name === name);
  }

  /** The leg of a product at a node; new ones are traced onwards by `trace`. */
  leg(node: number, product: number, step: number): number {
    const key = `${node} ${product} ${step}`;
    let id = this.legIds.get(key);
    if (id === undefined) {
      id = this.legs.push({ node, product, step, exit: NIL, processing: NIL }) - 1;
      this.legIds.set(key, id);
    }
    return id;
  }

  traced = 0;
  /** Works off the legs that have no exit yet: breadth first, so that a long line needs no deep recursion. */
  trace(): void {
    for (; this.traced < this.legs.length; this.traced++) {
      this.traceLeg(this.legs[this.traced] as Leg);
    }
  }

  /** Finds what becomes of a part on a leg. */
  traceLeg(leg: Leg): void {
    const element = this.elements[leg.node] as Element;
    const product = this.scene.products[leg.product] as Product;
    if (element.kind === 'sink') return;
    if (element.kind !== 'station') {
      leg.exit = this.exit(leg, leg.step);
      return;
    }
    const step = product.routing?.[leg.step];
    const processing = step?.processing ?? element.station.processing;
    if (processing === undefined) throw new Error(`${element.name}: no processing time for ${product.name}`);
    leg.processing = this.dist(processing);
    if (step === undefined) {
      leg.exit = this.exit(leg, leg.step);
    } else {
      const targets = step.next.map((next) => this.exit(leg, next.step));
      leg.exit = this.drawn(
        leg,
        targets,
        step.next.map((next) => next.weight),
      );
    }
  }

  /** One of several ways, by a draw where there are more than one. */
  drawn(leg: Leg, targets: number[], weights: number[]): number {
    return targets.length === 1 ? (targets[0] as number) : this.choice(leg.node, 'probability', targets, weights, 'routing');
  }

  /** Where a part on this leg goes when the step ahead is `step`: a leg, or a choice. */
  exit(leg: Leg, step: number): number {
    const from = this.elements[leg.node] as Element;
    const way = this.ways.exits(this.scene.products[leg.product] as Product, from.name, step);
    if ('problem' in way) throw new Error(`${from.name}: ${way.problem}`);
    return this.lead(leg, step, way.rule, way.to, way.weights);
  }

  /** The way from a leg to one of several elements by a rule; those become able to draw from where the leg is. */
  lead(leg: Leg, step: number, rule: Rule, to: readonly string[], weights: number[] | undefined): number {
    const from = this.elements[leg.node] as Element;
    const nodes = to.map((name) => this.entrance(from, name));
    const targets = nodes.map((node) => this.leg(node, leg.product, step));
    let exit = targets[0] as number;
    let group = NIL;
    if (targets.length > 1) {
      exit = this.choice(leg.node, rule, targets, weights, 'routing');
      if (rule === 'first free' && !hasLine(from)) group = this.groupQueue(leg.node, nodes);
    }
    for (const node of nodes) {
      this.moves[leg.node]?.add(node);
      const target = this.elements[node] as Element;
      if (hasLine(from)) {
        this.draws[node]?.add(this.queues.id(`line ${from.name}`, () => leg.node));
        if (target.kind === 'station') this.fed[leg.node]?.add(node);
      } else {
        this.draws[node]?.add(group !== NIL ? group : this.queues.id(`waiters ${target.name}`, () => NIL));
      }
    }
    return exit;
  }

  /** The node by which a part comes from one element to another. */
  entrance(_from: Element, to: string): number {
    return this.index.get(to) as number;
  }

  /** The queue of parts that wait at a station or source for the first free of several nodes. */
  groupQueue(node: number, targets: number[]): number {
    return this.queues.id(`group ${(this.elements[node] as Element).name} → ${targets.join(' ')}`, () => NIL);
  }

  choice(node: number, rule: Rule, targets: number[], weights: number[] | undefined, use: string): number {
    const from = (this.elements[node] as Element).name;
    const key = `${from} ${use} ${rule} ${targets.join(' ')} ${weights?.join(' ') ?? ''}`;
    const id = this.choices.id(key, () => {
      let aux = NIL;
      if (rule === 'probability') aux = this.stream(from, use);
      else if (rule === 'round robin') aux = this.turns.id(`${from} → ${this.nodesOf(targets)}`, () => true);
      else if (rule === 'first free' && !hasLine(this.elements[node] as Element)) {
        aux = this.groupQueue(
          node,
          targets.map((leg) => (this.legs[leg] as Leg).node),
        );
      }
      const first = this.edges.length;
      let sum = 0;
      targets.forEach((target, i) => {
        sum += weights?.[i] ?? 0;
        const last = i === targets.length - 1;
        this.edges.push([target, last ? NIL : Math.min(NIL, Math.round(sum * 2 ** 32))]);
      });
      const code =
        rule === 'probability'
          ? RULE_PROBABILITY
          : rule === 'round robin'
            ? RULE_ROUND_ROBIN
            : rule === 'shortest queue'
              ? RULE_SHORTEST_QUEUE
              : RULE_FIRST_FREE;
      return [code, first, targets.length, aux];
    });
    return CHOICE_BIT + id;
  }

  nodesOf(targets: number[]): string {
    return targets.map((target) => (target >= CHOICE_BIT ? target : (this.legs[target] as Leg).node)).join(' ');
  }

  stream(element: string, use: string): number {
    return this.streams.id(`${element}\u0000${use}`, () => streamHash(element, use));
  }

  dist(distribution: Distribution): number {
    const key = JSON.stringify(distribution);
    return this.dists.id(key, () => {
      const sampler = tabulate(distribution);
      let base = 0;
      if (sampler.kind !== 0) {
        const id = this.shapes.id(textOf(sampler), () => {
          this.shapeStarts.push(this.shapeWords);
          this.shapeWords += sampler.shape.length;
          return sampler.shape;
        });
        base = this.shapeStarts[id] as number;
      }
      // Not a copy, which would read the moments.
      return Object.assign(Object.create(sampler) as Sampler, { base });
    });
  }
  readonly shapeStarts: number[] = [];

  private queueNames: string[] | undefined;

  /** Queues a node draws from, in the order that decides ties: the places they wait at by name, direct waiters last. */
  drawOrder(node: number): number[] {
    this.queueNames ??= [...this.queues.ids.keys()];
    const names = this.queueNames;
    const rank = (queue: number): string => {
      const name = names[queue] as string;
      return name.startsWith('waiters') ? `2${name}` : `1${name.slice(name.indexOf(' '))}`;
    };
    return [...(this.draws[node] as Set<number>)].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }
}
