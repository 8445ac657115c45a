/** Places people and machines with joints: where each stands and how far it is in its clip, and from these every link. */
import chains from '../../shaders/motion/place-chains.wgsl?link';
import people from '../../shaders/motion/place-people.wgsl?link';
import machines from '../../shaders/motion/step-machines.wgsl?link';
import type { Kinematics } from './kinematics.ts';
import { INSTANCE_WORDS, type Instance, type Machine, type Model, NOBODY, type Scenery, encodeInstances } from './model.ts';
import { type Buffers, Kernel } from './motion-buffers.ts';
import type { Lists } from './motion-lists.ts';
import { LEG_CONSTANTS } from './motion-parts.ts';
import { paint } from './theme.ts';

const WORKGROUP = 64;

/** Figures of one model. */
interface Chain {
  bindings: GPUBindGroup;
  count: number;
}

export class FiguresPass {
  /** People first, one instance each by number: where they stand; then machines. */
  readonly figures: GPUBuffer;
  readonly people: number;
  private readonly buffers: Buffers;
  private readonly machineCount: number;
  private readonly chain: Kernel;
  private readonly chains: Chain[] = [];
  private readonly walk: { kernel: Kernel; groups: GPUBindGroup[] } | undefined;
  private readonly step: { kernel: Kernel; groups: GPUBindGroup[]; moment: GPUBuffer } | undefined;

  /** @param timeline moment (of people), legs, places, points, ticks. */
  constructor(buffers: Buffers, scenery: Scenery, kinematics: Kinematics, timeline: GPUBuffer[], lists: Lists) {
    this.buffers = buffers;
    const person = scenery.models[scenery.person.model];
    this.people = person ? kinematics.firstLeg.length - 1 : 0;
    const byModel = new Map<string, Machine[]>();
    for (const machine of scenery.machines) {
      const group = byModel.get(machine.model);
      if (group) group.push(machine);
      else if (scenery.models[machine.model]) byModel.set(machine.model, [machine]);
    }
    const ordered = [...byModel.values()].flat();
    this.machineCount = ordered.length;
    this.figures = buffers.storage('figures', 4 * INSTANCE_WORDS * (this.people + ordered.length));
    this.chain = new Kernel(buffers.device, 'place chains', chains);
    if (person && this.people > 0) {
      this.addChain('person', scenery.person.model, person, 0, this.people, lists);
      const gait = gaitOf(person, scenery.person.stride);
      const kernel = new Kernel(buffers.device, 'place people', people, LEG_CONSTANTS);
      const uniform = buffers.upload('gait', gait, GPUBufferUsage.UNIFORM);
      const firstLeg = buffers.upload('first legs', kinematics.firstLeg);
      this.walk = { kernel, groups: [kernel.bind(0, timeline), kernel.bind(1, [this.figures, firstLeg, uniform])] };
    }
    if (ordered.length === 0) return;
    let first = this.people;
    for (const [name, group] of byModel) {
      this.addChain('machine', name, scenery.models[name]!, first, group.length, lists);
      first += group.length;
    }
    buffers.device.queue.writeBuffer(this.figures, 4 * INSTANCE_WORDS * this.people, encodeInstances(ordered.map(rootOf)));
    const kernel = new Kernel(buffers.device, 'step machines', machines);
    const moment = buffers.uniform('moment of machines', 16);
    const cycles = buffers.upload('cycles', kinematics.cycles);
    const table = buffers.upload('machines', tableOf(ordered, scenery, kinematics));
    this.step = { kernel, moment, groups: [kernel.bind(0, [moment, cycles, table, this.figures])] };
  }

  prepare(tick: number, fraction: number): void {
    if (!this.step) return;
    const words = Uint32Array.of(tick, 0, this.machineCount, this.people);
    new Float32Array(words.buffer)[1] = fraction;
    this.buffers.device.queue.writeBuffer(this.step.moment, 0, words);
  }

  run(pass: GPUComputePassEncoder): void {
    this.walk?.kernel.run(pass, this.walk.groups, Math.ceil(this.people / WORKGROUP));
    this.step?.kernel.run(pass, this.step.groups, Math.ceil(this.machineCount / WORKGROUP));
    for (const { bindings, count } of this.chains) this.chain.run(pass, [bindings], Math.ceil(count / WORKGROUP));
  }

  private addChain(kind: 'person' | 'machine', name: string, model: Model, firstFigure: number, count: number, lists: Lists): void {
    const { buffers } = this;
    const instances = buffers.storage(`links of ${name}`, 4 * INSTANCE_WORDS * count * model.links.length);
    const uniform = buffers.upload('chain', Uint32Array.of(model.links.length, count, firstFigure, 0), GPUBufferUsage.UNIFORM);
    const links = Uint32Array.from(model.links, ({ parent }) => (parent < 0 ? NOBODY : parent));
    const { table, poses } = clipsOf(model);
    const bindings = this.chain.bind(0, [
      uniform,
      buffers.upload('links', links),
      buffers.upload('clips', table),
      buffers.upload('poses', poses),
      buffers.upload('rests', restsOf(model)),
      this.figures,
      instances,
    ]);
    this.chains.push({ bindings, count });
    model.links.forEach((link, l) => {
      if (link.count > 0) lists.addLink(kind, name, model, l, instances, count);
    });
  }
}

/** Where a machine stands. */
const rootOf = ({ model, transform, paint: color, place, node }: Machine): Instance => ({
  model,
  link: 0,
  transform,
  paint: color,
  place,
  node,
});

/** A clip's number; that after the last is the links as they rest. */
function clipNumber(model: Model, ...names: string[]): number {
  const all = Object.keys(model.clips);
  const found = names.map((name) => all.indexOf(name)).find((index) => index >= 0);
  return found ?? all.length;
}

/** Words of `Gait` in place-people.wgsl. */
function gaitOf(model: Model, stride: number): Uint32Array<ArrayBuffer> {
  const idle = clipNumber(model, 'idle', 'rest');
  const words = Uint32Array.of(
    idle,
    clipNumber(model, 'walk', 'idle'),
    clipNumber(model, 'work', 'idle'),
    clipNumber(model, 'sit', 'idle', 'rest'),
    0,
    paint('accent'),
    paint('arrow'),
    paint('source'),
  );
  new Float32Array(words.buffer)[4] = Math.max(0.1, stride);
  return words;
}

/** Words of `Machine` in step-machines.wgsl. */
function tableOf(machinery: Machine[], { models }: Scenery, { firstCycle }: Kinematics): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(
    machinery.flatMap(({ model, place, clip }) => {
      const shape = models[model]!;
      return [firstCycle[place] ?? 0, firstCycle[place + 1] ?? 0, clipNumber(shape, clip), clipNumber(shape, 'rest', clip)];
    }),
  );
}

function clipsOf(model: Model): { table: Uint32Array<ArrayBuffer>; poses: Float32Array<ArrayBuffer> } {
  const clips = Object.values(model.clips);
  const poses = new Float32Array(
    Math.max(
      1,
      clips.reduce((sum, clip) => sum + clip.poses.length, 0),
    ),
  );
  const table: number[] = [];
  let first = 0;
  for (const clip of clips) {
    poses.set(clip.poses, first);
    table.push(first, clip.frames);
    first += clip.poses.length;
  }
  table.push(NOBODY, 1);
  return { table: Uint32Array.from(table), poses };
}

/** Three rows a link. */
function restsOf({ links }: Model): Float32Array<ArrayBuffer> {
  return Float32Array.from(links.flatMap(({ rest }) => [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => rest[4 * column + row]!))));
}
