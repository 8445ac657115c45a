/** The laboratory proper, wherever it lives (a worker of the page, Node): chooses the engine, holds the runners, runs experiments. */
import { floorPlan } from '../engine/floor-plan.ts';
import type { Trace } from '../engine/trace.ts';
import { SECONDS } from '../clock.ts';
import { constants } from '../engine/constants.ts';
import { whyNoLine } from '../engine/line.ts';
import { compile } from '../scene/compile.ts';
import type { Plant } from '../scene/plant.ts';
import { read } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import { Experiment, type Runner } from './experiment.ts';
import { GlanceBoard, type GlancedRun } from './glance-board.ts';
import { type GlanceKeeping, GpuTwins } from './gpu-twins.ts';
import type { Checked, EngineReport, Progress, RunRequest, Summary, Traffic } from './protocol.ts';
import { type Refill, startRefill } from './refill.ts';
import type { Journals, StudyLab } from './study-lab.ts';
import type { Applied, Path, StudyPlan, StudyProgress, StudyReport, StudyRequest } from './study-protocol.ts';
import { type Counting, startTraffic } from './traffic.ts';
import type { Twins } from './twins.ts';

/** A scene that has been checked before. */
function sceneOf(text: string): Scene {
  const result = read(text);
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.scene;
}

/** `Twins`, here or behind a worker. */
export type RemoteTwins = {
  open(text: string, scene: Scene, replications: number, path?: Path): Promise<void> | void;
  run: Twins['run'];
  trial: Twins['trial'];
  flows: Twins['flows'];
  stopFlows(): unknown;
  record(text: string, scene: Scene, seed: number, replication: number): Promise<Trace> | Trace;
  pause(): unknown;
  resume(): unknown;
  stop(): unknown;
};

export interface LabOptions {
  gpu: GPU | undefined;
  /** Makes a thread of the reference engine. */
  spawn: () => RemoteTwins;
  /** Threads of the reference engine. */
  threads: number;
  /** Where studies are kept; undefined: nowhere. */
  journals?: Journals | undefined;
  /** Wraps a callback so that it can cross to a worker. */
  proxy?: <T extends (...args: never[]) => unknown>(callback: T) => T;
}

/** The run whose twins are glanced at, and what it takes to run them once more. */
interface LastRun {
  glanced: GlancedRun;
  request: RunRequest;
  path: Path;
  engine: 'gpu' | 'cpu';
  /** Twins that ended; undefined while it runs. */
  finished: number | undefined;
}

/** Milliseconds a span of the reference engine should take: short enough to cancel and to show partial results, long enough to amortise messages. */
const SPAN_MS = 150;
/** Milliseconds that a page waits for a GPU before it begins without. */
const GPU_MS = 10_000;
/** Milliseconds to measure an emulated GPU for. */
const PROBE_MS = 250;

export class Lab {
  private readonly options: LabOptions;
  readonly gpu: GpuTwins;
  private device: { name: string; software: boolean } | undefined;
  private whyNoGpu = '';
  private threads: RemoteTwins[] = [];
  private experiment: Experiment | undefined;
  /** A measurement of the GPU under way: it and a run must not share the device's buffers. Never rejects. */
  private measuring: Promise<void> | undefined;
  /** Events a second as measured, on plants with these constants. */
  private measured: { key: string; cpu: number; gpu: number | undefined } | undefined;
  /** Twins at a glance, of the latest run. */
  readonly glances: GlanceBoard;
  private last: LastRun | undefined;
  /** Runs and studies that were asked for and are not over. */
  private busy = 0;
  /** Twins being run once more for their glances. */
  private refilling: Refill | undefined;

  constructor(options: LabOptions) {
    this.options = options;
    this.gpu = new GpuTwins(options.gpu);
    this.glances = new GlanceBoard(
      () => this.gpu.opened(),
      () => this.refill(),
    );
  }

  /** Looks for a GPU; never rejects. A driver that does not answer is not waited for: what it gives at last serves later runs. */
  async open(): Promise<EngineReport> {
    const found = this.gpu.device().then(
      (device) => {
        this.device = device;
      },
      (error: unknown) => {
        this.whyNoGpu = (error as Error).message;
      },
    );
    this.whyNoGpu = `the browser has not given a GPU within ${GPU_MS / 1000} seconds`;
    await Promise.race([found, new Promise((resolve) => setTimeout(resolve, GPU_MS))]);
    return this.choose('auto', undefined);
  }

  /** Reads and checks a scene without running it. */
  check(text: string): Checked {
    const result = read(text);
    if (!result.ok) return { ok: false, problems: result.problems };
    const plant = compile(result.scene);
    const { scene } = plant;
    const unit = scene.time.tickSeconds / SECONDS[scene.time.unit];
    return {
      ok: true,
      plan: floorPlan(plant),
      run: {
        warmup: scene.run.warmup * unit,
        horizon: scene.run.horizon * unit,
        replications: scene.run.replications,
        seed: scene.run.seed,
        timeUnit: scene.time.unit,
      },
    };
  }

  /**
   * Runs a batch. One at a time: a new one cancels the one that runs.
   * Rejects where the scene does not read, or an engine that was asked for cannot run it.
   */
  run(request: RunRequest, onProgress?: (progress: Progress) => void): Promise<Summary> {
    return this.alone(() => this.batch(request, onProgress));
  }

  /** Ends whatever runs and does one thing; afterwards twins that somebody wants to see are run once more. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    this.cancel();
    this.busy++;
    try {
      await this.refilling?.over;
      return await work();
    } finally {
      this.busy--;
      // Who broke a run off wants no more of it.
      if (this.last?.finished === this.last?.glanced.replications) this.refill();
    }
  }

  private async batch(request: RunRequest, onProgress?: (progress: Progress) => void): Promise<Summary> {
    if (this.measuring !== undefined) this.gpu.stop();
    const plant = compile(sceneOf(request.scene));
    const replications = request.replications ?? plant.scene.run.replications;
    const path = request.path ?? 'auto';
    const whyNot = path === 'events' ? '' : whyNoLine(plant);
    if (path === 'recursion' && whyNot !== '') throw new Error(`This plant cannot run by recursion, because ${whyNot}.`);
    if (path === 'recursion' && request.engine === 'gpu')
      throw new Error('The recursion runs on the reference engine; choose that, or the path by events.');
    const wanted = path === 'recursion' ? 'cpu' : (request.engine ?? 'auto');
    const seed = request.seed ?? plant.scene.run.seed;
    let report = this.choose(wanted, plant);
    const glanced = this.glances.begin(plant, replications, seed);
    const last: LastRun = { glanced, request, path, engine: report.engine, finished: undefined };
    this.last = last;
    let runners: Runner[] | undefined;
    if (report.engine === 'gpu') {
      // The kernels of an emulated GPU may compile for long: a run on threads does not wait for what it does not need.
      await this.measuring;
      try {
        runners = await this.gpuRunner(request, glanced);
      } catch (error) {
        if (wanted === 'gpu') throw error;
        report = this.onCpu(`the GPU engine cannot run this plant: ${(error as Error).message}`);
      }
    }
    runners ??= await this.cpuRunners(request.scene, path, glanced);
    last.engine = report.engine;
    if (report.engine === 'cpu' && path !== 'events' && whyNot === '') {
      report = { ...report, reason: `${report.reason}; by recursion on departure times, as the plant is a line` };
    }
    const experiment = new Experiment(plant, report, seed, replications);
    this.experiment = experiment;
    const summary = await experiment.run(runners, onProgress);
    if (this.experiment === experiment) this.experiment = undefined;
    last.finished = summary.finished;
    if (wanted === 'auto' && report.engine === 'cpu' && summary.finished === replications && this.device?.software === true) {
      this.measuring ??= this.measure(request.scene, plant, summary).finally(() => {
        this.measuring = undefined;
      });
    }
    return summary;
  }

  /** Which engine would run this plant, and why. */
  private choose(wanted: 'auto' | 'gpu' | 'cpu', plant: Plant | undefined): EngineReport {
    const { device } = this;
    const cpu = (reason: string): EngineReport => this.onCpu(reason);
    if (wanted === 'cpu') return cpu('chosen by you');
    if (device === undefined) {
      if (wanted === 'gpu') throw new Error(`The GPU engine cannot run: ${this.whyNoGpu}.`);
      return cpu(`no GPU engine: ${this.whyNoGpu}`);
    }
    const gpu = (reason: string): EngineReport => ({ engine: 'gpu', adapter: device.name, software: device.software, reason });
    if (wanted === 'gpu') return gpu('chosen by you');
    if (!device.software) return gpu('WebGPU on a hardware adapter');
    const known = plant !== undefined && this.measured?.key === constants(plant) ? this.measured : undefined;
    if (known?.gpu === undefined)
      return cpu(`the WebGPU adapter (${device.name}) is emulated on the CPU; the reference engine begins at once`);
    const million = (events: number): string => `${(events / 1e6).toFixed(1)} million events/s`;
    const figures = `measured: reference engine ${million(known.cpu)}, WebGPU emulated on the CPU ${million(known.gpu)}`;
    return known.gpu > known.cpu ? gpu(figures) : cpu(figures);
  }

  private onCpu(reason: string): EngineReport {
    const { threads } = this.options;
    return { engine: 'cpu', adapter: `reference engine, ${threads} ${threads === 1 ? 'worker' : 'workers'}`, software: false, reason };
  }

  /** Measures an emulated GPU beside what the reference engine has just done, so that the next run takes the faster. */
  private async measure(text: string, plant: Plant, summary: Summary): Promise<void> {
    const key = constants(plant);
    // The whole vocabulary takes an emulator many seconds to compile, to run at a tenth of the reference engine's speed.
    if (this.measured?.key === key || this.experiment !== undefined || plant.features.shop) return;
    const measured = { key, cpu: summary.events / summary.seconds, gpu: undefined as number | undefined };
    this.measured = measured;
    try {
      await this.gpu.open(text, plant, 1);
      measured.gpu = await this.gpu.measure(summary.seed, PROBE_MS);
    } catch {
      // It stays unmeasured; the reference engine goes on.
    }
  }

  private async gpuRunner(request: RunRequest, glanced: GlancedRun): Promise<Runner[]> {
    const { gpu, glances } = this;
    await gpu.open(request.scene, glanced.plant, glanced.replications);
    gpu.batch(); // throws where not even one twin fits
    const keeping: GlanceKeeping = {
      buffer: (device) => glances.buffer(glanced, device),
      changed: () => glances.changed(glanced),
      wrote: (replication) => glances.wrote(glanced, replication),
    };
    return [
      {
        run: (first, count, seed, onProgress) => gpu.run(first, count, seed, request.watched ?? false, onProgress, keeping),
        span: (left) => Math.min(left, gpu.batch()),
        took: () => undefined,
        stop: () => gpu.stop(),
        pause: () => gpu.pause(),
        resume: () => gpu.resume(),
      },
    ];
  }

  private get proxy(): NonNullable<LabOptions['proxy']> {
    return this.options.proxy ?? ((callback) => callback);
  }

  private allThreads(): RemoteTwins[] {
    while (this.threads.length < this.options.threads) this.threads.push(this.options.spawn());
    return this.threads;
  }

  private async cpuRunners(text: string, path: Path, glanced: GlancedRun): Promise<Runner[]> {
    const { glances, proxy } = this;
    const { plant, replications } = glanced;
    await Promise.all(this.allThreads().map((thread) => thread.open(text, plant.scene, replications, path)));
    const take = (rows: Uint32Array | undefined): void => {
      if (rows !== undefined) glances.take(glanced, rows);
    };
    return this.threads.map((thread): Runner => {
      let size = 1;
      return {
        run: async (first, count, seed, onProgress) => {
          const told = (twins: number, rows?: Uint32Array): void => {
            take(rows);
            onProgress(twins);
          };
          const findings = await thread.run(first, count, seed, proxy(told), glances.keeps);
          take(findings.glances);
          return findings;
        },
        // Near the end spans get shorter, so that all threads end together.
        span: (left, runners) => Math.min(this.spanTwins ?? size, Math.ceil(left / runners)),
        took: (count, ms) => {
          size = Math.max(1, Math.min(4 * size, Math.round((count * SPAN_MS) / Math.max(ms, 1))));
        },
        stop: () => thread.stop(),
        pause: () => thread.pause(),
        resume: () => thread.resume(),
      };
    });
  }

  /** Fixed twins a span on the reference engine, for tests. */
  spanTwins: number | undefined;

  pause(): void {
    this.experiment?.pause();
  }

  resume(): void {
    this.experiment?.resume();
  }

  /** Ends the run or the study that is under way. */
  cancel(): void {
    this.experiment?.cancel();
    this.experiment = undefined;
    this.refilling?.stop();
    this.counting?.stop();
    void this.studying?.then((studies) => studies.cancel());
  }

  /** Runs those twins of the last run once more that had ended before anybody watched, or were lost with a device; whatever else is asked for ends it. */
  private refill(): void {
    const { last, glances } = this;
    if (this.busy > 0 || this.refilling !== undefined || last?.finished === undefined) return;
    if (glances.missing(last.glanced, 0, last.finished) === undefined) return;
    if (this.measuring !== undefined) {
      // It would measure how fast an emulated GPU is beside busy threads.
      void this.measuring.then(() => this.refill());
      return;
    }
    const { glanced, request, path, engine } = last;
    this.refilling = startRefill(glances, glanced, last.finished, () =>
      engine === 'gpu' ? this.gpuRunner(request, glanced) : this.cpuRunners(request.scene, path, glanced),
    );
    void this.refilling.over.then(() => {
      this.refilling = undefined;
    });
  }

  // Studies come when the first is asked for: a page that only runs its scene does not load them.

  private studying: Promise<StudyLab> | undefined;
  private studies(): Promise<StudyLab> {
    this.studying ??= import('./study-lab.ts').then(
      ({ StudyLab }) =>
        new StudyLab(
          () => Promise.resolve({ gpu: this.device === undefined ? undefined : this.gpu, threads: this.allThreads() }),
          this.options.journals,
        ),
    );
    return this.studying;
  }

  /** Checks an experiment of a scene, and says what it would take. */
  async plan(request: StudyRequest): Promise<StudyPlan> {
    return (await this.studies()).plan(request);
  }

  /** Runs an experiment; what runs is ended first. Rejects, problems by path, where it cannot be run. */
  explore(request: StudyRequest, onProgress?: (progress: StudyProgress) => void): Promise<StudyReport> {
    return this.alone(() => this.study(request, onProgress));
  }

  private async study(request: StudyRequest, onProgress?: (progress: StudyProgress) => void): Promise<StudyReport> {
    // Only an emulated GPU is measured, and its kernels may compile for minutes: only who asked for it waits for it.
    if (this.measuring !== undefined && request.engine === 'gpu') {
      this.gpu.stop();
      await this.measuring;
    }
    return (await this.studies()).explore(request, onProgress);
  }

  /** The scene with a point of an experiment set in it. */
  async apply(scene: string, experiment: string, point: readonly number[]): Promise<Applied> {
    return (await this.studies()).apply(scene, experiment, point);
  }

  /** A study's report as a file. */
  async exportStudy(report: StudyReport, format: 'csv' | 'parquet' | 'html', address = ''): Promise<Blob> {
    const { exportStudy } = await import('./export/export.ts');
    return exportStudy(report, format, address);
  }

  /** Studies that broke off and are kept. */
  async kept(): Promise<{ experiment: string; scene: string; at: number; twins: number }[]> {
    return (await this.studies()).kept();
  }

  private counting: Counting | undefined;

  /** Runs twins again and counts the parts on each way, one call at a time: another one ends it, with what there is, as a run and `cancel` do. */
  flows(text: string, seed: number, replications: number[], onProgress?: (share: number) => void): Promise<Traffic> {
    this.counting?.stop();
    const told = (share: number): void => onProgress?.(share);
    this.counting = startTraffic(this.allThreads(), compile(sceneOf(text)), text, seed, replications, told, this.proxy);
    return this.counting.over;
  }

  /** Runs one twin again on the reference engine, recording. */
  async trace(text: string, seed: number, replication: number): Promise<Trace> {
    this.tracer ??= this.options.spawn();
    return this.tracer.record(text, sceneOf(text), seed, replication);
  }
  private tracer: RemoteTwins | undefined;
}
