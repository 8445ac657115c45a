/** The nodes of a glTF file (section 3.5) as a hierarchy of links in our frame: parents first, what stretches or mirrors them to be baked into their shapes. */
import { mat4, vec3 } from 'gl-matrix';
import { entry, type Json, type JsonNode, LIMITS, ModelError } from './gltf-file.ts';

/** A link while its file is read: the node it comes from, and what is baked into its shape: its stretch, and the mirror of a mirrored one. */
export interface Joint {
  node: number;
  parent: number;
  rest: mat4;
  baked: mat4;
  /** Its frame turns and shifts only, so that it can be posed. */
  rigid: boolean;
}

/** glTF's frame to ours, and back: y and z change places. */
export const SWAP = mat4.fromValues(1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
const MIRROR = mat4.fromScaling(mat4.create(), [-1, 1, 1]);

/** A node's own matrix, in our frame. */
export function localOf(node: JsonNode): mat4 {
  const listed = (list: unknown, count: number, what: string): number[] | undefined => {
    if (list === undefined) return undefined;
    if (!Array.isArray(list) || list.length !== count || !list.every((value) => Number.isFinite(value)))
      throw new ModelError(`the ${what} of its node ${JSON.stringify(node.name ?? '')} is not a list of ${count} numbers`);
    return list as number[];
  };
  const given = listed(node.matrix, 16, 'matrix');
  const local = mat4.create();
  if (given) mat4.copy(local, given as unknown as mat4);
  else {
    const [x, y, z, w] = listed(node.rotation, 4, 'rotation') ?? [0, 0, 0, 1];
    const length = Math.hypot(x!, y!, z!, w!) || 1;
    mat4.fromRotationTranslationScale(
      local,
      [x! / length, y! / length, z! / length, w! / length],
      (listed(node.translation, 3, 'translation') ?? [0, 0, 0]) as [number, number, number],
      (listed(node.scale, 3, 'scale') ?? [1, 1, 1]) as [number, number, number],
    );
  }
  return mat4.multiply(local, mat4.multiply(local, SWAP, local), SWAP);
}

/** The nodes of the scene that carry a shape or lead to one that does, parents first. */
export function hierarchy(json: Json): Joint[] {
  const scene = json.scenes ? entry(json.scenes, json.scene ?? 0, 'scene') : undefined;
  const inner = new Set((json.nodes ?? []).flatMap(({ children }) => children ?? []));
  const roots = scene ? (scene.nodes ?? []) : (json.nodes ?? []).flatMap((_, n) => (inner.has(n) ? [] : [n]));
  // Where the joints of skins are bare nodes, the shape that they carry makes them count.
  const bones = new Set((json.skins ?? []).flatMap(({ joints }) => joints ?? []));
  const seen = new Set<number>();
  const needed = new Set<number>();
  const visit = (n: number, depth: number): boolean => {
    const node = entry(json.nodes, n, 'node');
    if (seen.has(n)) throw new ModelError(`its node ${n} hangs on more than one node, or on itself`);
    if (depth > LIMITS.links) throw new ModelError(`its nodes hang on one another more than ${LIMITS.links} deep`);
    seen.add(n);
    let carries = node.mesh !== undefined || bones.has(n);
    for (const child of node.children ?? []) carries = visit(child, depth + 1) || carries;
    if (carries) needed.add(n);
    return carries;
  };
  for (const root of roots) visit(root, 0);
  if (needed.size > LIMITS.links) throw new ModelError(`it has ${needed.size} nodes; at most ${LIMITS.links} are taken`);
  const joints: Joint[] = [];
  const place = (n: number, parent: number): void => {
    if (!needed.has(n)) return;
    const node = json.nodes![n]!;
    const whole = localOf(node);
    if (parent >= 0) mat4.multiply(whole, joints[parent]!.baked, whole);
    const link = joints.push({ node: n, parent, ...rigidPart(whole) }) - 1;
    for (const child of node.children ?? []) place(child, link);
  };
  for (const root of roots) place(root, -1);
  return joints;
}

/** A matrix as a frame that turns and shifts, times a stretch (and mirror) to be baked. Where it is skewed, only the mirror is taken out. */
function rigidPart(whole: mat4): Pick<Joint, 'rest' | 'baked' | 'rigid'> {
  const mirrored = mat4.determinant(whole) < 0;
  const proper = mirrored ? mat4.multiply(mat4.create(), whole, MIRROR) : whole;
  const size = mat4.getScaling(vec3.create(), proper);
  const rest = mat4.scale(mat4.create(), proper, [1 / (size[0] || 1), 1 / (size[1] || 1), 1 / (size[2] || 1)]);
  if (!isRigid(rest)) return { rest: proper, baked: mirrored ? mat4.clone(MIRROR) : mat4.create(), rigid: false };
  const baked = mat4.fromScaling(mat4.create(), size);
  return { rest, baked: mirrored ? mat4.multiply(baked, baked, MIRROR) : baked, rigid: true };
}

/** Whether its columns are of length 1 and square to one another. */
export function isRigid(m: mat4): boolean {
  for (let a = 0; a < 3; a++) {
    for (let b = a; b < 3; b++) {
      let dot = 0;
      for (let row = 0; row < 3; row++) dot += m[4 * a + row]! * m[4 * b + row]!;
      if (!(Math.abs(dot - (a === b ? 1 : 0)) < 1e-3)) return false;
    }
  }
  return true;
}
