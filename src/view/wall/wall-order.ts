/**
 * Which twin stands where, on the GPU: keys by the figure that sorts, a bitonic sort of pairs of key and number, the colour scale from the
 * sorted figures, places, and sums over what is shown. Nothing is read back for it.
 */
import rankTwins from '../../../shaders/wall/rank-twins.wgsl?link';
import readScale from '../../../shaders/wall/read-scale.wgsl?link';
import sortPairs from '../../../shaders/wall/sort-pairs.wgsl?link';
import sumShown from '../../../shaders/wall/sum-shown.wgsl?link';
import tellTwins from '../../../shaders/wall/tell-twins.wgsl?link';
import weighTwins from '../../../shaders/wall/weigh-twins.wgsl?link';
import { type Showing, TILE_WORDS, TOLD_WORDS, WALL_BYTES } from './words.ts';

const WORKGROUP = 256;
/** Dynamic offsets of uniforms are multiples of this, by the default limits. */
const ALIGNMENT = 256;

/** The steps that sort so many pairs (a power of two): the words of `Turn` in shaders/wall/pair.wgsl. */
function turnsOf(pairs: number): { run: number; apart: number }[] {
  const turns: { run: number; apart: number }[] = [];
  for (let run = 2; run <= pairs; run *= 2) for (let apart = run / 2; apart >= 1; apart /= 2) turns.push({ run, apart });
  return turns;
}

export class WallOrder {
  readonly device: GPUDevice;
  readonly wall: GPUBuffer;
  readonly told: GPUBuffer;
  tiles!: GPUBuffer;
  order!: GPUBuffer;
  private pairs!: GPUBuffer;
  private turnWords!: GPUBuffer;
  private turns: { run: number; apart: number }[] = [];
  private twins = 0;
  private readonly layouts: [wall: GPUBindGroupLayout, turn: GPUBindGroupLayout];
  private groups!: [wall: GPUBindGroup, turn: GPUBindGroup];
  private readonly kernels: Record<'weigh' | 'sort' | 'scale' | 'rank' | 'sum' | 'tell', GPUComputePipeline>;

  constructor(device: GPUDevice) {
    this.device = device;
    const { UNIFORM, COPY_DST, COPY_SRC, STORAGE } = GPUBufferUsage;
    this.wall = device.createBuffer({ label: 'wall', size: WALL_BYTES, usage: UNIFORM | COPY_DST });
    this.told = device.createBuffer({ label: 'told', size: TOLD_WORDS * 4, usage: STORAGE | COPY_SRC });
    const visibility = GPUShaderStage.COMPUTE;
    const storage: GPUBindGroupLayoutEntry[] = [3, 4, 5].map((binding) => ({ binding, visibility, buffer: { type: 'storage' } }));
    this.layouts = [
      device.createBindGroupLayout({
        entries: [
          { binding: 0, visibility, buffer: { type: 'uniform' } },
          { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
          ...storage,
        ],
      }),
      device.createBindGroupLayout({
        entries: [
          { binding: 0, visibility, buffer: { type: 'storage' } },
          { binding: 1, visibility, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 8 } },
        ],
      }),
    ];
    const layout = device.createPipelineLayout({ bindGroupLayouts: this.layouts });
    const kernel = (label: string, code: string) =>
      device.createComputePipeline({ label, layout, compute: { module: device.createShaderModule({ label, code }) } });
    this.kernels = {
      weigh: kernel('weigh twins', weighTwins),
      sort: kernel('sort pairs', sortPairs),
      scale: kernel('read scale', readScale),
      rank: kernel('rank twins', rankTwins),
      sum: kernel('sum shown', sumShown),
      tell: kernel('tell twins', tellTwins),
    };
  }

  /** Takes the glances of other twins: `twins` of them. */
  show(glances: GPUBuffer, twins: number): void {
    const { device } = this;
    const { COPY_DST, COPY_SRC, STORAGE, UNIFORM } = GPUBufferUsage;
    if (twins !== this.twins) {
      this.free();
      this.twins = twins;
      const pairs = Math.max(WORKGROUP, 2 ** Math.ceil(Math.log2(twins)));
      this.turns = turnsOf(pairs);
      const storage = (label: string, words: number) =>
        device.createBuffer({ label, size: words * 4, usage: STORAGE | COPY_DST | COPY_SRC });
      this.pairs = storage('pairs', pairs * 2);
      this.tiles = storage('tiles', twins * TILE_WORDS);
      this.order = storage('order', twins);
      this.turnWords = device.createBuffer({ size: (2 + this.turns.length) * ALIGNMENT, usage: UNIFORM | COPY_DST });
      const words = new Uint32Array(this.turnWords.size / 4);
      // The first two turns are the weighing: for colours, for places.
      words[ALIGNMENT / 4] = 1;
      this.turns.forEach(({ run, apart }, i) => words.set([run, apart], ((2 + i) * ALIGNMENT) / 4));
      device.queue.writeBuffer(this.turnWords, 0, words);
    }
    const { wall, tiles, order, told, pairs } = this;
    const group = (layout: GPUBindGroupLayout, buffers: Record<number, GPUBuffer>, size?: number) =>
      device.createBindGroup({
        layout,
        entries: Object.entries(buffers).map(([binding, buffer]) => ({
          binding: Number(binding),
          resource: { buffer, ...(size !== undefined && buffer === this.turnWords ? { size } : {}) },
        })),
      });
    this.groups = [
      group(this.layouts[0], { 0: wall, 1: glances, 3: tiles, 4: order, 5: told }),
      group(this.layouts[1], { 0: pairs, 1: this.turnWords }, 8),
    ];
  }

  /** Puts every twin in its place, by the words of the wall as they stand, which are of this showing; `ofEnded` as there. */
  arrange(pass: GPUComputePassEncoder, showing: Showing, ofEnded = false): void {
    const { kernels, twins, turns } = this;
    const pairs = this.pairs.size / 8;
    const run = (kernel: keyof typeof kernels, turn: number, groups: number) => {
      pass.setPipeline(kernels[kernel]);
      pass.setBindGroup(1, this.groups[1], [turn * ALIGNMENT]);
      pass.dispatchWorkgroups(groups);
    };
    const sort = () => turns.forEach((_, i) => run('sort', 2 + i, Math.ceil(pairs / 2 / WORKGROUP)));
    pass.setBindGroup(0, this.groups[0]);
    run('weigh', 0, pairs / WORKGROUP);
    sort();
    run('scale', 0, 1);
    // What is sorted for the scale already, or stands in its order from the first, is not sorted again.
    const plain = !showing.descending && !showing.hides;
    if (!plain || ofEnded || showing.sortBy !== showing.colourBy) {
      run('weigh', 1, pairs / WORKGROUP);
      if (!plain || showing.sortBy !== 'number') sort();
    }
    run('rank', 0, Math.ceil(twins / WORKGROUP));
    run('sum', 0, 1);
  }

  /** Looks up the twins that are pointed at. */
  tell(pass: GPUComputePassEncoder): void {
    pass.setBindGroup(0, this.groups[0]);
    pass.setBindGroup(1, this.groups[1], [0]);
    pass.setPipeline(this.kernels.tell);
    pass.dispatchWorkgroups(2);
  }

  dispose(): void {
    this.free();
    this.wall.destroy();
    this.told.destroy();
  }

  private free(): void {
    if (this.twins === 0) return;
    for (const buffer of [this.pairs, this.tiles, this.order, this.turnWords]) buffer.destroy();
  }
}
