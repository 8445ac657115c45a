/** A trace read by place, by element, by part and by person: what a chart or a card asks of it, each answer by a search in sorted ticks. */
import { AT_HOME, CHANGE, type FloorPlan, MOVE, NEVER, OFF_DUTY, STATES, type ServerState, type Trace, VISIT } from '../engine/trace.ts';
import { isWay } from '../view/plan.ts';

export interface Visit {
  enter: number;
  /** NEVER while it is still there when the record ends. */
  leave: number;
  node: number;
  where: number;
  from: number;
  product: number;
  part: number;
}

/** A time in which something stays as it is; `until` is the end of the record where nothing follows. */
export interface Spell {
  since: number;
  until: number;
}

/** Of one server: the ticks at which its state changes, and to what. The first is its state at 0. */
interface Changes {
  ticks: Uint32Array;
  states: Uint8Array;
}

/** A person's moves: from each tick on with a place, at home or off duty. */
interface Moves {
  ticks: Uint32Array;
  places: Uint32Array;
}

const STARVED = STATES.indexOf('starved');
const known = new WeakMap<Trace, Chronicle>();

/** How many of the sorted ticks are at most `tick`. */
export function upTo(ticks: Uint32Array, tick: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle]! <= tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The records of a log by the value of one of their words: records of value v are `order[first[v]] … order[first[v + 1] − 1]`, in order. */
function grouped(log: Uint32Array, words: number, word: number, values: number): { first: Uint32Array; order: Uint32Array } {
  const first = new Uint32Array(values + 1);
  for (let i = word; i < log.length; i += words) if (log[i]! < values) first[log[i]! + 1]! += 1;
  for (let value = 0; value < values; value++) first[value + 1]! += first[value]!;
  const next = first.slice();
  const order = new Uint32Array(first[values]!);
  for (let i = word; i < log.length; i += words) if (log[i]! < values) order[next[log[i]!]!++] = (i - word) / words;
  return { first, order };
}

export class Chronicle {
  readonly trace: Trace;
  readonly places: number;
  readonly #nodes: number;
  #byPlace: Changes[] | undefined;
  #byNode: { first: Uint32Array; order: Uint32Array } | undefined;
  readonly #entries = new Map<number, Uint32Array>();
  readonly #exits = new Map<number, Uint32Array>();
  readonly #leavers = new Map<number, Uint32Array>();
  readonly #byPart = new Map<number, Visit[]>();
  #byPerson: Moves[] | undefined;

  /** The one of this trace; what it sorts, it sorts when it is first asked. */
  static of(plan: FloorPlan, trace: Trace): Chronicle {
    let chronicle = known.get(trace);
    if (!chronicle) known.set(trace, (chronicle = new Chronicle(plan, trace)));
    return chronicle;
  }

  private constructor(plan: FloorPlan, trace: Trace) {
    this.trace = trace;
    this.#nodes = plan.nodes.length;
    this.places = plan.nodes.reduce((most, node) => (node.kind === 'station' ? Math.max(most, node.firstPlace + node.servers) : most), 0);
  }

  changes(place: number): Changes {
    this.#byPlace ??= this.#sortChanges();
    return this.#byPlace[place]!;
  }

  stateAt(place: number, tick: number): Spell & { state: ServerState } {
    const { ticks, states } = this.changes(place);
    const at = Math.max(0, upTo(ticks, tick) - 1);
    return { state: STATES[states[at]!]!, since: ticks[at]!, until: ticks[at + 1] ?? this.trace.end };
  }

  /** The last `most` spells that began up to a tick, the latest first; states that lasted no time are passed over. */
  historyOf(place: number, tick: number, most: number): (Spell & { state: ServerState })[] {
    const { ticks, states } = this.changes(place);
    const spells: (Spell & { state: ServerState })[] = [];
    for (let at = upTo(ticks, tick) - 1; at >= 0 && spells.length < most; at--) {
      const since = ticks[at]!;
      const until = ticks[at + 1] ?? this.trace.end;
      if (until > since || at === ticks.length - 1) spells.push({ state: STATES[states[at]!]!, since, until });
    }
    return spells;
  }

  visit(record: number): Visit {
    const { visits } = this.trace;
    const at = record * VISIT.words;
    return {
      enter: visits[at + VISIT.enter]!,
      leave: visits[at + VISIT.leave]!,
      node: visits[at + VISIT.node]!,
      where: visits[at + VISIT.where]!,
      from: visits[at + VISIT.from]!,
      product: visits[at + VISIT.product]!,
      part: visits[at + VISIT.part]!,
    };
  }

  /** Parts in an element at a tick: those that have come in by then, less those that have left. */
  inside(node: number, tick: number): number {
    return upTo(this.entries(node), tick) - upTo(this.exits(node), tick);
  }

  /** The visits that are under way in an element at a tick, first come first, at most `most` of the last that came. */
  staying(node: number, tick: number, most: number): Visit[] {
    const found: Visit[] = [];
    const all = this.#visitsOf(node);
    const entered = upTo(this.entries(node), tick);
    const there = Math.min(most, entered - upTo(this.exits(node), tick));
    for (let i = entered - 1; i >= 0 && found.length < there; i--) {
      const visit = this.visit(all[i]!);
      if (visit.leave > tick) found.push(visit);
    }
    return found.reverse();
  }

  /** What was on a server in the middle of a spell: parts of a batch, or one, or none. */
  servedAt(node: number, server: number, tick: number): Visit[] {
    return this.staying(node, tick, Number.POSITIVE_INFINITY).filter((visit) => visit.where === server);
  }

  /** Comings and goings at an element up to a tick, the latest first. Passing through without a stay counts as coming. */
  trafficOf(node: number, tick: number, most: number): { tick: number; visit: Visit; came: boolean }[] {
    const came = this.#visitsOf(node);
    const left = this.#leaversOf(node);
    const entered = upTo(this.entries(node), tick);
    const gone = upTo(this.exits(node), tick);
    const events: { tick: number; visit: Visit; came: boolean }[] = [];
    for (let i = entered - 1; i >= Math.max(0, entered - most); i--) {
      const visit = this.visit(came[i]!);
      events.push({ tick: visit.enter, visit, came: true });
    }
    for (let i = gone - 1; i >= Math.max(0, gone - most); i--) {
      const visit = this.visit(left[i]!);
      if (visit.leave !== visit.enter) events.push({ tick: visit.leave, visit, came: false });
    }
    return events.sort((a, b) => b.tick - a.tick || Number(a.came) - Number(b.came)).slice(0, most);
  }

  /** All stays of a part, in order; empty where there is no such part. */
  visitsOf(part: number): Visit[] {
    let found = this.#byPart.get(part);
    if (!found) {
      found = [];
      const { visits } = this.trace;
      for (let at = 0; at < visits.length; at += VISIT.words)
        if (visits[at + VISIT.part] === part) found.push(this.visit(at / VISIT.words));
      if (this.#byPart.size > 64) this.#byPart.clear();
      this.#byPart.set(part, found);
    }
    return found;
  }

  /** Where somebody is at a tick: a place's number, AT_HOME or OFF_DUTY. Nobody is anywhere but at home before the first move. */
  personAt(person: number, tick: number): Spell & { place: number } {
    const { ticks, places } = this.moves(person);
    const at = upTo(ticks, tick) - 1;
    return { place: at < 0 ? AT_HOME : places[at]!, since: at < 0 ? 0 : ticks[at]!, until: ticks[at + 1] ?? this.trace.end };
  }

  moves(person: number): Moves {
    this.#byPerson ??= this.#sortMoves();
    return this.#byPerson[person] ?? { ticks: new Uint32Array(), places: new Uint32Array() };
  }

  /** Ticks between two in which somebody is with a server, and in which somebody is on duty. */
  busyTicks(person: number, from: number, to: number): { busy: number; onDuty: number } {
    const { ticks, places } = this.moves(person);
    let busy = 0;
    let onDuty = 0;
    for (let i = -1; i < ticks.length; i++) {
      const since = Math.max(from, i < 0 ? 0 : ticks[i]!);
      const until = Math.min(to, ticks[i + 1] ?? this.trace.end);
      if (until <= since) continue;
      const place = i < 0 ? AT_HOME : places[i]!;
      if (place !== OFF_DUTY) onDuty += until - since;
      if (place !== OFF_DUTY && place !== AT_HOME) busy += until - since;
    }
    return { busy, onDuty };
  }

  /** Ticks at which parts came in, sorted. */
  entries(node: number): Uint32Array {
    return this.#ticksOf(this.#entries, node, this.#visitsOf(node), VISIT.enter);
  }

  /** Ticks at which parts left, sorted; those that never do come last, as NEVER. */
  exits(node: number): Uint32Array {
    return this.#ticksOf(this.#exits, node, this.#leaversOf(node), VISIT.leave);
  }

  #ticksOf(cache: Map<number, Uint32Array>, node: number, records: Uint32Array, word: number): Uint32Array {
    let ticks = cache.get(node);
    if (!ticks) {
      const { visits } = this.trace;
      ticks = Uint32Array.from(records, (record) => visits[record * VISIT.words + word]!);
      cache.set(node, ticks);
    }
    return ticks;
  }

  #visitsOf(node: number): Uint32Array {
    this.#byNode ??= grouped(this.trace.visits, VISIT.words, VISIT.node, this.#nodes);
    return this.#byNode.order.subarray(this.#byNode.first[node]!, this.#byNode.first[node + 1]!);
  }

  /** The same visits by their leaving: hardly another order where parts leave as they have come, which such a sort makes use of. */
  #leaversOf(node: number): Uint32Array {
    let records = this.#leavers.get(node);
    if (!records) {
      const { visits } = this.trace;
      const leave = (record: number) => visits[record * VISIT.words + VISIT.leave]!;
      records = this.#visitsOf(node)
        .slice()
        .sort((a, b) => leave(a) - leave(b));
      this.#leavers.set(node, records);
    }
    return records;
  }

  #sortChanges(): Changes[] {
    const { states } = this.trace;
    const { first, order } = grouped(states, CHANGE.words, CHANGE.place, this.places);
    return Array.from({ length: this.places }, (_, place) => {
      const records = order.subarray(first[place]!, first[place + 1]!);
      const opening = records.length === 0 || states[records[0]! * CHANGE.words + CHANGE.tick]! > 0 ? 1 : 0;
      const ticks = new Uint32Array(records.length + opening);
      const kinds = new Uint8Array(records.length + opening);
      kinds[0] = STARVED;
      records.forEach((record, i) => {
        ticks[i + opening] = states[record * CHANGE.words + CHANGE.tick]!;
        kinds[i + opening] = states[record * CHANGE.words + CHANGE.state]!;
      });
      return { ticks, states: kinds };
    });
  }

  #sortMoves(): Moves[] {
    const people = this.trace.people ?? new Uint32Array();
    let count = 0;
    for (let i = MOVE.worker; i < people.length; i += MOVE.words) count = Math.max(count, people[i]! + 1);
    const { first, order } = grouped(people, MOVE.words, MOVE.worker, count);
    return Array.from({ length: count }, (_, person) => {
      const records = order.subarray(first[person]!, first[person + 1]!);
      return {
        ticks: Uint32Array.from(records, (record) => people[record * MOVE.words + MOVE.tick]!),
        places: Uint32Array.from(records, (record) => people[record * MOVE.words + MOVE.place]!),
      };
    });
  }
}

/**
 * The next tick after (1) or the last before (−1) `tick` at which a stay begins or ends, a state changes or somebody moves; undefined where
 * there is none.
 */
export function nextEvent(trace: Trace, tick: number, direction: 1 | -1): number | undefined {
  let best = direction > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const look = (log: Uint32Array, words: number, word: number) => {
    for (let i = word; i < log.length; i += words) {
      const at = log[i]!;
      if (at === NEVER || at > trace.end) continue;
      if (direction > 0 ? at > tick && at < best : at < tick && at > best) best = at;
    }
  };
  look(trace.visits, VISIT.words, VISIT.enter);
  look(trace.visits, VISIT.words, VISIT.leave);
  look(trace.states, CHANGE.words, CHANGE.tick);
  if (trace.people) look(trace.people, MOVE.words, MOVE.tick);
  return Number.isFinite(best) ? best : undefined;
}

/** Ticks of a part's time up to `tick`: in stations whose server worked on it or was set up for it; under way; and all other, which is waiting. */
export function spent(
  plan: FloorPlan,
  chronicle: Chronicle,
  part: number,
  tick: number,
): { worked: number; moved: number; waited: number; total: number } {
  let worked = 0;
  let moved = 0;
  let total = 0;
  for (const visit of chronicle.visitsOf(part)) {
    const until = Math.min(tick, visit.leave === NEVER ? chronicle.trace.end : visit.leave);
    if (until <= visit.enter) continue;
    total += until - visit.enter;
    const node = plan.nodes[visit.node]!;
    if (isWay(node)) moved += until - visit.enter;
    // A station with unlimited servers: nobody waits there.
    else if (node.kind === 'transfer') worked += until - visit.enter;
    else if (node.kind === 'conveyor') moved += Math.min(until - visit.enter, node.travel ?? 0);
    else if (node.kind === 'station') worked += workedIn(chronicle, node.firstPlace + visit.where, visit.enter, until);
  }
  return { worked, moved, waited: total - worked - moved, total };
}

function workedIn(chronicle: Chronicle, place: number, from: number, to: number): number {
  const { ticks, states } = chronicle.changes(place);
  let sum = 0;
  for (let i = Math.max(0, upTo(ticks, from) - 1); i < ticks.length && ticks[i]! < to; i++) {
    const state = STATES[states[i]!];
    if (state !== 'working' && state !== 'setup') continue;
    sum += Math.max(0, Math.min(to, ticks[i + 1] ?? to) - Math.max(from, ticks[i]!));
  }
  return sum;
}
