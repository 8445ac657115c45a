/** Whether every part that a source can make finds its way to a sink, and a processing time at every station on it. */
import { type Findings, pathText, shown } from './problems.ts';
import type { Product, Scene, Station } from './scene.ts';
import { waysOf, type Ways } from './ways.ts';

/** The most places that parts can be at, over all products and steps, and ways between them: what comes after makes a table row of each. */
const MOST_PLACES = 2_000_000;
const MOST_WAYS = 5_000_000;
const MOST_WARNINGS = 100;

/** Needs a scene in which every name resolves. Returns warnings: what stands in the plant and is never used. */
export function checkWays(scene: Scene, findings: Findings): string[] {
  const walk = new Walk(scene, findings);
  for (const product of scene.products) walk.follow(product);
  return walk.warnings();
}

class Walk {
  readonly scene: Scene;
  readonly findings: Findings;
  readonly ways: Ways;
  readonly stations: Map<string, Station>;
  readonly sinks: Set<string>;
  /** Where parts come at all: elements, and the groups that steps name. */
  readonly visited = new Set<string>();
  readonly noProcessing = new Set<string>();
  readonly makers = new Map<string, string[]>();
  /** Steps that no part comes to. */
  readonly skipped: string[] = [];
  places = 0;
  links = 0;

  constructor(scene: Scene, findings: Findings) {
    this.scene = scene;
    this.findings = findings;
    this.ways = waysOf(scene);
    this.stations = new Map(scene.stations.map((station) => [station.name, station]));
    this.sinks = new Set(scene.sinks.map((sink) => sink.name));
    for (const source of scene.sources) {
      for (const { product } of source.mix) {
        const makers = this.makers.get(product);
        if (makers) makers.push(source.name);
        else this.makers.set(product, [source.name]);
      }
    }
  }

  /** Everywhere that parts of this product can come, breadth first from its sources. */
  follow(product: Product): void {
    const places: { at: string; step: number; source: string }[] = [];
    /** By step, then by element. */
    const numbers = new Map<number, Map<string, number>>();
    /** For each place, those from which parts come there with a probability above 0. */
    const back: number[][] = [];
    const ends: number[] = [];
    const place = (at: string, step: number, source: string): number => {
      let atStep = numbers.get(step);
      if (!atStep) numbers.set(step, (atStep = new Map()));
      let number = atStep.get(at);
      if (number === undefined) {
        number = places.push({ at, step, source }) - 1;
        atStep.set(at, number);
        back.push([]);
        this.visited.add(at);
      }
      return number;
    };
    for (const source of this.makers.get(product.name) ?? []) place(source, 0, source);
    for (let i = 0; i < places.length; i++) {
      if (++this.places > MOST_PLACES || this.links > MOST_WAYS) {
        this.findings.add(
          ['products', product.name],
          `the plan gives parts more places or ways than can be followed, over all products and steps; the limit is ${MOST_PLACES.toLocaleString('en')} places and ${MOST_WAYS.toLocaleString('en')} ways: use fewer products, steps or links`,
        );
        return;
      }
      const { at, step, source } = places[i] as (typeof places)[number];
      if (this.sinks.has(at)) {
        ends.push(i);
        continue;
      }
      const ahead = this.stations.has(at) ? (product.routing?.[step]?.next ?? [{ step: 0, weight: 1 }]) : [{ step, weight: 1 }];
      for (const next of ahead) {
        const exits = this.ways.exits(product, at, next.step);
        if ('problem' in exits) {
          this.stuck(product, source, at, next.step, exits.problem);
          ends.push(i);
          continue;
        }
        exits.to.forEach((target, j) => {
          this.links++;
          const number = place(target, next.step, source);
          if (next.weight > 0 && exits.weights?.[j] !== 0) back[number]?.push(i);
          this.needsProcessing(product, target, next.step);
        });
      }
    }
    if (places.length > 0) {
      product.routing?.forEach((step, i) => {
        if (!numbers.has(i))
          this.skipped.push(`${pathText(['products', product.name, 'routing', i])}: no step leads to ${shown(step.name)}`);
      });
    }
    const arrives = new Set(ends);
    for (const i of arrives) for (const earlier of back[i] as number[]) arrives.add(earlier);
    const lost = places.find((_, i) => !arrives.has(i));
    if (lost) {
      this.findings.add(
        ['sources', lost.source],
        () =>
          `no way to a sink: product ${shown(product.name)} made here comes to ${shown(lost.at)} and goes round from there without end; link one of these elements to a sink`,
      );
    }
  }

  stuck(product: Product, source: string, at: string, step: number, problem: string): void {
    this.findings.add(['sources', source], () => {
      const heading = product.routing?.[step];
      const aim = heading
        ? ` on its way to ${shown(heading.name)} at ${shown(heading.station)}`
        : product.routing
          ? ' after its last step'
          : '';
      return `no way to a sink: product ${shown(product.name)} made here gets stuck at ${shown(at)}${aim}: ${problem}; add or widen a link { "from": ${JSON.stringify(at)}, "to": … }`;
    });
  }

  needsProcessing(product: Product, at: string, step: number): void {
    const station = this.stations.get(at);
    const planned = product.routing?.[step];
    if (!station || station.processing || planned?.processing || this.noProcessing.has(at)) return;
    this.noProcessing.add(at);
    this.findings.add(
      ['stations', at, 'processing'],
      () =>
        `missing; expected a duration or distribution, as product ${shown(product.name)} comes here${planned ? ` for ${shown(planned.name)}` : ''} and brings none of its own`,
    );
  }

  warnings(): string[] {
    const { scene, visited } = this;
    const named = new Set(scene.products.flatMap((product) => product.routing?.map((step) => step.station) ?? []));
    const warnings: string[] = [];
    const warn = (kind: string, elements: { name: string }[], used: (name: string) => boolean, words: string): void => {
      for (const { name } of elements) if (!used(name)) warnings.push(`${pathText([kind, name])}: ${words}`);
    };
    const comes = (name: string): boolean => visited.has(name);
    const linked = scene.products.filter(({ routing, sink }) => !routing && sink !== undefined);
    warn('products', scene.products, (name) => this.makers.has(name), 'no source makes it');
    warn('products', linked, () => false, 'its sink means nothing, as a product without a routing goes where the links lead');
    warnings.push(...this.skipped);
    warn('buffers', scene.buffers, comes, 'nothing fills it');
    warn('stations', scene.stations, comes, 'no product comes here');
    warn('groups', scene.groups, (name) => named.has(name), 'no step names it');
    warn('sinks', scene.sinks, comes, 'no product ends here');
    return warnings.length > MOST_WARNINGS
      ? [...warnings.slice(0, MOST_WARNINGS), `and ${warnings.length - MOST_WARNINGS} more`]
      : warnings;
  }
}
