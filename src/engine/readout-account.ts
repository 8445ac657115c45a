/** What every figure is read from: one final block at a time, and its window. */
import { SECONDS, wide } from '../clock.ts';
import type { Plant } from '../scene/plant.ts';
import { SERVER_REST } from '../stations/shop-words.ts';
import {
  COUNTERS_PER_NODE,
  HEAD_NOW,
  KIND_SOURCE,
  NIL,
  NODE_KIND,
  NODE_WORDS,
  PART_BORN,
  PART_NEXT,
  PART_SINCE,
  PLACE_NODE,
  PLACE_WORDS,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS_CARRY,
  PRODUCT_SUMS_FLOW,
  PRODUCT_SUMS_SCRAPPED,
  PRODUCT_WORDS,
  RUN_WARMUP,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
} from '../stations/words.ts';
import { hasLine, onOffer, partsInside, productOfPart, timeInState } from './inspect.ts';

/** One figure: `element.metric`. */
export interface Metric {
  name: string;
  /** '1' is a share; rates are '1/min' and the like, in the scene's time unit. */
  unit: string;
  /** Half-width of the histogram bins behind a quantile, as a share of the value; else 0. */
  resolution: number;
}

/** The sums and counts of one twin, made good to its last tick. */
export class Account {
  readonly metrics: Metric[] = [];
  readonly plant: Plant;
  readonly readers: (() => number)[] = [];
  block: Uint32Array = new Uint32Array(0);
  /** Ticks in the window of the twin in hand, and its last tick. */
  window = 0;
  now = 0;
  /** Time units in a tick. */
  readonly unit: number;
  /** Per node and state: time in a state that still runs. */
  private readonly running: Float64Array;
  /** Per product: time since birth of the parts inside; per node: time since entry of those in its line. */
  private readonly insideProduct: Float64Array;
  readonly insideNode: Float64Array;

  constructor(plant: Plant) {
    this.plant = plant;
    const { scene, counts, layout } = plant;
    this.unit = scene.time.tickSeconds / SECONDS[scene.time.unit];
    this.running = new Float64Array(counts.nodes * layout.states);
    this.insideProduct = new Float64Array(counts.products);
    this.insideNode = new Float64Array(counts.nodes);
  }

  /** Takes up a final block; says whether there is any window in it. */
  open(block: Uint32Array): boolean {
    this.block = block;
    this.now = block[HEAD_NOW] as number;
    this.window = this.now - (this.plant.tables[this.plant.at.run + RUN_WARMUP] as number);
    if (this.window <= 0) return false;
    this.walk();
    return true;
  }

  /** Adds up what still runs: states of servers, waits of parts in lines, ages of parts inside. */
  private walk(): void {
    const { plant, block, now } = this;
    const { at, counts, layout, tables, features } = plant;
    this.running.fill(0);
    this.insideProduct.fill(0);
    this.insideNode.fill(0);
    for (let i = 0; i < counts.places; i++) {
      const node = tables[at.place + i * PLACE_WORDS + PLACE_NODE] as number;
      const own = layout.place + i * layout.serverWords;
      const index = (node - at.node) / NODE_WORDS;
      const slot = index * layout.states + (block[own + SERVER_STATE] as number);
      this.running[slot] = (this.running[slot] as number) + now - (block[own + SERVER_SINCE] as number);
      const part = block[own + SERVER_PART] as number;
      if (part !== NIL && !onOffer(plant, node)) this.age(part);
      if (!features.shop || tables[node + NODE_KIND] === KIND_SOURCE) continue;
      for (let rest = block[own + SERVER_REST] as number; rest !== NIL; rest = block[rest + PART_NEXT] as number) this.age(rest);
    }
    for (const { kind, index } of plant.nodes) {
      if (!hasLine(kind)) continue;
      for (const part of partsInside(plant, block, index)) {
        this.insideNode[index] = (this.insideNode[index] as number) + now - (block[part + PART_SINCE] as number);
        this.age(part);
      }
    }
  }

  private age(part: number): void {
    const product = productOfPart(this.plant, this.block, part);
    this.insideProduct[product] = (this.insideProduct[product] as number) + this.now - (this.block[part + PART_BORN] as number);
  }

  metric(name: string, unit: string, read: () => number, resolution = 0): void {
    this.metrics.push({ name, unit, resolution });
    this.readers.push(read);
  }

  get rateUnit(): string {
    return `1/${this.plant.scene.time.unit}`;
  }

  get timeUnit(): string {
    return this.plant.scene.time.unit;
  }

  rate(count: number): number {
    return count / (this.window * this.unit);
  }

  /** A 64-bit sum. */
  sum(word: number): number {
    return wide(this.block[word] as number, this.block[word + 1] as number);
  }

  /** Counts of a node within the window. */
  counter(node: number, which: number): number {
    return this.since(this.plant.layout.counters + node * COUNTERS_PER_NODE + which);
  }

  productCounter(product: number, which: number): number {
    const { counters } = this.plant.layout;
    return this.since(counters + this.plant.counts.nodes * COUNTERS_PER_NODE + product * PRODUCT_COUNTERS_WORDS + which);
  }

  /** A counter less what it was at the warm-up. */
  since(word: number): number {
    const { layout } = this.plant;
    return ((this.block[word] as number) - (this.block[word - layout.counters + layout.before] as number)) >>> 0;
  }

  productSum(product: number, which: number): number {
    const { tables, at } = this.plant;
    return this.sum((tables[at.product + product * PRODUCT_WORDS] as number) + which);
  }

  /** Product-ticks within the window: of those that left, of those inside, less what lies before the window. */
  residence(product: number): number {
    return (
      this.productSum(product, PRODUCT_SUMS_FLOW) +
      this.productSum(product, PRODUCT_SUMS_SCRAPPED) +
      (this.insideProduct[product] as number) -
      this.productSum(product, PRODUCT_SUMS_CARRY)
    );
  }

  /** Ticks that all places of a node have spent in a state within the window. */
  inState(node: number, state: number): number {
    return timeInState(this.plant, this.block, node, state) + (this.running[node * this.plant.layout.states + state] as number);
  }
}
