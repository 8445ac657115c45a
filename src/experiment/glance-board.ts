/**
 * Keeps the glances of the twins of the latest run in a buffer of the GPU, while somebody watches. Twins of the GPU engine are glanced at by
 * a kernel after every slice; those of threads come as rows of words. Which twins are still unknown (they ended before anybody watched, or
 * the device was lost) the board can say, so that they can be run once more.
 */
import { GLANCE, GLANCE_STATUS, type GlanceLayout, type GlanceListener, type GlanceSource, type Glances } from '../engine/glance.ts';
import { glanceLayoutOf } from '../engine/glance-of.ts';
import { GlanceRows } from '../engine/glance-rows.ts';
import { floorPlan } from '../engine/floor-plan.ts';
import type { Plant } from '../scene/plant.ts';
import { RUN_END, RUN_WARMUP } from '../stations/words.ts';

/** Most that glances may take of the GPU's memory. */
const MOST_BYTES = 256 * 2 ** 20;
/** Milliseconds in which rows are gathered before they go to the GPU. */
const GATHER_MS = 100;
/** Devices lost under one run before it is given up. */
const LOSSES = 3;

/** A run whose twins may be glanced at: what is told of one that is no longer the latest is ignored. */
export interface GlancedRun {
  readonly plant: Plant;
  readonly layout: GlanceLayout;
  readonly replications: number;
  readonly seed: number;
}

const bytesOf = ({ layout, replications }: GlancedRun): number => layout.words * replications * 4;

export class GlanceBoard implements GlanceSource {
  private readonly openDevice: () => Promise<GPUDevice>;
  private readonly wanted: () => void;
  private readonly listeners = new Set<GlanceListener>();
  private run: GlancedRun | undefined;
  private shown: Glances | undefined;
  private reason: string | undefined;
  /** By replication: whether its last words are in the buffer. */
  private known = new Uint8Array(0);
  /** Words of twins that came from threads, by twin; and those of them that have not gone to the GPU. */
  private mirror: Uint32Array | undefined;
  private readonly pending = new Set<number>();
  private gathering: ReturnType<typeof setTimeout> | undefined;
  /** Of the buffer in hand. */
  private rows: GlanceRows | undefined;
  private losses = 0;
  /** Counts the buffers made: whoever fills one tells by it that there is another. */
  buffers = 0;

  /**
   * @param openDevice the device of the simulation; rejects, in words, where there is none
   * @param wanted told when there is a new buffer whose twins may all be unknown
   */
  constructor(openDevice: () => Promise<GPUDevice>, wanted: () => void) {
    this.openDevice = openDevice;
    this.wanted = wanted;
  }

  private get watched(): boolean {
    return this.listeners.size > 0;
  }

  /** Whether glances of twins are of any use: somebody watches, and nothing stands against it. */
  get keeps(): boolean {
    return this.watched && this.reason === undefined;
  }

  watch(listener: GlanceListener): () => void {
    this.listeners.add(listener);
    listener.glances(this.shown, this.reason);
    if (this.listeners.size === 1) void this.prepare();
    return () => {
      this.listeners.delete(listener);
      if (!this.watched) this.drop();
    };
  }

  /** A run begins, or is about to: it is the latest from now on. */
  begin(plant: Plant, replications: number, seed: number): GlancedRun {
    const run = { plant, layout: glanceLayoutOf(plant), replications, seed };
    this.run = run;
    this.losses = 0;
    if (this.watched) void this.prepare();
    return run;
  }

  /** Where the kernel of a run is to write, if that is on this device. */
  buffer(run: GlancedRun, device: GPUDevice): GPUBuffer | undefined {
    return this.run === run && this.shown?.device === device ? this.shown.buffer : undefined;
  }

  /** The kernel has written the last words of a twin. */
  wrote(run: GlancedRun, replication: number): void {
    if (this.run === run && this.shown !== undefined) this.known[replication] = 1;
  }

  changed(run: GlancedRun): void {
    if (this.run !== run || this.shown === undefined) return;
    for (const listener of this.listeners) listener.changed();
  }

  /** Takes rows of twins that ran on threads: a replication and then its words. */
  take(run: GlancedRun, rows: Uint32Array): void {
    const { words } = run.layout;
    if (this.run !== run || !this.keeps || bytesOf(run) > MOST_BYTES) return;
    this.mirror ??= new Uint32Array(words * run.replications);
    for (let row = 0; row < rows.length; row += words + 1) {
      const replication = rows[row] as number;
      // Messages of one thread may overtake each other: what was told last of a twin in the middle of its run may come after its end.
      if (this.known[replication] === 1) continue;
      this.mirror.set(rows.subarray(row + 1, row + 1 + words), replication * words);
      this.pending.add(replication);
      if ((rows[row + 1 + GLANCE.status] as number) >= GLANCE_STATUS.done) this.known[replication] = 1;
    }
    if (this.pending.size > 0) this.gathering ??= setTimeout(() => this.place(), GATHER_MS);
  }

  /** The first stretch of twins, of those from `from` up to but not including `limit`, whose last words are not known; undefined: none, or nobody wants to know. */
  missing(run: GlancedRun, from: number, limit: number): { first: number; count: number } | undefined {
    if (this.run !== run || this.shown === undefined) return undefined;
    let first = from;
    while (first < limit && this.known[first] === 1) first++;
    let end = first;
    while (end < limit && this.known[end] === 0) end++;
    return end > first ? { first, count: end - first } : undefined;
  }

  /** There can be no glances of this run. */
  fail(run: GlancedRun, reason: string): void {
    if (this.run !== run || !this.watched) return;
    this.drop();
    this.tell(reason);
  }

  private tell(reason?: string): void {
    this.reason = reason;
    for (const listener of this.listeners) listener.glances(this.shown, reason);
  }

  /** Forgets all but the run; the listeners are told first, so that they draw no more from the buffer. */
  private drop(): void {
    const { shown } = this;
    this.shown = undefined;
    this.mirror = undefined;
    this.known = new Uint8Array(0);
    this.pending.clear();
    clearTimeout(this.gathering);
    this.gathering = undefined;
    if (shown === undefined) return;
    this.tell();
    shown.buffer.destroy();
  }

  /** Makes the buffer of the latest run. */
  private async prepare(): Promise<void> {
    const { run } = this;
    this.drop();
    this.reason = undefined;
    if (run === undefined) return;
    this.known = new Uint8Array(run.replications);
    const bytes = bytesOf(run);
    const stale = (): boolean => this.run !== run || !this.watched || this.shown !== undefined;
    try {
      const device = await this.openDevice();
      if (stale()) return;
      const most = Math.min(MOST_BYTES, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
      if (bytes > most) {
        const [size, limit] = [bytes, most].map((each) => `${Math.round(each / 2 ** 20).toLocaleString('en')} MiB`);
        throw new Error(
          `glances of ${run.replications.toLocaleString('en')} twins of this plant take ${size}, more than the ${limit} that there are for them`,
        );
      }
      device.pushErrorScope('out-of-memory');
      const buffer = device.createBuffer({
        label: 'glances',
        size: bytes,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      const outOfMemory = await device.popErrorScope();
      if (outOfMemory !== null || stale()) {
        buffer.destroy();
        if (outOfMemory !== null)
          throw new Error(`the GPU has no memory for the glances of ${run.replications.toLocaleString('en')} twins`);
        return;
      }
      this.show(run, device, buffer);
    } catch (error) {
      if (!stale()) this.tell(`There is no wall of twins: ${(error as Error).message}.`);
    }
  }

  private show(run: GlancedRun, device: GPUDevice, buffer: GPUBuffer): void {
    const { plant, replications, seed } = run;
    const { tables, at } = plant;
    this.shown = {
      device,
      buffer,
      plan: floorPlan(plant),
      replications,
      seed,
      warmup: tables[at.run + RUN_WARMUP] as number,
      end: tables[at.run + RUN_END] as number,
    };
    if (this.known.length !== replications) this.known = new Uint8Array(replications);
    this.rows = undefined;
    this.buffers++;
    void device.lost.then(() => this.lose(device));
    this.tell();
    this.place();
    this.wanted();
  }

  /** The device is gone, with the buffer: twins of threads are told again from what is kept of them. */
  private lose(device: GPUDevice): void {
    const { run, mirror, shown } = this;
    if (shown?.device !== device || run === undefined) return;
    this.shown = undefined;
    this.tell();
    if (++this.losses > LOSSES) {
      this.fail(run, 'There is no wall of twins: the GPU was lost again and again.');
      return;
    }
    void this.prepare();
    // Before the new buffer is there, but after the old state was dropped.
    this.mirror = mirror;
    if (mirror === undefined) return;
    for (let replication = 0; replication < run.replications; replication++) {
      const status = mirror[replication * run.layout.words + GLANCE.status] as number;
      if (status === GLANCE_STATUS.waiting) continue;
      this.pending.add(replication);
      if (status >= GLANCE_STATUS.done) this.known[replication] = 1;
    }
  }

  /** Sends the rows that were gathered to their places on the GPU. */
  private place(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    const { run, mirror, shown } = this;
    if (run === undefined || mirror === undefined || shown === undefined || this.pending.size === 0) return;
    const { words } = run.layout;
    const rows = new Uint32Array(this.pending.size * (words + 1));
    let row = 0;
    for (const replication of this.pending) {
      rows[row] = replication;
      rows.set(mirror.subarray(replication * words, (replication + 1) * words), row + 1);
      row += words + 1;
    }
    this.pending.clear();
    this.rows ??= new GlanceRows(shown.device, words);
    this.rows.place(rows, shown.buffer);
    this.changed(run);
  }
}
