/**
 * `npm run bench:fab [-- --data DIR --fab HVLM|LVHM --days N --warmup N --seed S --batches full|minimum --spread width|offset]`: one twin of an SMT2020
 * wafer fab on the reference engine. Prints how fast it ran, and sets what came out beside what is known: each tool family's utilisation beside
 * its static capacity, throughput beside the release rate, cycle times beside published ones. The data are not shipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SECONDS } from '../clock.ts';
import { verdict } from '../engine/inspect.ts';
import { Readout } from '../engine/readout.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import { compile } from '../scene/compile.ts';
import type { Spread } from '../scene/import/autosched.ts';
import { importSmt2020, type Options } from '../scene/import/smt2020.ts';
import { read } from '../scene/read.ts';
import { HEAD_EVENTS, HEAD_NOW, STATUS_RUNNING } from '../stations/words.ts';

/** Events between two looks at the clock. */
const SLICE = 200_000;
/** What PySCFabSim, in Python, takes for 730 days of HVLM: README.txt of the data. */
const PEER_SECONDS = 15 * 60;
const PEER_DAYS = 730;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/smt2020' },
    fab: { type: 'string', default: 'HVLM' },
    days: { type: 'string', default: '730' },
    warmup: { type: 'string', default: '365' },
    seed: { type: 'string', default: '1' },
    // As the peer's runs, which the published figures come from.
    batches: { type: 'string', default: 'full' },
    spread: { type: 'string', default: 'width' },
    'no-wip': { type: 'boolean', default: false },
  },
});
const [days, warmup, seed] = [Number(values.days), Number(values.warmup), Number(values.seed)];
const text = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);

/** Rows of a comma-separated file with a header, its texts perhaps in quotes. */
function rows(path: string): Record<string, string>[] {
  const [head = [], ...lines] = (text(path) ?? '')
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map(([, cell = '', quoted]) => quoted ?? cell));
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}

if (!existsSync(join(values.data, values.fab))) {
  console.error(`There is no ${join(values.data, values.fab)}: the SMT2020 data are not shipped; --data says where they are.`);
  process.exit(2);
}
const started = performance.now();
const { scene: written, notes } = importSmt2020((name) => text(join(values.data, values.fab, name)), {
  batches: values.batches as Options['batches'],
  spread: values.spread as Spread,
  wip: !values['no-wip'],
});
written.run = { ...(written.run as object), warmup: `${warmup} d`, horizon: `${days - warmup} d` };
const checked = read(JSON.stringify(written));
if (!checked.ok) {
  for (const { path, message } of checked.problems) console.error(`${path}: ${message}`);
  process.exit(2);
}
const plant = compile(checked.scene);
const prepared = (performance.now() - started) / 1000;
for (const note of notes) console.log(`note: ${note}`);
console.log(
  `${values.fab}: ${plant.counts.places} servers in ${checked.scene.stations.length} families, ${plant.tables.length} words of tables, ${plant.layout.words} words of state, ${plant.counts.slots} slots; read and compiled in ${prepared.toFixed(1)} s`,
);

const engine = new ReferenceEngine(plant);
const block = new Uint32Array(plant.layout.words);
const begun = performance.now();
const processor = process.cpuUsage();
engine.begin(block, seed, 0);
const ticksInDay = SECONDS.d / plant.scene.time.tickSeconds;
while (engine.run(block, seed, 0, SLICE) === STATUS_RUNNING) {
  if (process.stderr.isTTY) process.stderr.write(`\rday ${Math.floor((block[HEAD_NOW] as number) / ticksInDay)}`);
}
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
const seconds = (performance.now() - begun) / 1000;
// On a machine that others use too, the time of the processor is what the run took.
const { user } = process.cpuUsage(processor);
const reached = (block[HEAD_NOW] as number) / ticksInDay;
const { status, element } = verdict(plant, block);
console.log(
  `${reached.toFixed(1)} days in ${seconds.toFixed(1)} s (${(user / 1e6).toFixed(1)} s of the processor): ${(reached / seconds).toFixed(1)} simulated days a second, ${((block[HEAD_EVENTS] as number) / seconds / 1e6).toFixed(2)} million events a second; status ${status}${element === '' ? '' : ` at ${element}`}`,
);
console.log(
  `${((PEER_SECONDS / PEER_DAYS) * (reached / seconds)).toFixed(0)} times as fast as PySCFabSim's about ${PEER_SECONDS / 60} minutes for ${PEER_DAYS} days`,
);

const readout = new Readout(plant);
const figures = new Float64Array(readout.metrics.length);
readout.read(block, figures);
const figure = new Map(readout.metrics.map(({ name }, i) => [name, figures[i] as number]));
const get = (name: string): number => figure.get(name) ?? Number.NaN;

console.log('\nfamily                 working   static   of the available time   static   difference   set-up    down  planned');
let [apart, families] = [0, 0];
for (const row of rows(join(values.data, 'expected', `${values.fab}_static_capacity.csv`))) {
  const name = row.tool_family ?? '';
  const working = get(`${name}.working`);
  if (Number.isNaN(working)) continue;
  const [failed, maintained] = [get(`${name}.failed`), get(`${name}.maintained`) || 0];
  const available = working / (1 - failed - maintained);
  const difference = available - Number(row.expected_utilisation_of_available_time_excl_setup);
  apart += Math.abs(difference);
  families++;
  console.log(
    `${name.padEnd(22)} ${percent(working)} % ${percent(Number(row.offered_load_per_machine_full_batches))} % ${percent(available).padStart(22)} % ${percent(Number(row.expected_utilisation_of_available_time_excl_setup))} % ${percent(difference).padStart(9)} ${percent(get(`${name}.setup`) || 0)} % ${percent(failed)} % ${percent(maintained)} %`,
  );
}
console.log(`mean absolute difference of ${families} families: ${((100 * apart) / families).toFixed(2)} points of the available time`);

const published = rows(join(values.data, 'expected', 'published_lot_results.csv')).filter(({ dataset }) => dataset === values.fab);
console.log(
  `\nlot type         released a day  finished a day   cycle time, days   on time %   published, two years: days, lots, on time %`,
);
for (const { name } of checked.scene.products) {
  const interarrival =
    (written.sources as Record<string, { product: string; interarrival: string }>)[`${name} release`]?.interarrival ?? '';
  const released = 1440 / Number.parseFloat(interarrival);
  const beside = published
    .filter(({ lot_type }) => lot_type === name)
    .map((row) => `${(row.source ?? '').split(/[ ,]/)[0]}: ${row.mean_cycle_time_days}, ${row.throughput_lots}, ${row.on_time_percent}`);
  console.log(
    `${name.padEnd(16)} ${released.toFixed(3).padStart(14)} ${get(`${name}.throughput`).toFixed(3).padStart(15)} ${get(`${name}.flowTime`).toFixed(2).padStart(18)} ${percent(get(`${name}.onTime`)).padStart(11)}   ${beside.join('; ')}`,
  );
}
console.log(
  `all ${'lots'.padEnd(12)} ${' '.repeat(14)} ${get('total.throughput').toFixed(3).padStart(15)}; ${get('total.wip').toFixed(0)} lots in the fab on average`,
);
