/**
 * `npm run --silent merge -- FILES --out FILE`: joins the journals of a study's shards, and says whether the study is complete.
 * Exit status: 0 it is; 3 it is not, and its next round is to be run with `--from`; 2 an error. FILE may be one of FILES.
 */
import { parseArgs } from 'node:util';
import { Study } from '../experiment/study.ts';
import { mergeFiles } from './journal-file.ts';
import { NO_TRIALS, NOT_COMPLETE, wording } from './study.ts';

const USAGE = `usage: npm run --silent merge -- FILES --out FILE
  joins journals that "npm run sim -- SCENE --experiment NAME --shard i/n --out FILE" wrote`;

async function merge(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const { out } = values;
  if (positionals.length === 0 || out === undefined) throw new Error(USAGE);
  const { journal, warnings, twins } = await mergeFiles(positionals, out);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  const { text: scene, experiment, seed } = journal.header;
  const study = new Study({ scene, experiment, seed, trials: () => NO_TRIALS, journal, mine: () => false });
  const report = await study.run();
  journal.close();
  console.log(
    report.complete
      ? `${out}: ${twins} twins, complete in ${report.rounds} ${report.rounds === 1 ? 'round' : 'rounds'}; digest ${report.digest}`
      : `${out}: ${twins} twins; round ${report.rounds + 1} is not whole: run its shards with --from ${out}`,
  );
  return report.complete ? 0 : NOT_COMPLETE;
}

merge().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(wording(error));
    process.exit(2);
  },
);
