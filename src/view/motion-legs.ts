/**
 * The general record of motion, and how a move goes: what the kernels (shaders/motion/legs.wgsl) and their twin on the host (place.ts) agree on.
 *
 * A **leg** tells of one mover from one tick to another where it goes, and by which rule. Whatever moves is a list of legs: parts (ordered by
 * the tick at which they begin, so that a window of them can be looked at), and movers, of whom each is on exactly one leg at a time (people
 * today). A vehicle would be a mover whose legs are `stretch`es of paths, a crane one whose path climbs and sinks, and a part on either a leg
 * of rule `ride` while it is carried: more data, no more code.
 */

/** Words of a leg, as `Leg` in legs.wgsl. */
export const LEG = { begin: 0, end: 1, goal: 2, place: 3, path: 4, start: 5, thing: 6, look: 7, words: 8 } as const;

/** Words of a place, as `Place` in legs.wgsl. */
export const PLACE = { firstSpot: 0, spots: 1, rule: 2, gone: 3, lag: 4, stood: 5, firstTick: 6, spaced: 7, words: 8 } as const;

/** How a leg is read, as in legs.wgsl. */
export const RULE = {
  spot: 0,
  queue: 1,
  server: 2,
  sink: 3,
  trip: 4,
  shelf: 5,
  /** Belts on which parts close up, and belts that stand as a whole. */
  closing: 6,
  running: 7,
  /** True time from metres to metres of a path. */
  stretch: 8,
  ride: 9,
  walk: 10,
} as const;

/** Places after those of the nodes and of their entrances (see `Places`): any spot at all, by rule. */
export const ANYWHERE = { spot: 0, trip: 1, walk: 2, stretch: 3, ride: 4, count: 5 } as const;

/** "No path", "no spot". */
export const NOWHERE = 0xffffffff;
/** Parts on one server are drawn one on the other, up to this many; the level stands above this bit of `place`. */
export const LEVELS = 6;
export const LEVEL_BIT = 24;
/** Of parts that go into a sink one after the other at most so many are seen on their way. */
export const FOLLOWERS = 4;
/** Legs of parts that one workgroup looks at. */
export const CHUNK = 64;

/** m/s²: what things and people on a shop floor are sped up with (ISO 3691-4 trucks brake at about that; a brisk start of a walk). */
export const ACCELERATION = 1;
/** Least share of its time that a move which is only drawn speeds up in. */
export const GENTLE = 0.25;
/** m/s, of people: EN ISO 13855 reckons with 1.6 for a hand or a hurried step; walking is a little slower. */
export const WALKING = 1.4;

/** What somebody does who does not walk: `look` in a person's leg. */
export const DOING = { work: 0, home: 1, away: 2 } as const;

/**
 * Share `a` of its time in which a mover speeds up (and again slows down) over `metres` in `seconds`, with a trapezoid of speeds: the top speed is
 * v = s / (t (1 − a)), reached with v / (a t), which is ACCELERATION where a (1 − a) = s / (ACCELERATION t²). Where time is too short for it, ½: a triangle.
 */
export function speeding(metres: number, seconds: number): number {
  const needed = metres / Math.max(ACCELERATION * seconds * seconds, 1e-30);
  return needed < 0.25 ? needed / (0.5 + Math.sqrt(0.25 - needed)) : 0.5;
}

/** Share of the way behind it after a share `u` of the time, where it speeds up in a share `a` of it: the integral of the trapezoid. */
export function eased(u: number, a: number): number {
  if (u < a) return (u * u) / (2 * a * (1 - a));
  if (u > 1 - a) return 1 - ((1 - u) * (1 - u)) / (2 * a * (1 - a));
  return (u - a / 2) / (1 - a);
}
