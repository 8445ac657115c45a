/** Models made over: in another size and turned, in one piece, in other materials, under other names of clips. The one handed over stays as it is. */
import { mat3, mat4, quat, vec3 } from 'gl-matrix';
import { type Clip, type Material, type Model, VERTEX_WORDS } from '../model.ts';
import { boxAround, restOf } from './mesh.ts';
import { POSE_WORDS } from './poses.ts';

/** A model `scale` times its size, then turned about z, clockwise seen from above, in radians; then shifted, in metres. */
export function reshaped(model: Model, scale: number, turn: number, shift: [x: number, y: number, z: number] = [0, 0, 0]): Model {
  const place = mat4.fromTranslation(mat4.create(), shift);
  mat4.rotateZ(place, place, turn);
  const around = quat.setAxisAngle(quat.create(), [0, 0, 1], turn);
  const vertices = model.vertices.slice();
  const floats = new Float32Array(vertices.buffer);
  for (let i = 0; i < vertices.length; i += VERTEX_WORDS) for (let k = 0; k < 3; k++) floats[i + k]! *= scale;
  const links = model.links.map((link) => {
    const rest = mat4.clone(link.rest);
    for (let k = 12; k < 15; k++) rest[k]! *= scale;
    return { ...link, rest: link.parent < 0 ? mat4.multiply(rest, place, rest) : rest };
  });
  const clips: Record<string, Clip> = {};
  const [turned, moved] = [quat.create(), vec3.create()];
  for (const [name, { frames, poses }] of Object.entries(model.clips)) {
    const changed = poses.slice();
    for (let at = 0; at < changed.length; at += POSE_WORDS) {
      for (let k = 4; k < 7; k++) changed[at + k]! *= scale;
      if (model.links[Math.floor(at / POSE_WORDS / frames)]!.parent >= 0) continue;
      quat.multiply(turned, around, changed.subarray(at, at + 4) as unknown as quat);
      vec3.transformMat4(moved, changed.subarray(at + 4, at + 7) as unknown as vec3, place);
      changed.set([...turned, ...moved], at);
    }
    clips[name] = { frames, poses: changed };
  }
  const shape = { ...model, vertices, links, clips };
  return { ...shape, ...boxAround(shape) };
}

/** A model standing on z = 0 with its middle over the origin, after that `scale` times as large and turned. */
export function grounded(model: Model, scale: number, turn: number): Model {
  const made = reshaped(model, scale, turn);
  const { low, high } = made;
  return reshaped(made, 1, 0, [-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]]);
}

/** A model of one link, stretched along the axes. */
export function stretched(model: Model, by: [x: number, y: number, z: number]): Model {
  const [link] = model.links;
  return fused({ ...model, links: [{ ...link!, rest: mat4.fromScaling(mat4.create(), by) }] });
}

/** All links as one, as they are at rest; what it could do is lost. */
export function fused(model: Model): Model {
  const rest = restOf(model.links);
  const shared = model.links.reduce((sum, { first, count }) => sum + new Set(model.indices.subarray(first, first + count)).size, 0);
  const vertices = new Uint32Array(shared * VERTEX_WORDS);
  const floats = new Float32Array(vertices.buffer);
  const source = new Float32Array(model.vertices.buffer, model.vertices.byteOffset, model.vertices.length);
  const indices = new Uint32Array(model.indices.length);
  const [at, normal] = [vec3.create(), vec3.create()];
  let written = 0;
  let index = 0;
  model.links.forEach(({ first, count }, l) => {
    const matrix = rest[l]!;
    const turned = mat3.normalFromMat4(mat3.create(), matrix) ?? mat3.create();
    const known = new Map<number, number>();
    for (let i = first; i < first + count; i++) {
      const old = model.indices[i]!;
      let fresh = known.get(old);
      if (fresh === undefined) {
        known.set(old, (fresh = written++));
        const from = old * VERTEX_WORDS;
        const to = fresh * VERTEX_WORDS;
        vertices.set(model.vertices.subarray(from, from + VERTEX_WORDS), to);
        vec3.transformMat4(at, source.subarray(from, from + 3) as unknown as vec3, matrix);
        vec3.transformMat3(normal, source.subarray(from + 3, from + 6) as unknown as vec3, turned);
        floats.set([...at, ...vec3.normalize(normal, normal)], to);
      }
      indices[index++] = fresh;
    }
  });
  const links = [{ name: 'whole', parent: -1, rest: mat4.create(), first: 0, count: index }];
  return { ...model, vertices, indices: indices.subarray(0, index), links, clips: {} };
}

/** A model in materials of one's own, chosen by the texture coordinate of each triangle's first corner; its pictures are not needed any more. */
export function dressed(model: Model, choose: (u: number, v: number, link: string) => Material): Model {
  const materials: Material[] = [];
  const vertices: number[] = [];
  const bits = model.vertices;
  const floats = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
  const indices = new Uint32Array(model.indices.length);
  const known = new Map<string, number>();
  for (const { name, first, count } of model.links) {
    for (let i = first; i < first + count; i++) {
      const corner = model.indices[i - ((i - first) % 3)]! * VERTEX_WORDS;
      const chosen = choose(floats[corner + 6]!, floats[corner + 7]!, name);
      let kind = materials.indexOf(chosen);
      if (kind < 0) kind = materials.push(chosen) - 1;
      const old = model.indices[i]!;
      const key = `${old} ${kind}`;
      let fresh = known.get(key);
      if (fresh === undefined) {
        known.set(key, (fresh = vertices.length / VERTEX_WORDS));
        vertices.push(...bits.subarray(old * VERTEX_WORDS, old * VERTEX_WORDS + 8), kind);
      }
      indices[i] = fresh;
    }
  }
  return { ...model, vertices: Uint32Array.from(vertices), indices, materials, images: [] };
}
