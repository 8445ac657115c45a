/** Runs replications of one plant on a GPU, batch by batch; a lost device is opened again and its batch run again, to the same bits. */
import { type OpenDevice, openDevice } from '../engine/device.ts';
import { GpuEngine, type SliceControl } from '../engine/gpu.ts';
import type { Plant } from '../scene/plant.ts';
import { HEAD_EVENTS, HEAD_STATUS, STATUS_RUNNING } from '../stations/words.ts';
import { Collector, type Findings } from './collector.ts';
import { Gate } from './gate.ts';

/** Memory for the blocks of one batch; as much again is needed to read it back. */
const BATCH_BYTES = 256 * 2 ** 20;
/** Twins in a batch: enough to fill a large GPU; few on an emulated one, so that results come in early. */
const BATCH_TWINS = { hardware: 32_768, software: 512 };
/** Milliseconds of a slice: while somebody watches, and not. */
const SLICE_MS = { watched: 6, unwatched: 60 };
/** Devices lost in a row before it is given up. */
const LOSSES = 3;

/** Where glances of the twins of a run are kept, while somebody wants them. */
export interface GlanceKeeping {
  buffer(device: GPUDevice): GPUBuffer | undefined;
  /** A slice is over. */
  changed(): void;
  /** The last words of a twin are in the buffer. */
  wrote(replication: number): void;
}

export class GpuTwins {
  private readonly gpu: GPU | undefined;
  private hardware: OpenDevice | undefined;
  private opening: Promise<OpenDevice> | undefined;
  /** Whether the device in hand is lost: the next who needs one opens another. */
  private lost = false;
  private text = '';
  private plant: Plant | undefined;
  private engine: GpuEngine | undefined;
  private collector: Collector | undefined;
  private stopped = false;
  private readonly gate = new Gate();
  /** Fixed events a slice and twins a batch, for tests. */
  sliceEvents: number | undefined;
  batchTwins: number | undefined;

  constructor(gpu: GPU | undefined) {
    this.gpu = gpu;
  }

  /** Opens the device. Rejects with the reason, in words, where there is none. */
  async device(): Promise<{ name: string; software: boolean }> {
    const { name, software } = await this.hold();
    return { name, software };
  }

  /** The device that there is now, for those who run kernels of their own inside `retrying`. */
  async opened(): Promise<GPUDevice> {
    return (await this.hold()).device;
  }

  /** The device in hand, or where there is none or it is lost another, the same for all who ask. */
  private hold(): Promise<OpenDevice> {
    if (this.hardware !== undefined && !this.lost) return Promise.resolve(this.hardware);
    this.opening ??= openDevice(this.gpu)
      .then((hardware) => {
        this.hardware = hardware;
        this.lost = false;
        this.engine = undefined;
        void hardware.device.lost.then(() => {
          if (this.hardware === hardware) this.lost = true;
        });
        return hardware;
      })
      .finally(() => {
        this.opening = undefined;
      });
    return this.opening;
  }

  /** Takes up a scene: compiles its kernels unless they are those in hand. */
  async open(text: string, plant: Plant, replications: number): Promise<void> {
    if (this.plant === undefined || this.text !== text) {
      this.engine?.destroy();
      this.engine = undefined;
      this.plant = plant;
      this.text = text;
    }
    await this.ready();
    this.collector = new Collector(this.plant, replications);
  }

  private async ready(): Promise<{ engine: GpuEngine; software: boolean }> {
    const plant = this.plant as Plant;
    const { device, software } = await this.hold();
    this.engine ??= await GpuEngine.open(device, plant);
    return { engine: this.engine, software };
  }

  /** Most twins one call of `run` should be given. */
  batch(): number {
    const { hardware, plant } = this;
    if (hardware === undefined || plant === undefined) throw new Error('no scene is open');
    return this.fitting(hardware, plant);
  }

  /** Most twins of a plant in one batch. Rejects where not even one fits. */
  async room(plant: Plant): Promise<number> {
    return this.fitting(await this.hold(), plant);
  }

  private fitting({ device, software }: OpenDevice, plant: Plant): number {
    const fits = GpuEngine.capacity(device.limits, plant, BATCH_BYTES);
    if (fits < 1) throw new Error(`one twin of this plant takes ${plant.layout.words * 4} bytes, more than this GPU gives a buffer`);
    return Math.min(fits, this.batchTwins ?? (software ? BATCH_TWINS.software : BATCH_TWINS.hardware));
  }

  /**
   * Runs replications `first` … `first + count − 1`, at most `batch()` of them; those that ended, if `stop` is called.
   * @param onProgress told the twins done so far, in fractions, after every slice.
   */
  async run(
    first: number,
    count: number,
    seed: number,
    watched: boolean,
    onProgress?: (twins: number) => void,
    glances?: GlanceKeeping,
  ): Promise<Findings> {
    const { collector, plant } = this;
    if (plant === undefined || collector === undefined) throw new Error('no scene is open');
    this.stopped = false;
    let written: GPUBuffer | undefined;
    const blocks = await this.again(
      async (control) => {
        const { engine } = await this.ready();
        return engine.run(first, count, seed, {
          ...control,
          glances: (device) => {
            written = glances?.buffer(device);
            return written;
          },
        });
      },
      watched,
      (fraction) => {
        if (written !== undefined) glances?.changed();
        onProgress?.(fraction * count);
      },
    );
    collector.begin(first, count);
    const block = new Uint32Array(plant.layout.words);
    for (let column = 0; column < count; column++) {
      if (blocks[HEAD_STATUS * count + column] === STATUS_RUNNING) continue;
      for (let w = 0; w < block.length; w++) block[w] = blocks[w * count + column] as number;
      collector.take(first + column, block);
      if (written !== undefined) glances?.wrote(first + column);
    }
    if (written !== undefined) glances?.changed();
    return collector.findings();
  }

  /**
   * Runs a batch, and where the device is lost runs it again on another.
   * @param run is given what cuts the batch into slices, and lets `stop` end it
   * @param onSlice told after every slice which share of the batch is done
   */
  retrying<T>(run: (control: SliceControl) => Promise<T>, onSlice: (fraction: number) => void): Promise<T> {
    this.stopped = false;
    return this.again(run, false, onSlice);
  }

  private async again<T>(run: (control: SliceControl) => Promise<T>, watched: boolean, onSlice: (fraction: number) => void): Promise<T> {
    for (let losses = 0; ; losses++) {
      const device = await this.opened();
      try {
        return await run({
          events: this.sliceEvents,
          targetMs: () => (watched ? SLICE_MS.watched : SLICE_MS.unwatched),
          pause: async (_running, fraction) => {
            onSlice(fraction);
            await this.gate.pass();
            return this.stopped;
          },
        });
      } catch (error) {
        const lost = await Promise.race([device.lost, Promise.resolve(undefined)]);
        if (lost === undefined || losses >= LOSSES) throw error;
      }
    }
  }

  /** Events a second on the scene in hand, measured for about so many ms on one batch that is then thrown away. */
  async measure(seed: number, ms: number): Promise<number> {
    const { engine } = await this.ready();
    const twins = this.batch();
    this.stopped = false;
    let start = 0;
    let seconds = 0;
    const blocks = await engine.run(0, twins, seed, {
      targetMs: () => 20,
      pause: () => {
        start ||= performance.now(); // the first slice pays for the start
        seconds = (performance.now() - start) / 1000;
        return this.stopped || seconds * 1000 > ms;
      },
    });
    let events = 0;
    for (let column = 0; column < twins; column++) events += blocks[HEAD_EVENTS * twins + column] as number;
    return events / seconds;
  }

  pause(): void {
    this.gate.close();
  }

  resume(): void {
    this.gate.open();
  }

  /** Ends `run` after the slice it is in. */
  stop(): void {
    this.stopped = true;
    this.resume();
  }

  /** Destroys the device in the middle of whatever it does, as a driver's reset would. For tests. */
  loseDevice(): void {
    this.hardware?.device.destroy();
  }
}
