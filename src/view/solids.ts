/** Everything that stands on the floor: three bevelled meshes, and the machines, rails, sources and sinks made of them. */
import code from '../../shaders/render/solid.wgsl?link';
import { isWay } from './plan.ts';
import { BED, BELT_HALF, LANE, MACHINE, type Site } from './site.ts';
import type { Stage } from './stage.ts';
import { type Paint, paint } from './theme.ts';

/** Words of one `Solid` in solid-instance.wgsl. */
export const SOLID_WORDS = 12;
const NOBODY = 0xffffffff;

/** Vertices of nine floats: the corner of the unit shape, how the bevel draws it in, the normal. Faces turn counter-clockwise seen from outside. */
interface Mesh {
  vertices: Float32Array<ArrayBuffer>;
  indices: Uint16Array<ArrayBuffer>;
  /** First index and number of indices of each shape. */
  shapes: Record<ShapeName, { first: number; count: number }>;
}

type ShapeName = 'box' | 'drum' | 'wedge';

const DRUM_SIDES = 28;

function buildMesh(): Mesh {
  const vertices: number[] = [];
  const indices: number[] = [];
  const shape = (outline: [number, number][]) => {
    const first = indices.length;
    prism(outline, vertices, indices);
    return { first, count: indices.length - first };
  };
  const drum = Array.from({ length: DRUM_SIDES }, (_, i): [number, number] => {
    const angle = (i / DRUM_SIDES) * 2 * Math.PI;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const box: [number, number][] = [
    [1, 1],
    [-1, 1],
    [-1, -1],
    [1, -1],
  ];
  const wedge: [number, number][] = [
    [1, 0],
    [-1, 1],
    [-1, -1],
  ];
  const shapes = { box: shape(box), drum: shape(drum), wedge: shape(wedge) };
  return { vertices: Float32Array.from(vertices), indices: Uint16Array.from(indices), shapes };
}

/** An upright prism over a convex outline, its upper and upright edges bevelled. What stands on the ground shows no lower face. */
function prism(outline: [number, number][], vertices: number[], indices: number[]): void {
  const count = outline.length;
  const normals = outline.map(([x0, y0], i): [number, number] => {
    const [x1, y1] = outline[(i + 1) % count]!;
    const length = Math.hypot(x1 - x0, y1 - y0);
    return [(y1 - y0) / length, -(x1 - x0) / length];
  });
  type Vertex = [corner: [number, number, number], inset: [number, number, number], normal: [number, number, number]];
  const face = (points: Vertex[]) => {
    const base = vertices.length / 9;
    for (const point of points) vertices.push(...point.flat());
    for (let i = 2; i < points.length; i++) indices.push(base, base + i - 1, base + i);
  };
  const outward = Math.sign(normals[0]![0] * outline[0]![0] + normals[0]![1] * outline[0]![1]) || 1;
  for (const normal of normals) {
    normal[0] *= outward;
    normal[1] *= outward;
  }
  /** Of corner i: the sum of its two faces' normals, scaled so that both faces draw in by one. */
  const mitre = (i: number): [number, number] => {
    const a = normals[(i + count - 1) % count]!;
    const b = normals[i]!;
    const scale = 1 / (1 + a[0] * b[0] + a[1] * b[1]);
    return [(a[0] + b[0]) * scale, (a[1] + b[1]) * scale];
  };
  const at = (i: number, z: number): [number, number, number] => [outline[i % count]![0], outline[i % count]![1], z];
  const top: Vertex[] = [];
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    const n: [number, number, number] = [...normals[i]!, 0];
    const slant: [number, number, number] = [n[0] * Math.SQRT1_2, n[1] * Math.SQRT1_2, Math.SQRT1_2];
    const m0 = mitre(i);
    const m1 = mitre(next);
    face([
      [at(i, -1), [0, 0, 0], n],
      [at(next, -1), [0, 0, 0], n],
      [at(next, 1), [0, 0, 1], n],
      [at(i, 1), [0, 0, 1], n],
    ]);
    face([
      [at(i, 1), [0, 0, 1], slant],
      [at(next, 1), [0, 0, 1], slant],
      [at(next, 1), [...m1, 0], slant],
      [at(i, 1), [...m0, 0], slant],
    ]);
    top.push([at(i, 1), [...m0, 0], [0, 0, 1]]);
  }
  face(top);
}

export interface Solid {
  shape: ShapeName;
  centre: [x: number, y: number, z: number];
  yaw?: number;
  half: [x: number, y: number, z: number];
  chamfer: number;
  /** By name, or by its number in the palette. */
  paint: Paint | number;
  place?: number;
}

/** Solids as the shader reads them, grouped by shape. */
export interface Solids {
  words: Uint32Array<ArrayBuffer>;
  groups: { shape: ShapeName; first: number; count: number }[];
}

export function buildSolids(site: Site): Solids {
  const solids: Solid[] = [];
  site.plan.nodes.forEach((node, n) => {
    const { x, y, flow } = site.places[n]!;
    const box = site.boxes[n]!;
    const yaw = flow > 0 ? 0 : Math.PI;
    switch (node.kind) {
      case 'station':
        for (let server = 0; server < node.servers; server++) {
          const spot = 4 * (site.firstSlot[n]! + server);
          solids.push(...machine(site.slots[spot]!, site.slots[spot + 1]!, node.firstPlace + server));
        }
        break;
      case 'conveyor':
        solids.push(...conveyor(site, n));
        break;
      case 'transfer':
      case 'buffer':
        if (isWay(node)) break;
        for (const edge of [box.north + 0.03, box.south - 0.03]) {
          solids.push({
            shape: 'box',
            centre: [x, edge, 0.08],
            half: [(box.right - box.left) / 2, 0.03, 0.08],
            chamfer: 0.02,
            paint: 'laneEdge',
          });
        }
        break;
      case 'source':
        solids.push({ shape: 'wedge', centre: [x - 0.12 * flow, y, 0.03], yaw, half: [0.52, 0.5, 0.03], chamfer: 0.02, paint: 'source' });
        solids.push({ shape: 'box', centre: [x - 0.38 * flow, y, 0.25], half: [0.14, 0.5, 0.25], chamfer: 0.05, paint: 'source' });
        break;
      case 'sink':
        solids.push({ shape: 'drum', centre: [x, y, 0.03], half: [0.56, 0.56, 0.03], chamfer: 0.02, paint: 'sink' });
        solids.push({ shape: 'box', centre: [x + 0.4 * flow, y, 0.25], half: [0.1, 0.42, 0.25], chamfer: 0.05, paint: 'sink' });
        break;
    }
  });
  return encodeSolids(solids);
}

export function encodeSolids(solids: Solid[]): Solids {
  const words = new Uint32Array(Math.max(1, solids.length) * SOLID_WORDS);
  const floats = new Float32Array(words.buffer);
  const groups: Solids['groups'] = [];
  let written = 0;
  for (const shape of ['box', 'drum', 'wedge'] as const) {
    const first = written;
    for (const solid of solids) {
      if (solid.shape !== shape) continue;
      const at = written++ * SOLID_WORDS;
      floats.set([...solid.centre, solid.yaw ?? 0, ...solid.half, solid.chamfer], at);
      words.set([typeof solid.paint === 'number' ? solid.paint : paint(solid.paint), solid.place ?? NOBODY], at + 8);
    }
    groups.push({ shape, first, count: written - first });
  }
  return { words, groups };
}

/** A belt between two rails, with arrows on it that say which way it runs. */
function conveyor(site: Site, n: number): Solid[] {
  const { start, axis, drawn } = site.belts[n]!;
  const yaw = Math.atan2(axis[1], axis[0]);
  const at = (along: number, across: number, z: number): Solid['centre'] => [
    start[0] + axis[0] * along - axis[1] * across,
    start[1] + axis[1] * along + axis[0] * across,
    z,
  ];
  const bed = BELT_HALF - 0.06;
  const arrows = Math.max(1, Math.floor(drawn / 1.2));
  return [
    { shape: 'box', centre: at(drawn / 2, 0, LANE / 2), yaw, half: [drawn / 2, bed, LANE / 2], chamfer: 0.02, paint: 'bed' },
    ...[-1, 1].map(
      (side): Solid => ({
        shape: 'box',
        centre: at(drawn / 2, side * (BELT_HALF - 0.03), 0.09),
        yaw,
        half: [drawn / 2, 0.03, 0.09],
        chamfer: 0.02,
        paint: 'laneEdge',
      }),
    ),
    ...Array.from(
      { length: arrows },
      (_, i): Solid => ({
        shape: 'wedge',
        centre: at((drawn * (i + 0.5)) / arrows, 0, LANE + 0.006),
        yaw,
        half: [0.13, 0.12, 0.006],
        chamfer: 0.002,
        paint: 'arrow',
      }),
    ),
  ];
}

/** A bed on the flow line, and north of it the body that shows the state. */
function machine(x: number, y: number, place: number): Solid[] {
  const body = y - MACHINE.bed / 2 - MACHINE.gap - MACHINE.body / 2;
  return [
    { shape: 'box', centre: [x, y, BED / 2], half: [MACHINE.width / 2, MACHINE.bed / 2, BED / 2], chamfer: 0.05, paint: 'bed' },
    {
      shape: 'box',
      centre: [x, body, MACHINE.height / 2],
      half: [MACHINE.width / 2, MACHINE.body / 2, MACHINE.height / 2],
      chamfer: 0.07,
      paint: 'starved',
      place,
    },
  ];
}

/** Draws the fixed solids, those that the host places at each moment, and the parts that a kernel has placed. */
export class SolidPass {
  private readonly stage: Stage;
  private readonly mesh = buildMesh();
  private readonly layout: GPUBindGroupLayout;
  private readonly pipeline: GPURenderPipeline;
  private readonly vertices: GPUBuffer;
  private readonly indices: GPUBuffer;
  private fixed: { buffer: GPUBuffer; bindings: GPUBindGroup; groups: Solids['groups'] } | undefined;
  private moving: { buffer: GPUBuffer; bindings: GPUBindGroup; groups: Solids['groups'] } | undefined;
  private parts: { buffer: GPUBuffer; bindings: GPUBindGroup } | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    const { device } = stage;
    this.layout = stage.instances();
    this.pipeline = stage.pipeline('solids', device.createShaderModule({ label: 'solid', code }), this.layout, 'solids', {
      vertex: {
        arrayStride: 36,
        attributes: [0, 1, 2].map((shaderLocation) => ({ shaderLocation, offset: 12 * shaderLocation, format: 'float32x3' as const })),
      },
    });
    const { vertices, indices } = this.mesh;
    this.vertices = device.createBuffer({ size: vertices.byteLength, usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST });
    this.indices = device.createBuffer({
      size: Math.ceil(indices.byteLength / 4) * 4,
      usage: GPUBufferUsage.INDEX | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(this.vertices, 0, vertices);
    // Whole words are written: an odd number of indices is padded.
    const padded = new Uint16Array(Math.ceil(indices.length / 2) * 2);
    padded.set(indices);
    device.queue.writeBuffer(this.indices, 0, padded);
  }

  /** Indices of the mesh of a part, which is the first in the list: a box. */
  get partIndices(): number {
    return this.mesh.shapes.box.count;
  }

  set({ words, groups }: Solids): void {
    this.fixed?.buffer.destroy();
    const buffer = this.stage.storage(words.byteLength);
    this.stage.device.queue.writeBuffer(buffer, 0, words);
    this.fixed = { buffer, bindings: this.bind(buffer), groups };
  }

  /** What moves this moment; undefined: nothing. */
  move(solids: Solids | undefined): void {
    if (!solids) {
      this.moving?.buffer.destroy();
      this.moving = undefined;
      return;
    }
    const { words, groups } = solids;
    if (!this.moving || this.moving.buffer.size < words.byteLength) {
      this.moving?.buffer.destroy();
      const buffer = this.stage.storage(2 * words.byteLength);
      this.moving = { buffer, bindings: this.bind(buffer), groups };
    }
    this.moving.groups = groups;
    this.stage.device.queue.writeBuffer(this.moving.buffer, 0, words);
  }

  run(pass: GPURenderPassEncoder, parts: { parts: GPUBuffer; draw: GPUBuffer } | undefined): void {
    pass.setPipeline(this.pipeline);
    pass.setVertexBuffer(0, this.vertices);
    pass.setIndexBuffer(this.indices, 'uint16');
    for (const solids of [this.fixed, this.moving]) {
      if (!solids) continue;
      pass.setBindGroup(1, solids.bindings);
      for (const { shape, first, count } of solids.groups) {
        const range = this.mesh.shapes[shape];
        if (count > 0) pass.drawIndexed(range.count, count, range.first, 0, first);
      }
    }
    if (!parts) return;
    if (this.parts?.buffer !== parts.parts) this.parts = { buffer: parts.parts, bindings: this.bind(parts.parts) };
    pass.setBindGroup(1, this.parts.bindings);
    pass.drawIndexedIndirect(parts.draw, 0);
  }

  dispose(): void {
    for (const buffer of [this.vertices, this.indices, this.fixed?.buffer, this.moving?.buffer]) buffer?.destroy();
  }

  private bind(buffer: GPUBuffer): GPUBindGroup {
    return this.stage.device.createBindGroup({ layout: this.layout, entries: [{ binding: 0, resource: { buffer } }] });
  }
}
