/** What the page knows, as signals; `Session` is the only writer of all but the few that a panel owns alone. */
import { computed, signal } from '@preact/signals-core';
import { parseTree } from 'jsonc-parser';
import type { Trace, FloorPlan } from '../engine/trace.ts';
import type { Checked, EngineChoice, EngineReport, Problem, Progress, Summary } from '../experiment/protocol.ts';
import type { ModelSource, Thing } from '../view/things.ts';
import type { Study } from './experiment-study.ts';
import type { HeatChoice } from './heat-figures.ts';
import type { TimeWindow } from './time-window.ts';

export type View = 'plant' | 'floor' | 'results' | 'experiment' | 'tables' | 'scene' | 'flow' | 'wall' | 'bulk';

/** What a run takes besides the scene; undefined: as the scene says. */
export interface RunSettings {
  replications: number | undefined;
  seed: number | undefined;
  engine: EngineChoice;
}

/** Why a twin is watched that somebody flew into from the wall. */
export const FROM_THE_WALL = 'from the wall';

/** The twin on the floor, and why this one. */
export interface Watched {
  replication: number;
  why: string;
  /** Where it is a twin of another design: the text and the seed that it runs with. Undefined: of the scene as it is. */
  of?: { scene: string; seed: number };
}

/** Something that was offered and not taken: a file, the editor's text, a number. */
export interface Rejected {
  what: string;
  problems: Problem[];
}

/** A line for the person, with at most one thing to do about it. */
export interface Notice {
  text: string;
  action?: { label: string; run: () => void };
}

export type RunSection = Extract<Checked, { ok: true }>['run'];

/** Texts longer than this are not parsed or edited on the page's thread, which must never be blocked for 50 ms. */
export const EDITABLE_CHARACTERS = 500_000;

const UNDO_CHARACTERS = 64_000_000;

export function createState() {
  const scene = signal('');
  return {
    /** The text that is loaded: always one that passed the check. */
    scene,
    /** Its syntax tree; undefined where it is too long to edit here. */
    tree: computed(() => (scene.value.length > EDITABLE_CHARACTERS ? undefined : parseTree(scene.value))),
    /** What stands in the editor. */
    draft: signal(''),
    plan: signal<FloorPlan | undefined>(undefined),
    runSection: signal<RunSection | undefined>(undefined),
    rejected: signal<Rejected | undefined>(undefined),
    settings: signal<RunSettings>({ replications: undefined, seed: undefined, engine: 'auto' }),

    engine: signal<EngineReport | undefined>(undefined),
    running: signal(false),
    paused: signal(false),
    progress: signal<Progress | undefined>(undefined),
    runError: signal(''),
    summary: signal<Summary | undefined>(undefined),
    /** The complete results before the last change, shown as ghosts. */
    ghost: signal<Summary | undefined>(undefined),
    /** Experiments, once their part of the page is there. */
    study: signal<Study | undefined>(undefined),
    /** `summary` belongs to an older scene or older settings. */
    stale: signal(false),

    watched: signal<Watched>({ replication: 0, why: 'the first twin' }),
    trace: signal<Trace | undefined>(undefined),
    /** The plan whose lists the trace's numbers index: the last one until the trace of a changed scene is there. */
    tracedPlan: signal<FloorPlan | undefined>(undefined),
    tracing: signal(false),
    tick: signal(0),
    playing: signal(false),
    /** Simulated seconds in one wall second. */
    speed: signal(300),
    /** There is a floor that draws. */
    drawn: signal(false),
    /** Why there is no drawn floor; '' while there is one, or one may come. */
    floorMessage: signal(''),

    selected: signal<string | undefined>(undefined),
    /** Under the pointer on the floor. */
    hovered: signal<string | undefined>(undefined),
    /** What the inspector tells about; and what the camera goes with. */
    thing: signal<Thing | undefined>(undefined),
    following: signal<Thing | undefined>(undefined),
    /** The part of the twin's time that the chart of states shows; undefined: all of it. */
    timeWindow: signal<TimeWindow | undefined>(undefined),
    /** Whether the chart of states has half of the page. */
    tallChart: signal(false),
    /** The figure that is laid over the floor; and whether the list of viewpoints is open. */
    heat: signal<HeatChoice | undefined>(undefined),
    viewing: signal(false),
    /** Where the models are found that the scene names. */
    models: signal<ModelSource>({ base: undefined, files: {} }),
    /** The metric of the histogram. */
    metric: signal('total.throughput'),
    view: signal<View>('floor'),
    dark: signal(false),
    embed: signal(false),
    notice: signal<Notice | undefined>(undefined),
    announcement: signal(''),
    dialog: signal<'' | 'palette' | 'keys' | 'film'>(''),
    canUndo: signal(false),
    canRedo: signal(false),
  };
}

export type PageState = ReturnType<typeof createState>;

/** Where a scene that was opened comes from; what is added later belongs to it too. */
interface Origin {
  models: ModelSource;
}

/**
 * Scene texts, oldest first, one of them current. Without end in practice: the oldest go only when all texts together
 * pass 64 million characters.
 */
export class SceneHistory {
  #texts: string[] = [];
  /** Of each text where the models are found that it names: one object for all that were made of one scene that was opened. */
  #origins: Origin[] = [];
  #at = -1;
  #gesture = '';
  #gestureTime = 0;

  get current(): string {
    return this.#texts[this.#at] ?? '';
  }
  get canUndo(): boolean {
    return this.#at > 0;
  }
  get canRedo(): boolean {
    return this.#at < this.#texts.length - 1;
  }

  /** Of the current text. */
  get origin(): Origin | undefined {
    return this.#origins[this.#at];
  }

  /** Adds a text after the current one, of an origin of its own or of that of the current. Texts of one gesture (a drag of one number) within 1.5 s of each other count as one. */
  push(text: string, gesture: string, now: number, origin?: Origin): void {
    const from = origin ?? this.origin ?? { models: { base: undefined, files: {} } };
    if (text === this.current && this.#at >= 0) {
      this.#origins[this.#at] = from;
      return;
    }
    const continues = gesture !== '' && gesture === this.#gesture && now - this.#gestureTime < 1500 && this.#at > 0;
    this.#texts.length = this.#at + 1;
    this.#origins.length = this.#at + 1;
    if (continues) {
      this.#texts[this.#at] = text;
      this.#origins[this.#at] = from;
    } else {
      this.#texts.push(text);
      this.#origins.push(from);
    }
    this.#at = this.#texts.length - 1;
    this.#gesture = gesture;
    this.#gestureTime = now;
    let characters = this.#texts.reduce((sum, one) => sum + one.length, 0);
    while (characters > UNDO_CHARACTERS && this.#at > 0) {
      characters -= this.#texts[0]!.length;
      this.#texts.shift();
      this.#origins.shift();
      this.#at -= 1;
    }
  }

  /** The text `steps` away (−1 back, +1 forward), made current; undefined where there is none. */
  move(steps: -1 | 1): string | undefined {
    const text = this.#texts[this.#at + steps];
    if (text === undefined) return undefined;
    this.#at += steps;
    this.#gesture = '';
    return text;
  }
}
