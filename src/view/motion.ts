/**
 * All that moves, placed each frame by kernels from a prepared trace: parts, people, and machines with joints. What is seen of it is listed
 * by model and link, ready to be drawn indirectly.
 */
import { BENCH } from './looks/measures.ts';
import type { Kinematics } from './kinematics.ts';
import type { Scenery } from './model.ts';
import { afar } from './motion-afar.ts';
import { Buffers } from './motion-buffers.ts';
import { FiguresPass } from './motion-figures.ts';
import { LEG } from './motion-legs.ts';
import { Lists } from './motion-lists.ts';
import { legsKept, PartsPass } from './motion-parts.ts';
import { type Boxed, Picker } from './motion-pick.ts';
import { Places } from './motion-places.ts';
import type { Site } from './site.ts';
import type { Thing } from './things.ts';

/** How moves are drawn, in ticks: the longest a move or a shuffle may take, and the share of the stay it may take up. */
export interface Pace {
  travel: number;
  share: number;
}

/** What the camera sees: what is outside is not drawn, and what is small is drawn with less. */
export interface Lens {
  /** World to clip space, sixteen numbers by column; depth 0 … 1. */
  clip: Float32Array;
  /** Metres. */
  eye: [x: number, y: number, z: number];
  /** Device pixels of a metre at one metre's distance. */
  focal: number;
  /** Device pixels. */
  width: number;
  height: number;
}

/** One draw: a link of a model in as many places as `draw` says. */
export interface MovingList {
  /** Of `Scenery.models`. */
  model: string;
  link: number;
  kind: 'part' | 'person' | 'machine';
  /** `Instance` of shaders/render/instance.wgsl; `thing` is a part's serial number, somebody's number, or a machine's node. May be replaced by a larger one: ask each frame. */
  instances: GPUBuffer;
  /** By drawn instance its index into `instances`, u32. May be replaced likewise. */
  order: GPUBuffer;
  /** Arguments of an indexed indirect draw, at `offset` bytes. */
  draw: GPUBuffer;
  offset: number;
}

/** Words of `Moment` in legs.wgsl. */
const MOMENT_WORDS = 9;
/** Device pixels across, below which a part is drawn as a box. */
const SMALL = 6;
/** Of people who stand or work a cycle is drawn in so many times the time of a move. */
const CADENCE = 2;

export class Motion {
  /** What to draw, after each `run`. */
  readonly lists: MovingList[];
  private readonly buffers: Buffers;
  private readonly places: Places;
  private readonly placeBuffer: GPUBuffer;
  private readonly moments: { parts: GPUBuffer; people: GPUBuffer };
  private readonly parts: PartsPass;
  private readonly figures: FiguresPass;
  private readonly listing: Lists;
  private readonly picker: Picker;
  private readonly seconds: number;
  private readonly firstPaint: number;
  private readonly partLegs: number;
  private readonly boxes: Pick<Boxed, 'boxes'>[];
  private placed = 0;

  /** The scenery's models must include those that stand for its parts afar (`addAfar`), else parts are drawn in full at any distance. */
  constructor(device: GPUDevice, site: Site, scenery: Scenery, kinematics: Kinematics) {
    this.buffers = new Buffers(device);
    const { buffers } = this;
    this.seconds = site.plan.tickSeconds;
    this.firstPaint = kinematics.firstPaint;
    this.partLegs = Math.min(kinematics.partLegs, legsKept(buffers, kinematics));
    this.places = new Places(site, kinematics);
    this.placeBuffer = buffers.upload('places', this.places.words);
    this.moments = {
      parts: buffers.uniform('moment of parts', 4 * MOMENT_WORDS),
      people: buffers.uniform('moment of people', 4 * MOMENT_WORDS),
    };
    const legs = buffers.upload('legs', kinematics.legs.subarray(0, LEG.words * legsKept(buffers, kinematics)));
    const timeline = [legs, this.placeBuffer, buffers.upload('points', kinematics.points), buffers.upload('ticks', kinematics.ticks)];
    const names = [...new Set(scenery.parts.map(({ model }) => model))].filter((name) => scenery.models[name]);
    const numbers = scenery.parts.map(({ model }) => Math.max(0, names.indexOf(model)));
    this.parts = new PartsPass(buffers, kinematics, [this.moments.parts, ...timeline], numbers);
    this.listing = new Lists(buffers, this.parts.count);
    names.forEach((name, of) => {
      const far = scenery.models[afar(name)];
      const box = far && { name: afar(name), model: far, small: SMALL };
      this.listing.addParts(of, name, scenery.models[name]!, box, this.parts.instances);
    });
    this.figures = new FiguresPass(buffers, scenery, kinematics, [this.moments.people, ...timeline], this.listing);
    this.listing.close();
    this.listing.setParts(this.parts.instances, this.parts.capacity);
    this.lists = this.listing.lists;
    this.picker = new Picker(buffers, this.parts.count);
    const boxOf = (name: string) => scenery.models[name] ?? { low: [0, 0, 0], high: [0, 0, 0] };
    this.boxes = [{ boxes: (names.length > 0 ? names : ['']).map(boxOf) }, { boxes: [seated(boxOf(scenery.person.model))] }];
  }

  /** What there is no room for on this device, in words. */
  get note(): string | undefined {
    return this.parts.note;
  }

  /**
   * Encodes the placing of everything at `tick` + `fraction` (0 ≤ fraction < 1), and the listing of what `lens` sees. Submit before the next run: the
   * moment is written to the queue, not to the encoder.
   */
  run(encoder: GPUCommandEncoder, tick: number, fraction: number, pace: Pace, lens: Lens): void {
    const { queue } = this.buffers.device;
    const travel = Math.max(0, Math.round(pace.travel));
    const { instances } = this.parts;
    this.placed = this.parts.prepare(tick, travel);
    if (this.parts.instances !== instances) this.listing.setParts(this.parts.instances, this.parts.capacity);
    this.places.update(tick, fraction, travel);
    queue.writeBuffer(this.placeBuffer, 0, this.places.words);
    for (const [moment, count] of [
      [this.moments.parts, this.parts.chunkCount],
      [this.moments.people, this.figures.people],
    ] as const) {
      const words = Uint32Array.of(tick, 0, travel, 0, 0, count, this.firstPaint, cadenceOf(pace), this.partLegs);
      const floats = new Float32Array(words.buffer);
      floats[1] = fraction;
      floats[3] = pace.share;
      floats[4] = this.seconds;
      queue.writeBuffer(moment, 0, words);
    }
    this.figures.prepare(tick, fraction);
    this.listing.begin(lens);
    encoder.clearBuffer(this.parts.count);
    const pass = encoder.beginComputePass({ label: 'motion' });
    this.parts.run(pass);
    this.figures.run(pass);
    this.listing.run(pass, this.placed);
    pass.end();
  }

  /** The nearest part or person that a ray meets, as they were placed last; metres along `direction`, which is of length 1. */
  pick(origin: ArrayLike<number>, direction: ArrayLike<number>): Promise<{ thing: Thing; distance: number } | undefined> {
    const parts: Boxed = { ...this.boxes[0]!, kind: 'part', instances: this.parts.instances, count: this.placed };
    const people: Boxed = { ...this.boxes[1]!, kind: 'person', instances: this.figures.figures, count: this.figures.people };
    return this.picker.pick([parts, people], origin, direction);
  }

  dispose(): void {
    this.buffers.dispose();
  }
}

/** Ticks of a cycle of those who stand or work. */
const cadenceOf = ({ travel }: Pace): number => Math.min(0x7fffffff, Math.max(1, Math.round(CADENCE * travel)));

/** The box in which somebody is picked: as far back as they lean who sit on the bench behind their place. */
function seated({ low, high }: Boxed['boxes'][number]): Boxed['boxes'][number] {
  return { low: [Math.min(low[0]!, -BENCH.behind - 0.15), low[1]!, low[2]!], high };
}
