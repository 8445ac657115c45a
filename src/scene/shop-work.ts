/** How much work is still ahead of a part: means that dispatch rules reckon with. */
import { CHOICE_BIT, NIL } from '../stations/words.ts';
import type { Leg } from './legs.ts';
import type { Product, Station } from './scene.ts';
import type { ShopLegs } from './shop-legs.ts';
import { nextSteps } from './ways.ts';

export interface Ahead {
  /** Mean processing time of the part, ticks. */
  mean: number;
  /** Of the part from here on, this step included. */
  remaining: number;
  steps: number;
}

/** Sweeps over a routing with loops, at most; each brings the sums closer by the share of parts that go round. */
const SWEEPS = 1000;

/** Means of what is ahead of a part on a leg at a station. */
export class WorkAhead {
  private readonly graph: ShopLegs;
  private readonly routes = new Map<number, { work: number[]; steps: number[] }>();
  private readonly stations: ReadonlyMap<string, Station>;

  constructor(graph: ShopLegs) {
    this.graph = graph;
    this.stations = new Map(graph.scene.stations.map((station) => [station.name, station]));
  }

  of(leg: Leg): Ahead {
    const mean = this.mean(leg);
    const product = this.graph.scene.products[leg.product] as Product;
    if (product.routing === undefined) return this.alongTheWay(leg);
    const route = this.route(leg.product);
    let remaining = mean;
    let steps = 1;
    for (const { step, weight } of nextSteps(product, leg.step)) {
      remaining += weight * (route.work[step] ?? 0);
      steps += weight * (route.steps[step] ?? 0);
    }
    return { mean, remaining, steps };
  }

  /** Pieces included. */
  private mean(leg: Leg): number {
    if (leg.processing === NIL) return 0;
    const mean = this.distMean(leg.processing);
    const work = this.graph.work.get(leg);
    const product = this.graph.scene.products[leg.product] as Product;
    return (work?.step?.per ?? work?.station.per) === 'piece' ? mean * product.size : mean;
  }

  private distMean(dist: number): number {
    return (this.graph.dists.items[dist] as { mean: number }).mean;
  }

  /** Products without a routing: along the first target of every way, until the end or a place where it has been. */
  private alongTheWay(leg: Leg): Ahead {
    const { graph } = this;
    let remaining = 0;
    let steps = 0;
    const seen = new Set<Leg>();
    let at: Leg | undefined = leg;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      if (graph.work.has(at)) {
        remaining += this.mean(at);
        steps++;
      }
      let way: number = at.exit;
      while (way !== NIL && way >= CHOICE_BIT)
        way = (graph.edges[(graph.choices.items[way - CHOICE_BIT] as number[])[1] as number] as number[])[0] as number;
      at = way === NIL ? undefined : graph.legs[way];
    }
    return { mean: this.mean(leg), remaining, steps };
  }

  /** By step of a routing: expected work and steps from there on. Solved from behind, again and again where steps lead back. */
  private route(index: number): { work: number[]; steps: number[] } {
    let route = this.routes.get(index);
    if (route !== undefined) return route;
    const product = this.graph.scene.products[index] as Product & { routing: NonNullable<Product['routing']> };
    const { routing } = product;
    const own = routing.map((_, step) => this.stepMean(product, step));
    const next = routing.map((_, step) => nextSteps(product, step));
    route = { work: routing.map(() => 0), steps: routing.map(() => 0) };
    const { work, steps } = route;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let change = 0;
      for (let s = routing.length - 1; s >= 0; s--) {
        let w = own[s] as number;
        let n = 1;
        for (const { step, weight } of next[s] as { step: number; weight: number }[]) {
          w += weight * (work[step] ?? 0);
          n += weight * (steps[step] ?? 0);
        }
        change = Math.max(change, Math.abs(w - (work[s] as number)), Math.abs(n - (steps[s] as number)));
        work[s] = w;
        steps[s] = n;
      }
      if (change < 1e-3) break;
    }
    this.routes.set(index, route);
    return route;
  }

  /** Mean time of a step, over the stations that can do it. */
  private stepMean(product: Product & { routing: NonNullable<Product['routing']> }, index: number): number {
    const step = product.routing[index] as (typeof product.routing)[number];
    const group = this.graph.scene.groups.find(({ name }) => name === step.station);
    const names = step.alternatives.length > 0 ? step.alternatives.map(({ station }) => station) : (group?.stations ?? [step.station]);
    const means = names.map((name, i) => {
      const station = this.stations.get(name);
      const time = step.alternatives[i]?.processing ?? step.processing ?? station?.processing;
      const mean = time === undefined ? 0 : this.distMean(this.graph.dist(time));
      return (step.per ?? station?.per) === 'piece' ? mean * product.size : mean;
    });
    return means.reduce((sum, mean) => sum + mean, 0) / means.length;
  }
}
