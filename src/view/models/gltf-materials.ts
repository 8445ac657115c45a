/** Materials of glTF files (section 3.9): base colour, metal, roughness, what shines by itself, and their pictures. */
import type { Material } from '../model.ts';
import type { Decode } from './glb.ts';
import { type Beside, entry, type GltfFile, type JsonMaterial, type JsonTexture, LIMITS, ModelError } from './gltf-file.ts';
import { material as plain } from './mesh.ts';

/** How texture coordinates are turned before they are looked up: two rows of a matrix. */
type Transform = [a: number, b: number, c: number, d: number, e: number, f: number];

export interface Textures {
  materials: Material[];
  images: ImageBitmap[];
  /** By material of the file, and last for what names none. */
  surfaces: { material: number; texCoord: number; transform: Transform }[];
}

const AS_IT_IS: Transform = [1, 0, 0, 0, 1, 0];

export const uvOf = ([a, b, c, d, e, f]: Transform, u: number, v: number): [u: number, v: number] => [a * u + b * v + c, d * u + e * v + f];

export async function readMaterials(file: GltfFile, beside: Beside, decode: Decode | undefined): Promise<Textures> {
  const { materials = [] } = file.json;
  const images: ImageBitmap[] = [];
  const known = new Map<number, number | undefined>();
  const picture = async (texture: JsonTexture | undefined): Promise<number | undefined> => {
    if (!texture || !decode) return undefined;
    const { source } = entry(file.json.textures, texture.index, 'texture');
    if (source === undefined) throw new ModelError(`its texture ${texture.index} has no picture that a browser is bound to show`);
    if (!known.has(source)) {
      const bytes = await file.image(source, beside);
      checkSize(bytes);
      known.set(source, images.push(await decode(bytes)) - 1);
    }
    return known.get(source);
  };
  const made: Textures = { materials: [], images, surfaces: [] };
  for (const given of [...materials, {} as JsonMaterial]) {
    const texture = given.pbrMetallicRoughness?.baseColorTexture;
    made.materials.push(materialOf(given, await picture(texture)));
    const moved = texture?.extensions?.KHR_texture_transform;
    made.surfaces.push({
      material: made.materials.length - 1,
      texCoord: moved?.texCoord ?? texture?.texCoord ?? 0,
      transform: moved ? transformOf(moved) : AS_IT_IS,
    });
  }
  return made;
}

/**
 * Scaled, then turned counter-clockwise as seen on the picture (whose v runs down), then shifted: KHR_texture_transform.
 */
function transformOf({
  offset = [0, 0],
  rotation = 0,
  scale = [1, 1],
}: {
  offset?: number[];
  rotation?: number;
  scale?: number[];
}): Transform {
  const [c, s] = [Math.cos(rotation), Math.sin(rotation)];
  const [x, y] = [scale[0] ?? 1, scale[1] ?? 1];
  return [c * x, s * y, offset[0] ?? 0, -s * x, c * y, offset[1] ?? 0];
}

const three = (list: readonly number[] | undefined, other: number): [number, number, number] => {
  const channel = (k: number) => Math.min(1, Math.max(0, Number(list?.[k] ?? other)));
  return [channel(0), channel(1), channel(2)];
};

function materialOf(
  { pbrMetallicRoughness: pbr = {}, emissiveFactor, extensions = {} }: JsonMaterial,
  image: number | undefined,
): Material {
  const color = three(pbr.baseColorFactor, 1);
  const shine = three(emissiveFactor, 0);
  const glow = 'KHR_materials_unlit' in extensions ? 1 : Math.max(...shine);
  return plain(glow > 0.5 && Math.max(...shine) > 0 ? (shine.map((value) => value / glow) as typeof shine) : color, {
    metallic: pbr.metallicFactor ?? 1,
    roughness: pbr.roughnessFactor ?? 1,
    glow,
    ...(image === undefined ? {} : { image }),
  });
}

/** Looks at the head of a PNG or JPEG before anything is decoded. */
function checkSize(bytes: Uint8Array): void {
  const size = sizeOf(bytes);
  if (!size) throw new ModelError('one of its pictures is neither PNG nor JPEG');
  if (Math.max(...size) > LIMITS.pixels)
    throw new ModelError(`one of its pictures is ${size.join(' × ')} pixels large; at most ${LIMITS.pixels} are taken`);
}

function sizeOf(bytes: Uint8Array): [width: number, height: number] | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // PNG: eight bytes of signature, then the header with width and height (ISO/IEC 15948, 11.2.2).
  if (bytes.length >= 24 && data.getUint32(0) === 0x89504e47) return [data.getUint32(16), data.getUint32(20)];
  if (bytes.length < 4 || data.getUint16(0) !== 0xffd8) return undefined;
  // JPEG: segments up to the start of a frame, SOF0 … SOF15 without the tables DHT, JPG and DAC among them (ITU-T T.81, B.2.2).
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return [data.getUint16(at + 7), data.getUint16(at + 5)];
    // Filling bytes stand alone.
    at += marker === 0xff ? 1 : 2 + data.getUint16(at + 2);
  }
  return undefined;
}
