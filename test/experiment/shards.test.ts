/** Several processes and a merger end with the bits of one process, in a terminal as people use it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { headerOf, JournalFile, mergeFiles } from '../../src/cli/journal-file.ts';
import { explore } from '../../src/cli/study.ts';
import { share } from '../../src/experiment/journal.ts';
import { Study } from '../../src/experiment/study.ts';
import type { StudyReport } from '../../src/experiment/study-protocol.ts';
import { PlantTrials } from '../../src/experiment/trials-run.ts';
import { Twins } from '../../src/experiment/twins.ts';

interface Ended {
  status: number | null;
  out: string;
  errors: string;
}

/** `npm run NAME -- ARGS`, in the test's folder. */
function command(name: 'sim' | 'merge', ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(process.cwd(), '.tools/cli.mjs'), name, ...args], { cwd: folder });
    const texts = { out: '', errors: '' };
    child.stdout.on('data', (data: Buffer) => (texts.out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (texts.errors += data.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...texts }));
  });
}

let folder: string;
/** Where the scene is. */
let plant: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-shards-'));
  plant = join(folder, 'plant.json');
  const scene = JSON.parse(readFileSync('scenes/two-lathes.json', 'utf8'));
  scene.run = { warmup: '1 h', horizon: '4 h', replications: 8, seed: 11 };
  const factors = {
    places: { path: 'buffers.b1.capacity', from: 1, to: 6 },
    press: { path: 'stations.press.processing', from: '80 s', to: '100 s', step: '10 s' },
  };
  scene.experiments = {
    // All orders are known beforehand: one round.
    matters: { question: 'sensitivity', method: 'morris', factors, samples: 3, replications: 70 },
    // What the second round holds follows from the outcomes of the first.
    better: { question: 'compare', factors, replications: 5 },
    // Round after round.
    seek: { question: 'best', method: 'cma-es', factors, budget: 400, replications: 3 },
  };
  writeFileSync(plant, JSON.stringify(scene));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('three processes and a merger are one process, round by round', async () => {
  // Bundles both commands before several processes want them at once.
  await Promise.all([command('sim', '--help'), command('merge', '--help')]);
  const run = (...args: string[]): Promise<Ended> =>
    command('sim', 'plant.json', '--experiment', 'better', '--engine', 'cpu', '--workers', '1', ...args);
  const files = [1, 2, 3].map((i) => `better-${i}.mwj`);
  const shards = (...more: string[]): Promise<Ended[]> =>
    Promise.all(files.map((file, i) => run('--shard', `${i + 1}/3`, '--out', file, ...more)));
  const report = await studied('better', { i: 1, n: 1, file: 'better-one.mwj', from: undefined });
  expect(report).toMatchObject({ complete: true, rounds: 2, recalled: 0 });
  for (const { status, out, errors } of await shards()) {
    expect([status, out]).toEqual([3, '']);
    expect(errors).toMatch(/^shard [123]\/3: ran 30 twins of round 1 into better-[123]\.mwj; merge the shards, and go on with --from\n$/);
  }
  expect(await command('merge', ...files, '--out', 'better.mwj')).toEqual({
    status: 3,
    out: 'better.mwj: 90 twins; round 2 is not whole: run its shards with --from better.mwj\n',
    errors: '',
  });
  for (const { status, errors } of await shards('--from', 'better.mwj')) {
    expect(status).toBe(3);
    expect(errors).toMatch(/of round 2 into/);
  }
  expect(await command('merge', 'better.mwj', ...files, '--out', 'better.mwj')).toEqual({
    status: 0,
    out: `better.mwj: ${report.twins} twins, complete in 2 rounds; digest ${report.digest}\n`,
    errors: '',
  });
}, 120_000);

/** A study on a thread of its own in this process. @param of which share of each round, into which file, from which other one */
async function studied(experiment: string, of: { i: number; n: number; file: string; from: string | undefined }): Promise<StudyReport> {
  const scene = readFileSync(plant, 'utf8');
  const out = JournalFile.resume(join(folder, of.file), headerOf(scene, experiment, 11, [of.i, of.n]));
  const from = of.from === undefined ? undefined : JournalFile.read(join(folder, of.from));
  const study = new Study({
    scene,
    experiment,
    trials: async ({ space, metrics, ...ground }) => {
      const responses = metrics.map((metric) => ({ metric }));
      const setup = { ...ground, axes: space.axes, responses, engine: 'cpu' as const };
      const trials = await PlantTrials.open(setup, { gpu: undefined, threads: [new Twins()] });
      return { report: trials.report, path: trials.taken, run: (orders) => trials.run(orders), stop: () => trials.stop() };
    },
    journal: {
      load: async function* () {
        if (from !== undefined) yield* from.load();
        yield* out.load();
      },
      append: (entries) => out.append(entries),
      clear: () => Promise.resolve(),
    },
    mine: share(of.i, of.n),
  });
  const report = await study.run();
  out.close();
  from?.close();
  return report;
}

it('any split of any search gives the same bits, and the same file', async () => {
  for (const experiment of ['matters', 'seek']) {
    const one = await studied(experiment, { i: 1, n: 1, file: `${experiment}.mwj`, from: undefined });
    expect(one.complete).toBe(true);
    expect(one.rounds).toBeGreaterThanOrEqual(experiment === 'seek' ? 3 : 1);
    const files = [1, 2, 3].map((i) => `${experiment}-${i}.mwj`);
    const all = `${experiment}-all.mwj`;
    for (let pass = 1, from: string | undefined; ; pass++) {
      // Whoever holds the last share of a round that is missing goes on to the next.
      for (const [i, file] of files.entries()) await studied(experiment, { i: i + 1, n: 3, file, from });
      const known = [...(from === undefined ? [] : [from]), ...files];
      (
        await mergeFiles(
          known.map((file) => join(folder, file)),
          join(folder, all),
        )
      ).journal.close();
      from = all;
      const { status, report } = await printed(experiment, all);
      if (status === 3) {
        expect(pass).toBeLessThan(one.rounds);
        continue;
      }
      expect(status).toBe(0);
      expect(report.designs).toEqual(JSON.parse(JSON.stringify(one.designs)));
      expect(report).toMatchObject({ digest: one.digest, twins: one.twins, recalled: one.twins, complete: true });
      break;
    }
    (await mergeFiles([join(folder, `${experiment}.mwj`)], join(folder, 'whole.mwj'))).journal.close();
    const [split, whole] = [all, 'whole.mwj'].map((file) => readFileSync(join(folder, file)));
    expect(split?.equals(whole as Buffer)).toBe(true);
  }
}, 120_000);

/** `--from FILE` alone. */
async function printed(
  experiment: string,
  file: string,
  ...more: string[]
): Promise<{ status: number; report: StudyReport; errors: string }> {
  const said = { out: '', errors: '' };
  vi.spyOn(console, 'log').mockImplementation((text: string) => void (said.out += text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void (said.errors += text));
  try {
    const status = await explore([plant, '--experiment', experiment, '--from', join(folder, file), '--json', ...more]);
    return { status, report: JSON.parse(said.out) as StudyReport, errors: said.errors };
  } finally {
    vi.restoreAllMocks();
  }
}

it('a report from journals says what is missing, and is saved in every form', async () => {
  const begun = JournalFile.resume(join(folder, 'begun.mwj'), headerOf(readFileSync(plant, 'utf8'), 'matters', 11, null));
  begun.close();
  const early = await printed('matters', 'begun.mwj');
  expect([early.status, early.report.complete, early.report.twins]).toEqual([3, false, 0]);
  expect(early.errors).toMatch(/^not complete: .*begun\.mwj does not hold all of round 1; run its shards with --from/);

  const saved = ['r.html', 'r.csv', 'r.parquet'].map((file) => join(folder, file));
  const { report } = await printed('matters', 'matters-all.mwj', ...saved.flatMap((file) => ['--report', file]));
  const [html = '', csv = '', parquet = ''] = saved.map((file) => readFileSync(file, 'latin1'));
  expect(html).toContain(report.digest);
  expect(csv.trim().split('\r\n').length).toBe(1 + report.designs.length);
  expect(parquet.slice(0, 4)).toBe('PAR1');
});

it('refuses what does not fit, in one line each', async () => {
  const here = (file: string): string => join(folder, file);
  const refusals: [string[], RegExp][] = [
    [['--experiment', 'better', '--out', here('begun.mwj')], /begun\.mwj: found the experiment "matters"; expected "better"$/],
    [['--experiment', 'matters', '--seed', '12', '--from', here('begun.mwj')], /begun\.mwj: found the seed 11; expected 12$/],
    [['--experiment', 'nothing'], /^experiments: found no experiment "nothing"; expected one of "matters", "better", "seek"$/],
    [['--experiment', 'better', '--shard', '4/3', '--out', here('x')], /^--shard: found "4\/3"; expected i\/n with i from 1 to n/],
    [['--experiment', 'better', '--shard', '1/3'], /^--shard: found no --out; expected a file/],
    [['--experiment', 'better', '--report', 'x.pdf'], /^--report: found "x\.pdf"; expected a file named \.csv/],
    [['--experiment', 'better', '--engine', 'abacus'], /^--engine: found "abacus"; expected one of auto, gpu, cpu$/],
  ];
  for (const [args, message] of refusals) await expect(explore([plant, ...args])).rejects.toThrow(message);
  await expect(mergeFiles([here('begun.mwj'), here('better-1.mwj')], here('x'))).rejects.toThrow(
    /better-1\.mwj: found the experiment "better"; expected "matters"$/,
  );
});
