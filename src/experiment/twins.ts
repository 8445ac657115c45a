/** Runs replications of one plant on one thread of the reference engine, in spells short enough to be stopped. */
import { glanceLayoutOf, glanceOf } from '../engine/glance-of.ts';
import { record } from '../engine/recording.ts';
import { LineEngine } from '../engine/line-engine.ts';
import { lineOf } from '../engine/line.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import type { Trace } from '../engine/trace.ts';
import { compile } from '../scene/compile.ts';
import type { Plant } from '../scene/plant.ts';
import type { Scene } from '../scene/scene.ts';
import { HEAD_NOW, RUN_END, RUN_WARMUP, STATUS_RUNNING } from '../stations/words.ts';
import { Collector, type Findings } from './collector.ts';
import { Gate } from './gate.ts';
import type { Path } from './study-protocol.ts';
import { FlowRecorder, type TwinFlows } from './traffic.ts';
import { type TrialResult, type TrialSpan, TrialTwins } from './trial-twins.ts';

/** Milliseconds between chances to be stopped. */
const SPELL_MS = 40;
/** Events between looks at the watch. */
const LOOK = 4096;

/** Lets messages (pause, stop) be heard. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(0);
  });
}

export class Twins {
  private text = '';
  private plant: Plant | undefined;
  private path: Path = 'auto';
  private engine: ReferenceEngine | LineEngine | undefined;
  private collector: Collector | undefined;
  private block: Uint32Array = new Uint32Array(0);
  private stopped = false;
  private readonly gate = new Gate();
  private readonly trials = new TrialTwins();
  /** The plant whose parts are counted, and how often that was stopped. */
  private counted: { text: string; plant: Plant } | undefined;
  private stops = 0;

  /**
   * Takes up a scene; does nothing if it is the one in hand.
   * @param text by which scenes are told apart; `scene` is what it says, so that a thread need not hold what reads and checks it
   * @param path unless by events alone, a line runs by recursion on departure times, to the same figures and digest
   */
  open(text: string, scene: Scene, replications: number, path: Path = 'auto'): void {
    if (this.plant === undefined || this.text !== text || this.path !== path) {
      this.plant = compile(scene);
      this.text = text;
      this.path = path;
      this.engine = path !== 'events' && lineOf(this.plant) !== undefined ? new LineEngine(this.plant) : new ReferenceEngine(this.plant);
      this.block = new Uint32Array(this.plant.layout.words);
    }
    this.collector = new Collector(this.plant, replications);
  }

  /**
   * Runs replications `first` … `first + count − 1`; fewer if `stop` is called.
   * @param onProgress told the twins done so far, in fractions, every spell; and where glances are wanted those of twins that have ended since, and
   * of the one in hand, in rows: the replication, then the words of its glance. The last ones come with the findings.
   */
  async run(
    first: number,
    count: number,
    seed: number,
    onProgress?: (twins: number, glances?: Uint32Array) => void,
    glanced = false,
  ): Promise<Findings> {
    const { plant, engine, collector, block } = this;
    if (plant === undefined || engine === undefined || collector === undefined) throw new Error('no scene is open');
    this.stopped = false;
    collector.begin(first, count);
    const layout = glanced ? glanceLayoutOf(plant) : undefined;
    let rows: number[] = [];
    const glance = (replication: number): void => {
      if (layout === undefined) return;
      rows.push(replication);
      for (const word of glanceOf(plant, block, layout)) rows.push(word);
    };
    const gathered = (): Uint32Array | undefined => {
      if (rows.length === 0) return undefined;
      const all = Uint32Array.from(rows);
      rows = [];
      return all;
    };
    const end = plant.tables[plant.at.run + RUN_END] as number;
    let spell = performance.now();
    for (let replication = first; replication < first + count; replication++) {
      engine.begin(block, seed, replication);
      while (engine.run(block, seed, replication, LOOK) === STATUS_RUNNING) {
        if (performance.now() - spell < SPELL_MS) continue;
        // A recursion writes its block at the end alone.
        if (engine instanceof ReferenceEngine) glance(replication);
        onProgress?.(replication - first + (block[HEAD_NOW] as number) / end, gathered());
        await breathe();
        await this.gate.pass();
        if (this.stopped) return { ...collector.findings(), glances: gathered() };
        spell = performance.now();
      }
      glance(replication);
      collector.take(replication, block);
    }
    return { ...collector.findings(), glances: gathered() };
  }

  /** Runs twins of designs of an experiment; fewer if `stop` is called. */
  trial(span: TrialSpan, seed: number): Promise<TrialResult> {
    this.stopped = false;
    let spell = performance.now();
    const breather = async (): Promise<boolean> => {
      await breathe();
      await this.gate.pass();
      spell = performance.now();
      return this.stopped;
    };
    return this.trials.run(span, seed, () => (performance.now() - spell < SPELL_MS ? false : breather()));
  }

  pause(): void {
    this.gate.close();
  }

  resume(): void {
    this.gate.open();
  }

  /** Ends `run` after the spell it is in. */
  stop(): void {
    this.stopped = true;
    this.gate.open();
  }

  /**
   * Runs one twin again and counts its parts on each way, beside whatever else this thread does; undefined if `stopFlows` is called.
   * @param onProgress told the share that is done, every spell
   */
  async flows(
    text: string,
    scene: Scene,
    seed: number,
    replication: number,
    onProgress: (share: number) => void,
  ): Promise<TwinFlows | undefined> {
    if (this.counted?.text !== text) this.counted = { text, plant: compile(scene) };
    const { plant } = this.counted;
    const { tables, at } = plant;
    const { stops } = this;
    const engine = new ReferenceEngine(plant);
    const recorder = new FlowRecorder(plant);
    const block = new Uint32Array(plant.layout.words);
    engine.begin(block, seed, replication);
    for (let spell = performance.now(); engine.run(block, seed, replication, LOOK, recorder) === STATUS_RUNNING; ) {
      if (performance.now() - spell < SPELL_MS) continue;
      onProgress((block[HEAD_NOW] as number) / (tables[at.run + RUN_END] as number));
      await breathe();
      if (this.stops !== stops) return undefined;
      spell = performance.now();
    }
    return { parts: recorder.parts, ticks: (block[HEAD_NOW] as number) - (tables[at.run + RUN_WARMUP] as number) };
  }

  /** Ends `flows` after the spell it is in. */
  stopFlows(): void {
    this.stops++;
  }

  /** Runs one twin again, recording it. */
  record(text: string, scene: Scene, seed: number, replication: number): Trace {
    return record(this.plant !== undefined && text === this.text ? this.plant : compile(scene), seed, replication);
  }
}
