/**
 * Where one thing is at a moment: the twin of the kernels on the host, for following a thing with the camera and for checking them. Names and
 * order are those of shaders/motion/legs.wgsl; numbers are doubles.
 */
import { NEVER } from '../engine/trace.ts';
import { placeOnBelt } from './belts.ts';
import type { Kinematics } from './kinematics.ts';
import type { Pace } from './motion.ts';
import { eased, GENTLE, LEG, LEVEL_BIT, NOWHERE, PLACE, RULE, speeding, WALKING } from './motion-legs.ts';
import { Places, queueAt } from './motion-places.ts';
import { PART, type Site } from './site.ts';
import type { Thing } from './things.ts';

type Vector = [x: number, y: number, z: number];

export interface Pose {
  /** The point it stands on. */
  at: Vector;
  /** Radians from east towards south: how a part lies; which way somebody faces. */
  yaw: number;
  /** Share of its full size. */
  size: number;
  /** Gone since the leg began, and whether it goes on. */
  metres: number;
  moves: boolean;
}

/** Where a thing is; undefined where it is not on the floor, or not drawn there. Of an element the middle of its place on the ground. */
export function placeOf(site: Site, kinematics: Kinematics, thing: Thing, tick: number, fraction: number, pace: Pace): Pose | undefined {
  if ('element' in thing) {
    const n = site.plan.nodes.findIndex(({ name }) => name === thing.element);
    if (n < 0) return undefined;
    return { at: [site.places[n]!.x, site.places[n]!.y, 0], yaw: 0, size: 1, metres: 0, moves: false };
  }
  const moment = new Timeline(site, kinematics, tick, fraction, pace);
  if ('person' in thing) {
    const { firstLeg } = kinematics;
    if (thing.person < 0 || thing.person + 1 >= firstLeg.length) return undefined;
    const leg = moment.lastOf(firstLeg[thing.person]!, firstLeg[thing.person + 1]!, (i) => i);
    return leg === undefined ? undefined : moment.poseOf(leg, true);
  }
  const { order, first } = legsByPart(kinematics);
  if (thing.part < 0 || thing.part + 1 >= first.length) return undefined;
  const leg = moment.lastOf(first[thing.part]!, first[thing.part + 1]!, (i) => order[i]!);
  const pose = leg !== undefined && moment.holds(leg) ? moment.poseOf(leg, false) : undefined;
  return pose && { ...pose, at: [pose.at[0], pose.at[1], pose.at[2] - PART / 2] };
}

/** The legs of each part, in order. Made when somebody first asks for a part. */
const byPart = new WeakMap<Kinematics, { order: Uint32Array; first: Uint32Array }>();

function legsByPart(kinematics: Kinematics): { order: Uint32Array; first: Uint32Array } {
  const known = byPart.get(kinematics);
  if (known) return known;
  const { legs, partLegs } = kinematics;
  let parts = 0;
  for (let i = 0; i < partLegs; i++) parts = Math.max(parts, legs[i * LEG.words + LEG.thing]! + 1);
  const first = new Uint32Array(parts + 1);
  for (let i = 0; i < partLegs; i++) first[legs[i * LEG.words + LEG.thing]! + 1]!++;
  for (let p = 0; p < parts; p++) first[p + 1]! += first[p]!;
  const next = first.slice();
  const order = new Uint32Array(partLegs);
  for (let i = 0; i < partLegs; i++) order[next[legs[i * LEG.words + LEG.thing]!]!++] = i;
  const made = { order, first };
  byPart.set(kinematics, made);
  return made;
}

interface Leg {
  begin: number;
  end: number;
  goal: number;
  place: number;
  path: number;
  start: number;
  rule: number;
}

/** Places never change but in what a moment makes of them, which is looked up where it is needed. */
const placeWords = new WeakMap<Kinematics, Places>();

class Timeline {
  private readonly site: Site;
  private readonly kinematics: Kinematics;
  private readonly places: Places;
  private readonly tick: number;
  private readonly fraction: number;
  private readonly pace: Pace;
  private readonly travel: number;

  constructor(site: Site, kinematics: Kinematics, tick: number, fraction: number, pace: Pace) {
    this.site = site;
    this.kinematics = kinematics;
    this.tick = tick;
    this.fraction = fraction;
    this.pace = pace;
    this.travel = Math.max(0, Math.round(pace.travel));
    this.places = placeWords.get(kinematics) ?? new Places(site, kinematics);
    placeWords.set(kinematics, this.places);
  }

  /** Of indices `low` … before `high` of legs in order, the last that has begun. */
  lastOf(low: number, high: number, legAt: (i: number) => number): number | undefined {
    const { legs } = this.kinematics;
    let found: number | undefined;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (legs[legAt(middle) * LEG.words + LEG.begin]! <= this.tick) {
        found = legAt(middle);
        low = middle + 1;
      } else high = middle;
    }
    return found;
  }

  holds(index: number): boolean {
    const { begin, end, rule } = this.leg(index);
    return rule === RULE.sink ? this.tick - begin < Math.min(this.travel, end - begin) : this.tick >= begin && this.tick < end;
  }

  poseOf(index: number, faces: boolean): Pose | undefined {
    let leg = this.leg(index);
    let lift = 0;
    if (leg.rule === RULE.ride) {
      lift = floatOf(leg.start);
      leg = this.leg(leg.place);
    }
    const elapsed = this.tick - leg.begin + this.fraction;
    if (leg.rule === RULE.stretch) return this.onStretch(leg, elapsed, lift);
    const goal = this.goalOf(leg);
    const metres = this.metresTo(leg, goal.at);
    const duration = this.durationOf(leg, metres);
    const u = duration > 0 ? Math.min(elapsed / duration, 1) : 1;
    const least = leg.rule === RULE.trip ? 0 : GENTLE;
    const gone = eased(u, Math.max(least, speeding(metres, duration * this.site.plan.tickSeconds)));
    if ((leg.rule === RULE.queue || leg.rule === RULE.shelf) && goal.beyond && u >= 1) return undefined;
    const pose: Pose = { at: goal.at, yaw: goal.yaw, size: 1, metres: 0, moves: false };
    if (leg.start === NOWHERE) {
      if (leg.rule !== RULE.walk && leg.rule !== RULE.trip) pose.size = eased(u, GENTLE);
    } else {
      const bearing = this.along(leg, goal.at, gone, metres);
      pose.at = bearing.at;
      pose.moves = u < 1 && metres > 1e-3;
      pose.metres = gone * metres;
      if (!faces) pose.yaw = this.turn(leg.start) + gone * (goal.yaw - this.turn(leg.start));
      else if (pose.moves) pose.yaw = bearing.heading;
    }
    if (leg.rule === RULE.sink) {
      const late = Math.min(1, Math.max(0, (u - 0.8) / 0.2));
      pose.size = 1 - late * late * (3 - 2 * late);
    }
    pose.size *= goal.size;
    pose.at[2] += lift;
    return pose.size > 0 ? pose : undefined;
  }

  private leg(index: number): Leg {
    const word = (offset: number) => this.kinematics.legs[index * LEG.words + offset]!;
    const goal = word(LEG.goal);
    const rule = this.places.words[goal * PLACE.words + PLACE.rule]!;
    return { begin: word(LEG.begin), end: word(LEG.end), goal, place: word(LEG.place), path: word(LEG.path), start: word(LEG.start), rule };
  }

  private durationOf(leg: Leg, metres: number): number {
    const stay = leg.end - leg.begin;
    switch (leg.rule) {
      case RULE.sink:
        return leg.end === NEVER ? this.travel : Math.min(this.travel, stay);
      case RULE.trip:
        return stay;
      case RULE.closing:
      case RULE.running:
        return Math.min(this.travel, this.pace.share * this.kinematics.belts[leg.goal]!.travel);
      case RULE.walk: {
        const walk = Math.max(this.travel, metres / (WALKING * this.site.plan.tickSeconds));
        return leg.end === NEVER ? walk : Math.min(walk, stay);
      }
      default:
        return leg.end === NEVER ? this.travel : Math.min(this.travel, this.pace.share * stay);
    }
  }

  private goalOf(leg: Leg): { at: Vector; yaw: number; size: number; beyond: boolean } {
    const { departures, belts, firstConstant } = this.kinematics;
    const list = departures[leg.goal];
    const queue = list ? queueAt(list, this.tick, this.fraction, this.travel) : { gone: 0, lag: 0 };
    const belt = belts[leg.goal];
    if (belt) {
      const head = firstConstant[leg.goal]!;
      const line = this.at(head);
      const axis = this.at(head + 1);
      const x = placeOnBelt(belt, leg.place, queue.gone, this.tick, this.fraction);
      return { at: [line[0] + axis[0] * x, line[1] + axis[1] * x, line[2]], yaw: belt.yaw, size: this.at(head + 2)[1], beyond: false };
    }
    const words = this.places.words.subarray(leg.goal * PLACE.words, (leg.goal + 1) * PLACE.words);
    let spot = leg.place;
    let level = 0;
    if (leg.rule === RULE.server) {
      spot = leg.place % 2 ** LEVEL_BIT;
      level = Math.floor(leg.place / 2 ** LEVEL_BIT);
    }
    if (leg.rule === RULE.queue) spot = leg.place - queue.gone + queue.lag;
    const spots = words[PLACE.spots]!;
    const low = words[PLACE.firstSpot]! + Math.min(Math.max(Math.floor(spot), 0), spots - 1);
    const high = Math.min(low + 1, words[PLACE.firstSpot]! + spots - 1);
    const share = Math.min(1, Math.max(0, spot - (low - words[PLACE.firstSpot]!)));
    const at = mix(this.at(low), this.at(high), share);
    at[2] += level * PART;
    return { at, yaw: this.turn(low) + share * (this.turn(high) - this.turn(low)), size: 1, beyond: spot > spots - 0.99 };
  }

  private onStretch(leg: Leg, elapsed: number, lift: number): Pose {
    const [first, last] = [floatOf(leg.start), floatOf(leg.place)];
    const duration = leg.end - leg.begin;
    const gone = eased(Math.min(elapsed / duration, 1), speeding(Math.abs(last - first), duration * this.site.plan.tickSeconds));
    const { at, heading } = this.onPath(leg.path, first + gone * (last - first));
    return { at: [at[0], at[1], at[2] + lift], yaw: heading, size: 1, metres: gone * Math.abs(last - first), moves: last !== first };
  }

  /** The straight runs from the spot it left to the path, and from the path to the goal, with the path between. */
  private runs(leg: Leg, goal: Vector): { corners: Vector[]; metres: number } {
    const start = this.at(leg.start);
    const entry = this.at(leg.path + 1);
    const exit = this.at(leg.path + this.at(leg.path)[0]);
    const corners: Vector[] = [start, [entry[0], start[1], start[2]], entry, exit, [exit[0], goal[1], goal[2]], goal];
    return { corners, metres: this.at(leg.path)[1] };
  }

  private metresTo(leg: Leg, goal: Vector): number {
    if (leg.start === NOWHERE) return 0;
    if (leg.path === NOWHERE) return distance(this.at(leg.start), goal);
    const { corners, metres } = this.runs(leg, goal);
    return metres + [0, 1, 3, 4].reduce((sum, i) => sum + distance(corners[i]!, corners[i + 1]!), 0);
  }

  private along(leg: Leg, goal: Vector, share: number, whole: number): { at: Vector; heading: number } {
    if (share >= 1) return { at: [...goal], heading: 0 };
    if (leg.path === NOWHERE) return between(this.at(leg.start), goal, share);
    const { corners, metres: path } = this.runs(leg, goal);
    let rest = share * whole;
    for (let i = 0; i < 5; i++) {
      const run = i === 2 ? path : distance(corners[i]!, corners[i + 1]!);
      if (rest < run || i === 4) {
        if (i === 2) return this.onPath(leg.path, rest);
        return between(corners[i]!, corners[i + 1]!, run > 0 ? Math.min(rest / run, 1) : 1);
      }
      rest -= run;
    }
    return { at: [...goal], heading: 0 };
  }

  private onPath(path: number, metres: number): { at: Vector; heading: number } {
    let low = path + 1;
    let high = path + this.at(path)[0];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.turn(middle) <= metres) low = middle;
      else high = middle;
    }
    const run = Math.max(this.turn(high) - this.turn(low), 1e-9);
    return between(this.at(low), this.at(high), Math.min(1, Math.max(0, (metres - this.turn(low)) / run)));
  }

  private at(point: number): Vector {
    const { points } = this.kinematics;
    return [points[4 * point]!, points[4 * point + 1]!, points[4 * point + 2]!];
  }

  /** The fourth number of a point: how what stands there is turned; of points of a path their metres. */
  private turn(point: number): number {
    return this.kinematics.points[4 * point + 3]!;
  }
}

const distance = (a: Vector, b: Vector): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const mix = (a: Vector, b: Vector, share: number): Vector => a.map((value, axis) => value + share * (b[axis]! - value)) as Vector;
const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

function between(here: Vector, there: Vector, share: number): { at: Vector; heading: number } {
  const [x, y] = [there[0] - here[0], there[1] - here[1]];
  return { at: mix(here, there, share), heading: x * x + y * y > 1e-9 ? Math.atan2(y, x) : 0 };
}
