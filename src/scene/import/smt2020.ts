/**
 * SMT2020 (D. Kopp, M. Hassoun, A. Kalir, L. Mönch: "SMT2020 – A Semiconductor Manufacturing Testbed", IEEE Transactions on Semiconductor
 * Manufacturing 33(4), 2020), in the text format of AutoSched AP, as a scene. Pure: texts in, a scene and notes out.
 *
 * A tool family becomes a station with an unlimited buffer in front of it, a lot type (a line of order.txt) a product with the routing of its part
 * and a source of its own, so that hot lots have figures of their own. What the vocabulary of scenes cannot say is counted in the notes.
 */
import { distribution, minutes, readTable, type Row, type Spread, type Table, uniform } from './autosched.ts';
import { type Stops, stopsOf } from './smt2020-stops.ts';

export interface Options {
  /** What PTIME2 and its like mean: mean ± PTIME2 ("offset", AutoSched AP's own reading), or a range PTIME2 wide, mean ± PTIME2 / 2 ("width", as PySCFabSim draws). */
  spread: Spread;
  /** A batch starts with BATCHMN lots ("minimum"), or waits until there are BATCHMX ("full", as PySCFabSim does). */
  batches: 'minimum' | 'full';
  /** Whether the lots of WIP.txt stand in the fab at time 0. */
  wip: boolean;
}

export interface Imported {
  scene: Record<string, unknown>;
  /** What was left out or read in one of several ways, a sentence each. */
  notes: string[];
}

type Json = Record<string, unknown>;

const TOOL = ['STNFAM', 'LTIME', 'LTUNITS', 'ULTIME', 'ULTUNITS', 'STNCAP', 'STNQTY', 'STNGRP', 'STNFAMLOC', 'FWLRANK', 'RULE'];
const ROUTE = ['STEP', 'DESC', 'STNFAM', 'PDIST', 'PTIME', 'PTIME2', 'PTUNITS', 'PTPER', 'BATCHMN', 'BATCHMX', 'SETUP', 'STIME', 'STUNITS'];
const MORE_ROUTE = [
  'BatchInterval',
  'BatchIntUnits',
  'PartInterval',
  'PartIntUnits',
  'RWKSTEP',
  'REWORK',
  'StepPercent',
  'STEP_CQT',
  'CQT',
  'CQTUNITS',
];
const ORDER = ['LOT', 'PART', 'PRIOR', 'PIECES', 'START', 'RDIST', 'REPEAT', 'RUNITS', 'DUE'];

/** Where Delay_32, the family that is a pure delay, stands. */
const DELAY = 'Delay';
const SINK = 'Shipped';
/** What a server is set up for after a lot that needs no set-up. */
const NO_SETUP = 'none';
/** Reworks of one lot after which it passes: never reached with rework rates of 2 %. */
const REWORK_LIMIT = 100;

/** One line of a route, read. */
interface Visit {
  row: Row;
  name: string;
  family: string;
  setup: string;
}

/**
 * Reads a folder of SMT2020.
 * @param file the text of a file by its name ("tool.txt.1l"), undefined where there is none
 * @throws ImportError with file, line and column
 */
export function importSmt2020(file: (name: string) => string | undefined, options: Partial<Options> = {}): Imported {
  const { spread = 'offset', batches = 'minimum', wip = true } = options;
  const notes = new Notes();
  const table = (name: string, columns: readonly string[]): Row[] => readTable(name, file(name), columns);

  const tools = new Map(table('tool.txt.1l', TOOL).map((row) => [row.name('STNFAM'), row]));
  const routeOf = new Map(table('part.txt', ['PART', 'ROUTEFILE']).map((row) => [row.name('PART'), row.name('ROUTEFILE')]));
  const routes = new Map<string, Visit[]>();
  for (const name of new Set(routeOf.values())) {
    routes.set(
      name,
      table(name, [...ROUTE, ...MORE_ROUTE]).map((row) => ({
        row,
        name: row.name('DESC'),
        family: row.name('STNFAM'),
        setup: row.text('SETUP'),
      })),
    );
  }
  const visits = (row: Row): Visit[] => routes.get(routeOf.get(row.name('PART')) ?? row.refuse('PART', 'a part of part.txt')) ?? [];

  const orders = table('order.txt', ORDER);
  const pieces = orders[0]?.whole('PIECES', 1) ?? 1;
  for (const order of orders) if (order.whole('PIECES', 1) !== pieces) order.refuse('PIECES', `lots of ${pieces}, as in the first line`);

  const products: Json = {};
  const sources: Json = {};
  for (const order of orders) {
    const name = order.name('LOT');
    order.oneOf('RDIST', ['constant']);
    products[name] = {
      priority: order.whole('PRIOR', 0),
      due: minutes(order.date('DUE') - order.date('START')),
      size: pieces,
      routing: visits(order).map((visit, i, all) => step(visit, i, all, { tools, spread, batches, pieces, notes })),
    };
    sources[`${name} release`] = { product: name, first: 0, interarrival: minutes(order.minutes('REPEAT', 'RUNITS')) };
  }

  const all = [...routes.values()].flat();
  const stops = stopsOf(table, pieces, spread);
  const setups = setupsOf(table, all);
  const stations: Json = {};
  const buffers: Json = {};
  const initial = wip ? contents(table, orders, visits, notes) : new Map<string, Json[]>();
  const links: Json[] = [];
  for (const [name, tool] of tools) {
    const here = all.filter(({ family }) => family === name);
    if (here.length === 0) {
      notes.count(`tool families that no route uses are left out: ${name}`);
      continue;
    }
    stations[name] = station(name, tool, here, stops, setups.get(name), options, pieces);
    const stock = initial.get(name);
    buffers[queue(name)] = stock ? { initial: stock } : {};
    links.push({ from: queue(name), to: name });
  }
  for (const { row, family } of all) if (!tools.has(family)) row.refuse('STNFAM', 'a family of tool.txt.1l');

  for (const note of stops.notes) notes.tell(note);
  notes.tell(
    spread === 'offset'
      ? 'uniform times are read as mean ± the second number, AutoSched AP’s own reading; PySCFabSim draws from half that range (means agree)'
      : 'uniform times are read as mean ± half the second number, as PySCFabSim draws; AutoSched AP means twice that range (means agree)',
  );
  const moving = transfers(table, tools, Object.keys(sources), spread);
  return {
    scene: {
      millwright: 1,
      name: 'SMT2020 wafer fab',
      description:
        'Imported from SMT2020: Kopp, Hassoun, Kalir, Mönch, "SMT2020 – A Semiconductor Manufacturing Testbed", IEEE Transactions on Semiconductor Manufacturing 33(4), 2020. Lots of wafers visit tool families with batching, cascading, set-ups, sampling, rework, queue-time limits, failures and maintenance.',
      time: { unit: 'd', resolution: '20 ms' },
      products,
      sources,
      buffers,
      stations,
      sinks: { [SINK]: {} },
      links,
      transfers: moving,
      // The most that 32 bits of ticks hold is 994 days.
      run: { warmup: '365 d', horizon: '365 d', replications: 1, seed: 1, maxParts: 16_384 },
    },
    notes: notes.list(),
  };
}

const queue = (family: string): string => `${family} queue`;

/** The minutes that a family's loading and unloading take of a lot. */
const handling = (tool: Row): number => tool.minutes('LTIME', 'LTUNITS') + tool.minutes('ULTIME', 'ULTUNITS');
/** Cascading: a tool takes the next lot in while it still works on this one. */
const cascades = (tool: Row): boolean => tool.text('STNCAP') !== '' && tool.number('STNCAP') === 2;

interface Context {
  tools: ReadonlyMap<string, Row>;
  spread: Spread;
  batches: Options['batches'];
  pieces: number;
  notes: Notes;
}

function step({ row, name, family, setup }: Visit, at: number, all: readonly Visit[], context: Context): Json {
  const { spread, batches, pieces, notes } = context;
  const tool = context.tools.get(family) ?? row.refuse('STNFAM', 'a family of tool.txt.1l');
  if (row.whole('STEP', 1) !== at + 1) row.refuse('STEP', `${at + 1}: steps in order`);
  row.oneOf('PDIST', ['uniform']);
  const per = row.oneOf('PTPER', ['per_lot', 'per_piece', 'per_batch']);
  const [time, range] = [row.minutes('PTIME', 'PTUNITS'), row.minutes('PTIME2', 'PTUNITS')];
  const result: Json = { name, station: family };

  const partInterval = row.minutes('PartInterval', 'PartIntUnits');
  const interval = partInterval > 0 ? partInterval * pieces : row.minutes('BatchInterval', 'BatchIntUnits');
  if (interval > 0) {
    // Loading and unloading do not keep a cascading tool from the next lot: they count in the lot's time alone.
    if (!cascades(tool)) row.refuse(partInterval > 0 ? 'PartInterval' : 'BatchInterval', 'none, as the family does not cascade (STNCAP 2)');
    const whole = (partInterval > 0 ? time + partInterval * (pieces - 1) : time) + handling(tool);
    result.processing = uniform(whole, range, spread);
    result.interval = minutes(Math.min(interval, whole));
  } else {
    if (cascades(tool)) row.refuse('PartInterval', 'an interval, as the family cascades (STNCAP 2)');
    result.processing = uniform(time, range, spread);
    if (per === 'per_piece') result.per = 'piece';
  }

  if (per === 'per_batch') {
    const lots = (column: string): number => Math.max(1, Math.floor(row.number(column) / pieces));
    result.batch = { min: batches === 'full' ? lots('BATCHMX') : lots('BATCHMN'), max: lots('BATCHMX') };
    // crit_sameroutestep: lots of the same step of the same route, hot or not.
    result.family = `${row.text('ROUTE')} ${name}`;
  } else if (setup !== '') result.family = setup;
  else if (all.some((other) => other.family === family && other.setup !== '')) result.family = NO_SETUP;

  const percent = row.optional('StepPercent') ?? 100;
  if (percent < 100) result.share = percent / 100;
  const back = row.optional('RWKSTEP');
  if (back !== undefined) {
    const target = all[back - 1] ?? row.refuse('RWKSTEP', `a step from 1 to ${all.length}`);
    result.yield = Number((1 - row.number('REWORK') / 100).toFixed(6));
    // oxlint-disable-next-line no-thenable -- the scene format's word
    result.onDefect = { rework: target.name, limit: REWORK_LIMIT, then: 'pass' };
  }
  const since = all.filter((other) => other.row.text('STEP_CQT') === row.text('STEP'));
  for (const other of since) result.within = { since: other.name, limit: minutes(other.row.minutes('CQT', 'CQTUNITS')) };
  if (since.length > 1) notes.count('queue-time limits that end at a step where another one ends are left out');
  if (row.text('SVESTN') === 'yes')
    notes.count(
      'steps bind a lot to the very tool it was on (lot-to-lens dedication, SVESTN and FORSTEP): it may use any tool of the family',
    );
  return result;
}

function station(
  name: string,
  tool: Row,
  here: readonly Visit[],
  stops: Stops,
  setup: Json | undefined,
  options: Partial<Options>,
  pieces: number,
): Json {
  if (tool.text('STNFAMLOC') === DELAY) return { servers: 'unlimited' };
  const result: Json = { servers: tool.whole('STNQTY', 1) };
  if (!cascades(tool)) {
    const [loading, unloading] = [tool.minutes('LTIME', 'LTUNITS'), tool.minutes('ULTIME', 'ULTUNITS')];
    if (loading > 0) result.loading = minutes(loading);
    if (unloading > 0) result.unloading = minutes(unloading);
  }
  const batched = here.filter(({ row }) => row.text('BATCHMX') !== '');
  if (batched.length > 0) {
    const lots = (column: string): number[] => batched.map(({ row }) => Math.max(1, Math.floor(row.number(column) / pieces)));
    const max = Math.max(...lots('BATCHMX'));
    result.batch = { min: Math.min(...lots(options.batches === 'full' ? 'BATCHMX' : 'BATCHMN')), max, same: 'family' };
  }
  if (setup) result.setup = setup;
  result.dispatch = dispatch(tool, setup !== undefined);
  const failures = stops.failures.get(tool.text('STNGRP')) ?? [];
  if (failures.length > 0) result.failures = failures;
  const maintenance = stops.maintenance.get(name) ?? [];
  if (maintenance.length > 0) result.maintenance = maintenance;
  return result;
}

/** The ranks of a tool family, in order. Who has waited longest comes first among equals anyway. */
function dispatch(tool: Row, setups: boolean): string[] {
  const keys = tool
    .text('FWLRANK')
    .split(';')
    .flatMap((rank) => {
      if (rank === 'rank_HP') return ['priority'];
      if (rank === 'rank_RSETUP') return setups ? ['same set-up first'] : [];
      if (rank === 'rank_CR') return ['critical ratio'];
      return rank === 'rank_FIFO' || rank === ''
        ? []
        : tool.refuse('FWLRANK', 'rank_HP, rank_RSETUP, rank_CR and rank_FIFO, with ; between');
    });
  // Least set-up first, before everything else.
  const first = tool.oneOf('RULE', ['rule_HotLotFIRST', 'rule_LSSU', '']) === 'rule_LSSU' && setups ? ['same set-up first'] : [];
  return [...first, ...keys.filter((key) => !first.includes(key))];
}

/** Set-ups by family of tools: a step's own STIME, or setup.txt's time from the present set-up, or setup.txt's time from any. */
function setupsOf(table: Table, visits: readonly Visit[]): Map<string, Json> {
  const pairs = table('setup.txt', ['CURSETUP', 'NEWSETUP', 'STIME', 'STUNITS']);
  const times = new Map(pairs.map((row) => [`${row.text('CURSETUP')}\t${row.name('NEWSETUP')}`, row.minutes('STIME', 'STUNITS')]));
  const runs = new Map(table('setupgrp.txt', ['SETUP', 'MINRUN']).map((row) => [row.name('SETUP'), row.whole('MINRUN', 0)]));
  const result = new Map<string, Json>();
  for (const family of new Set(visits.filter(({ setup }) => setup !== '').map((visit) => visit.family))) {
    const here = visits.filter((visit) => visit.family === family);
    const own = new Map(
      here.filter(({ row }) => row.text('STIME') !== '').map(({ setup, row }) => [setup, row.minutes('STIME', 'STUNITS')]),
    );
    const names = [...new Set(here.map(({ setup }) => setup || NO_SETUP))].sort();
    const time = (from: string, to: string): number =>
      to === NO_SETUP ? 0 : (own.get(to) ?? times.get(`${from === NO_SETUP ? '' : from}\t${to}`) ?? times.get(`\t${to}`) ?? 0);
    const setup: Json = {
      matrix: Object.fromEntries(
        names.map((from) => [from, Object.fromEntries(names.filter((to) => to !== from).map((to) => [to, minutes(time(from, to))]))]),
      ),
    };
    const firsts = new Set(names.filter((to) => to !== NO_SETUP).map((to) => time(NO_SETUP, to)));
    const [first = 0] = firsts;
    if (firsts.size === 1 && first > 0) setup.first = minutes(first);
    const minimum = Math.max(0, ...names.map((name) => runs.get(name) ?? 0));
    if (minimum > 1) setup.minimumRun = minimum;
    result.set(family, setup);
  }
  return result;
}

/** The lots that stand in the fab at the start, by the family in front of whose step they wait. */
function contents(table: Table, orders: readonly Row[], visits: (row: Row) => Visit[], notes: Notes): Map<string, Json[]> {
  const counts = new Map<string, { family: string; product: string; step: string; count: number }>();
  for (const row of table('WIP.txt', ['LOT', 'PART', 'PIECES', 'CURSTEP'])) {
    // "Init_HotLot_3_12" is a lot of the type HotLot_3.
    const product = /^Init_(.+)_\d+$/.exec(row.name('LOT'))?.[1] ?? row.name('LOT');
    if (!orders.some((order) => order.name('LOT') === product)) row.refuse('LOT', '"Init_", a lot type of order.txt and a number');
    const visit = visits(row)[row.whole('CURSTEP', 1) - 1] ?? row.refuse('CURSTEP', 'a step of its route');
    const key = `${visit.family}\t${product}\t${visit.name}`;
    const entry = counts.get(key) ?? { family: visit.family, product, step: visit.name, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
    notes.count('lots of WIP.txt stand before their step at the start; their due dates count from the start, as for new lots');
  }
  const result = new Map<string, Json[]>();
  for (const { family, ...lot } of counts.values()) result.set(family, [...(result.get(family) ?? []), lot]);
  return result;
}

/** Moves within the fab take time; those into and out of it, and to and from the pure delay, none. */
function transfers(table: Table, tools: ReadonlyMap<string, Row>, sources: string[], spread: Spread): Json[] {
  const rows = table('fromto.txt', ['FROMLOC', 'TOLOC', 'DDIST', 'DTIME', 'DTIME2', 'DUNITS']);
  const [row, ...more] = rows;
  if (!row) return [];
  if (more.length > 0) more[0]?.refuse('FROMLOC', 'one line: moves within one place');
  const place = row.name('FROMLOC');
  if (row.name('TOLOC') !== place) row.refuse('TOLOC', `"${place}": moves within one place`);
  const away = [...tools].filter(([, tool]) => tool.text('STNFAMLOC') !== place).map(([name]) => name);
  return [
    { from: '*', to: '*', time: distribution(row, 'DDIST', 'DTIME', 'DTIME2', 'DUNITS', spread) },
    { from: [...sources, ...away], to: '*', time: 0 },
    { from: '*', to: [SINK, ...away.map(queue)], time: 0 },
  ];
}

/** Sentences, those that recur with how often. */
class Notes {
  readonly #counts = new Map<string, number>();
  readonly #told: string[] = [];

  tell(sentence: string): void {
    this.#told.push(sentence);
  }

  count(sentence: string): void {
    this.#counts.set(sentence, (this.#counts.get(sentence) ?? 0) + 1);
  }

  list(): string[] {
    return [...[...this.#counts].map(([sentence, count]) => `${count} ${sentence}`), ...this.#told];
  }
}
