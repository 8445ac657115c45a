/**
 * Reads models from glTF 2.0 files (GLB, or JSON with what lies beside it): nodes become links, skins are split into rigid pieces, animations
 * become clips. glTF's y is up and its z towards whoever looks north: ours are its x, z, y.
 */
import { mat3, mat4, vec3 } from 'gl-matrix';
import { type Link, type Material, type Model, VERTEX_WORDS } from '../model.ts';
import { sampleClips } from './gltf-clips.ts';
import { type Beside, entry, GltfFile, type JsonNode, LIMITS, ModelError } from './gltf-file.ts';
import { hierarchy, type Joint, SWAP } from './gltf-nodes.ts';
import { readMaterials, type Textures, uvOf } from './gltf-materials.ts';
import { boxAround } from './mesh.ts';

/** Decodes a PNG or JPEG; rejects what cannot be shown. */
export type Decode = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>;

/** One corner of a triangle, in the frame of its link. */
interface Corner {
  at: vec3;
  normal: vec3;
  u: number;
  v: number;
  material: number;
}

/** Reads a model. Without `decode` its pictures are left out. Rejects with a ModelError that says why it cannot be shown. */
export async function readModel(bytes: Uint8Array<ArrayBuffer>, beside: Beside, decode: Decode | undefined): Promise<Model> {
  const file = await GltfFile.open(bytes, beside);
  const joints = hierarchy(file.json);
  const textures = await readMaterials(file, beside, decode);
  const shapes = new Shapes(file, joints, textures);
  joints.forEach((joint, link) => shapes.add(link, entry(file.json.nodes, joint.node, 'node')));
  const links = joints.map(
    ({ node, parent, rest }): Link => ({ name: file.json.nodes![node]!.name ?? `node ${node}`, parent, rest, first: 0, count: 0 }),
  );
  const { vertices, indices } = shapes.write(links);
  if (indices.length === 0) throw new ModelError('it holds no triangles');
  const clips = joints.every(({ rigid }) => rigid) ? sampleClips(file, joints) : {};
  const shape = { vertices, indices, materials: shapes.materials, images: textures.images, links, clips };
  return { ...shape, ...boxAround(shape) };
}

/** Gathers triangles link by link. */
class Shapes {
  readonly materials: Material[];
  private readonly file: GltfFile;
  private readonly joints: Joint[];
  private readonly textures: Textures;
  private readonly linkOf: Map<number, number>;
  private readonly corners: Corner[][];
  /** Materials in a colour of vertices, by what makes them. */
  private readonly dyed = new Map<string, number>();
  private triangles = 0;

  constructor(file: GltfFile, joints: Joint[], textures: Textures) {
    this.file = file;
    this.joints = joints;
    this.textures = textures;
    this.materials = [...textures.materials];
    this.linkOf = new Map(joints.map(({ node }, link) => [node, link]));
    this.corners = joints.map(() => []);
  }

  add(link: number, node: JsonNode): void {
    if (node.mesh === undefined) return;
    const { primitives = [] } = entry(this.file.json.meshes, node.mesh, 'mesh');
    const skin = node.skin === undefined ? undefined : entry(this.file.json.skins, node.skin, 'skin');
    for (const primitive of primitives) {
      const { attributes = {} } = primitive;
      if (attributes['POSITION'] === undefined) continue;
      const positions = this.file.numbers(attributes['POSITION'], 'VEC3', 'POSITION');
      const triangles = this.indices(primitive, positions.length / 3);
      if (triangles.length === 0) continue;
      this.triangles += triangles.length / 3;
      if (this.triangles > LIMITS.triangles) throw new ModelError(`it has more than ${LIMITS.triangles.toLocaleString('en')} triangles`);
      const bound = skin && this.bound(skin, attributes, positions.length / 3);
      this.gather(link, primitive.material, attributes, positions, triangles, bound);
    }
  }

  /** Vertices once each, and indices link by link. */
  write(links: Link[]): Pick<Model, 'vertices' | 'indices'> {
    const known = new Map<string, number>();
    const words: number[] = [];
    const indices: number[] = [];
    const floats = new Float32Array(VERTEX_WORDS);
    const bits = new Uint32Array(floats.buffer);
    links.forEach((link, l) => {
      link.first = indices.length;
      link.count = this.corners[l]!.length;
      known.clear();
      for (const { at, normal, u, v, material } of this.corners[l]!) {
        floats.set([...at, ...normal, u, v]);
        bits[8] = material;
        const key = bits.join();
        let index = known.get(key);
        if (index === undefined) {
          known.set(key, (index = words.length / VERTEX_WORDS));
          words.push(...bits);
        }
        indices.push(index);
      }
    });
    return { vertices: Uint32Array.from(words), indices: Uint32Array.from(indices) };
  }

  /** Of triangles, strips and fans (modes 4, 5, 6) three indices a triangle; of points and lines none. */
  private indices({ indices, mode = 4 }: { indices?: number; mode?: number }, count: number): number[] {
    const list = indices === undefined ? Array.from({ length: count }, (_, i) => i) : [...this.file.numbers(indices, 'SCALAR', 'indices')];
    const outside = list.find((index) => !(index < count));
    if (outside !== undefined) throw new ModelError(`one of its indices is ${outside}, of ${count} vertices`);
    if (mode === 4) return list.slice(0, list.length - (list.length % 3));
    if (mode !== 5 && mode !== 6) return [];
    const triangles: number[] = [];
    for (let i = 2; i < list.length; i++) {
      if (mode === 6) triangles.push(list[0]!, list[i - 1]!, list[i]!);
      else triangles.push(list[i - 2]!, list[i - 1 + (i % 2)]!, list[i - (i % 2)]!);
    }
    return triangles;
  }

  /** Of each vertex its heaviest joint: the link, and the matrix from the bind pose to it; and how heavy it is. */
  private bound(skin: { joints?: number[]; inverseBindMatrices?: number }, attributes: Record<string, number>, count: number) {
    const joints = this.file.numbers(attributes['JOINTS_0'], 'VEC4', 'JOINTS_0');
    const weights = this.file.numbers(attributes['WEIGHTS_0'], 'VEC4', 'WEIGHTS_0');
    const bind = skin.inverseBindMatrices === undefined ? undefined : this.file.numbers(skin.inverseBindMatrices, 'MAT4', 'inverse bind');
    const matrices = (skin.joints ?? []).map((_, j) => {
      const matrix = mat4.create();
      if (bind) mat4.copy(matrix, bind.subarray(16 * j, 16 * j + 16) as unknown as mat4);
      return mat4.multiply(matrix, mat4.multiply(matrix, SWAP, matrix), SWAP);
    });
    if (joints.length < 4 * count || weights.length < 4 * count)
      throw new ModelError('its skin does not say for each vertex what moves it');
    return Array.from({ length: count }, (_, i) => {
      let best = 0;
      for (let k = 1; k < 4; k++) if (weights[4 * i + k]! > weights[4 * i + best]!) best = k;
      const joint = joints[4 * i + best]!;
      const link = this.linkOf.get(entry(skin.joints, joint, 'joint'));
      if (link === undefined) throw new ModelError(`joint ${joint} of its skin is not in the scene`);
      return { link, matrix: matrices[joint]!, weight: weights[4 * i + best]! };
    });
  }

  private gather(
    own: number,
    material: number | undefined,
    attributes: Record<string, number>,
    positions: Float64Array,
    triangles: number[],
    bound: { link: number; matrix: mat4; weight: number }[] | undefined,
  ): void {
    const numbers = (name: string, type: string) =>
      attributes[name] === undefined ? undefined : this.file.numbers(attributes[name], type, name);
    const normals = numbers('NORMAL', 'VEC3');
    const surface = this.textures.surfaces[material === undefined ? this.textures.surfaces.length - 1 : material];
    if (!surface) throw new ModelError(`it names material ${material}, but has ${this.textures.surfaces.length - 1} of them`);
    const uv = numbers(`TEXCOORD_${surface.texCoord}`, 'VEC2');
    const colors = this.colors(attributes['COLOR_0']);
    for (let i = 0; i < triangles.length; i += 3) {
      const three = [triangles[i]!, triangles[i + 1]!, triangles[i + 2]!];
      // A triangle goes with one joint: the one that holds its corners most.
      const held = bound && three.map((v) => bound[v]!).sort((a, b) => b.weight - a.weight);
      const mover = held?.find(({ link }, k) => held.some((other, o) => o !== k && other.link === link)) ?? held?.[0];
      const link = mover?.link ?? own;
      const matrix = mat4.clone(this.joints[link]!.baked);
      if (mover) mat4.multiply(matrix, matrix, mover.matrix);
      const turned = mat3.normalFromMat4(mat3.create(), matrix) ?? mat3.create();
      const kind = this.dye(surface.material, colors, three[0]!);
      const at = three.map((v) =>
        vec3.transformMat4(vec3.create(), [positions[3 * v]!, positions[3 * v + 2]!, positions[3 * v + 1]!], matrix),
      );
      // Our frame is glTF's in a mirror, which turns triangles about; a matrix that mirrors turns them back.
      const flipped = mat4.determinant(matrix) > 0;
      const order = flipped ? [0, 2, 1] : [0, 1, 2];
      const flat = vec3.create();
      if (!normals) {
        const [a, b, c] = order.map((k) => at[k]!) as [vec3, vec3, vec3];
        vec3.cross(flat, vec3.sub(vec3.create(), b, a), vec3.sub(vec3.create(), c, a));
        vec3.normalize(flat, flat);
      }
      for (const k of order) {
        const v = three[k]!;
        const normal = normals
          ? vec3.transformMat3(vec3.create(), [normals[3 * v]!, normals[3 * v + 2]!, normals[3 * v + 1]!], turned)
          : flat;
        const [s, t] = uv ? uvOf(surface.transform, uv[2 * v]!, uv[2 * v + 1]!) : [0, 0];
        this.corners[link]!.push({ at: at[k]!, normal: vec3.normalize(normal, normal), u: s, v: t, material: kind });
      }
    }
  }

  /** Four numbers a vertex. */
  private colors(accessor: number | undefined): Float64Array | undefined {
    if (accessor === undefined) return undefined;
    const { type, count = 0 } = entry(this.file.json.accessors, accessor, 'accessor');
    if (type === 'VEC4') return this.file.numbers(accessor, 'VEC4', 'COLOR_0');
    const three = this.file.numbers(accessor, 'VEC3', 'COLOR_0');
    return Float64Array.from({ length: 4 * count }, (_, i) => (i % 4 === 3 ? 1 : three[Math.floor(i / 4) * 3 + (i % 4)]!));
  }

  /** A material in the colour of a vertex, of which so many are told apart as a sixteenth of each channel makes. */
  private dye(material: number, colors: Float64Array | undefined, vertex: number): number {
    if (!colors) return material;
    const dye = [0, 1, 2].map((k) => Math.round(Math.min(1, colors[4 * vertex + k]!) * 15) / 15);
    const key = `${material} ${dye.join()}`;
    let found = this.dyed.get(key);
    if (found === undefined) {
      const plain = this.materials[material]!;
      const color = plain.color.map((value, k) => value * dye[k]!) as Material['color'];
      this.dyed.set(key, (found = this.materials.push({ ...plain, color }) - 1));
    }
    return found;
  }
}
