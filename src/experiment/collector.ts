/** What is kept of twins that ended: exact tallies, so that batches merge in any order to the same bits. */
import { canonical } from '../engine/canonical.ts';
import { verdict } from '../engine/inspect.ts';
import { Readout } from '../engine/readout.ts';
import type { Plant } from '../scene/plant.ts';
import { HEAD_EVENTS, HEAD_OPERATIONS } from '../stations/words.ts';
import { Digest, type DigestState } from './digest.ts';
import type { StatusCount } from './protocol.ts';
import { Tally, type TallyState } from './statistics.ts';

/** Findings of a run of consecutive replications: plain data, to cross threads. */
export interface Findings {
  /** Replications that ended. */
  finished: number;
  events: number;
  operations: number;
  digest: DigestState;
  statuses: StatusCount[];
  /** In the order of `Readout.metrics`. */
  tallies: TallyState[];
  /** Per kept metric, the values of replications `first` …; NaN where one did not end or is left out of the averages. */
  first: number;
  columns: Float64Array[];
  /** Glances that were asked for, in rows: a replication, then the words of `glance.ts`. */
  glances?: Uint32Array | undefined;
}

/** Numbers kept one by one are limited to this many (32 MB). */
const COLUMN_VALUES = 4_000_000;

/** Metrics whose value for each replication is kept: all where memory allows, else the plant's totals. */
export function keptMetrics(names: string[], replications: number): number[] {
  const all = names.length * replications <= COLUMN_VALUES;
  return names.flatMap((name, i) => (all || name.startsWith('total.') ? [i] : []));
}

export class Collector {
  private readonly plant: Plant;
  private readonly readout: Readout;
  private readonly kept: number[];
  private readonly values: Float64Array;
  private first = 0;
  private finished = 0;
  private events = 0;
  private operations = 0;
  private digest = new Digest();
  private statuses = new Map<string, StatusCount>();
  private tallies: Tally[] = [];
  private columns: Float64Array[] = [];

  /** @param replications of the whole experiment: decides which metrics are kept one by one. */
  constructor(plant: Plant, replications: number) {
    this.plant = plant;
    this.readout = new Readout(plant);
    this.kept = keptMetrics(
      this.readout.metrics.map(({ name }) => name),
      replications,
    );
    this.values = new Float64Array(this.readout.metrics.length);
  }

  /** Begins replications `first` … `first + count − 1`. */
  begin(first: number, count: number): void {
    this.first = first;
    this.finished = 0;
    this.events = 0;
    this.operations = 0;
    this.digest = new Digest();
    this.statuses = new Map();
    this.tallies = this.readout.metrics.map(() => new Tally());
    this.columns = this.kept.map(() => new Float64Array(count).fill(Number.NaN));
  }

  /** Takes the final block of one twin, and leaves it in its canonical form. Twins that broke off (overflow, livelock) are counted and left out of the averages. */
  take(replication: number, block: Uint32Array): void {
    this.finished++;
    this.events += block[HEAD_EVENTS] as number;
    this.operations += block[HEAD_OPERATIONS] as number;
    this.digest.add(replication, canonical(this.plant, block));
    const { status, element } = verdict(this.plant, block);
    const key = `${status} ${element}`;
    const count = this.statuses.get(key);
    if (count === undefined) this.statuses.set(key, { status, element, count: 1, example: replication });
    else {
      count.count++;
      count.example = Math.min(count.example, replication);
    }
    if (status !== 'done' && status !== 'deadlock') return;
    this.readout.read(block, this.values);
    for (let i = 0; i < this.values.length; i++) {
      const value = this.values[i] as number;
      if (Number.isFinite(value)) (this.tallies[i] as Tally).add(value);
    }
    this.kept.forEach((metric, i) => {
      (this.columns[i] as Float64Array)[replication - this.first] = this.values[metric] as number;
    });
  }

  findings(): Findings {
    return {
      finished: this.finished,
      events: this.events,
      operations: this.operations,
      digest: this.digest.state,
      statuses: [...this.statuses.values()],
      tallies: this.tallies.map((tally) => tally.toJSON()),
      first: this.first,
      columns: this.columns,
    };
  }
}
