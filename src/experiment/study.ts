/**
 * A study: an experiment of a scene that is run. It drives the search of the experiment's question round by round, keeps a register of the designs,
 * and reports. It is a pure function of scene, experiment and seed: who runs the rounds, and what of them was kept from before, changes nothing.
 */
import { SECONDS } from '../clock.ts';
import { pathText } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import type { Order, Outcome, Point, Search } from '../search/search.ts';
import { Space } from '../search/space.ts';
import { diagnose, type Diagnosis } from './diagnosis.ts';
import { Digest } from './digest.ts';
import { insightsOf } from './insights.ts';
import { sizeOf, unfit } from './effort.ts';
import { type Change, changesOf } from './interventions.ts';
import { journaled } from './journal.ts';
import type { Json } from './places.ts';
import type { EngineReport } from './protocol.ts';
import { type Answer, asTheScene } from './questions/answer.ts';
import { best, compare, tradeOff } from './questions/find.ts';
import { sensitivity, uncertainty } from './questions/vary.ts';
import { AS_IS, interventionsOf, limitInsights, stationMetrics, whatLimits } from './questions/what-limits.ts';
import { StudyRefusal } from './refusal.ts';
import { Register } from './register.ts';
import { cautionsOf } from './cautions.ts';
import { effectsOf, rowsOf } from './report.ts';
import { type Prepared, prepare, type Setting } from './setting.ts';
import type { Path, StudyProgress, StudyReport } from './study-protocol.ts';
import type { Journal, Trials } from './trials.ts';
import { outcomeDigest } from './trials-run.ts';
import { drawnShares, unknownTrials } from './unknowns.ts';

export { StudyRefusal } from './refusal.ts';

/** What runs a study's rounds needs to know. */
export interface Ground {
  /** The checked scene of a point. Throws where the scene refuses it. */
  sceneAt(point: Point): Scene;
  space: Space;
  /** Metrics that an outcome holds, in this order. */
  metrics: readonly string[];
  seed: number;
  path: Path;
  /** The plant as it is. */
  start: Point;
}

/** Trials that tell how they run. */
export interface StudyTrials extends Trials {
  readonly report: EngineReport;
  readonly path: StudyReport['path'];
}

export interface StudyOptions {
  scene: string;
  experiment: string;
  seed?: number | undefined;
  path?: Path | undefined;
  trials: (ground: Ground) => StudyTrials | Promise<StudyTrials>;
  journal?: Journal | undefined;
  /** Somebody looks on: rounds on threads are run in parts, so that partial reports come about every second. Not with `mine`, which counts a round's pieces. */
  watched?: boolean | undefined;
  /** Of the pieces of a round, those to be run here; by default all. */
  mine?: ((piece: number) => boolean) | undefined;
}

/** Milliseconds between partial reports. */
const PARTIAL_MS = 1000;
/** Twins of the first part of a round, where somebody looks on. */
const FIRST_PART = 64;
/** Designs after which an objective that never differs is refused. */
const ENOUGH = 8;

export class Study {
  readonly setting: Setting;
  private readonly options: StudyOptions;
  private readonly changes: Change[];
  private readonly metrics: string[];
  private readonly register: Register;
  private readonly digest = new Digest();
  private trials: StudyTrials | undefined;
  private stop = (): void => undefined;
  private diagnosis: Diagnosis | undefined;
  private recalled = 0;
  private rounds = 0;
  private cancelled = false;
  private started = 0;
  /** When a partial report was told last. */
  private told = 0;

  /** @throws StudyRefusal */
  constructor(options: StudyOptions) {
    this.options = options;
    const prepared: Prepared = prepare(options.scene, options.experiment, options.seed);
    if (!prepared.ok) throw new StudyRefusal(prepared.problems);
    const { setting } = prepared;
    this.setting = setting;
    const problems = unfit(setting);
    if (problems.length > 0) throw new StudyRefusal(problems);
    this.changes = setting.question === 'what limits' ? changesOf(setting.json) : [];
    if (setting.question === 'what limits' && this.changes.length === 0) {
      throw new StudyRefusal([
        {
          path: pathText(['experiments', setting.name]),
          message:
            'found nothing in this plant that could be changed a little; expected a station, a buffer or another element with a number',
        },
      ]);
    }
    const stations =
      setting.question === 'what limits'
        ? setting.base.stations.filter(({ servers }) => Number.isFinite(servers)).map(({ name }) => name)
        : [];
    this.metrics = [...new Set([...setting.metrics, ...stationMetrics(stations)])];
    this.register = new Register(this.metrics.length + (setting.cost === undefined ? 0 : 1));
  }

  /** Where designs come from. */
  ground(): Ground {
    const { setting, changes, options } = this;
    const ground = { metrics: this.metrics, seed: setting.seed, path: options.path ?? 'auto' };
    if (setting.question === 'what limits') {
      return {
        ...ground,
        sceneAt: (point) => this.changed(point),
        space: new Space([{ kind: 'choice', count: changes.length + 1 }]),
        start: [AS_IS],
      };
    }
    return { ...ground, sceneAt: (point) => setting.sceneAt(point), space: setting.space, start: asTheScene(setting) };
  }

  /** Interventions that there are, where the question is what limits. */
  get interventions(): number {
    return this.changes.length;
  }

  /** The scene of a point as written, without its experiments: of an intervention, by its number. */
  written(point: Point): Json {
    const { setting, changes } = this;
    if (setting.question !== 'what limits') return setting.sceneText(point);
    const scene = structuredClone(setting.json);
    const [change = AS_IS, ...shares] = point;
    setting.unknowns.forEach((unknown, i) => {
      const u = shares[i];
      if (u !== undefined) unknown.set(scene, u);
    });
    changes[change - 1]?.make(scene);
    return scene;
  }

  /** The scene with one intervention, or as it is. */
  private changed(point: Point): Scene {
    const result = check(this.written(point));
    if (!result.ok) throw new StudyRefusal(result.problems);
    return result.scene;
  }

  /** The scene of a design as a replication had it, with what that drew of what is not known; undefined: the study's own. */
  private replayed(point: Point, replication: number): string | undefined {
    const { unknowns, seed } = this.setting;
    const asItIs = this.setting.question === 'what limits' ? point[0] === AS_IS : point === asTheScene(this.setting);
    if (asItIs && unknowns.length === 0) return undefined;
    return `${JSON.stringify(this.written([...point, ...drawnShares(unknowns.length, seed, replication)]), null, 2)}\n`;
  }

  /** Runs it to its end, or until `cancel`. @throws StudyRefusal where an objective turns out to be the same whatever is done */
  async run(onProgress?: (progress: StudyProgress) => void): Promise<StudyReport> {
    const { setting, options } = this;
    this.started = performance.now();
    const inner = await options.trials(this.ground());
    this.trials = inner;
    const kept = options.journal === undefined ? undefined : journaled(inner, options.journal, options.mine);
    const runner =
      setting.unknowns.length > 0 && setting.question !== 'uncertainty'
        ? unknownTrials(kept ?? inner, setting.unknowns.length, setting.seed)
        : (kept ?? inner);
    this.stop = () => runner.stop();
    const search = this.search();
    let complete = false;
    let answer: Answer | undefined;
    let step = this.next(search);
    while (!this.cancelled) {
      if (step.done === true) {
        this.refuseConstant(2);
        answer = step.value;
        this.diagnosis = await diagnose(setting, () => this.cancelled);
        complete = !this.cancelled;
        break;
      }
      const orders = step.value;
      const whole = await this.round(orders, runner, onProgress);
      this.recalled = kept?.recalled ?? 0;
      if (whole === undefined) break;
      this.rounds++;
      this.refuseConstant(ENOUGH);
      step = this.next(search, whole);
    }
    return this.report(answer, complete);
  }

  /**
   * Runs a round: as one batch, or, where somebody looks on, in parts of about a second, after each of which a partial report is told. Parts change
   * no outcome. Undefined where some are missing.
   */
  private async round(
    orders: readonly Order[],
    runner: Trials,
    onProgress?: (progress: StudyProgress) => void,
  ): Promise<Outcome[] | undefined> {
    const { register } = this;
    const end = register.twins + orders.reduce((sum, { count }) => sum + count, 0);
    const total = Math.max(this.expected(), end);
    const tell = (twins: number, partial: StudyReport | undefined): void => {
      const seconds = this.seconds();
      const secondsLeft = twins > 0 ? (seconds * (total - twins)) / twins : Number.NaN;
      onProgress?.({ twins, total, round: this.rounds + 1, seconds, secondsLeft, stage: this.stage(orders), partial });
    };
    const whole: Outcome[] = [];
    let missing = false;
    let size = this.options.watched === true && this.trials?.report.engine === 'cpu' ? FIRST_PART : Number.POSITIVE_INFINITY;
    for (let at = 0; at < orders.length && !this.cancelled; ) {
      let to = at;
      let twins = 0;
      while (to < orders.length && (to === at || twins < size)) twins += (orders[to++] as Order).count;
      const part = to - at === orders.length ? orders : orders.slice(at, to);
      const start = performance.now();
      const before = register.twins;
      const outcomes = this.take(part, await runner.run(part, (done) => tell(before + done, undefined)));
      if (outcomes === undefined) missing = true;
      else for (const outcome of outcomes) whole.push(outcome);
      size = Math.max(FIRST_PART, Math.min(4 * size, (twins * PARTIAL_MS) / Math.max(1, performance.now() - start)));
      at = to;
      if (onProgress === undefined || performance.now() - this.told < PARTIAL_MS) continue;
      this.told = performance.now();
      tell(register.twins, this.report(undefined, false));
    }
    return missing || whole.length < orders.length ? undefined : whole;
  }

  /** Ends `run` early, within 200 ms; it resolves with what there is. */
  cancel(): void {
    this.cancelled = true;
    this.stop();
  }

  /** The next round. What a search refuses to begin with is the experiment's fault. */
  private next(search: Search<Answer>, outcomes?: Outcome[]): IteratorResult<Order[], Answer> {
    try {
      return outcomes === undefined ? search.next() : search.next(outcomes);
    } catch (error) {
      if (error instanceof StudyRefusal || !(error instanceof RangeError)) throw error;
      const key = /budget/i.test(error.message) ? ['budget'] : [];
      throw new StudyRefusal([{ path: pathText(['experiments', this.setting.name, ...key]), message: error.message }]);
    }
  }

  private *search(): Search<Answer> {
    const { setting, register } = this;
    switch (setting.question) {
      case 'compare':
        return yield* compare(setting, register);
      case 'best':
        return yield* best(setting, register);
      case 'trade-off':
        return yield* tradeOff(setting, register);
      case 'sensitivity':
        return yield* sensitivity(setting);
      case 'uncertainty':
        return yield* uncertainty(setting);
      case 'what limits':
        yield* whatLimits(setting, this.changes);
        return {
          method: `${this.changes.length} interventions, one at a time, each under the luck of the plant as it is`,
          warnings:
            setting.goals[0]?.of.kind === 'mean'
              ? []
              : [
                  `Gains are those of the mean, not of the ${setting.responses[setting.goals[0]?.response ?? 0]?.of} that the objective asks for.`,
                ],
        };
    }
  }

  /** Takes a round's outcomes, adds what a design costs, and hands them on whole; undefined where some are missing. */
  private take(orders: readonly Order[], outcomes: readonly (Outcome | undefined)[]): Outcome[] | undefined {
    const { cost } = this.setting;
    const k = this.metrics.length;
    const whole: Outcome[] = [];
    orders.forEach((order, i) => {
      const outcome = outcomes[i];
      if (outcome === undefined) return;
      const widened =
        cost === undefined ? outcome : widen(outcome, k, order, cost(order.point.some(Number.isNaN) ? this.standing() : order.point));
      this.register.take(order, widened);
      this.digest.merge(outcomeDigest(order, outcome));
      whole.push(widened);
    });
    return whole.length === orders.length ? whole : undefined;
  }

  /** The factors as they stand in the scene; NaN where that is not said. */
  private standing(): Point {
    return this.setting.factors.map(({ shown }) => shown.now ?? Number.NaN);
  }

  /**
   * An objective that is the same in all designs and twins tells nothing, nor does one of which no twin gives a figure: refused, by its path.
   * @param enough designs, below which it is not said yet.
   */
  private refuseConstant(enough: number): void {
    const { register, setting } = this;
    if (register.size < enough || (setting.sequence !== undefined && enough < ENOUGH)) return;
    setting.goals.forEach(({ response }, i) => {
      const first = register.mean(0, response);
      for (let id = 0; id < register.size; id++) {
        const same = Object.is(register.mean(id, response), first) && !(register.sd(id, response) > 0);
        if (!same) return;
      }
      const all = `in all of ${register.size} designs and ${register.twins} twins`;
      const message = Number.isNaN(first)
        ? `found no figure for ${setting.responses[response]?.name} ${all}: every twin broke off, or had nothing to count; expected twins that run to their end`
        : `found ${setting.responses[response]?.name} to be ${first} ${all}; expected an objective that can differ`;
      throw new StudyRefusal([{ path: pathText(['experiments', setting.name, 'objectives', i]), message }]);
    });
  }

  /** Twins that the whole takes, as far as it is known beforehand. */
  private expected(): number {
    return sizeOf(this.setting, this.changes.length).twins;
  }

  private stage(orders: readonly Order[]): string {
    const designs = orders.length;
    return `round ${this.rounds + 1}: ${designs} ${designs === 1 ? 'design' : 'designs'}`;
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  private report(answer: Answer | undefined, complete: boolean): StudyReport {
    const { setting, register, trials, changes, metrics } = this;
    const { scene } = this.options;
    const { time, run } = setting.base;
    const unit = time.tickSeconds / SECONDS[time.unit];
    const limiting = setting.question === 'what limits';
    const interventions = limiting ? interventionsOf(setting, changes, register, metrics) : [];
    const shown = limiting ? { rows: [], hypervolume: Number.NaN } : rowsOf(setting, register, answer?.chosen, answer?.front);
    const chosen = answer?.chosen === undefined ? -1 : (register.idOf(answer.chosen) ?? -1);
    const replay = (point: Point, replication: number) => this.replayed(point, replication);
    const insights =
      !complete || answer === undefined
        ? []
        : limiting
          ? limitInsights(setting, changes, interventions, register, metrics, (change, replication) => replay([change], replication))
          : insightsOf(setting, register, answer, replay);
    return {
      engine: trials?.report ?? { engine: 'cpu', adapter: '', software: false, reason: '' },
      path: trials?.path ?? { taken: 'events', reason: '' },
      experiment: setting.name,
      question: setting.question,
      scene,
      seed: setting.seed,
      digest: this.digest.toString(),
      complete,
      warmup: Math.round(run.warmup) * unit,
      horizon: Math.round(run.horizon) * unit,
      timeUnit: time.unit,
      twins: register.twins,
      rounds: this.rounds,
      seconds: this.seconds(),
      recalled: this.recalled,
      method: answer?.method ?? '',
      factors: setting.shownFactors(),
      responses: setting.responses,
      designs: shown.rows,
      tried: register.size,
      chosen,
      guarantee: answer?.guarantee,
      insights,
      interventions,
      activePeriods: limiting ? (this.diagnosis?.activePeriods ?? []) : [],
      effects: limiting || setting.question === 'uncertainty' ? [] : effectsOf(setting, register),
      sensitivity: answer?.sensitivity ?? [],
      uncertainty: answer?.uncertainty ?? [],
      hypervolume: shown.hypervolume,
      warmupCheck: this.diagnosis?.warmup,
      warnings: [
        ...setting.warnings,
        ...(answer?.warnings ?? []),
        ...(complete ? cautionsOf(setting, register, answer?.chosen) : []),
        ...(this.diagnosis?.warnings ?? []),
      ],
    };
  }
}

/** An outcome with one more response, the same in every replication. */
function widen(outcome: Outcome, k: number, order: Order, value: number): Outcome {
  const wide = new Float64Array(order.count * (k + 1));
  for (let r = 0; r < order.count; r++) {
    wide.set(outcome.subarray(r * k, (r + 1) * k), r * (k + 1));
    wide[r * (k + 1) + k] = value;
  }
  return wide;
}
