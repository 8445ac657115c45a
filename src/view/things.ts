/** What a person can point at on the floor, where to stand to look at it, and what can be laid over it. Plain data: it crosses threads. */

/** An element by its name; a part by its serial number in the trace; somebody by their number through all pools of the plan. */
export type Thing = { element: string } | { part: number } | { person: number };

/** Where a camera stands: metres and degrees. */
export interface Viewpoint {
  /** The point looked at: x east, y south, z up. */
  at: [x: number, y: number, z: number];
  /** From there to the eye. */
  distance: number;
  /** Clockwise from looking north: 90 looks east. */
  turn: number;
  /** Up from the ground: 90 looks straight down. */
  tilt: number;
}

/** A figure laid over the floor in colours: of each element, and of each way by its ends. */
export interface Heat {
  /** By node of the plan, 0 (nothing) … 1 (the top of the scale); NaN: not defined there. */
  nodes: Float32Array;
  /** Traffic: share of the busiest way. */
  ways: { from: number; to: number; share: number }[];
}

export const sameThing = (a: Thing | undefined, b: Thing | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where models that a scene names are found: beside the scene, where it came from an address, or among files given together with it. */
export interface ModelSource {
  /** The scene's own address; undefined: it has none (a dropped file, a pasted text), and nothing is fetched for it. */
  base: string | undefined;
  files: Record<string, Blob>;
}
