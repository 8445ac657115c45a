/**
 * One experiment: replications of a scene handed out to runners span by span, and their findings merged into a summary.
 * The same in the page (runners behind workers) and in Node. Merging is exact, so spans, their order and the number of runners do not matter.
 */
import { Readout } from '../engine/readout.ts';
import { SECONDS } from '../clock.ts';
import type { Plant } from '../scene/plant.ts';
import { type Findings, keptMetrics } from './collector.ts';
import { Digest } from './digest.ts';
import { Gate } from './gate.ts';
import type { EngineReport, Progress, StatusCount, Summary } from './protocol.ts';
import { interval, Tally } from './statistics.ts';

/** Something that runs spans of replications: a thread of the reference engine, or a GPU. */
export interface Runner {
  run(first: number, count: number, seed: number, onProgress: (twins: number) => void): Promise<Findings>;
  stop(): unknown;
  pause(): unknown;
  resume(): unknown;
  /** The size of its next span, given what is left and how many share it. */
  span(left: number, runners: number): number;
  /** Told how long its last span took, ms. */
  took(count: number, ms: number): void;
}

/** Milliseconds between partial results. */
const PARTIAL_MS = 500;

export class Experiment {
  private readonly plant: Plant;
  private readonly report: EngineReport;
  private readonly seed: number;
  private readonly replications: number;
  private readonly readout: Readout;
  private readonly tallies: Tally[];
  private readonly digest = new Digest();
  private readonly statuses = new Map<string, StatusCount>();
  private readonly columns: Record<string, Float64Array> = {};
  private readonly kept: number[];
  private finished = 0;
  private events = 0;
  private operations = 0;
  private next = 0;
  private cancelled = false;
  private runners: Runner[] = [];
  private readonly gate = new Gate();
  private started = 0;
  private pausedAt = 0;
  private pausedMs = 0;

  constructor(plant: Plant, report: EngineReport, seed: number, replications: number) {
    this.plant = plant;
    this.report = report;
    this.seed = seed;
    this.replications = replications;
    this.readout = new Readout(plant);
    this.tallies = this.readout.metrics.map(() => new Tally());
    this.kept = keptMetrics(
      this.readout.metrics.map(({ name }) => name),
      replications,
    );
    for (const metric of this.kept) {
      this.columns[(this.readout.metrics[metric] as { name: string }).name] = new Float64Array(replications).fill(Number.NaN);
    }
  }

  /** Runs to the end, or until `cancel`. Rejects if a runner fails. */
  async run(runners: Runner[], onProgress?: (progress: Progress) => void): Promise<Summary> {
    this.runners = runners;
    this.started = performance.now();
    const within = new Float64Array(runners.length);
    let told = 0;
    let toldPartial = performance.now();
    const tell = (): void => {
      const now = performance.now();
      if (onProgress === undefined || now - told < 50) return;
      told = now;
      const partial = now - toldPartial > PARTIAL_MS && this.finished >= 2 ? this.summary(true) : undefined;
      if (partial !== undefined) toldPartial = now;
      const done = this.finished + within.reduce((sum, twins) => sum + twins, 0);
      const seconds = this.seconds();
      const fraction = Math.min(1, done / this.replications);
      onProgress({
        finished: this.finished,
        total: this.replications,
        fraction,
        seconds,
        secondsLeft: fraction > 0 ? (seconds * (1 - fraction)) / fraction : Number.NaN,
        partial,
      });
    };
    const work = async (runner: Runner, i: number): Promise<void> => {
      for (;;) {
        await this.gate.pass();
        // After the wait: another runner may have taken the last span meanwhile.
        if (this.cancelled || this.next >= this.replications) return;
        const first = this.next;
        const count = Math.max(1, Math.min(this.replications - first, runner.span(this.replications - first, runners.length)));
        this.next += count;
        const start = performance.now();
        const findings = await runner.run(first, count, this.seed, (twins) => {
          within[i] = twins;
          tell();
        });
        within[i] = 0;
        runner.took(count, performance.now() - start);
        this.merge(findings);
        tell();
      }
    };
    await Promise.all(
      runners.map((runner, i) =>
        work(runner, i).catch((error: unknown) => {
          this.cancel();
          throw error;
        }),
      ),
    );
    return this.summary();
  }

  pause(): void {
    if (!this.gate.isOpen) return;
    this.pausedAt = performance.now();
    this.gate.close();
    for (const runner of this.runners) runner.pause();
  }

  resume(): void {
    if (this.gate.isOpen) return;
    this.pausedMs += performance.now() - this.pausedAt;
    this.gate.open();
    for (const runner of this.runners) runner.resume();
  }

  /** No span is begun any more, and those under way end early; `run` resolves with what there is. */
  cancel(): void {
    this.cancelled = true;
    this.resume();
    for (const runner of this.runners) runner.stop();
  }

  private seconds(): number {
    const paused = this.pausedMs + (this.gate.isOpen ? 0 : performance.now() - this.pausedAt);
    return (performance.now() - this.started - paused) / 1000;
  }

  private merge(findings: Findings): void {
    this.finished += findings.finished;
    this.events += findings.events;
    this.operations += findings.operations;
    this.digest.merge(new Digest(findings.digest));
    for (const status of findings.statuses) {
      const key = `${status.status} ${status.element}`;
      const sum = this.statuses.get(key);
      if (sum === undefined) this.statuses.set(key, { ...status });
      else {
        sum.count += status.count;
        sum.example = Math.min(sum.example, status.example);
      }
    }
    findings.tallies.forEach((tally, i) => (this.tallies[i] as Tally).merge(Tally.from(tally)));
    this.kept.forEach((metric, i) => {
      const { name } = this.readout.metrics[metric] as { name: string };
      (this.columns[name] as Float64Array).set(findings.columns[i] as Float64Array, findings.first);
    });
  }

  /** What is known so far. @param brief only the columns of the plant's totals: partial results cross threads twice a second. */
  summary(brief = false): Summary {
    const { scene } = this.plant;
    const unit = scene.time.tickSeconds / SECONDS[scene.time.unit];
    const metrics: Summary['metrics'] = {};
    this.readout.metrics.forEach(({ name, unit, resolution }, i) => {
      metrics[name] = { ...interval(this.tallies[i] as Tally), unit, resolution };
    });
    return {
      report: this.report,
      seed: this.seed,
      replications: this.replications,
      finished: this.finished,
      warmup: Math.round(scene.run.warmup) * unit,
      horizon: Math.round(scene.run.horizon) * unit,
      timeUnit: scene.time.unit,
      digest: this.digest.toString(),
      status: [...this.statuses.values()].sort((a, b) => b.count - a.count || (a.status < b.status ? -1 : 1)),
      metrics,
      columns: brief ? Object.fromEntries(Object.entries(this.columns).filter(([name]) => name.startsWith('total.'))) : this.columns,
      events: this.events,
      operations: this.operations,
      seconds: this.seconds(),
    };
  }
}
