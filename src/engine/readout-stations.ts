/** The figures of stations. */
import { type Distribution, tabulate } from '../distributions.ts';
import type { Plant } from '../scene/plant.ts';
import type { Product, Scene, Station, Step } from '../scene/scene.ts';
import {
  BLAME_NODE,
  BLAME_SUMS,
  BLAME_SUMS_BLOCKED,
  BLAME_SUMS_STARVED,
  BLAME_WORDS,
  MORE_DEFECTS,
  MORE_JOBS,
  MORE_QUALITY_SCRAPPED,
  MORE_REWORKED,
  MORE_SETUPS,
  MORE_VIOLATIONS,
  NODE_MORE,
  SERVER_TARGET,
  STATE_MAINTAINED,
  STATE_OFF,
  STATE_SETUP,
  STATE_WAITING,
  STATION_BLAME,
  STATION_BLAME_ROWS,
  STATION_COUNTERS,
} from '../stations/shop-words.ts';
import {
  NODE_WORDS,
  SERVER_SINCE,
  SERVER_STATE,
  STATE_BLOCKED,
  STATE_FAILED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_OPERATIONS,
  STATION_COUNTERS_SCRAPPED,
} from '../stations/words.ts';
import { serversOf } from './inspect.ts';
import type { Account } from './readout-account.ts';

/** Prepares for all stations of a plant; returns what reads one by its name and node. */
export function readStations(account: Account): (name: string, node: number) => void {
  const { plant } = account;
  const stations = new Map(plant.scene.stations.map((station) => [station.name, station]));
  const planned = plannedTimes(plant.scene);
  const feeders = plant.features.shop ? originsOf(plant) : [];
  return (name, node) => {
    const station = stations.get(name) as Station;
    const more = plant.features.shop ? (plant.tables[plant.at.node + node * NODE_WORDS + NODE_MORE] as number) : undefined;
    readStation(account, station, node, planned.get(name), more);
    if (more === undefined) return;
    readWork(account, station, node, more);
    readBlame(account, station, node, more, feeders[node] as Set<number>);
  };
}

/** .param more address of its STATION row; undefined in a plain plant. */
function readStation(account: Account, station: Station, node: number, planned: number | undefined, more: number | undefined): void {
  const { name, servers } = station;
  const whole = (): number => servers * account.window;
  const share = (state: number): number => account.inState(node, state) / whole();
  const done = (): number => account.counter(node, STATION_COUNTERS_OPERATIONS);
  const scrapped = (): number => account.counter(node, STATION_COUNTERS_SCRAPPED);
  account.metric(`${name}.utilization`, '1', () => share(STATE_WORKING));
  account.metric(`${name}.working`, '1', () => share(STATE_WORKING));
  account.metric(`${name}.starved`, '1', () => share(STATE_STARVED));
  account.metric(`${name}.blocked`, '1', () => share(STATE_BLOCKED));
  account.metric(`${name}.failed`, '1', () => share(STATE_FAILED));
  account.metric(`${name}.throughput`, account.rateUnit, () => account.rate(done()));
  account.metric(`${name}.scrapped`, 'parts', scrapped);
  // What is scrapped or reworked for its quality has been counted as an operation; what failures scrap has not.
  const counted = (which: number): number =>
    more === undefined ? 0 : account.since((account.plant.tables[more + STATION_COUNTERS] as number) + which);
  const made = (): number => done() + scrapped() - counted(MORE_QUALITY_SCRAPPED);
  const good = (): number => done() - counted(MORE_QUALITY_SCRAPPED) - counted(MORE_REWORKED);
  // ISO 22400-2: availability APT/PBT, effectiveness PRI·PQ/APT, quality ratio GQ/PQ, OEE their product; off shift and in maintenance a station is not planned busy.
  const shop = more !== undefined;
  const off = (): number => (shop ? account.inState(node, STATE_OFF) : 0);
  const busy = (): number => whole() - off() - (shop ? account.inState(node, STATE_MAINTAINED) : 0);
  const worked = (): number => account.inState(node, STATE_WORKING);
  account.metric(
    `${name}.availability`,
    '1',
    shop ? () => 1 - (whole() - off() - busy() + account.inState(node, STATE_FAILED)) / (whole() - off()) : () => 1 - share(STATE_FAILED),
  );
  const quality = (): number => good() / made();
  account.metric(`${name}.oeeAvailability`, '1', () => worked() / busy());
  account.metric(`${name}.oeeQuality`, '1', quality);
  if (shop) {
    account.metric(`${name}.oeeAPT`, account.timeUnit, () => worked() * account.unit);
    account.metric(`${name}.oeePBT`, account.timeUnit, () => busy() * account.unit);
    account.metric(`${name}.oeeGQ`, 'parts', good);
    account.metric(`${name}.oeePQ`, 'parts', made);
  }
  if (planned === undefined) return;
  if (shop) account.metric(`${name}.oeePRI`, account.timeUnit, () => planned * made() * account.unit);
  account.metric(`${name}.oeePerformance`, '1', () => (planned * made()) / worked());
  account.metric(`${name}.oee`, '1', () => (planned * made() * quality()) / busy());
}

/** What only stations of a shop plant have, as far as the scene gives this one cause for it. */
function readWork(account: Account, station: Station, node: number, more: number): void {
  const { name, servers, setup, maintenance, wear, people, failures } = station;
  const { features, tables, scene } = account.plant;
  const counters = tables[more + STATION_COUNTERS] as number;
  const share = (state: number) => (): number => account.inState(node, state) / (servers * account.window);
  const count = (which: number) => (): number => account.since(counters + which);
  const done = (): number => account.counter(node, STATION_COUNTERS_OPERATIONS);
  if (setup) {
    account.metric(`${name}.setup`, '1', share(STATE_SETUP));
    account.metric(`${name}.setups`, account.rateUnit, () => account.rate(count(MORE_SETUPS)()));
  }
  if (maintenance.length > 0 || wear) account.metric(`${name}.maintained`, '1', share(STATE_MAINTAINED));
  const crews = [...Object.values(people), ...failures.map((failure) => failure.people), ...maintenance.map((each) => each.people)];
  if (crews.some((need) => need !== undefined)) account.metric(`${name}.waitingForPeople`, '1', share(STATE_WAITING));
  if (station.shifts !== undefined) account.metric(`${name}.offShift`, '1', share(STATE_OFF));
  if (features.quality || wear) {
    const judged = (): number => done();
    account.metric(`${name}.defects`, 'parts', count(MORE_DEFECTS));
    account.metric(`${name}.reworked`, 'parts', count(MORE_REWORKED));
    account.metric(`${name}.reworkShare`, '1', () => count(MORE_REWORKED)() / judged());
    account.metric(`${name}.scrapShare`, '1', () => {
      const scrapped = account.counter(node, STATION_COUNTERS_SCRAPPED);
      return scrapped / (done() + scrapped - count(MORE_QUALITY_SCRAPPED)());
    });
  }
  if (features.batches) account.metric(`${name}.batchSize`, 'parts', () => done() / count(MORE_JOBS)());
  if (scene.products.some(({ routing }) => routing?.some(({ within }) => within !== undefined))) {
    account.metric(`${name}.violations`, 'parts', count(MORE_VIOLATIONS));
  }
}

/** For whom a station waits: shares of time that add up to its blocked, and but for what still runs to its starved time. */
function readBlame(account: Account, { name, servers }: Station, node: number, more: number, origins: ReadonlySet<number>): void {
  const { plant } = account;
  const { tables, at, layout } = plant;
  const first = tables[more + STATION_BLAME] as number;
  const targets = new Set(plant.edges.flatMap(([from, to]) => (from === node ? [to] : [])));
  const own = serversOf(plant, node);
  /** Blocked time that still runs. */
  const blocking = (address: number): number => {
    let sum = 0;
    for (let server = own.first; server < own.end; server += layout.serverWords) {
      if (account.block[server + SERVER_STATE] !== STATE_BLOCKED || account.block[server + SERVER_TARGET] !== address) continue;
      sum += account.now - (account.block[server + SERVER_SINCE] as number);
    }
    return sum;
  };
  for (let i = 0; i < (tables[more + STATION_BLAME_ROWS] as number); i++) {
    const row = first + i * BLAME_WORDS;
    const address = tables[row + BLAME_NODE] as number;
    const sums = tables[row + BLAME_SUMS] as number;
    const index = (address - at.node) / NODE_WORDS;
    const other = plant.nodes[index]?.name as string;
    const whole = (): number => servers * account.window;
    if (targets.has(index)) {
      account.metric(`${name}.blockedBy ${other}`, '1', () => (account.sum(sums + BLAME_SUMS_BLOCKED) + blocking(address)) / whole());
    }
    if (origins.has(index)) account.metric(`${name}.starvedBy ${other}`, '1', () => account.sum(sums + BLAME_SUMS_STARVED) / whole());
  }
}

/** By node: the elements from which its parts come, through buffers and ways. */
function originsOf({ nodes, edges }: Plant): Set<number>[] {
  const before = nodes.map((): number[] => []);
  for (const [from, to] of edges) before[to]?.push(from);
  return nodes.map((_, node) => {
    const origins = new Set<number>();
    const seen = new Set<number>();
    const pending = [...(before[node] as number[])];
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      if (seen.has(from)) continue;
      seen.add(from);
      const kind = nodes[from]?.kind;
      if (kind === 'buffer' || kind === 'transfer') pending.push(...(before[from] as number[]));
      else origins.add(from);
    }
    return origins;
  });
}

/** What a part takes of a server by plan: so many times a distribution. */
interface Plan {
  distribution: Distribution;
  factor: number;
}

/**
 * Mean times in ticks that a part takes of a server by plan: the interval where it cascades, its share of a full batch, the time of all its pieces.
 * Only where it is the same for all that comes to a station; no entry where it differs.
 */
function plannedTimes(scene: Scene): Map<string, number> {
  const times = new Map(scene.stations.map(({ name }) => [name, new Map<string, Plan>()]));
  const own = new Map(scene.stations.map((station) => [station.name, station]));
  const groups = new Map(scene.groups.map(({ name, stations }) => [name, stations]));
  const note = (name: string, product: Product, step?: Step, processing = step?.processing): void => {
    const station = own.get(name);
    const distribution = step?.interval ?? processing ?? station?.processing;
    if (station === undefined || distribution === undefined) return;
    const batch = step?.batch ?? station.batch;
    const factor = step?.interval ? 1 : (step?.per ?? station.per) === 'piece' ? product.size : 1 / (batch?.max ?? 1);
    times.get(name)?.set(JSON.stringify([distribution, factor]), { distribution, factor });
  };
  for (const product of scene.products) {
    if (product.routing === undefined) for (const name of own.keys()) note(name, product);
    for (const step of product.routing ?? []) {
      for (const name of groups.get(step.station) ?? [step.station]) note(name, product, step);
      for (const { station, processing } of step.alternatives) note(station, product, step, processing);
    }
  }
  const means = new Map<Distribution, number>();
  const planned = new Map<string, number>();
  for (const [station, plans] of times) {
    const [only, ...others] = plans.values();
    if (only === undefined || others.length > 0) continue;
    if (!means.has(only.distribution)) means.set(only.distribution, tabulate(only.distribution).mean);
    planned.set(station, (means.get(only.distribution) as number) * only.factor);
  }
  return planned;
}
