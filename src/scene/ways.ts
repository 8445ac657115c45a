/**
 * Way-finding: where a part can go next, by docs/scene-format.md § Links. The checker asks it whether every part finds a sink,
 * the compiler turns its answers into tables.
 */
import type { Link, Product, Rule, Scene, Step, Transfer } from './scene.ts';

/** The candidate targets (elements, in the order the rule counts them) and the rule among them, or why there are none. Not to be changed: calls share them. */
export type Exits =
  | { rule: Rule /** Summing to 1; only where the rule is `probability`. */; weights?: number[]; to: string[] }
  | { problem: string };

export interface Ways {
  /**
   * @param at the element that the part is leaving: a source, buffer, station or conveyor
   * @param step index of the next step to be done; `routing.length`: none is left, the part heads for a sink. 0 for a product without routing.
   */
  exits(product: Product, at: string, step: number): Exits;
}

/** Where a routed part is heading. */
interface Goal {
  /** Tells goals apart. */
  key: string;
  /** In words, for messages. */
  words: string;
  /** In the order of the group. Several sinks (`any`) can be told apart by links only. */
  targets: string[];
  set: Set<string>;
  any: boolean;
  rule: Rule;
  weights: number[] | undefined;
}

/** Targets looked at while searching for ways, over the life of one `Ways`: beyond that a plan is refused, so that none can hang the page. */
const SEARCH_LIMIT = 5_000_000;
const TOO_MANY: Exits = {
  problem: `the plan has more ways than can be searched; the limit is ${SEARCH_LIMIT.toLocaleString('en')} targets looked at`,
};

/** Indexes the scene's links; linear in its size. Every name in the scene must resolve. */
export function waysOf(scene: Scene): Ways {
  return new LinkedWays(scene);
}

class LinkedWays implements Ways {
  readonly scene: Scene;
  /** Buffers and conveyors: what may stand between a station and the next. */
  readonly between: Set<string>;
  readonly groups: Map<string, Scene['groups'][number]>;
  /** By the element that a link leaves: the entry for every product, and those for some. */
  readonly leaving = new Map<string, { all: Link | undefined; some: Map<string, Link> }>();
  /** By target: the link entries that lead there from a buffer or conveyor, in the order of their names. */
  readonly feeding = new Map<string, Link[]>();
  readonly goals = new Map<string, Goal>();
  /** By product and goal: whether a buffer or conveyor leads to the goal through such alone. */
  readonly leads = new Map<string, Map<string, boolean>>();
  /** By product and goal: the way where no link leaves. */
  readonly unlinked = new Map<string, Exits>();
  searched = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    this.between = new Set([...scene.buffers, ...scene.conveyors].map(({ name }) => name));
    this.groups = new Map(scene.groups.map((group) => [group.name, group]));
    for (const link of scene.links) {
      let entry = this.leaving.get(link.from);
      if (!entry) this.leaving.set(link.from, (entry = { all: undefined, some: new Map() }));
      if (link.products) for (const product of link.products) entry.some.set(product, link);
      else entry.all = link;
      if (!this.between.has(link.from)) continue;
      for (const target of link.to) {
        const feeders = this.feeding.get(target);
        if (feeders) feeders.push(link);
        else this.feeding.set(target, [link]);
      }
    }
  }

  exits(product: Product, at: string, step: number): Exits {
    const link = this.linkFrom(at, product.name);
    if (!product.routing) {
      return link
        ? chosen(link.rule, link.to, link.weights)
        : { problem: `no link leaves ${quoted(at)} for product ${quoted(product.name)}` };
    }
    const goal = this.goalOf(product, step);
    if (link) return this.kept(link, product, goal);
    if (goal.targets.length === 0) return { problem: 'there is no sink, and no link says where it goes' };
    if (goal.any) return { problem: `no link leaves ${quoted(at)}, and nothing says which of the ${goal.targets.length} sinks is meant` };
    // From a buffer the parts go straight on: its entrances would be other buffers.
    if (this.between.has(at)) return chosen('first free', goal.targets, undefined);
    const key = `${product.name}\n${goal.key}`;
    let way = this.unlinked.get(key);
    if (!way) this.unlinked.set(key, (way = this.entrances(product, goal)));
    return way;
  }

  linkFrom(at: string, product: string): Link | undefined {
    const entry = this.leaving.get(at);
    return entry?.some.get(product) ?? entry?.all;
  }

  goalOf(product: Product, step: number): Goal {
    const ahead = product.routing?.[step];
    const key = ahead?.alternatives.length
      ? `any ${JSON.stringify(ahead.alternatives.map(({ station }) => station))} ${ahead.rule}`
      : ahead
        ? `station ${ahead.station}`
        : product.sink !== undefined
          ? `sink ${product.sink}`
          : 'sink';
    let goal = this.goals.get(key);
    if (!goal) this.goals.set(key, (goal = ahead ? this.goalOfStep(key, ahead) : this.goalOfSink(key, product.sink)));
    return goal;
  }

  goalOfStep(key: string, { station, alternatives, rule }: Step): Goal {
    if (alternatives.length > 0) {
      const targets = alternatives.map((alternative) => alternative.station);
      return {
        key,
        words: `one of ${listed(targets)}`,
        targets,
        set: new Set(targets),
        any: false,
        rule: rule ?? 'first free',
        weights: undefined,
      };
    }
    const group = this.groups.get(station);
    const targets = group ? group.stations : [station];
    return {
      key,
      words: `${group ? 'group ' : ''}${quoted(station)}`,
      targets,
      set: new Set(targets),
      any: false,
      rule: group?.rule ?? 'shortest queue',
      weights: group?.weights,
    };
  }

  goalOfSink(key: string, sink: string | undefined): Goal {
    const targets = sink === undefined ? this.scene.sinks.map(({ name }) => name) : [sink];
    return {
      key,
      words: sink === undefined ? 'a sink' : `sink ${quoted(sink)}`,
      targets,
      set: new Set(targets),
      any: targets.length !== 1,
      rule: 'shortest queue',
      weights: undefined,
    };
  }

  /** What is left of a link entry once the targets that do not lead to the goal are struck out. */
  kept(link: Link, product: Product, goal: Goal): Exits {
    const kept: number[] = [];
    this.searched += link.to.length;
    link.to.forEach((target, i) => {
      if (goal.set.has(target) || (this.between.has(target) && this.bufferLeads(target, product.name, goal))) kept.push(i);
    });
    if (this.searched > SEARCH_LIMIT) return TOO_MANY;
    if (kept.length === 0) {
      return {
        problem: `the link from ${quoted(link.from)} leads to ${listed(link.to)}, from where ${goal.words} cannot be reached through buffers alone`,
      };
    }
    return chosen(
      link.rule,
      kept.map((i) => link.to[i] as string),
      link.weights && kept.map((i) => link.weights?.[i] as number),
    );
  }

  /** Whether the goal can be reached from this buffer or conveyor through such alone. */
  bufferLeads(buffer: string, product: string, goal: Goal): boolean {
    const key = `${product}\n${goal.key}`;
    let known = this.leads.get(key);
    if (!known) this.leads.set(key, (known = new Map()));
    const answer = known.get(buffer);
    if (answer !== undefined) return answer;
    const seen = new Set([buffer]);
    let found = false;
    for (const at of seen) {
      const link = this.linkFrom(at, product);
      // Without a link the way out is implicit: straight to the goal, if there is but one.
      found = link ? link.to.some((target) => goal.set.has(target) || known.get(target) === true) : !goal.any;
      this.searched += 1 + (link?.to.length ?? 0);
      if (found || this.searched > SEARCH_LIMIT) break;
      for (const target of link?.to ?? []) if (this.between.has(target) && known.get(target) === undefined) seen.add(target);
    }
    // A search in vain has seen all that can be reached from every buffer in it.
    if (found) known.set(buffer, true);
    else for (const at of seen) known.set(at, false);
    return found;
  }

  /** The way where no link decides: to the buffers linked to the goal's stations, or to those stations themselves. */
  entrances(product: Product, goal: Goal): Exits {
    const shares = new Map<string, number>();
    goal.targets.forEach((target, i) => {
      const links = this.feeding.get(target) ?? [];
      this.searched += 1 + links.length;
      const buffers = links.filter((link) => this.linkFrom(link.from, product.name) === link).map((link) => link.from);
      const entrances = buffers.length > 0 ? buffers : [target];
      const share = (goal.weights?.[i] ?? 0) / entrances.length;
      for (const entrance of entrances) shares.set(entrance, (shares.get(entrance) ?? 0) + share);
    });
    if (this.searched > SEARCH_LIMIT) return TOO_MANY;
    const rule = goal.targets.length > 1 ? goal.rule : 'shortest queue';
    return chosen(rule, [...shares.keys()], rule === 'probability' ? [...shares.values()] : undefined);
  }
}

/** The steps that may follow, with weights that sum to 1; the number of steps means that the part is finished. */
export type Ahead = { step: number; weight: number }[];

/** Below this a step that comes up only when many others are passed over is never drawn. */
const LEAST_WEIGHT = 1e-12;

/**
 * What a part of this product does after step `done`, −1 where it has done none: steps that are done with a certain probability only
 * (`share`) are passed over with the rest of it. For a product without a routing: step 0, always.
 */
export function nextSteps(product: Product, done: number): Ahead {
  const { routing } = product;
  if (!routing) return [{ step: 0, weight: 1 }];
  const first = done < 0 ? [{ step: 0, weight: 1 }] : (routing[done] as Step).next;
  if (first.every(({ step }) => (routing[step]?.share ?? 1) === 1)) return first;
  const weights = new Map<number, number>();
  let passing = new Map(first.map(({ step, weight }) => [step, weight]));
  // Each round passes over one step more; a ring of steps that are seldom done is left after so many that nothing is left to share out.
  for (let round = 0; passing.size > 0 && round < 10_000; round++) {
    const further = new Map<number, number>();
    for (const [number, weight] of passing) {
      const step = routing[number];
      const share = step?.share ?? 1;
      if (weight * share > LEAST_WEIGHT) weights.set(number, (weights.get(number) ?? 0) + weight * share);
      const rest = weight * (1 - share);
      if (rest > LEAST_WEIGHT)
        for (const next of step?.next ?? []) further.set(next.step, (further.get(next.step) ?? 0) + rest * next.weight);
    }
    passing = further;
  }
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  return [...weights].map(([step, weight]) => ({ step, weight: weight / sum })).sort((a, b) => a.step - b.step);
}

/**
 * The step that counts as done for a part that is assembled at a station, or comes out of one there: 0 where its routing begins at
 * that station, else −1: it has its first step still ahead.
 */
export function firstStepAfter(product: Product, scene: Scene, station: string): number {
  const first = product.routing?.[0];
  if (!first) return -1;
  const group = scene.groups.find(({ name }) => name === first.station);
  const at = first.alternatives.length > 0 ? first.alternatives.map((each) => each.station) : (group?.stations ?? [first.station]);
  return at.includes(station) ? 0 : -1;
}

/**
 * The entry that says how long a part travels from one element to another: of those that are meant for the two, the most specific (both named; then the
 * origin; then the destination; then none). Undefined: no time. From a buffer to a station it feeds an entry counts only if it names one of the two.
 */
export function transferBetween(scene: Scene, from: string, to: string): Transfer | undefined {
  let best: Transfer | undefined;
  let rank = 0;
  const fed = scene.stations.some(({ name }) => name === to) && scene.buffers.some(({ name }) => name === from);
  for (const transfer of scene.transfers) {
    const origin = transfer.from === '*' ? 0 : transfer.from.includes(from) ? 2 : -1;
    const destination = transfer.to === '*' ? 0 : transfer.to.includes(to) ? 1 : -1;
    if (origin < 0 || destination < 0) continue;
    const specific = 1 + origin + destination;
    if ((specific > 1 || !fed) && specific > rank) {
      rank = specific;
      best = transfer;
    }
  }
  return best;
}

/** A rule among targets in its plainest form: one target is `fixed`, weights sum to 1. */
function chosen(rule: Rule, to: string[], weights: number[] | undefined): Exits {
  if (to.length === 1) return { rule: 'fixed', to };
  if (rule !== 'probability') return { rule, to };
  const shares = weights ?? to.map(() => 1);
  const sum = shares.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) return { problem: `the weights of ${listed(to)} are all 0` };
  return { rule, to, weights: shares.map((weight) => weight / sum) };
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

function listed(names: string[]): string {
  return names.length <= 5 ? names.map(quoted).join(', ') : `${names.slice(0, 4).map(quoted).join(', ')} and ${names.length - 4} more`;
}
