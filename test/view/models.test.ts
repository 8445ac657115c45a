/** The reader of glTF models, on published files whose counts are known and on files made by hand; and the library that fetches them. */
import { readFileSync } from 'node:fs';
import { mat4, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import type { FloorPlan } from '../../src/engine/trace.ts';
import { type Model, VERTEX_WORDS } from '../../src/view/model.ts';
import { readModel } from '../../src/view/models/glb.ts';
import { Library } from '../../src/view/models/library.ts';
import { restOf } from '../../src/view/models/mesh.ts';
import { POSE_WORDS } from '../../src/view/models/poses.ts';
import { grounded, reshaped } from '../../src/view/models/reshape.ts';

const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const kenney = (name: string) => bytesOf(`../../public/models/kenney/${name}.glb`);
const nothing = () => Promise.reject(new Error('nothing lies beside it'));
const read = (bytes: Uint8Array<ArrayBuffer>) => readModel(bytes, nothing, undefined);

/** A glTF file as text: one triangle in the plane of z = 0, counter-clockwise to whoever looks along −z; changed as told. */
function triangle(change: (file: Record<string, any>) => void = () => {}): Uint8Array<ArrayBuffer> {
  const numbers = Float32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  const file = {
    asset: { version: '2.0' },
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, name: 'only' }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ bufferView: 0, componentType: 5126, type: 'VEC3', count: 3 }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36, uri: `data:application/octet-stream;base64,${Buffer.from(numbers.buffer).toString('base64')}` }],
  };
  change(file);
  return new TextEncoder().encode(JSON.stringify(file)) as Uint8Array<ArrayBuffer>;
}

/** Numbers at the end of a file's only buffer, as another accessor. */
function append(file: Record<string, any>, values: ArrayBufferView, accessor: object): number {
  const [, old] = file['buffers'][0].uri.split(',');
  const before = Buffer.from(old, 'base64');
  const all = Buffer.concat([before, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
  file['buffers'][0] = { byteLength: all.length, uri: `data:;base64,${all.toString('base64')}` };
  file['bufferViews'].push({ buffer: 0, byteOffset: before.length, byteLength: values.byteLength });
  return file['accessors'].push({ bufferView: file['bufferViews'].length - 1, ...accessor }) - 1;
}

const cornersOf = (model: Model) => {
  const floats = new Float32Array(model.vertices.buffer);
  return [...model.indices].map((i) => [...floats.subarray(i * VERTEX_WORDS, i * VERTEX_WORDS + 8)]);
};

describe('published models', () => {
  it.each([
    ['robot-arm-a', 472, [1, 1, 3.2]],
    ['box', 124, [0.714, 0.714, 0.715]],
    ['scanner-high', 108, [0.7, 1.6, 1.2]],
  ] as const)('%s has its triangles and its size', async (name, triangles, size) => {
    const model = await read(kenney(name));
    expect(model.indices.length / 3).toBe(triangles);
    // Kenney's units; x, z, y of the file.
    model.high.forEach((high, axis) => expect(high - model.low[axis]!).toBeCloseTo(size[axis]!, 2));
    // What is a closed body looks outward: of all triangles taken as pyramids over the origin, the volume is positive.
    let volume = 0;
    const corners = cornersOf(model);
    const places = restOf(model.links);
    model.links.forEach(({ first, count }, l) => {
      for (let i = first; i < first + count; i += 3) {
        const [a, b, c] = [0, 1, 2].map((k) =>
          vec3.transformMat4(vec3.create(), corners[i + k]!.slice(0, 3) as [number, number, number], places[l]!),
        );
        volume += vec3.dot(a!, vec3.cross(vec3.create(), b!, c!)) / 6;
        // The normals of a face point out of it.
        const face = vec3.cross(vec3.create(), vec3.sub(vec3.create(), b!, a!), vec3.sub(vec3.create(), c!, a!));
        const normal = vec3.transformMat4(
          vec3.create(),
          corners[i]!.slice(3, 6) as [number, number, number],
          mat4.fromQuat(mat4.create(), mat4.getRotation([0, 0, 0, 1], places[l]!)),
        );
        if (vec3.length(face) > 1e-6) expect(vec3.dot(face, normal)).toBeGreaterThan(-1e-6);
      }
    });
    expect(volume).toBeGreaterThan(0);
  });

  it('a robot has its joints one on the other', async () => {
    const { links } = await read(kenney('robot-arm-a'));
    expect(links.map(({ name }) => name)).toEqual([
      'robot-arm-a',
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `element-${letter}`),
      'claw-a',
      'claw-b',
    ]);
    expect(links.map(({ parent }) => parent)).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 6]);
    // 0.3 + 0.3 + 0.6 + 0.3 + 0.6 + 0.1 + 0.5, by the translations in the file.
    expect(restOf(links)[7]![14]).toBeCloseTo(2.7, 5);
  });

  it('a person is split into the pieces that her joints move, and her walk is sampled 30 times a second', async () => {
    const model = await read(bytesOf('fixtures/character-employee.glb'));
    expect(model.indices.length / 3).toBe(520);
    const moved = model.links.filter(({ count }) => count > 0).map(({ name }) => name);
    expect(moved.sort()).toEqual(['arm-left', 'arm-right', 'head', 'leg-left', 'leg-right', 'torso']);
    // At rest it is where the file has it before any skin: 0.7233 high.
    expect(model.high[2]).toBeCloseTo(0.7233, 3);
    expect(model.low[2]).toBeCloseTo(0, 3);
    const { frames, poses } = model.clips['walk']!;
    expect(frames).toBe(20);
    expect(poses).toHaveLength(model.links.length * frames * POSE_WORDS);
    // Legs swing against one another, about the axis between the hips, which is x.
    const swing = (name: string, frame: number) => {
      const at = (model.links.findIndex((link) => link.name === name) * frames + frame) * POSE_WORDS;
      const [x, y, z, w] = poses.subarray(at, at + 4);
      expect(Math.hypot(x!, y!, z!, w!)).toBeCloseTo(1, 5);
      return 2 * Math.asin(x! * Math.sign(w!));
    };
    const left = Array.from({ length: frames }, (_, frame) => swing('leg-left', frame));
    const right = Array.from({ length: frames }, (_, frame) => swing('leg-right', frame));
    expect(Math.max(...left) - Math.min(...left)).toBeGreaterThan(0.8);
    const mean = left.reduce((sum, angle, frame) => sum + angle * right[frame]!, 0) / frames;
    expect(mean).toBeLessThan(-0.1);
  });

  it('made over they stand as asked', async () => {
    const robot = await read(kenney('robot-arm-a'));
    const made = grounded(reshaped(robot, 1, 0, [3, 4, 5]), 0.5, Math.PI / 2);
    made.low.forEach((low, axis) => expect(low).toBeCloseTo([-0.25, -0.25, 0][axis]!, 4));
    expect(made.high[2]).toBeCloseTo(1.6, 4);
  });
});

describe('files made by hand', () => {
  it('a triangle becomes one in our frame, with the normal that its corners say', async () => {
    const model = await read(triangle());
    const corners = cornersOf(model);
    expect(corners.map((corner) => corner.slice(0, 3)).sort()).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    // glTF's +z, towards whoever looks north, is our south.
    for (const corner of corners) expect(corner.slice(3, 6)).toEqual([0, 1, 0]);
    const [a, b, c] = corners as [number[], number[], number[]];
    const minus = (p: number[], q: number[]) => [0, 1, 2].map((k) => p[k]! - q[k]!) as [number, number, number];
    expect(vec3.cross(vec3.create(), minus(b, a), minus(c, a))[1]).toBeGreaterThan(0);
  });

  it('a mirrored node still looks outward, and a stretched one is as large as it says', async () => {
    const model = await read(triangle((file) => (file['nodes'][0].scale = [-2, 3, 1])));
    expect([model.low[0], model.high[2]]).toEqual([-2, 3]);
    const [a, b, c] = cornersOf(model) as [number[], number[], number[]];
    const minus = (p: number[], q: number[]) => [0, 1, 2].map((k) => p[k]! - q[k]!) as [number, number, number];
    const face = vec3.cross(vec3.create(), minus(b, a), minus(c, a));
    expect(face[1]! * a[4]!).toBeGreaterThan(0);
    // The mirror in x leaves what faced south facing south.
    expect(mat4.determinant(model.links[0]!.rest) * a[4]!).toBeGreaterThan(0);
  });

  it('bytes stand for −1 … 1, indices may be shorts, pictures are looked up where the transform says', async () => {
    const model = await read(
      triangle((file) => {
        const primitive = file['meshes'][0].primitives[0];
        const positions = append(file, Int8Array.from([0, 0, 0, 0, 127, 0, 0, 0, 0, 127, -128, 0]), {
          componentType: 5120,
          normalized: true,
          type: 'VEC3',
          count: 3,
        });
        file['bufferViews'].at(-1).byteStride = 4;
        primitive.attributes.POSITION = positions;
        primitive.attributes.TEXCOORD_0 = append(file, Float32Array.from([0, 0, 1, 0, 0, 1]), {
          componentType: 5126,
          type: 'VEC2',
          count: 3,
        });
        primitive.indices = append(file, Uint16Array.from([2, 0, 1]), { componentType: 5123, type: 'SCALAR', count: 3 });
        primitive.material = 0;
        const moved = { KHR_texture_transform: { offset: [0.25, 0.5], rotation: Math.PI / 2, scale: [2, 3] } };
        file['materials'] = [
          {
            pbrMetallicRoughness: {
              baseColorTexture: { index: 0, extensions: moved },
              baseColorFactor: [0.2, 0.4, 0.6, 1],
              metallicFactor: 0.25,
              roughnessFactor: 0.75,
            },
          },
        ];
      }),
    );
    // A quarter turn counter-clockwise on a picture whose v runs down takes (2, 0) to (0, −2) and (0, 3) to (3, 0). −128 of 127 is held at −1.
    for (const [x, y, z, u, v] of [
      [0, 0, 0, 0.25, 0.5],
      [1, 0, 0, 0.25, -1.5],
      [0, -1, 1, 3.25, 0.5],
    ] as const) {
      const found = cornersOf(model).find(([a, b, c]) => a === x && b === y && c === z)!;
      expect(found[6]).toBeCloseTo(u, 5);
      expect(found[7]).toBeCloseTo(v, 5);
    }
    expect(model.materials[0]).toMatchObject({ color: [0.2, 0.4, 0.6], metallic: 0.25, roughness: 0.75, tint: 'none' });
  });

  const binary = (json: string, length?: number) => {
    const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
    const data = new DataView(new ArrayBuffer(20 + text.length));
    [0x46546c67, 2, length ?? data.byteLength, text.length, 0x4e4f534a].forEach((word, i) => data.setUint32(4 * i, word, true));
    new Uint8Array(data.buffer).set(text, 20);
    return new Uint8Array(data.buffer);
  };
  const many = (count: number) => Array.from({ length: count }, () => ({ mesh: 0 }));

  it.each([
    ['no bytes', new Uint8Array(2), /2 bytes, which is no model/],
    ['text', new TextEncoder().encode('solid cube') as Uint8Array<ArrayBuffer>, /neither a GLB nor the JSON text/],
    ['half a GLB', binary('{}', 4000), /breaks off after 24 of 4000 bytes/],
    ['an old version', triangle((file) => (file['asset'].version = '1.0')), /glTF of version 1\.0; version 2/],
    ['Draco', triangle((file) => (file['extensionsRequired'] = ['KHR_draco_mesh_compression'])), /requires KHR_draco_mesh_compression/],
    ['a sparse accessor', triangle((file) => (file['accessors'][0].sparse = {})), /POSITION is a sparse accessor/],
    ['a short buffer', triangle((file) => (file['buffers'][0].byteLength = 99)), /buffer 0 holds 36 bytes; 99 are expected/],
    ['an accessor past its view', triangle((file) => (file['accessors'][0].count = 4)), /POSITION ends at byte 48 of a view of 36/],
    ['a view past its buffer', triangle((file) => (file['bufferViews'][0].byteLength = 40)), /ends at byte 40 of a buffer of 36/],
    ['a wrong type', triangle((file) => (file['accessors'][0].type = 'VEC2')), /POSITION is of type VEC2; VEC3 is expected/],
    ['a wrong component', triangle((file) => (file['accessors'][0].componentType = 5130)), /components of type 5130/],
    ['a mesh that is not there', triangle((file) => (file['nodes'][0].mesh = 7)), /names mesh 7, but has 1 of them/],
    [
      'an index that is not there',
      triangle(
        (file) =>
          (file['meshes'][0].primitives[0].indices = append(file, Uint8Array.from([0, 1, 9]), {
            componentType: 5121,
            type: 'SCALAR',
            count: 3,
          })),
      ),
      /indices is 9, of 3 vertices/,
    ],
    ['a node on itself', triangle((file) => (file['nodes'][0].children = [0])), /hangs on more than one node, or on itself/],
    [
      '300 nodes',
      triangle((file) => Object.assign(file, { nodes: many(300), scenes: [{ nodes: many(300).map((_, n) => n) }] })),
      /300 nodes; at most 256/,
    ],
    [
      'too many triangles',
      triangle((file) => Object.assign(file, { accessors: [{ componentType: 5120, type: 'VEC3', count: 1_600_000 }] })),
      /more than 500,000 triangles/,
    ],
    ['points alone', triangle((file) => (file['meshes'][0].primitives[0].mode = 0)), /holds no triangles/],
    ['a count beyond all files', triangle((file) => (file['accessors'][0].count = 1e9)), /more than a file of 16 MiB can hold/],
    ['17 MiB', new Uint8Array(17 * 2 ** 20), /17\.0 MiB large; at most 16 MiB/],
  ])('%s is refused in words', async (_, bytes, words) => {
    await expect(read(bytes)).rejects.toThrow(words);
  });

  it('pictures larger than 4,096 pixels are refused before they are decoded', async () => {
    const head = new Uint8Array(32);
    new DataView(head.buffer).setUint32(0, 0x89504e47);
    new DataView(head.buffer).setUint32(16, 5000);
    new DataView(head.buffer).setUint32(20, 10);
    const file = triangle((json) => {
      json['materials'] = [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }];
      json['textures'] = [{ source: 0 }];
      json['images'] = [{ uri: 'wide.png' }];
    });
    const decode = () => Promise.reject(new Error('not to be asked'));
    await expect(readModel(file, () => Promise.resolve(head), decode)).rejects.toThrow(/5000 × 10 pixels large; at most 4096/);
  });
});

describe('the library', () => {
  const plan = (model: string, turn = 0): FloorPlan => ({
    name: 'one',
    tickSeconds: 1,
    nodes: [{ name: 'Lathe', kind: 'station', position: [0, 0], servers: 1, firstPlace: 0, capacity: 1, look: { model, turn, scale: 1 } }],
    edges: [],
    products: [{ name: 'part', color: undefined, look: 'gear' }],
  });
  const asked: string[] = [];
  const library = new Library('https://plant.example/page/models/', (async (address: URL) => {
    asked.push(address.href);
    return address.pathname.endsWith('good.gltf') ? new Response(triangle()) : new Response('', { status: 404 });
  }) as typeof fetch);
  const base = 'https://plant.example/scenes/line.json?x=1';

  it.each([
    'https://elsewhere.example/good.gltf',
    '//elsewhere.example/good.gltf',
    '../good.gltf',
    '/good.gltf',
    'a/../../good.gltf',
    'a/%2e%2e/%2e%2e/good.gltf',
    'a%2f..%2f..%2fgood.gltf',
    'file:///etc/good.gltf',
    'data:,good.gltf',
    'https://me@plant.example/scenes/good.gltf',
  ])('fetches nothing from %s', async (address) => {
    asked.length = 0;
    const { models, problems } = await library.load(plan(address), { base, files: {} });
    expect(asked).toEqual([]);
    expect(models).toEqual({});
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`The model of "Lathe", ${address}, cannot be shown`);
    expect(problems[0]).toContain('does not lie beside the scene');
  });

  it('takes what lies beside the scene, once, and says what is missing or came without its folder', async () => {
    asked.length = 0;
    const one = await library.load(plan('parts/good.gltf'), { base, files: {} });
    const again = await library.load(plan('parts/good.gltf'), { base, files: {} });
    expect(asked).toEqual(['https://plant.example/scenes/parts/good.gltf']);
    expect(one.problems).toEqual([]);
    expect(Object.values(one.models)).toEqual(Object.values(again.models));
    expect((await library.load(plan('bad.glb'), { base, files: {} })).problems).toEqual([
      'The model of "Lathe", bad.glb, cannot be shown: bad.glb could not be fetched (the server answers 404). A plain shape stands in its place.',
    ]);
    expect((await library.load(plan('good.gltf'), { base: undefined, files: {} })).problems[0]).toContain('the scene came alone');
  });

  it('takes files opened with the scene, turned as it says, and reads them anew when they change', async () => {
    const files = (bytes: Uint8Array<ArrayBuffer>) => ({ 'mine/good.gltf': new Blob([bytes]) });
    const load = async (bytes: Uint8Array<ArrayBuffer>, turn: number) =>
      Object.values((await library.load(plan('good.gltf', turn), { base: undefined, files: files(bytes) })).models)[0]!;
    const model = await load(triangle(), 90);
    // One metre east becomes, a quarter turn clockwise seen from above, one metre south; in the middle, on the ground.
    expect(model.high.map((value) => Math.round(value * 1e5) / 1e5)).toEqual([0, 0.5, 1]);
    expect(await load(triangle(), 90)).toBe(model);
    const changed = await load(
      triangle((file) => (file['nodes'][0].scale = [1, 2, 1])),
      90,
    );
    expect(changed.high[2]).toBeCloseTo(2, 5);
  });
});
