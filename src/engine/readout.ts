/**
 * From a twin's final words to figures an engineer reads. The engines keep sums and counts; every division happens here, once, for both.
 * Window: from the warm-up cut (or time 0) to the twin's last tick.
 */
import type { Plant } from '../scene/plant.ts';
import {
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_LOST,
  PRODUCT_COUNTERS_MADE,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_SUMS_FLOW,
  RUN_HISTOGRAM_SHIFT,
  SINK_COUNTERS_FINISHED,
  SOURCE_COUNTERS_ARRIVED,
  SOURCE_COUNTERS_LOST,
  OUTLET_HOLDING,
} from '../stations/words.ts';
import { histogramQuantile, histogramResolution } from './histogram.ts';
import { Account, type Metric } from './readout-account.ts';
import { readGoods, readLimits, readLine, readPools } from './readout-shop.ts';
import { readStations } from './readout-stations.ts';

export type { Metric } from './readout-account.ts';

/** Reads the figures of one plant's twins, block after block. Allocation-free but for the constructor. */
export class Readout {
  readonly metrics: Metric[];
  private readonly account: Account;

  constructor(plant: Plant) {
    const account = new Account(plant);
    this.account = account;
    this.metrics = account.metrics;
    readTotal(account);
    plant.scene.products.forEach((product, i) => {
      readProduct(account, product.name, i);
      if (plant.features.shop) readGoods(account, product, i);
    });
    const station = readStations(account);
    for (const { name, kind, index } of plant.nodes) {
      if (kind === 'station') station(name, index);
      else if (kind === 'source') readSource(account, name, index);
      else if (kind === 'sink')
        account.metric(`${name}.throughput`, account.rateUnit, () => account.rate(account.counter(index, SINK_COUNTERS_FINISHED)));
      else readLine(account, name, index);
    }
    if (!plant.features.shop) return;
    readPools(account);
    readLimits(account);
  }

  /** Reads every figure of a final block into `out`, in the order of `metrics`; NaN where one is not defined (nothing left, no window). */
  read(block: Uint32Array, out: Float64Array): void {
    if (!this.account.open(block)) {
      out.fill(Number.NaN);
      return;
    }
    const { readers } = this.account;
    for (let i = 0; i < readers.length; i++) out[i] = (readers[i] as () => number)();
  }
}

function readTotal(account: Account): void {
  const products = account.plant.scene.products.map((_, i) => i);
  const over = (read: (product: number) => number): number => products.reduce((sum, product) => sum + read(product), 0);
  const finished = (): number => over((product) => account.productCounter(product, PRODUCT_COUNTERS_FINISHED));
  account.metric('total.throughput', account.rateUnit, () => account.rate(finished()));
  account.metric('total.wip', 'parts', () => over((product) => account.residence(product)) / account.window);
  account.metric(
    'total.flowTime',
    account.timeUnit,
    () => (over((p) => account.productSum(p, PRODUCT_SUMS_FLOW)) / finished()) * account.unit,
  );
}

function readProduct(account: Account, name: string, i: number): void {
  const { layout, counts, tables, at } = account.plant;
  const finished = (): number => account.productCounter(i, PRODUCT_COUNTERS_FINISHED);
  account.metric(`${name}.throughput`, account.rateUnit, () => account.rate(finished()));
  account.metric(`${name}.flowTime`, account.timeUnit, () => (account.productSum(i, PRODUCT_SUMS_FLOW) / finished()) * account.unit);
  const from = layout.histogram + i * layout.histogramBins;
  const shift = tables[at.run + RUN_HISTOGRAM_SHIFT] as number;
  for (const percent of [5, 50, 95]) {
    const read = (): number =>
      histogramQuantile(account.block, from, layout.histogramBins, counts.histogramSubBits, shift, percent / 100) * account.unit;
    account.metric(`${name}.flowTimeP${percent}`, account.timeUnit, read, histogramResolution(counts.histogramSubBits));
  }
  account.metric(`${name}.wip`, 'parts', () => account.residence(i) / account.window);
  account.metric(
    `${name}.made`,
    'parts',
    () => account.productCounter(i, PRODUCT_COUNTERS_MADE) - account.productCounter(i, PRODUCT_COUNTERS_LOST),
  );
  account.metric(`${name}.finished`, 'parts', finished);
  account.metric(`${name}.scrapped`, 'parts', () => account.productCounter(i, PRODUCT_COUNTERS_SCRAPPED));
}

function readSource(account: Account, name: string, node: number): void {
  const arrived = (): number => account.counter(node, SOURCE_COUNTERS_ARRIVED);
  const lost = (): number => account.counter(node, SOURCE_COUNTERS_LOST);
  account.metric(`${name}.arrived`, 'parts', arrived);
  account.metric(`${name}.lost`, 'parts', lost);
  account.metric(`${name}.lossShare`, '1', () => lost() / arrived());
  account.metric(`${name}.waiting`, '1', () => account.inState(node, OUTLET_HOLDING) / account.window);
}
