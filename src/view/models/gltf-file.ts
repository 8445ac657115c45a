/**
 * A glTF 2.0 file taken apart: GLB container or JSON, its buffers, and accessors as plain numbers (Khronos, "glTF 2.0 Specification",
 * ISO/IEC 12113:2022, sections 3.6 and 4.4). What is not as the specification has it is refused by a `ModelError` that says what was found.
 */

/** Why a model cannot be shown, in words for whoever made it. */
export class ModelError extends Error {
  override name = 'ModelError';
}

export const LIMITS = { bytes: 16 * 2 ** 20, triangles: 500_000, links: 256, pixels: 4096, frames: 3600 } as const;

/** The parts of glTF's JSON that are read, all of them unchecked. */
export interface Json {
  asset?: { version?: string; minVersion?: string };
  extensionsRequired?: string[];
  scene?: number;
  scenes?: { nodes?: number[] }[];
  nodes?: JsonNode[];
  meshes?: { name?: string; primitives?: JsonPrimitive[] }[];
  materials?: JsonMaterial[];
  textures?: { source?: number }[];
  images?: { uri?: string; bufferView?: number; mimeType?: string; name?: string }[];
  skins?: { joints?: number[]; inverseBindMatrices?: number }[];
  animations?: JsonAnimation[];
  accessors?: JsonAccessor[];
  bufferViews?: { buffer?: number; byteOffset?: number; byteLength?: number; byteStride?: number }[];
  buffers?: { uri?: string; byteLength?: number }[];
}
export interface JsonNode {
  name?: string;
  children?: number[];
  mesh?: number;
  skin?: number;
  matrix?: number[];
  translation?: number[];
  rotation?: number[];
  scale?: number[];
}
interface JsonPrimitive {
  attributes?: Record<string, number>;
  indices?: number;
  material?: number;
  mode?: number;
}
export interface JsonMaterial {
  name?: string;
  pbrMetallicRoughness?: { baseColorFactor?: number[]; baseColorTexture?: JsonTexture; metallicFactor?: number; roughnessFactor?: number };
  emissiveFactor?: number[];
  extensions?: Record<string, unknown>;
}
export interface JsonTexture {
  index?: number;
  texCoord?: number;
  extensions?: { KHR_texture_transform?: { offset?: number[]; rotation?: number; scale?: number[]; texCoord?: number } };
}
export interface JsonAnimation {
  name?: string;
  channels?: { sampler?: number; target?: { node?: number; path?: string } }[];
  samplers?: { input?: number; output?: number; interpolation?: string }[];
}
interface JsonAccessor {
  bufferView?: number;
  byteOffset?: number;
  componentType?: number;
  normalized?: boolean;
  count?: number;
  type?: string;
  sparse?: unknown;
}

/** Extensions without which a file that requires them can be shown as it is meant. */
const UNDERSTOOD = ['KHR_texture_transform', 'KHR_mesh_quantization', 'KHR_materials_unlit', 'KHR_materials_emissive_strength'];

const COMPONENTS: Record<number, { bytes: number; read: (view: DataView, at: number) => number; most: number }> = {
  5120: { bytes: 1, read: (view, at) => view.getInt8(at), most: 127 },
  5121: { bytes: 1, read: (view, at) => view.getUint8(at), most: 255 },
  5122: { bytes: 2, read: (view, at) => view.getInt16(at, true), most: 32767 },
  5123: { bytes: 2, read: (view, at) => view.getUint16(at, true), most: 65535 },
  5125: { bytes: 4, read: (view, at) => view.getUint32(at, true), most: 0xffffffff },
  5126: { bytes: 4, read: (view, at) => view.getFloat32(at, true), most: 1 },
};
const WIDTHS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };

/** Where a file's companions are found; rejects, in words, for those that are not there. */
export type Beside = (uri: string) => Promise<Uint8Array<ArrayBuffer>>;

/** The entry of a list that an index names. */
export function entry<T>(list: readonly T[] | undefined, index: unknown, what: string): T {
  if (!Array.isArray(list)) throw new ModelError(`it names ${what} ${String(index)}, but has no list of them`);
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= list.length)
    throw new ModelError(`it names ${what} ${String(index)}, but has ${list.length} of them`);
  return list[index] as T;
}

export class GltfFile {
  readonly json: Json;
  private readonly buffers: Uint8Array<ArrayBuffer>[];

  private constructor(json: Json, buffers: Uint8Array<ArrayBuffer>[]) {
    this.json = json;
    this.buffers = buffers;
  }

  static async open(bytes: Uint8Array<ArrayBuffer>, beside: Beside): Promise<GltfFile> {
    sized(bytes.length, 'it');
    const { json, binary } = contents(bytes);
    const version = json.asset?.version;
    if (typeof version !== 'string' || !version.startsWith('2.'))
      throw new ModelError(`it is glTF of version ${version ?? 'unknown'}; version 2 is expected`);
    const strange = (Array.isArray(json.extensionsRequired) ? json.extensionsRequired : []).filter((name) => !UNDERSTOOD.includes(name));
    if (strange.length > 0) throw new ModelError(`it requires ${strange.join(', ')}, which is not supported here; export it without`);
    const buffers: Uint8Array<ArrayBuffer>[] = [];
    let total = bytes.length;
    for (const [i, { uri, byteLength }] of (json.buffers ?? []).entries()) {
      const buffer = uri === undefined ? (i === 0 ? binary : undefined) : await fetched(uri, beside);
      if (!buffer) throw new ModelError(`its buffer ${i} has neither an address nor a place in the file`);
      if (typeof byteLength !== 'number' || buffer.length < byteLength)
        throw new ModelError(`its buffer ${i} holds ${buffer.length} bytes; ${String(byteLength)} are expected`);
      if (uri !== undefined) sized((total += buffer.length), 'it, with its buffers,');
      buffers.push(buffer);
    }
    return new GltfFile(json, buffers);
  }

  /** The bytes of a buffer view, and the distance of its elements if it gives one. */
  view(index: unknown): { bytes: Uint8Array<ArrayBuffer>; stride: number | undefined } {
    const { buffer, byteOffset = 0, byteLength = 0, byteStride } = entry(this.json.bufferViews, index, 'buffer view');
    const whole = entry(this.buffers, buffer, 'buffer');
    if (!(byteOffset >= 0 && byteLength >= 0 && byteOffset + byteLength <= whole.length))
      throw new ModelError(`its buffer view ${String(index)} ends at byte ${byteOffset + byteLength} of a buffer of ${whole.length}`);
    return { bytes: whole.subarray(byteOffset, byteOffset + byteLength), stride: byteStride };
  }

  /** All numbers of an accessor, one element after the other; whole numbers that stand for 0 … 1 or −1 … 1 as those (section 3.6.2.4). */
  numbers(index: unknown, type: string, what: string): Float64Array {
    const accessor = entry(this.json.accessors, index, 'accessor');
    const { byteOffset = 0, count = 0, componentType = 0, normalized = false } = accessor;
    if (accessor.sparse !== undefined) throw new ModelError(`its ${what} is a sparse accessor, which is not supported here`);
    if (accessor.type !== type) throw new ModelError(`its ${what} is of type ${String(accessor.type)}; ${type} is expected`);
    const component = COMPONENTS[componentType];
    if (!component) throw new ModelError(`its ${what} has components of type ${componentType}; 5120 to 5123, 5125 or 5126 is expected`);
    const width = WIDTHS[type]!;
    // A vertex needs bytes of the file: a count without them cannot be more than what the file could hold.
    if (!Number.isInteger(count) || count < 0 || count * width * component.bytes > LIMITS.bytes)
      throw new ModelError(`its ${what} has ${String(count)} elements, more than a file of ${LIMITS.bytes / 2 ** 20} MiB can hold`);
    const numbers = new Float64Array(count * width);
    // Without a view: zeros.
    if (accessor.bufferView === undefined || count === 0) return numbers;
    const { bytes, stride = width * component.bytes } = this.view(accessor.bufferView);
    const end = byteOffset + (count - 1) * stride + width * component.bytes;
    if (!(byteOffset >= 0 && stride >= 0 && end <= bytes.length))
      throw new ModelError(`its ${what} ends at byte ${end} of a view of ${bytes.length}`);
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const signed = componentType === 5120 || componentType === 5122;
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < width; k++) {
        const value = component.read(data, byteOffset + i * stride + k * component.bytes);
        numbers[i * width + k] = normalized ? Math.max(signed ? -1 : 0, value / component.most) : value;
      }
    }
    return numbers;
  }

  /** The bytes of an image, wherever it lies. */
  async image(index: unknown, beside: Beside): Promise<Uint8Array<ArrayBuffer>> {
    const { uri, bufferView } = entry(this.json.images, index, 'image');
    return uri === undefined ? this.view(bufferView).bytes : fetched(uri, beside);
  }
}

function sized(bytes: number, what: string): void {
  if (bytes > LIMITS.bytes)
    throw new ModelError(`${what} is ${(bytes / 2 ** 20).toFixed(1)} MiB large; at most ${LIMITS.bytes / 2 ** 20} MiB are taken`);
}

const GLB_MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BINARY = 0x004e4942;

function contents(bytes: Uint8Array<ArrayBuffer>): { json: Json; binary: Uint8Array<ArrayBuffer> | undefined } {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw new ModelError(`it holds ${bytes.length} bytes, which is no model`);
  if (data.getUint32(0, true) !== GLB_MAGIC) return { json: parsed(bytes), binary: undefined };
  if (bytes.length < 20) throw new ModelError(`it breaks off after ${bytes.length} bytes`);
  const version = data.getUint32(4, true);
  if (version !== 2) throw new ModelError(`it is a GLB of version ${version}; version 2 is expected`);
  const length = data.getUint32(8, true);
  if (length > bytes.length) throw new ModelError(`it breaks off after ${bytes.length} of ${length} bytes`);
  let json: Json | undefined;
  let binary: Uint8Array<ArrayBuffer> | undefined;
  for (let at = 12; at + 8 <= length; ) {
    const size = data.getUint32(at, true);
    const type = data.getUint32(at + 4, true);
    if (at + 8 + size > length) throw new ModelError(`a piece of it ends at byte ${at + 8 + size} of ${length}`);
    const chunk = bytes.subarray(at + 8, at + 8 + size);
    if (type === CHUNK_JSON) json ??= parsed(chunk);
    else if (type === CHUNK_BINARY) binary ??= chunk;
    at += 8 + size;
  }
  if (!json) throw new ModelError('it is a GLB without a JSON piece');
  return { json, binary };
}

function parsed(bytes: Uint8Array): Json {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Said below.
  }
  throw new ModelError('it is neither a GLB nor the JSON text of a glTF file');
}

async function fetched(uri: string, beside: Beside): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof uri !== 'string') throw new ModelError(`it names a file by ${JSON.stringify(uri)}; a text is expected`);
  const data = /^data:([^,]*),(.*)$/s.exec(uri);
  if (!data) {
    const bytes = await beside(uri);
    sized(bytes.length, uri);
    return bytes;
  }
  const [, head, body] = data;
  try {
    const text = head!.endsWith(';base64') ? atob(body!) : decodeURIComponent(body!);
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    throw new ModelError('one of its data: addresses cannot be decoded');
  }
}
