/** Trials of an experiment on plants: on a GPU or on threads of the reference engine, to the same bits. */
import { lineOf, whyNoLine } from '../engine/line.ts';
import { Readout } from '../engine/readout.ts';
import type { Scene } from '../scene/scene.ts';
import type { Order, Outcome, Point } from '../search/search.ts';
import type { Axis } from '../search/space.ts';
import { Digest } from './digest.ts';
import { Family } from './family.ts';
import type { GpuTwins } from './gpu-twins.ts';
import type { EngineChoice, EngineReport } from './protocol.ts';
import type { Shape } from './shape.ts';
import type { Path, StudyReport } from './study-protocol.ts';
import { TrialGpu } from './trial-gpu.ts';
import { type Response, Round } from './trial-round.ts';
import { type TrialThread, TrialThreads } from './trial-threads.ts';
import { isLean } from './trial-twins.ts';
import type { Trials } from './trials.ts';

/** Figures that are reckoned from the scene's planned times, not from the tables alone. */
const PLANNED = /\.oee(PRI|Performance|)$/;

export interface TrialSetup {
  /** The checked scene with a design applied. May throw where a point makes no valid scene; its orders then reject the round. */
  sceneAt: (point: Point) => Scene;
  axes: readonly Axis[];
  responses: readonly Response[];
  seed: number;
  engine?: EngineChoice | undefined;
  path?: Path | undefined;
  /** A point that makes a valid scene, by which the engine is chosen. */
  start: Point;
}

export interface TrialMachines {
  /** Undefined: no GPU. Nothing else may run on it while trials do. */
  gpu: GpuTwins | undefined;
  /** Threads of the reference engine, at least one. */
  threads: readonly TrialThread[];
}

export class PlantTrials implements Trials {
  /** The engine that is taken, and why. */
  report: EngineReport;
  readonly threads: TrialThreads;
  private readonly setup: TrialSetup;
  private readonly family: Family;
  private gpu: TrialGpu | undefined;
  private readonly path: Path;
  private readonly onLine: string;
  private stopped = false;

  private constructor(
    setup: TrialSetup,
    family: Family,
    threads: TrialThreads,
    gpu: TrialGpu | undefined,
    report: EngineReport,
    onLine: string,
  ) {
    this.setup = setup;
    this.family = family;
    this.threads = threads;
    this.gpu = gpu;
    this.report = report;
    this.path = setup.path ?? 'auto';
    this.onLine = onLine;
  }

  /**
   * Chooses the engine. Rejects, in words, where a metric does not exist, the GPU or the recursion was asked for and cannot be had, or the first
   * point makes no valid scene.
   */
  static async open(setup: TrialSetup, { gpu, threads }: TrialMachines): Promise<PlantTrials> {
    const { responses, axes, sceneAt, start, engine = 'auto', path = 'auto' } = setup;
    const readsScene = responses.some((response) => 'metric' in response && PLANNED.test(response.metric));
    const family = new Family(sceneAt, axes, { readsScene });
    const { shape } = family.design(start);
    const names = new Set(new Readout(shape.plant).metrics.map(({ name }) => name));
    for (const response of responses) {
      if ('metric' in response && !names.has(response.metric))
        throw new Error(`The plant has no figure ${JSON.stringify(response.metric)}.`);
    }
    const whyNot = lineOf(shape.plant) === undefined ? whyNoLine(shape.plant) : '';
    if (path === 'recursion' && whyNot !== '') throw new Error(`This plant cannot run by recursion, because ${whyNot}.`);
    const lean = isLean(responses.flatMap((response) => ('metric' in response ? [response.metric] : [])));
    if (path === 'recursion' && engine === 'gpu' && !lean)
      throw new Error('On a GPU the recursion tells total.throughput alone; choose the reference engine, or the path by events.');
    const on = new TrialThreads(threads);
    const cpu = (reason: string): PlantTrials => new PlantTrials(setup, family, on, undefined, onThreads(threads, reason), whyNot);
    if (engine === 'cpu') return cpu('chosen by you');
    if (path === 'recursion' && !lean) return cpu('on a GPU the recursion tells total.throughput alone');
    const tried = await openGpu(gpu, shape, engine === 'gpu', lean && path !== 'events');
    if (typeof tried === 'string') {
      if (engine === 'gpu') throw new Error(`The GPU engine cannot run: ${tried}.`);
      return cpu(tried);
    }
    return new PlantTrials(setup, family, on, tried.trials, tried.report, whyNot);
  }

  /** By what the twins were run so far, and why. */
  get taken(): StudyReport['path'] {
    const { gpu, threads } = this;
    if (gpu?.recursion === false && this.onLine === '' && this.path === 'auto')
      return { taken: 'events', reason: 'on a GPU the recursion tells total.throughput alone' };
    const events = threads.taken.events || gpu?.taken.events === true;
    const recursion = threads.taken.recursion || gpu?.taken.recursion === true;
    const taken = recursion
      ? events
        ? 'both'
        : 'recursion'
      : events || this.onLine !== '' || this.path === 'events'
        ? 'events'
        : 'recursion';
    if (taken === 'both') return { taken, reason: 'some designs are lines, others are not' };
    if (this.path !== 'auto') return { taken, reason: 'chosen by you' };
    return { taken, reason: taken === 'recursion' ? 'the plant is a line of stations' : this.onLine };
  }

  /** Rejects where a design makes no valid scene, and where a machine fails. */
  async run(orders: readonly Order[], onProgress?: (twins: number) => void): Promise<(Outcome | undefined)[]> {
    this.stopped = false;
    const { family, gpu } = this;
    const { responses, seed, engine } = this.setup;
    const round = new Round(family, responses, orders, onProgress);
    if (gpu !== undefined) {
      try {
        const untold = await gpu.run(round, seed);
        if (untold.length > 0 && !this.stopped) {
          round.giveBack(untold);
          await this.threads.run(round, seed, this.path);
        }
        return round.result();
      } catch (error) {
        if (engine === 'gpu') throw error;
        // Some design's plant is too large for it, or the device cannot be had any more; threads do the whole round again.
        this.gpu = undefined;
        this.report = onThreads(this.threads.threads, `the GPU engine cannot run a design: ${(error as Error).message}`);
        return this.stopped ? round.result() : this.run(orders, onProgress);
      }
    }
    await this.threads.run(round, seed, this.path);
    return round.result();
  }

  stop(): void {
    this.stopped = true;
    this.gpu?.stop();
    this.threads.stop();
  }
}

function onThreads(threads: readonly TrialThread[], reason: string): EngineReport {
  const adapter = `reference engine, ${threads.length} ${threads.length === 1 ? 'worker' : 'workers'}`;
  return { engine: 'cpu', adapter, software: false, reason };
}

/** The GPU made ready for a shape, or why it is not taken. On an emulated one kernels compile for seconds and run no faster than threads. */
async function openGpu(
  gpu: GpuTwins | undefined,
  shape: Shape,
  wanted: boolean,
  recursion: boolean,
): Promise<{ trials: TrialGpu; report: EngineReport } | string> {
  if (gpu === undefined) return 'no GPU engine here';
  try {
    const { name, software } = await gpu.device();
    if (software && !wanted) return `the WebGPU adapter (${name}) is emulated on the CPU`;
    const trials = new TrialGpu(gpu, recursion);
    await trials.open(shape);
    const reason = wanted ? 'chosen by you' : 'WebGPU on a hardware adapter';
    return { trials, report: { engine: 'gpu', adapter: name, software, reason } };
  } catch (error) {
    return (error as Error).message;
  }
}

const bits = new Uint32Array(2);
const double = new Float64Array(bits.buffer);

/**
 * A fingerprint of what came of an order, to be merged with those of others: a sum over its replications, so that neither the order of orders matters
 * nor how one was cut. Over the replication number, the point's numbers and the responses, as doubles; all NaN are one.
 */
export function outcomeDigest({ point, first, count }: Order, outcome: Outcome): Digest {
  const digest = new Digest();
  const width = count > 0 ? outcome.length / count : 0;
  const words = new Uint32Array(2 * (point.length + width));
  const write = (i: number, value: number): void => {
    double[0] = Number.isNaN(value) ? 0 : value + 0;
    words[2 * i] = Number.isNaN(value) ? 0 : (bits[0] as number);
    words[2 * i + 1] = Number.isNaN(value) ? 0x7ff80000 : (bits[1] as number);
  };
  point.forEach((value, i) => write(i, value));
  for (let r = 0; r < count; r++) {
    for (let j = 0; j < width; j++) write(point.length + j, outcome[r * width + j] as number);
    digest.add(first + r, words);
  }
  return digest;
}
