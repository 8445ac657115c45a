/** The watched twin in time: whichever floor there is, drawn or not, plays it, and the state follows its clock. */
import { batch, effect } from '@preact/signals-core';
import type { FloorPlan, Trace } from '../engine/trace.ts';
import { UndrawnFloor, type Playback } from './playback.ts';
import type { PageState } from './state.ts';

export class Player {
  readonly #state: PageState;
  readonly #report: (message: string) => void;
  #floor: Playback = new UndrawnFloor();

  /** `report` is told what goes wrong with the floor, in words. */
  constructor(state: PageState, report: (message: string) => void) {
    this.#state = state;
    this.#report = report;
    this.#listen();
    effect(() => this.#floor.giveWay(state.running.value));
  }

  /** Replaces the floor, which goes on where the last one was. */
  attach(floor: Playback): void {
    const state = this.#state;
    const playing = this.#floor.playing;
    this.#floor.dispose();
    this.#floor = floor;
    this.#listen();
    state.floorMessage.value = '';
    floor.theme(state.dark.value);
    floor.giveWay(state.running.value);
    if (!state.plan.value) return;
    floor.show(state.tracedPlan.value ?? state.plan.value, state.trace.value);
    this.highlight(state.selected.value);
    if (!state.trace.value) return;
    floor.seek(state.tick.value);
    if (playing) floor.play();
    else floor.pause();
  }

  #listen(): void {
    const state = this.#state;
    this.#floor.speed = state.speed.value;
    this.#floor.onTick = (tick) =>
      batch(() => {
        state.tick.value = tick;
        state.playing.value = this.#floor.playing;
      });
    this.#floor.onPick = (thing) => {
      state.selected.value = thing !== undefined && 'element' in thing ? thing.element : undefined;
    };
    this.#floor.onHover = (thing) => {
      state.hovered.value = thing !== undefined && 'element' in thing ? thing.element : undefined;
    };
    this.#floor.onError = (message) => this.#report(`The floor: ${message}`);
  }

  /** Shows a plan, with a twin's trace where there is one, from the given tick on. */
  show(plan: FloorPlan, trace: Trace | undefined, from: number): void {
    const playing = this.#state.playing.value;
    this.#floor.show(plan, trace);
    if (!trace) return;
    this.seek(Math.min(from, trace.end));
    if (playing) this.#floor.play();
    else this.#floor.pause();
  }

  play(): void {
    const { trace, tick, playing } = this.#state;
    if (!trace.value) return;
    if (tick.value >= trace.value.end) this.seek(0);
    this.#floor.play();
    playing.value = true;
  }

  pause(): void {
    this.#floor.pause();
    this.#state.playing.value = false;
  }

  toggle(): void {
    if (this.#state.playing.value) this.pause();
    else this.play();
  }

  seek(tick: number): void {
    const end = this.#state.trace.value?.end ?? 0;
    const at = Math.round(Math.max(0, Math.min(end, tick)));
    this.#state.tick.value = at;
    this.#floor.seek(at);
  }

  /** Moves by a share of the twin's whole time. */
  seekBy(share: number): void {
    this.seek(this.#state.tick.value + share * (this.#state.trace.value?.end ?? 0));
  }

  /** Simulated seconds in one wall second. */
  setSpeed(speed: number): void {
    this.#state.speed.value = speed;
    this.#floor.speed = speed;
  }

  /** Marks a node on the floor; a name that is no node (a product) marks none. */
  highlight(name: string | undefined): void {
    const known = name !== undefined && this.#state.plan.value?.nodes.some((node) => node.name === name);
    this.#floor.select(known ? { element: name } : undefined);
  }

  fit(): void {
    this.#floor.fit();
  }

  resize(width: number, height: number): void {
    this.#floor.resize(width, height, window.devicePixelRatio);
  }

  theme(dark: boolean): void {
    this.#floor.theme(dark);
  }
}
