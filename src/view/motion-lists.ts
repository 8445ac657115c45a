/** What is seen of many instances, as lists that can be drawn: a kernel fills them each frame. */
import code from '../../shaders/motion/list-things.wgsl?link';
import { type Link, type Model, NOBODY, VERTEX_WORDS } from './model.ts';
import { type Buffers, Kernel } from './motion-buffers.ts';
import type { Lens, MovingList } from './motion.ts';

const LENS_WORDS = 28;
const LISTING_WORDS = 12;

/** Instances of one kind, and the lists they go into. */
interface Batch {
  kind: MovingList['kind'];
  model: Model;
  link: number;
  /** Instances `link`, `link + stride`, …; `count` of them, or, of the kind `of` in their spare word, as many as are placed. */
  stride: number;
  count: number;
  of: number;
  /** Device pixels across, below which a thing goes into the far list; 0: there is none. */
  small: number;
  near: MovingList;
  far: MovingList | undefined;
  listing: GPUBuffer;
  bindings: GPUBindGroup | undefined;
}

export class Lists {
  readonly lists: MovingList[] = [];
  private readonly buffers: Buffers;
  private readonly kernel: Kernel;
  private readonly lens: GPUBuffer;
  private readonly dummy: GPUBuffer;
  private readonly batches: Batch[] = [];
  private draws: GPUBuffer | undefined;
  private readonly template: number[] = [];
  private readonly placed: GPUBuffer;

  /** @param placed the word that counts the instances of parts. */
  constructor(buffers: Buffers, placed: GPUBuffer) {
    this.buffers = buffers;
    this.placed = placed;
    this.kernel = new Kernel(buffers.device, 'list things', code);
    this.lens = buffers.uniform('lens', 4 * LENS_WORDS);
    this.dummy = buffers.storage('no list', 4);
  }

  /** Every `stride`th of `count` instances, from number `link` on: links of figures. */
  addLink(kind: MovingList['kind'], name: string, model: Model, link: number, instances: GPUBuffer, count: number): void {
    const near = this.list(kind, name, link, model.links[link]!, instances, count);
    this.batch({ kind, model, link, stride: model.links.length, count, of: NOBODY, small: 0, near, far: undefined });
  }

  /** Those of the placed parts whose model is number `of`; `far`: the model that stands for them where they are small. */
  addParts(
    of: number,
    name: string,
    model: Model,
    far: { name: string; model: Model; small: number } | undefined,
    instances: GPUBuffer,
  ): void {
    const first = model.links.findIndex(({ count }) => count > 0);
    const link = Math.max(0, first);
    const near = this.list('part', name, link, model.links[link]!, instances, 0);
    const small = far && this.list('part', far.name, 0, far.model.links[0]!, instances, 0);
    this.batch({ kind: 'part', model, link, stride: 1, count: 0, of, small: far?.small ?? 0, near, far: small });
  }

  /** The parts' instances are in another buffer from now on. */
  setParts(instances: GPUBuffer, capacity: number): void {
    for (const batch of this.batches) {
      if (batch.kind !== 'part') continue;
      for (const list of [batch.near, batch.far]) {
        if (!list) continue;
        this.buffers.free(list.order);
        list.order = this.buffers.storage('order', 4 * capacity);
        list.instances = instances;
      }
      batch.bindings = undefined;
    }
  }

  /** Makes the draws ready. After the last list has been added. */
  close(): void {
    const { buffers } = this;
    this.draws = buffers.make(
      'draws',
      4 * this.template.length + 4,
      GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_SRC,
    );
    for (const list of this.lists) list.draw = this.draws;
    for (const batch of this.batches) {
      const words = new Uint32Array(LISTING_WORDS);
      const floats = new Float32Array(words.buffer);
      floats.set(ballAround(batch.model, batch.model.links[batch.link]!));
      const counter = (list: MovingList | undefined) => (list ? list.offset / 4 + 1 : this.template.length);
      words.set([batch.of === NOBODY ? batch.link : 0, batch.stride, batch.of, batch.count, counter(batch.near), counter(batch.far)], 4);
      floats[10] = batch.small;
      buffers.device.queue.writeBuffer(batch.listing, 0, words);
    }
  }

  /** Empties all lists, to be filled by `run`. */
  begin(lens: Lens): void {
    const { queue } = this.buffers.device;
    queue.writeBuffer(this.draws!, 0, Uint32Array.from([...this.template, 0]));
    const words = new Float32Array(LENS_WORDS);
    words.set(planesOf(lens.clip));
    words.set([...lens.eye, lens.focal], 24);
    queue.writeBuffer(this.lens, 0, words);
  }

  /** @param parts that there are at most. */
  run(pass: GPUComputePassEncoder, parts: number): void {
    for (const batch of this.batches) {
      const { near, far, listing, of, count } = batch;
      batch.bindings ??= this.kernel.bind(0, [
        this.lens,
        listing,
        near.instances,
        this.placed,
        this.draws!,
        near.order,
        far?.order ?? this.dummy,
      ]);
      this.kernel.run(pass, [batch.bindings], Math.ceil((of === NOBODY ? count : parts) / 64));
    }
  }

  private list(kind: MovingList['kind'], model: string, link: number, shape: Link, instances: GPUBuffer, capacity: number): MovingList {
    const order = this.buffers.storage('order', 4 * capacity);
    const list: MovingList = { model, link, kind, instances, order, draw: order, offset: 4 * this.template.length };
    this.template.push(shape.count, 0, shape.first, 0, 0);
    this.lists.push(list);
    return list;
  }

  private batch(batch: Omit<Batch, 'listing' | 'bindings'>): void {
    this.batches.push({ ...batch, listing: this.buffers.uniform('listing', 4 * LISTING_WORDS), bindings: undefined });
  }
}

/**
 * The six half-spaces of a frustum from its matrix (Gribb and Hartmann 2001: sums and differences of its rows; depth from 0 to 1), four floats each,
 * inside where ax + by + cz + d ≥ 0, normals of length 1.
 */
function planesOf(clip: Float32Array): Float32Array {
  const row = (r: number) => [0, 1, 2, 3].map((column) => clip[4 * column + r]!);
  const [x, y, z, w] = [row(0), row(1), row(2), row(3)];
  const sum = (a: number[], b: number[], sign: number) => a.map((value, i) => value + sign * b[i]!);
  const planes = [sum(w, x, 1), sum(w, x, -1), sum(w, y, 1), sum(w, y, -1), z, sum(w, z, -1)];
  return Float32Array.from(
    planes.flatMap((plane) => {
      const length = Math.hypot(plane[0]!, plane[1]!, plane[2]!);
      // A matrix that leaves a side open leaves it open here.
      return length > 1e-12 ? plane.map((value) => value / length) : [0, 0, 0, 1];
    }),
  );
}

/** A ball about the box of a link's shape, in its frame: x, y, z, radius. */
function ballAround({ vertices, indices }: Model, { first, count }: Link): number[] {
  const floats = new Float32Array(vertices.buffer, vertices.byteOffset, vertices.length);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const i of indices.subarray(first, first + count)) {
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, floats[i * VERTEX_WORDS + axis]!);
      high[axis] = Math.max(high[axis]!, floats[i * VERTEX_WORDS + axis]!);
    }
  }
  if (count === 0) return [0, 0, 0, 0];
  const middle = low.map((value, axis) => (value + high[axis]!) / 2);
  return [...middle, Math.hypot(...low.map((value, axis) => (high[axis]! - value) / 2))];
}
