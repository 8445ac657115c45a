/**
 * From a twin's final words to figures an engineer reads. The engines keep sums and counts; every division happens here, once, for both.
 * Window: from the warm-up cut (or time 0) to the twin's last tick.
 */
import { SECONDS, wide } from '../clock.ts';
import { type Distribution, tabulate } from '../distributions.ts';
import type { Plant } from '../scene/plant.ts';
import type { Scene, Station } from '../scene/scene.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  BUFFER_SUMS_CARRY,
  BUFFER_SUMS_WAIT,
  COUNTERS_PER_NODE,
  HEAD_NOW,
  KIND_SOURCE,
  NIL,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_WORDS,
  OUTLET_HOLDING,
  PART_BORN,
  PART_SINCE,
  PLACE_NODE,
  PLACE_WORDS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_LOST,
  PRODUCT_COUNTERS_MADE,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS_CARRY,
  PRODUCT_SUMS_FLOW,
  PRODUCT_SUMS_SCRAPPED,
  PRODUCT_WORDS,
  RUN_HISTOGRAM_SHIFT,
  RUN_WARMUP,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
  SERVER_WORDS,
  SINK_COUNTERS_FINISHED,
  SOURCE_COUNTERS_ARRIVED,
  SOURCE_COUNTERS_LOST,
  STATE_BLOCKED,
  STATE_FAILED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_OPERATIONS,
  STATION_COUNTERS_SCRAPPED,
} from '../stations/words.ts';
import { histogramQuantile, histogramResolution } from './histogram.ts';
import { partsInside, productOfPart, sumsOfNode, timeInState } from './inspect.ts';

/** One figure: `element.metric`. */
export interface Metric {
  name: string;
  /** '1' is a share; rates are '1/min' and the like, in the scene's time unit. */
  unit: string;
  /** Half-width of the histogram bins behind a quantile, as a share of the value; else 0. */
  resolution: number;
}

/** Reads the figures of one plant's twins, block after block. Allocation-free but for the constructor. */
export class Readout {
  readonly metrics: Metric[] = [];
  private readonly plant: Plant;
  private readonly readers: (() => number)[] = [];
  private block: Uint32Array = new Uint32Array(0);
  /** Ticks in the window of the twin in hand. */
  private window = 0;
  /** Time units in a tick. */
  private readonly unit: number;
  /** Per place state and node: time in a state that still runs. */
  private readonly running: Float64Array;
  /** Per product: time since birth of the parts inside; per node: time since entry of those waiting in a buffer. */
  private readonly insideProduct: Float64Array;
  private readonly insideNode: Float64Array;

  constructor(plant: Plant) {
    this.plant = plant;
    const { scene } = plant;
    this.unit = scene.time.tickSeconds / SECONDS[scene.time.unit];
    this.running = new Float64Array(plant.counts.nodes * 4);
    this.insideProduct = new Float64Array(plant.counts.products);
    this.insideNode = new Float64Array(plant.counts.nodes);
    this.total();
    scene.products.forEach((product, i) => this.product(product.name, i));
    const stations = new Map(scene.stations.map((station) => [station.name, station]));
    const planned = plannedTimes(scene);
    for (const { name, kind, index } of plant.nodes) {
      if (kind === 'station') this.station(stations.get(name) as Station, index, planned.get(name));
      else if (kind === 'buffer') this.buffer(name, index);
      else if (kind === 'source') this.source(name, index);
      else this.metric(`${name}.throughput`, this.rateUnit(), () => this.rate(this.counter(index, SINK_COUNTERS_FINISHED)));
    }
  }

  /** Reads every figure of a final block into `out`, in the order of `metrics`; NaN where one is not defined (nothing left, no window). */
  read(block: Uint32Array, out: Float64Array): void {
    this.block = block;
    const warmup = this.plant.tables[this.plant.at.run + RUN_WARMUP] as number;
    this.window = (block[HEAD_NOW] as number) - warmup;
    if (this.window <= 0) {
      out.fill(Number.NaN);
      return;
    }
    this.walk();
    for (let i = 0; i < this.readers.length; i++) out[i] = (this.readers[i] as () => number)();
  }

  /** Adds up what still runs: states of servers, waits of parts in buffers, ages of parts inside. */
  private walk(): void {
    const { plant, block } = this;
    const { at, counts, layout, tables } = plant;
    const now = block[HEAD_NOW] as number;
    this.running.fill(0);
    this.insideProduct.fill(0);
    this.insideNode.fill(0);
    for (let i = 0; i < counts.places; i++) {
      const node = tables[at.place + i * PLACE_WORDS + PLACE_NODE] as number;
      const own = layout.place + i * SERVER_WORDS;
      const index = (node - at.node) / NODE_WORDS;
      const slot = index * 4 + (block[own + SERVER_STATE] as number);
      this.running[slot] = (this.running[slot] as number) + now - (block[own + SERVER_SINCE] as number);
      const part = block[own + SERVER_PART] as number;
      const onOffer = tables[node + NODE_KIND] === KIND_SOURCE && tables[node + NODE_INTERARRIVAL] === NIL;
      if (part !== NIL && !onOffer) this.age(part, now);
    }
    plant.nodes.forEach(({ kind, index }) => {
      if (kind !== 'buffer') return;
      for (const part of partsInside(plant, block, index)) {
        this.insideNode[index] = (this.insideNode[index] as number) + now - (block[part + PART_SINCE] as number);
        this.age(part, now);
      }
    });
  }

  private age(part: number, now: number): void {
    const product = productOfPart(this.plant, this.block, part);
    this.insideProduct[product] = (this.insideProduct[product] as number) + now - (this.block[part + PART_BORN] as number);
  }

  private metric(name: string, unit: string, read: () => number, resolution = 0): void {
    this.metrics.push({ name, unit, resolution });
    this.readers.push(read);
  }

  private rateUnit(): string {
    return `1/${this.plant.scene.time.unit}`;
  }

  private timeUnit(): string {
    return this.plant.scene.time.unit;
  }

  private rate(count: number): number {
    return count / (this.window * this.unit);
  }

  /** A 64-bit sum. */
  private sum(word: number): number {
    return wide(this.block[word] as number, this.block[word + 1] as number);
  }

  /** Counts within the window. */
  private counter(node: number, which: number): number {
    return this.since(this.plant.layout.counters + node * COUNTERS_PER_NODE + which);
  }

  private productCounter(product: number, which: number): number {
    const { counters } = this.plant.layout;
    return this.since(counters + this.plant.counts.nodes * COUNTERS_PER_NODE + product * PRODUCT_COUNTERS_WORDS + which);
  }

  /** A counter less what it was at the warm-up. */
  private since(word: number): number {
    const { layout } = this.plant;
    return ((this.block[word] as number) - (this.block[word - layout.counters + layout.before] as number)) >>> 0;
  }

  private productSum(product: number, which: number): number {
    const { tables, at } = this.plant;
    return this.sum((tables[at.product + product * PRODUCT_WORDS] as number) + which);
  }

  /** Product-ticks within the window: of those that left, of those inside, less what lies before the window. */
  private residence(product: number): number {
    return (
      this.productSum(product, PRODUCT_SUMS_FLOW) +
      this.productSum(product, PRODUCT_SUMS_SCRAPPED) +
      (this.insideProduct[product] as number) -
      this.productSum(product, PRODUCT_SUMS_CARRY)
    );
  }

  private total(): void {
    const products = this.plant.scene.products.map((_, i) => i);
    const over = (read: (product: number) => number): number => products.reduce((sum, product) => sum + read(product), 0);
    const finished = (): number => over((product) => this.productCounter(product, PRODUCT_COUNTERS_FINISHED));
    this.metric('total.throughput', this.rateUnit(), () => this.rate(finished()));
    this.metric('total.wip', 'parts', () => over((product) => this.residence(product)) / this.window);
    this.metric('total.flowTime', this.timeUnit(), () => (over((p) => this.productSum(p, PRODUCT_SUMS_FLOW)) / finished()) * this.unit);
  }

  private product(name: string, i: number): void {
    const { layout, counts, tables, at } = this.plant;
    const finished = (): number => this.productCounter(i, PRODUCT_COUNTERS_FINISHED);
    this.metric(`${name}.throughput`, this.rateUnit(), () => this.rate(finished()));
    this.metric(`${name}.flowTime`, this.timeUnit(), () => (this.productSum(i, PRODUCT_SUMS_FLOW) / finished()) * this.unit);
    const from = layout.histogram + i * layout.histogramBins;
    const shift = tables[at.run + RUN_HISTOGRAM_SHIFT] as number;
    for (const percent of [5, 50, 95]) {
      const read = (): number =>
        histogramQuantile(this.block, from, layout.histogramBins, counts.histogramSubBits, shift, percent / 100) * this.unit;
      this.metric(`${name}.flowTimeP${percent}`, this.timeUnit(), read, histogramResolution(counts.histogramSubBits));
    }
    this.metric(`${name}.wip`, 'parts', () => this.residence(i) / this.window);
    this.metric(
      `${name}.made`,
      'parts',
      () => this.productCounter(i, PRODUCT_COUNTERS_MADE) - this.productCounter(i, PRODUCT_COUNTERS_LOST),
    );
    this.metric(`${name}.finished`, 'parts', finished);
    this.metric(`${name}.scrapped`, 'parts', () => this.productCounter(i, PRODUCT_COUNTERS_SCRAPPED));
  }

  private station(station: Station, node: number, planned: number | undefined): void {
    const { name, servers } = station;
    const share = (state: number): number =>
      (timeInState(this.plant, this.block, node, state) + (this.running[node * 4 + state] as number)) / (servers * this.window);
    const done = (): number => this.counter(node, STATION_COUNTERS_OPERATIONS);
    const scrapped = (): number => this.counter(node, STATION_COUNTERS_SCRAPPED);
    this.metric(`${name}.utilization`, '1', () => share(STATE_WORKING));
    this.metric(`${name}.working`, '1', () => share(STATE_WORKING));
    this.metric(`${name}.starved`, '1', () => share(STATE_STARVED));
    this.metric(`${name}.blocked`, '1', () => share(STATE_BLOCKED));
    this.metric(`${name}.failed`, '1', () => share(STATE_FAILED));
    this.metric(`${name}.throughput`, this.rateUnit(), () => this.rate(done()));
    this.metric(`${name}.scrapped`, 'parts', scrapped);
    this.metric(`${name}.availability`, '1', () => 1 - share(STATE_FAILED));
    // ISO 22400-2: availability APT/PBT, effectiveness PRI·PQ/APT, quality ratio GQ/PQ, OEE their product; the whole window is planned busy time.
    const made = (): number => done() + scrapped();
    const quality = (): number => done() / made();
    this.metric(`${name}.oeeAvailability`, '1', () => share(STATE_WORKING));
    this.metric(`${name}.oeeQuality`, '1', quality);
    if (planned === undefined) return;
    const performance = (): number => (planned * made()) / (share(STATE_WORKING) * servers * this.window);
    this.metric(`${name}.oeePerformance`, '1', performance);
    this.metric(`${name}.oee`, '1', () => (planned * made() * quality()) / (servers * this.window));
  }

  private buffer(name: string, node: number): void {
    const sums = sumsOfNode(this.plant, node);
    const waits = (): number => this.sum(sums + BUFFER_SUMS_WAIT);
    const left = (): number => this.counter(node, BUFFER_COUNTERS_LEFT);
    this.metric(
      `${name}.length`,
      'parts',
      () => (waits() + (this.insideNode[node] as number) - this.sum(sums + BUFFER_SUMS_CARRY)) / this.window,
    );
    this.metric(`${name}.wait`, this.timeUnit(), () => (waits() / left()) * this.unit);
    this.metric(`${name}.throughput`, this.rateUnit(), () => this.rate(left()));
    this.metric(`${name}.entered`, 'parts', () => this.counter(node, BUFFER_COUNTERS_ENTERED));
  }

  private source(name: string, node: number): void {
    const arrived = (): number => this.counter(node, SOURCE_COUNTERS_ARRIVED);
    const lost = (): number => this.counter(node, SOURCE_COUNTERS_LOST);
    this.metric(`${name}.arrived`, 'parts', arrived);
    this.metric(`${name}.lost`, 'parts', lost);
    this.metric(`${name}.lossShare`, '1', () => lost() / arrived());
    this.metric(
      `${name}.waiting`,
      '1',
      () => (timeInState(this.plant, this.block, node, OUTLET_HOLDING) + (this.running[node * 4 + OUTLET_HOLDING] as number)) / this.window,
    );
  }
}

/** Mean processing times of the stations in ticks, where all that comes to one takes the same time by plan; no entry where it differs. */
function plannedTimes(scene: Scene): Map<string, number> {
  const times = new Map(scene.stations.map(({ name }) => [name, new Map<string, Distribution>()]));
  const own = new Map(scene.stations.map(({ name, processing }) => [name, processing]));
  const groups = new Map(scene.groups.map(({ name, stations }) => [name, stations]));
  const note = (station: string, distribution: Distribution | undefined): void => {
    if (distribution !== undefined) times.get(station)?.set(JSON.stringify(distribution), distribution);
  };
  for (const { routing } of scene.products) {
    if (routing === undefined) for (const [station, processing] of own) note(station, processing);
    for (const { station: where, processing } of routing ?? []) {
      for (const station of groups.get(where) ?? [where]) note(station, processing ?? own.get(station));
    }
  }
  const means = new Map<string, number>();
  const planned = new Map<string, number>();
  for (const [station, distributions] of times) {
    const [only, ...others] = distributions;
    if (only === undefined || others.length > 0) continue;
    const [key, distribution] = only;
    if (!means.has(key)) means.set(key, tabulate(distribution).mean);
    planned.set(station, means.get(key) as number);
  }
  return planned;
}
