/** The legs of people, from the records of who goes where: on the way, at a server, at home, or off duty. */
import { AT_HOME, MOVE, NEVER, OFF_DUTY, type Trace } from '../engine/trace.ts';
import type { Changes } from './kinematics.ts';
import { ANYWHERE, DOING, NOWHERE } from './motion-legs.ts';
import { before } from './motion-places.ts';
import { type Points, Spots } from './motion-ways.ts';
import { Walks } from './motion-walks.ts';
import type { Site } from './site.ts';

const WAITING_FOR_PEOPLE = 6;
/** People beside one server, beyond which they stand in one another's place. */
const COMPANY = 64;

export interface PeopleLegs {
  legs: Uint32Array;
  count: number;
  firstLeg: Uint32Array<ArrayBuffer>;
}

/** @param firstIndex of the first of these legs among all. */
export function peopleLegs(site: Site, trace: Trace | undefined, changes: Changes, points: Points, firstIndex: number): PeopleLegs {
  const homes = homesOf(site, points);
  const moves = movesByPerson(trace?.people ?? new Uint32Array(0), homes.length);
  const stands = new Stands(site, points);
  const walks = new Walks(site, points);
  const anywhere = 2 * site.plan.nodes.length;
  const firstLeg = new Uint32Array(homes.length + 1);
  const legs: number[] = [];
  let count = 0;
  const add = (begin: number, end: number, rule: number, goal: number, start: number, person: number, look: number) => {
    const path = start === NOWHERE || start === goal ? NOWHERE : walks.find(start, goal);
    legs.push(begin, end, anywhere + rule, goal, path, start === goal ? NOWHERE : start, person, look);
    count++;
  };
  const spots = stands.assign(moves, homes);
  homes.forEach((home, person) => {
    firstLeg[person] = firstIndex + count;
    let at = home;
    const { first, ticks, places } = moves;
    const end = first[person + 1]!;
    if (first[person] === end || ticks[first[person]!]! > 0)
      add(0, first[person] === end ? NEVER : ticks[first[person]!]!, ANYWHERE.walk, home, NOWHERE, person, DOING.home);
    for (let i = first[person]!; i < end; i++) {
      const begin = ticks[i]!;
      const until = i + 1 < end ? ticks[i + 1]! : NEVER;
      if (until === begin) continue;
      const place = places[i]!;
      const goal = spots[i]!;
      const look = place === AT_HOME ? DOING.home : place === OFF_DUTY ? DOING.away : DOING.work;
      const arrival = look === DOING.work && goal !== at ? arrivalAt(changes, place, begin) : undefined;
      if (arrival !== undefined && arrival <= until) {
        add(begin, arrival, ANYWHERE.trip, goal, at, person, look);
        if (arrival < until) add(arrival, until, ANYWHERE.walk, goal, NOWHERE, person, look);
      } else add(begin, until, ANYWHERE.walk, goal, at, person, look);
      at = goal;
    }
  });
  firstLeg[homes.length] = firstIndex + count;
  return { legs: Uint32Array.from(legs), count, firstLeg };
}

/** When a server that waits for people at a tick has them: then they have walked. Undefined where it does not wait: walking takes no time there. */
function arrivalAt({ firstChange, changeTick, changeState }: Changes, place: number, tick: number): number | undefined {
  const first = firstChange[place]!;
  const done = before(changeTick, tick + 1, first, firstChange[place + 1]!);
  if (done === 0 || changeState[first + done - 1] !== WAITING_FOR_PEOPLE || first + done >= firstChange[place + 1]!) return undefined;
  return changeTick[first + done]!;
}

/** By person the point where they stand while nobody needs them. */
function homesOf(site: Site, points: Points): number[] {
  return (site.plan.people ?? []).flatMap((_, pool) => {
    const { spots } = site.crews[pool]!;
    // Facing south, to who looks on.
    return spots.map(([x, y]) => points.add(x, y, 0, Math.PI / 2));
  });
}

interface Moves {
  /** By person the index of the first record, one more at the end. */
  first: Uint32Array;
  ticks: Uint32Array;
  places: Uint32Array;
}

function movesByPerson(records: Uint32Array, people: number): Moves {
  const first = new Uint32Array(people + 1);
  const count = records.length / MOVE.words;
  for (let i = 0; i < count; i++) first[records[i * MOVE.words + MOVE.worker]! + 1]!++;
  for (let p = 0; p < people; p++) first[p + 1]! += first[p]!;
  const next = first.slice();
  const ticks = new Uint32Array(count);
  const places = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const at = next[records[i * MOVE.words + MOVE.worker]!]!++;
    ticks[at] = records[i * MOVE.words + MOVE.tick]!;
    places[at] = records[i * MOVE.words + MOVE.place]!;
  }
  return { first, ticks, places };
}

/** Where people stand beside servers: at the end of the bed that no other machine hides, several beside one another. */
class Stands {
  private readonly points: Points;
  private readonly site: Site;
  private readonly found = new Map<number, number>();
  /** Spot of each server, by place number, and by spot half the width of its machine. */
  private readonly servers = new Map<number, number>();
  private readonly halves = new Map<number, number>();

  constructor(site: Site, points: Points) {
    this.site = site;
    this.points = points;
    site.plan.nodes.forEach((node, n) => {
      if (node.kind !== 'station') return;
      for (let server = 0; server < node.servers; server++) {
        this.servers.set(node.firstPlace + server, site.firstSlot[n]! + server);
        this.halves.set(site.firstSlot[n]! + server, site.halves[n]!);
      }
    });
  }

  /** By record of a move the point to which it leads. */
  assign({ first, ticks, places }: Moves, homes: number[]): Uint32Array {
    const spots = new Uint32Array(ticks.length);
    const until = new Uint32Array(ticks.length);
    const person = new Uint32Array(ticks.length);
    for (let p = 0; p + 1 < first.length; p++)
      for (let i = first[p]!; i < first[p + 1]!; i++) {
        until[i] = i + 1 < first[p + 1]! ? ticks[i + 1]! : NEVER;
        person[i] = p;
      }
    const company = new Spots();
    // In the order of time, for who came first stands first.
    const order = Uint32Array.from(ticks.keys()).sort((a, b) => ticks[a]! - ticks[b]! || a - b);
    for (const i of order) {
      const server = this.servers.get(places[i]!);
      spots[i] = server === undefined ? homes[person[i]!]! : this.at(server, company.take(server, ticks[i]!, until[i]!, COMPANY));
    }
    return spots;
  }

  private at(server: number, beside: number): number {
    const key = server * COMPANY + beside;
    let known = this.found.get(key);
    if (known === undefined) {
      const { slots } = this.site;
      const x = slots[4 * server]! + this.halves.get(server)! + 0.3 + Math.floor(beside / 2) * 0.5;
      const y = slots[4 * server + 1]! + 0.25 - (beside % 2) * 0.5;
      known = this.points.add(x, y, 0, Math.atan2(slots[4 * server + 1]! - y, slots[4 * server]! - x));
      this.found.set(key, known);
    }
    return known;
  }
}
