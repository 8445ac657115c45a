/**
 * Models and where they stand, as the renderer takes them. Metres; x east, y south, z up (glTF's x, z, y). Of a
 * triangle (b − a) × (c − a), reckoned in these numbers, points outward: as y runs south, that is clockwise to the eye. Made by `models/` (glTF files and
 * plain shapes), put in place by `looks/` (what stands still) and by the kernels of motion (what moves), drawn by the renderer.
 */
import type { mat4 } from 'gl-matrix';

/** Words of a vertex: position 3, normal 3, texture coordinate 2, and the index of its material in the model's list (a u32). */
export const VERTEX_WORDS = 9;
/** Words of one `Instance` in shaders/render/instance.wgsl. */
export const INSTANCE_WORDS = 16;
/** "No server", "no thing". */
export const NOBODY = 0xffffffff;

/**
 * How an instance colours a material: not at all; by its paint, times the material's colour and picture; as a lamp of the state of its server; as
 * a plate with the mark of that state (its texture coordinate runs over the plate from 0 to 1, to the east and to the south as it is read).
 */
export type Tint = 'none' | 'paint' | 'lamp' | 'plate';

/** Of a lamp: the states in which it is lit; the colour is that of the state. */
export interface Material {
  /** Linear red, green, blue, 0 … 1. */
  color: [number, number, number];
  metallic: number;
  roughness: number;
  /** Of the colour, that the surface gives off by itself, 0 … 1. */
  glow: number;
  tint: Tint;
  /** Of lamps: bit s is set where it is lit in state s. */
  states?: number;
  /** Index into `Model.images`; undefined: no picture. */
  image?: number;
}

/** A rigid piece of a model: a range of its indices, and how it hangs on its parent. */
export interface Link {
  name: string;
  /** Index of the link it hangs on; −1: on the model itself. Parents come before their children. */
  parent: number;
  /** From its own frame to its parent's, at rest. */
  rest: mat4;
  /** Range of `Model.indices`; a joint may have no shape of its own. */
  first: number;
  count: number;
}

/** A cycle of poses: of each link in turn, `frames` poses of seven floats, rotation quaternion x, y, z, w and translation, in the parent's frame.
 * After the last frame comes the first again. */
export interface Clip {
  frames: number;
  poses: Float32Array<ArrayBuffer>;
}

export interface Model {
  vertices: Uint32Array<ArrayBuffer>;
  indices: Uint32Array<ArrayBuffer>;
  materials: Material[];
  images: ImageBitmap[];
  links: Link[];
  /** What it can do, by name; the first frame of `rest`, where there is one, is how it stands. */
  clips: Record<string, Clip>;
  /** The box around it at rest. */
  low: [number, number, number];
  high: [number, number, number];
}

/** One link of a model in its place. */
export interface Instance {
  model: string;
  link: number;
  /** World from link; may stretch. */
  transform: mat4;
  /** Index into the palette, for materials tinted by paint. */
  paint: number;
  /** The server whose state colours lamps and plates, or NOBODY. */
  place: number;
  /** Node of the plan that it belongs to, or NOBODY. */
  node: number;
}

/** A model with joints that moves on the spot: a robot beside its server. Its links are placed each frame by forward kinematics. */
export interface Machine {
  model: string;
  transform: mat4;
  paint: number;
  /** The server in step with whose work it goes through `clip`, once a cycle. */
  place: number;
  node: number;
  clip: string;
}

/** By their names; those that begin with `plain/` are the view's own. */
export type Models = Readonly<Record<string, Model>>;

/** All that stands on a site. */
export interface Scenery {
  /** Never changes: may be drawn once for a view. */
  fixed: Instance[];
  /** Coloured by states: drawn each frame. */
  lit: Instance[];
  machines: Machine[];
  /** By product: the model of its parts, one link, standing on its z = 0, and the edge of the cube it fits in, metres. */
  parts: { model: string; edge: number }[];
  /** The model of people, facing east, with clips `idle`, `walk` and `work`; metres a `walk` cycle covers. */
  person: { model: string; stride: number };
  /** The models named above. */
  models: Record<string, Model>;
}

/** Words of instances for the kernels and shaders: three rows of the matrix, then paint, place, thing, and one spare. */
export function encodeInstances(instances: readonly Instance[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.max(1, instances.length) * INSTANCE_WORDS);
  const floats = new Float32Array(words.buffer);
  instances.forEach(({ transform: m, paint, place, node }, i) => {
    const at = i * INSTANCE_WORDS;
    for (let row = 0; row < 3; row++) for (let column = 0; column < 4; column++) floats[at + 4 * row + column] = m[4 * column + row]!;
    words.set([paint, place, node], at + 12);
  });
  return words;
}
