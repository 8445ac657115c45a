/** What is painted on the ground of a site: footprints, lanes and their places, ways with arrows, and outlines of what is chosen. */
import code from '../../shaders/render/decal.wgsl?link';
import { isWay } from './plan.ts';
import { BELT_HALF, CREW, type CrewHome, PITCH, type Site } from './site.ts';
import type { Frame, Pipelines, Stage } from './stage.ts';
import { type Paint, paint } from './theme.ts';

/** Words of one `Decal` in decal.wgsl. */
const DECAL_WORDS = 12;

/** Metres on the ground; x east, y south. */
export interface Decal {
  centre: [x: number, y: number];
  /** Of length 1; else east. */
  axis?: [x: number, y: number];
  half: [along: number, across: number];
  /** Of the corners. */
  radius?: number;
  /** Width of its outline; else it is filled. */
  stroke?: number;
  /** Over which its edge fades; else over a pixel. */
  blur?: number;
  shape?: 'box' | 'chevron';
  paint: Paint;
  opacity?: number;
}

const WAY_WIDTH = 0.2;

/** In the order in which they are laid, one over the other. */
export function buildDecals(site: Site): Decal[] {
  const ways = site.ways.flatMap(wayDecals);
  const footprints = site.plan.nodes.flatMap((_, n) => nodeDecals(site, n));
  const arrows = site.ways.flatMap(arrowDecals);
  const homes = site.crews.flatMap(homeDecals);
  return [...ways, ...footprints, ...homes, ...arrows];
}

/** Outlines around the chosen element and the one under the pointer. */
export function buildOutlines(site: Site, selected: number | undefined, hovered: number | undefined): Decal[] {
  const outline = (n: number, stroke: number, opacity: number): Decal => ({
    ...footprint(site, n, 0.16),
    radius: 0.28,
    stroke,
    paint: 'accent',
    opacity,
  });
  const decals: Decal[] = [];
  if (hovered !== undefined && hovered !== selected) decals.push(outline(hovered, 0.05, 0.7));
  if (selected !== undefined)
    decals.push({ ...footprint(site, selected, 0.16), radius: 0.28, paint: 'accent', opacity: 0.1 }, outline(selected, 0.1, 1));
  return decals;
}

function footprint(site: Site, n: number, margin = 0): Pick<Decal, 'centre' | 'half'> {
  const { left, right, north, south } = site.boxes[n]!;
  return { centre: [(left + right) / 2, (north + south) / 2], half: [(right - left) / 2 + margin, (south - north) / 2 + margin] };
}

function wayDecals(way: Float32Array): Decal[] {
  const decals: Decal[] = [];
  for (let i = 3; i < way.length; i += 3) {
    const dx = way[i]! - way[i - 3]!;
    const dy = way[i + 1]! - way[i - 2]!;
    const length = Math.hypot(dx, dy);
    if (length < 1e-6) continue;
    decals.push({
      centre: [(way[i]! + way[i - 3]!) / 2, (way[i + 1]! + way[i - 2]!) / 2],
      axis: [dx / length, dy / length],
      // Round ends that overlap close the joints.
      half: [length / 2 + WAY_WIDTH / 2, WAY_WIDTH / 2],
      radius: WAY_WIDTH / 2,
      paint: 'way',
    });
  }
  return decals;
}

/** One arrow in the middle of every run that is long enough. */
function arrowDecals(way: Float32Array): Decal[] {
  const decals: Decal[] = [];
  for (let i = 3; i < way.length; i += 3) {
    const dx = way[i]! - way[i - 3]!;
    const dy = way[i + 1]! - way[i - 2]!;
    const length = Math.hypot(dx, dy);
    if (length < 0.6) continue;
    const axis: [number, number] = [dx / length, dy / length];
    const count = Math.max(1, Math.round(length / 5));
    for (let k = 0; k < count; k++) {
      const share = (k + 0.5) / count;
      decals.push({
        centre: [way[i - 3]! + dx * share, way[i - 2]! + dy * share],
        axis,
        half: [0.085, 0.15],
        shape: 'chevron',
        paint: 'arrow',
      });
    }
  }
  return decals;
}

/** A standing place for each person of a pool; of many people, one outline about all. */
function homeDecals({ spots }: CrewHome): Decal[] {
  const half = CREW.pitch / 2 - 0.08;
  if (spots.length > CREW.most) {
    const [[left, north], [, south], right] = [spots[0]!, spots.at(-1)!, Math.max(...spots.map(([x]) => x))];
    const [x, y]: [number, number] = [(right - left) / 2 + half, (south - north) / 2 + half];
    return [{ centre: [(left + right) / 2, (north + south) / 2], half: [x, y], radius: half, stroke: 0.025, paint: 'spot' }];
  }
  return spots.map((centre): Decal => ({ centre, half: [half, half], radius: half, stroke: 0.025, paint: 'spot' }));
}

function nodeDecals(site: Site, n: number): Decal[] {
  const node = site.plan.nodes[n]!;
  const decals: Decal[] = [];
  const slot = (k: number): [number, number] => [site.slots[4 * (site.firstSlot[n]! + k)]!, site.slots[4 * (site.firstSlot[n]! + k) + 1]!];
  switch (node.kind) {
    case 'station':
      decals.push({ ...footprint(site, n), radius: 0.16, paint: 'plinth' });
      decals.push({ ...footprint(site, n), radius: 0.16, stroke: 0.025, paint: 'plinthEdge' });
      break;
    case 'conveyor': {
      const { start, axis, drawn } = site.belts[n]!;
      const middle: [number, number] = [start[0] + (axis[0] * drawn) / 2, start[1] + (axis[1] * drawn) / 2];
      const half: [number, number] = [drawn / 2, BELT_HALF];
      decals.push({ centre: middle, axis, half, radius: 0.05, paint: 'lane' });
      break;
    }
    case 'transfer':
    case 'buffer': {
      if (isWay(node)) break;
      decals.push({ ...footprint(site, n), radius: 0.05, paint: 'lane' });
      const half = PITCH / 2 - 0.06;
      for (let k = 0; k < site.slotCount[n]!; k++)
        decals.push({ centre: slot(k), half: [half, half], radius: 0.05, stroke: 0.025, paint: 'spot' });
      break;
    }
    default:
      decals.push({ ...footprint(site, n, 0.05), radius: 0.1, stroke: 0.025, paint: 'plinthEdge' });
  }
  return decals;
}

function encode(decals: Decal[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(decals.length * DECAL_WORDS);
  const floats = new Float32Array(words.buffer);
  decals.forEach((decal, i) => {
    const at = i * DECAL_WORDS;
    floats.set([...decal.centre, ...(decal.axis ?? [1, 0]), ...decal.half, decal.radius ?? 0, decal.stroke ?? 0, decal.blur ?? 0], at);
    words.set([decal.shape === 'chevron' ? 1 : 0, paint(decal.paint)], at + 9);
    floats[at + 11] = decal.opacity ?? 1;
  });
  return words;
}

/** A list of decals and what draws them. */
export class DecalPass {
  private readonly stage: Stage;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines: Pipelines;
  private buffer: GPUBuffer | undefined;
  private bindings: GPUBindGroup | undefined;
  private count = 0;

  constructor(stage: Stage) {
    this.stage = stage;
    this.layout = stage.instances();
    this.pipelines = stage.pipelines('decals', stage.module('decal', code), [this.layout], 'paint', { topology: 'triangle-strip' });
  }

  set(decals: Decal[]): void {
    const words = encode(decals);
    this.count = decals.length;
    if (this.count === 0) return;
    if (!this.buffer || this.buffer.size < words.byteLength) {
      this.buffer?.destroy();
      this.buffer = this.stage.storage(words.byteLength);
      this.bindings = this.stage.device.createBindGroup({
        layout: this.layout,
        entries: [{ binding: 0, resource: { buffer: this.buffer } }],
      });
    }
    this.stage.device.queue.writeBuffer(this.buffer, 0, words);
  }

  run({ pass, hasty }: Frame): void {
    if (this.count === 0 || !this.bindings) return;
    pass.setPipeline(hasty ? this.pipelines.hasty : this.pipelines.full);
    pass.setBindGroup(1, this.bindings);
    pass.draw(4, this.count);
  }

  dispose(): void {
    this.buffer?.destroy();
  }
}
