/**
 * `npm run --silent sim -- SCENE.json --experiment NAME [options]`: an experiment of a scene in a terminal, whole, or as one share of several machines'.
 * Exit status: 0 the study is complete; 3 it is not, so journals are to be merged and gone on with; 2 an error, one line a problem on standard error.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { exportStudy } from '../experiment/export/export.ts';
import { share } from '../experiment/journal.ts';
import type { Entry } from '../experiment/journal-chunks.ts';
import { Study, StudyRefusal, type StudyTrials } from '../experiment/study.ts';
import { StudyLab } from '../experiment/study-lab.ts';
import type { Path, StudyProgress, StudyReport } from '../experiment/study-protocol.ts';
import { PlantTrials, type TrialMachines } from '../experiment/trials-run.ts';
import type { Journal } from '../experiment/trials.ts';
import { headerOf, JournalFile, Mismatch, belongs } from './journal-file.ts';
import { openNodeMachines } from './node-lab.ts';
import { reportText } from './study-text.ts';

const USAGE = `usage: npm run --silent sim -- SCENE.json --experiment NAME [options]
  --seed S           0 … 4294967295 (default: the experiment's, or the scene's)
  --engine E         gpu, cpu or auto (default: auto)
  --path P           events, recursion or auto (default: auto)
  --workers N        threads of the reference engine (default: one a core)
  --out FILE         keep all outcomes in FILE; where it is there, go on with it
  --shard i/n        run the i-th of n shares of each round, into --out
  --from FILE        take outcomes from FILE (a merged journal); alone: report from them, and run nothing
  --yes              run it however long it takes: without, what takes over ten minutes is told first
  --report FILE      save the report as .csv, .parquet or .html; may be given several times
  --json             print the report as JSON`;

/** The study is not complete: others' shares are missing. */
export const NOT_COMPLETE = 3;

class Usage extends Error {}

interface Options {
  scene: string;
  experiment: string;
  seed: number | undefined;
  engine: 'gpu' | 'cpu' | 'auto';
  path: Path;
  workers: number | undefined;
  out: string | undefined;
  shard: [number, number] | undefined;
  from: string | undefined;
  reports: string[];
  json: boolean;
  yes: boolean;
}

function options(args: string[]): Options {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [scene, ...more] = positionals;
  if (values.help === true) {
    console.log(USAGE);
    process.exit(0);
  }
  if (scene === undefined) throw new Usage('expected a scene file');
  if (more.length > 0) throw new Usage(`found a second scene file "${more[0]}"; expected one`);
  const { experiment = '', out, from, report = [] } = values;
  const shard = shardOf(values.shard);
  if (shard !== undefined && out === undefined)
    throw new Usage('--shard: found no --out; expected a file, for a share is of use only when merged');
  for (const file of report) {
    if (formatOf(file) === undefined) throw new Usage(`--report: found "${file}"; expected a file named .csv, .parquet or .html`);
  }
  return {
    scene,
    experiment,
    seed: whole('seed', values.seed, 0, 0xffffffff),
    engine: oneOf('engine', values.engine, ['auto', 'gpu', 'cpu'] as const),
    path: oneOf('path', values.path, ['auto', 'events', 'recursion'] as const),
    workers: whole('workers', values.workers, 1, 1024),
    out,
    shard,
    from,
    reports: report,
    json: values.json === true,
    yes: values.yes === true,
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      experiment: { type: 'string' },
      seed: { type: 'string' },
      engine: { type: 'string' },
      path: { type: 'string' },
      workers: { type: 'string' },
      out: { type: 'string' },
      shard: { type: 'string' },
      from: { type: 'string' },
      report: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      yes: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function whole(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < low || Number(text) > high) {
    throw new Usage(`--${name}: found "${text}"; expected a whole number from ${low} to ${high}`);
  }
  return Number(text);
}

function oneOf<T extends string>(name: string, text: string | undefined, choices: readonly [T, ...T[]]): T {
  const choice = text === undefined ? choices[0] : choices.find((each) => each === text);
  if (choice === undefined) throw new Usage(`--${name}: found "${text}"; expected one of ${choices.join(', ')}`);
  return choice;
}

function shardOf(text: string | undefined): [number, number] | undefined {
  if (text === undefined) return undefined;
  const [, i, n] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (i === undefined || n === undefined || i < 1 || i > n) {
    throw new Usage(`--shard: found "${text}"; expected i/n with i from 1 to n, such as 2/8`);
  }
  return [i, n];
}

function formatOf(file: string): 'csv' | 'parquet' | 'html' | undefined {
  const extension = extname(file).slice(1).toLowerCase();
  return extension === 'csv' || extension === 'parquet' || extension === 'html' ? extension : undefined;
}

/** What is read comes from a merged journal and from the file at hand; what is run goes into the file at hand. */
class Layers implements Journal {
  from: JournalFile | undefined;
  out: JournalFile | undefined;

  async *load(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (this.from !== undefined) yield* this.from.load();
    if (this.out !== undefined) yield* this.out.load();
  }

  append(entries: readonly Entry[]): Promise<void> {
    return this.out?.append(entries) ?? Promise.resolve();
  }

  clear(): Promise<void> {
    return this.out?.clear() ?? Promise.resolve();
  }

  close(): void {
    this.from?.close();
    this.out?.close();
  }
}

/** Runs a study's rounds on plants. Counts the twins that were run. */
class CountedTrials implements StudyTrials {
  twins = 0;
  private readonly trials: PlantTrials;

  constructor(trials: PlantTrials) {
    this.trials = trials;
  }

  get report(): PlantTrials['report'] {
    return this.trials.report;
  }

  get path(): PlantTrials['taken'] {
    return this.trials.taken;
  }

  async run(...[orders, onProgress]: Parameters<PlantTrials['run']>): ReturnType<PlantTrials['run']> {
    const outcomes = await this.trials.run(orders, onProgress);
    orders.forEach(({ count }, i) => {
      if (outcomes[i] !== undefined) this.twins += count;
    });
    return outcomes;
  }

  stop(): void {
    this.trials.stop();
  }
}

/** For a report from journals alone. */
export const NO_TRIALS: StudyTrials = {
  report: { engine: 'cpu', adapter: 'none', software: false, reason: 'nothing was run: all outcomes come from journals' },
  path: { taken: 'events', reason: 'nothing was run here' },
  run: () => Promise.reject(new Error('There is nothing here to run twins on.')),
  stop: () => undefined,
};

function showProgress({ twins, total, stage, secondsLeft }: StudyProgress): void {
  if (!process.stderr.isTTY) return;
  const left = Number.isFinite(secondsLeft) ? `, ${Math.ceil(secondsLeft)} s left` : '';
  process.stderr.write(`\r\u001b[K${Math.floor((100 * twins) / Math.max(1, total))} %, ${stage}, ${Math.floor(twins)} twins${left}`);
}

/**
 * Runs the command. @param args what stands behind its name
 * @returns the exit status. Throws what is wrong with the command, the scene or a file.
 */
export async function explore(args: string[]): Promise<number> {
  const given = options(args);
  let text: string;
  try {
    text = readFileSync(given.scene, 'utf8');
  } catch (error) {
    throw new Usage(`${given.scene}: ${(error as Error).message}`);
  }
  const journal = new Layers();
  let machines: (TrialMachines & { close(): Promise<void> }) | undefined;
  let counted: CountedTrials | undefined;
  const { shard } = given;
  const nothing = given.from !== undefined && given.out === undefined;
  const study = new Study({
    scene: text,
    experiment: given.experiment,
    seed: given.seed,
    path: given.path,
    trials: async ({ space, metrics, ...ground }) => {
      if (nothing) return NO_TRIALS;
      machines = await openNodeMachines(given.engine !== 'cpu', given.workers);
      const setup = { ...ground, axes: space.axes, responses: metrics.map((metric) => ({ metric })), engine: given.engine };
      counted = new CountedTrials(await PlantTrials.open(setup, machines));
      return counted;
    },
    ...(given.out === undefined && given.from === undefined ? {} : { journal }),
    mine: nothing ? () => false : shard === undefined ? undefined : share(...shard),
  });
  if (!given.yes && shard === undefined && !nothing && journal.out === undefined) {
    const threads = Array.from({ length: given.workers ?? availableParallelism() }) as unknown as TrialMachines['threads'];
    const plan = await new StudyLab(() => Promise.resolve({ gpu: undefined, threads }), undefined).plan({
      scene: text,
      experiment: given.experiment,
      seed: given.seed,
    });
    if (plan.ok && plan.ask !== '') throw new Usage(`${plan.ask} Then add --yes, or make it smaller`);
  }
  const header = headerOf(text, given.experiment, study.setting.seed, shard ?? null);
  if (given.from !== undefined) {
    journal.from = JournalFile.read(given.from);
    belongs(journal.from, header);
  }
  if (given.out !== undefined) journal.out = JournalFile.resume(given.out, header);
  for (const warning of [...(journal.from?.warnings ?? []), ...(journal.out?.warnings ?? [])]) console.error(`warning: ${warning}`);

  let signal = 0;
  const cancel = (name: 'SIGINT' | 'SIGTERM'): void => {
    signal = name === 'SIGINT' ? 130 : 143;
    study.cancel();
  };
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  const report = await study.run(showProgress);
  process.off('SIGINT', cancel).off('SIGTERM', cancel);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  journal.close();
  await machines?.close();
  await say(report, given, counted?.twins ?? 0);
  return signal !== 0 ? signal : report.complete ? 0 : NOT_COMPLETE;
}

async function say(report: StudyReport, { shard, out, from, reports, json }: Options, ran: number): Promise<void> {
  const part = shard !== undefined && !report.complete;
  if (json) console.log(JSON.stringify(report, null, 1));
  else if (!part) console.log(reportText(report));
  if (!report.complete) console.error(unfinished(report.rounds, { shard, out, from, ran }));
  if (part) return;
  for (const file of reports) {
    const blob = await exportStudy(report, formatOf(file) as 'csv' | 'parquet' | 'html');
    writeFileSync(file, new Uint8Array(await blob.arrayBuffer()));
  }
}

/** What there is, and what to do next, in words. */
function unfinished(
  rounds: number,
  { shard, out, from, ran }: { shard: Options['shard']; out: string | undefined; from: string | undefined; ran: number },
): string {
  const round = `round ${rounds + 1}`;
  if (shard !== undefined) {
    return `shard ${shard.join('/')}: ran ${ran} twins of ${round} into ${out}; merge the shards, and go on with --from`;
  }
  if (from !== undefined && out === undefined)
    return `not complete: ${from} does not hold all of ${round}; run its shards with --from ${from}`;
  return `not complete: it was stopped in ${round}${out === undefined ? '' : `; the same command goes on from ${out}`}`;
}

/** The same, to the end of the process. */
export async function experiment(args: string[]): Promise<never> {
  let status = 2;
  try {
    status = await explore(args);
  } catch (error) {
    console.error(wording(error));
  }
  // Dawn keeps Node alive as long as its device is open.
  return process.exit(status);
}

/** An error for people: one line a problem. */
export function wording(error: unknown): string {
  if (error instanceof StudyRefusal || error instanceof Mismatch) return error.message;
  return error instanceof Usage ? `${error.message} (--help lists the options)` : (error as Error).message;
}
