/**
 * All that moves, placed each frame by kernels from a prepared trace: parts, people, and machines with joints. What is seen of it is listed
 * by model and link, ready to be drawn indirectly.
 */
import type { Kinematics } from './kinematics.ts';
import type { Scenery } from './model.ts';
import type { Site } from './site.ts';
import type { Thing } from './things.ts';

/** How moves are drawn, in ticks: the longest a move or a shuffle may take, and the share of the stay it may take up. */
export interface Pace {
  travel: number;
  share: number;
}

/** What the camera sees: what is outside is not drawn, and what is small is drawn with less. */
export interface Lens {
  /** World to clip space, sixteen numbers by column; depth 0 … 1. */
  clip: Float32Array;
  /** Metres. */
  eye: [x: number, y: number, z: number];
  /** Device pixels of a metre at one metre's distance. */
  focal: number;
  /** Device pixels. */
  width: number;
  height: number;
}

/** One draw: a link of a model in as many places as `draw` says. */
export interface MovingList {
  /** Of `Scenery.models`. */
  model: string;
  link: number;
  kind: 'part' | 'person' | 'machine';
  /** `Instance` of shaders/render/instance.wgsl; `thing` is a part's serial number, somebody's number, or a machine's node. May be replaced by a larger one: ask each frame. */
  instances: GPUBuffer;
  /** By drawn instance its index into `instances`, u32. May be replaced likewise. */
  order: GPUBuffer;
  /** Arguments of an indexed indirect draw, at `offset` bytes. */
  draw: GPUBuffer;
  offset: number;
}

export class Motion {
  readonly lists: MovingList[] = [];

  constructor(_device: GPUDevice, _site: Site, _scenery: Scenery, _kinematics: Kinematics) {}

  /** Encodes the placing of everything at `tick` + `fraction` (0 ≤ fraction < 1), and the listing of what `lens` sees. */
  run(_encoder: GPUCommandEncoder, _tick: number, _fraction: number, _pace: Pace, _lens: Lens): void {}

  /** The nearest part or person that a ray meets, as they were placed last; metres along `direction`, which is of length 1. */
  pick(_origin: ArrayLike<number>, _direction: ArrayLike<number>): Promise<{ thing: Thing; distance: number } | undefined> {
    return Promise.resolve(undefined);
  }

  dispose(): void {}
}
