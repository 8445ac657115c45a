/** How many parts went over each way, over some twins: counted by the reference engine as it runs them again, without keeping their traces. */
import type { Recorder } from '../engine/floor.ts';
import { NEVER } from '../engine/trace.ts';
import type { Plant } from '../scene/plant.ts';
import type { Scene } from '../scene/scene.ts';
import { RUN_WARMUP } from '../stations/words.ts';
import type { Traffic } from './protocol.ts';
import { Tally } from './statistics.ts';

/** Of one twin: parts by way, at `from × nodes + to`, in the `ticks` since its warm-up. */
export interface TwinFlows {
  parts: Map<number, number>;
  ticks: number;
}

/** What a thread must be able to do: `Twins`, here or behind a worker. */
export interface FlowThread {
  /** Undefined if it was stopped. */
  flows(text: string, scene: Scene, seed: number, replication: number, onProgress: (share: number) => void): Promise<TwinFlows | undefined>;
  stopFlows(): unknown;
}

/** Counts the parts that come from one element to another, as `flowsOf` counts them in a trace. */
export class FlowRecorder implements Recorder {
  readonly parts = new Map<number, number>();
  private readonly plant: Plant;
  private readonly warmup: number;
  /** By part: where it was last. */
  private readonly last: Uint32Array;

  constructor(plant: Plant) {
    this.plant = plant;
    this.warmup = plant.tables[plant.at.run + RUN_WARMUP] as number;
    this.last = new Uint32Array(plant.counts.parts).fill(NEVER);
  }

  private partOf(handle: number): number {
    const { part, partWords } = this.plant.layout;
    return (handle - part) / partWords;
  }

  enter(tick: number, handle: number, node: number): void {
    const part = this.partOf(handle);
    const from = this.last[part] as number;
    this.last[part] = node;
    // The cut is the last event of its tick: what happens then lies before the window.
    if (from === NEVER || (this.warmup > 0 && tick <= this.warmup)) return;
    const way = from * this.plant.counts.nodes + node;
    this.parts.set(way, (this.parts.get(way) ?? 0) + 1);
  }

  gone(_tick: number, handle: number): void {
    this.last[this.partOf(handle)] = NEVER;
  }

  leave(): void {}
  state(): void {}
}

/** Twins being counted. */
export interface Counting {
  /** Ends it soon: the result is then of the twins that were done. */
  stop(): void;
  over: Promise<Traffic>;
}

/**
 * @param onProgress told the share that is done, 0 … 1
 * @param proxy wraps a callback so that it can cross to a thread
 */
export function startTraffic(
  threads: readonly FlowThread[],
  plant: Plant,
  text: string,
  seed: number,
  replications: readonly number[],
  onProgress: (share: number) => void,
  proxy: <T extends (...args: never[]) => unknown>(callback: T) => T,
): Counting {
  let stopped = false;
  const within = threads.map(() => 0);
  const twins: TwinFlows[] = [];
  let next = 0;
  const tell = (i: number, share: number): void => {
    within[i] = share;
    onProgress(Math.min(1, (twins.length + within.reduce((sum, part) => sum + part, 0)) / replications.length));
  };
  const work = async (thread: FlowThread, i: number): Promise<void> => {
    const told = proxy((share: number) => tell(i, share));
    for (;;) {
      if (stopped || next >= replications.length) return;
      const flows = await thread.flows(text, plant.scene, seed, replications[next++] as number, told);
      if (flows === undefined) return;
      twins.push(flows);
      tell(i, 0);
    }
  };
  return {
    stop: () => {
      stopped = true;
      for (const thread of threads) thread.stopFlows();
    },
    over: Promise.all(threads.map(work)).then(() => summed(plant, twins)),
  };
}

function summed(plant: Plant, twins: readonly TwinFlows[]): Traffic {
  const nodes = plant.nodes.length;
  // A twin that broke off before its warm-up was over says nothing.
  const told = twins.filter(({ ticks }) => ticks > 0);
  const ways = new Set(plant.edges.map(([from, to]) => from * nodes + to));
  for (const { parts } of told) for (const way of parts.keys()) ways.add(way);
  return {
    twins: told.length,
    edges: [...ways]
      .sort((a, b) => a - b)
      .map((way) => {
        const tally = new Tally();
        for (const { parts } of told) tally.add(parts.get(way) ?? 0);
        return { from: Math.floor(way / nodes), to: way % nodes, parts: tally.mean, sd: tally.sd };
      }),
    seconds: (told.reduce((sum, { ticks }) => sum + ticks, 0) / told.length) * plant.scene.time.tickSeconds,
  };
}
