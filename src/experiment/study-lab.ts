/** Studies, wherever the laboratory lives: says what one would take, runs it with a journal behind it, and sets its designs in the scene. */
import { LineEngine } from '../engine/line-engine.ts';
import { lineOf } from '../engine/line.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import { compile } from '../scene/compile.ts';
import { pathText } from '../scene/problems.ts';
import { applyEdits, modify } from 'jsonc-parser';
import { HEAD_NOW, RUN_END, STATUS_RUNNING } from '../stations/words.ts';
import type { EngineChoice } from './protocol.ts';
import { sizeOf } from './effort.ts';
import { prepare, type Setting } from './setting.ts';
import { Study, StudyRefusal } from './study.ts';
import type { Applied, Path, StudyPlan, StudyProgress, StudyReport, StudyRequest } from './study-protocol.ts';
import type { Journal } from './trials.ts';
import { PlantTrials, type TrialMachines } from './trials-run.ts';

/** Where journals are kept; undefined where nothing can be. */
export interface Journals {
  open(
    scene: string,
    experiment: string,
    seed: number,
    onTrouble: (message: string) => void,
  ): Promise<Journal & { complete(): Promise<void>; close(): void }>;
  /** Twins of a study that are kept. */
  twins(scene: string, experiment: string, seed: number): Promise<number>;
  /** Studies that broke off. */
  kept(): Promise<{ experiment: string; scene: string; at: number; twins: number }[]>;
}

/** Milliseconds to time one twin for, before a study is run. */
const TIMING_MS = 250;
const GLANCE = 4096;
/** A study beyond either is asked for first. */
const MANY_TWINS = 2_000_000;
const LONG_SECONDS = 600;

export class StudyLab {
  private readonly machines: () => Promise<TrialMachines>;
  private readonly journals: Journals | undefined;
  private study: Study | undefined;

  constructor(machines: () => Promise<TrialMachines>, journals: Journals | undefined) {
    this.machines = machines;
    this.journals = journals;
  }

  /** Checks an experiment, and says what it would take. Never rejects for what stands in the scene. */
  async plan(request: StudyRequest): Promise<StudyPlan> {
    let study: Study;
    try {
      study = new Study({
        scene: request.scene,
        experiment: request.experiment,
        seed: request.seed,
        trials: () => Promise.reject(new Error('only planned')),
      });
    } catch (error) {
      if (error instanceof StudyRefusal) return { ok: false, problems: error.problems };
      throw error;
    }
    const { setting } = study;
    const { designs, twins } = sizeOf(setting, study.interventions);
    const { threads } = await this.machines();
    const seconds = (twins * secondsOfTwin(setting, request.path ?? 'auto')) / Math.max(1, threads.length);
    const recalled = (await this.journals?.twins(request.scene, request.experiment, setting.seed).catch(() => 0)) ?? 0;
    const large = twins > MANY_TWINS || seconds > LONG_SECONDS;
    return {
      ok: true,
      question: setting.question,
      method: setting.method,
      factors: setting.shownFactors(),
      responses: setting.responses,
      designs,
      twins,
      seconds,
      ask: large
        ? `This would run ${twins.toLocaleString('en')} twins${Number.isFinite(designs) ? ` of ${designs.toLocaleString('en')} designs` : ''} and take about ${duration(seconds)} on ${threads.length === 1 ? 'one thread' : `${threads.length} threads`} of the reference engine. Run it all the same?`
        : '',
      recalled,
      warnings: setting.warnings,
    };
  }

  /** Runs a study, one at a time: a new one cancels the one that runs. */
  async explore(request: StudyRequest, onProgress?: (progress: StudyProgress) => void): Promise<StudyReport> {
    this.cancel();
    const warnings: string[] = [];
    const machines = await this.machines();
    const engine: EngineChoice = request.engine ?? 'auto';
    const prepared = prepare(request.scene, request.experiment, request.seed);
    const seed = prepared.ok ? prepared.setting.seed : 0;
    let journal: Awaited<ReturnType<Journals['open']>> | undefined;
    try {
      journal = await this.journals?.open(request.scene, request.experiment, seed, (message) => warnings.push(message));
      if (request.afresh === true) await journal?.clear();
    } catch (error) {
      warnings.push(`Nothing of this study is kept, so a reload would run it again: ${(error as Error).message}`);
    }
    const study = new Study({
      scene: request.scene,
      experiment: request.experiment,
      seed: request.seed,
      path: request.path,
      journal,
      watched: onProgress !== undefined,
      trials: async ({ sceneAt, space, metrics, seed: draws, path, start }) => {
        const trials = await PlantTrials.open(
          { sceneAt, axes: space.axes, responses: metrics.map((metric) => ({ metric })), seed: draws, engine, path, start },
          machines,
        );
        return {
          run: (orders, told) => trials.run(orders, told),
          stop: () => trials.stop(),
          get report() {
            return trials.report;
          },
          get path() {
            return trials.taken;
          },
        };
      },
    });
    this.study = study;
    try {
      const report = await study.run(onProgress);
      if (report.complete) await journal?.complete();
      return { ...report, warnings: [...report.warnings, ...warnings] };
    } finally {
      journal?.close();
      if (this.study === study) this.study = undefined;
    }
  }

  /** The scene with a design set in it, the rest of its text left as it stands. @throws where the experiment or the design is refused */
  apply(scene: string, experiment: string, point: readonly number[]): Applied {
    const prepared = prepare(scene, experiment);
    if (!prepared.ok) throw new StudyRefusal(prepared.problems);
    const { setting } = prepared;
    const study = new Study({ scene, experiment, trials: () => Promise.reject(new Error('only applied')) });
    const target = study.written(point);
    const changes: Applied['changes'] = [];
    let text = scene;
    differences(setting.json, target, [], (path, from, to) => {
      const indent = /\n( +|\t)"/.exec(scene)?.[1] ?? '  ';
      text = applyEdits(text, modify(text, path, to, { formattingOptions: { insertSpaces: indent !== '\t', tabSize: indent.length } }));
      changes.push({
        path: pathText(path),
        from: from === undefined ? 'not given' : shown(from),
        to: to === undefined ? 'not given' : shown(to),
      });
    });
    return { scene: text, changes };
  }

  kept(): Promise<{ experiment: string; scene: string; at: number; twins: number }[]> {
    return this.journals?.kept().catch(() => []) ?? Promise.resolve([]);
  }

  cancel(): void {
    this.study?.cancel();
    this.study = undefined;
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Tells every place in which two scenes differ, the deepest that says it all. */
function differences(
  a: unknown,
  b: unknown,
  path: (string | number)[],
  tell: (path: (string | number)[], from: unknown, to: unknown) => void,
): void {
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  const both = [a, b];
  const objects = both.every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  const lists = both.every(Array.isArray) && (a as unknown[]).length === (b as unknown[]).length;
  if (!objects && !lists) {
    tell(path, a, b);
    return;
  }
  const keys = lists ? (a as unknown[]).map((_, i) => i) : [...new Set([...Object.keys(a as object), ...Object.keys(b as object)])];
  for (const key of keys) differences((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], [...path, key], tell);
}

/** Wall seconds of one twin on the reference engine, by the path that it would take, timed for a moment. */
function secondsOfTwin(setting: Setting, path: Path): number {
  const plant = compile(setting.base);
  const engine = path !== 'events' && lineOf(plant) !== undefined ? new LineEngine(plant) : new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  const end = plant.tables[plant.at.run + RUN_END] as number;
  const start = performance.now();
  // The quickest of some: the first ones are slow until the code is compiled, and others may have the processor.
  let quickest = Number.POSITIVE_INFINITY;
  for (let replication = 0; performance.now() - start < TIMING_MS; replication++) {
    const began = performance.now();
    let status: number = STATUS_RUNNING;
    engine.begin(block, setting.seed, replication);
    while (status === STATUS_RUNNING && performance.now() - start < TIMING_MS)
      status = engine.run(block, setting.seed, replication, GLANCE);
    const share = status === STATUS_RUNNING ? (block[HEAD_NOW] as number) / end : 1;
    if (status === STATUS_RUNNING && replication > 0) break;
    quickest = Math.min(quickest, (performance.now() - began) / 1000 / Math.max(1e-6, share));
  }
  return quickest;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return seconds < 200_000 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds / 86_400)} days`;
}
