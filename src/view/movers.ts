/** What the host places at each moment: parts on conveyors, and people. All else that moves is placed by a kernel (motion.ts). */
import type { Kinematics } from './kinematics.ts';
import { partEdge, placesOnBelt } from './belts.ts';
import type { Pace } from './motion.ts';
import { AT_HOME, OFF_DUTY } from '../engine/trace.ts';
import type { Point } from './routing.ts';
import { MACHINE, type Site } from './site.ts';
import { encodeSolids, type Solid, type Solids } from './solids.ts';
import { type Paint, paint } from './theme.ts';

type Vector = [x: number, y: number, z: number];

const NOWHERE = 0xffffffff;
/** Half sizes of a figure, in metres: a body, and a head over it. */
const BODY = { half: 0.1, height: 0.25 };
const HEAD = 0.085;

/** How many of the sorted ticks are at or before `tick`. */
function upTo(ticks: ArrayLike<number>, tick: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]! <= tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Movers {
  private readonly site: Site;
  private readonly kinematics: Kinematics;
  private readonly places: Float64Array;
  /** Spot of each server, by place number. */
  private readonly servers = new Map<number, number>();

  constructor(site: Site, kinematics: Kinematics) {
    this.site = site;
    this.kinematics = kinematics;
    this.places = new Float64Array(kinematics.belts.reduce((most, belt) => Math.max(most, belt?.enter.length ?? 0), 0));
    site.plan.nodes.forEach((node, n) => {
      if (node.kind !== 'station') return;
      for (let server = 0; server < node.servers; server++) this.servers.set(node.firstPlace + server, site.firstSlot[n]! + server);
    });
  }

  /** Whether there is anything that moves this way. */
  get any(): boolean {
    return this.places.length > 0 || this.site.crews.length > 0;
  }

  at(tick: number, fraction: number, pace: Pace): Solids {
    const solids: Solid[] = [];
    this.kinematics.belts.forEach((_, n) => this.partsOn(n, tick, fraction, pace, solids));
    this.people(tick, fraction, pace, solids);
    return encodeSolids(solids);
  }

  private partsOn(n: number, tick: number, fraction: number, pace: Pace, solids: Solid[]): void {
    const trace = this.kinematics.belts[n];
    if (!trace) return;
    const { start, axis, top } = this.site.belts[n]!;
    const first = upTo(trace.leave, tick);
    const count = upTo(trace.enter, tick) - first;
    if (count <= 0) return;
    placesOnBelt(trace, first, count, tick, fraction, this.places);
    const half = partEdge(trace) / 2;
    const yaw = Math.atan2(axis[1], axis[0]);
    const duration = Math.min(pace.travel, pace.share * trace.travel);
    for (let k = 0; k < count; k++) {
      const x = this.places[k]!;
      let centre: Vector = [start[0] + axis[0] * x, start[1] + axis[1] * x, top + half];
      const elapsed = tick - trace.enter[first + k]! + fraction;
      if (elapsed < duration && trace.start[first + k] !== NOWHERE) {
        const share = elapsed / duration;
        centre = this.coming(trace.start[first + k]!, trace.way[first + k]!, centre, share * share * (3 - 2 * share));
        centre[2] = top + half;
      }
      solids.push({ shape: 'box', centre, yaw, half: [half, half, half], chamfer: 0.22 * half, paint: trace.paint[first + k]! });
    }
  }

  /** A share of the path from the spot where a part was, over its way, to where it is on the belt by now. */
  private coming(start: number, way: number, goal: Vector, share: number): Vector {
    const { slots } = this.site;
    const { ways, points } = this.kinematics;
    const path: Vector[] = [[slots[4 * start]!, slots[4 * start + 1]!, slots[4 * start + 2]!]];
    if (way !== NOWHERE) {
      const first = ways[3 * way]!;
      for (let i = first; i < first + ways[3 * way + 1]!; i++) path.push([points[4 * i]!, points[4 * i + 1]!, points[4 * i + 2]!]);
    }
    path.push(goal);
    const steps = path.slice(1).map((point, i) => Math.hypot(point[0] - path[i]![0], point[1] - path[i]![1]));
    let rest = share * steps.reduce((sum, step) => sum + step, 0);
    for (let i = 0; i < steps.length; i++) {
      if (rest <= steps[i]! && steps[i]! > 0) {
        const [p, q] = [path[i]!, path[i + 1]!];
        return [p[0] + ((q[0] - p[0]) * rest) / steps[i]!, p[1] + ((q[1] - p[1]) * rest) / steps[i]!, goal[2]];
      }
      rest -= steps[i]!;
    }
    return [...goal];
  }

  /** Everybody stands where their last move led, or is on the way there. */
  private people(tick: number, fraction: number, pace: Pace, solids: Solid[]): void {
    const company = new Map<number, number>();
    for (const { first, spots } of this.site.crews) {
      spots.forEach((home, k) => {
        const moves = this.kinematics.moves[first + k];
        const done = moves ? upTo(moves.tick, tick) : 0;
        const now = done > 0 ? moves!.place[done - 1]! : AT_HOME;
        const there = this.stand(now, home, company);
        let at = there;
        if (done > 0) {
          const since = moves!.tick[done - 1]!;
          const duration = Math.min(pace.travel, (moves!.tick[done] ?? Infinity) - since);
          const share = duration > 0 ? Math.min(1, (tick - since + fraction) / duration) : 1;
          const before = this.stand(done > 1 ? moves!.place[done - 2]! : AT_HOME, home, undefined);
          const eased = share * share * (3 - 2 * share);
          at = [before[0] + (there[0] - before[0]) * eased, before[1] + (there[1] - before[1]) * eased];
        }
        solids.push(...figure(at, now));
      });
    }
  }

  /** At the end of the server's bed that no other machine hides; `company` counts who stands there already. */
  private stand(place: number, home: Point, company: Map<number, number> | undefined): Point {
    const spot = this.servers.get(place);
    if (spot === undefined) return home;
    const beside = company?.get(place) ?? 0;
    company?.set(place, beside + 1);
    const { slots } = this.site;
    const x = slots[4 * spot]! + MACHINE.width / 2 + 0.12 + Math.floor(beside / 4) * 0.23;
    return [x, slots[4 * spot + 1]! + 0.25 - (beside % 4) * 0.23];
  }
}

/** At work upright and in the accent; free upright and quiet; off duty sitting, and pale. */
function figure([x, y]: Point, place: number): Solid[] {
  const color: Paint = place === AT_HOME ? 'arrow' : place === OFF_DUTY ? 'source' : 'accent';
  const height = place === OFF_DUTY ? 0.5 * BODY.height : BODY.height;
  return [
    { shape: 'drum', centre: [x, y, height], half: [BODY.half, BODY.half, height], chamfer: 0.05, paint: paint(color) },
    { shape: 'drum', centre: [x, y, 2 * height + HEAD], half: [HEAD, HEAD, HEAD], chamfer: 0.06, paint: paint(color) },
  ];
}
