/** The watched twin in time: whichever floor there is, drawn or not, plays it, and the state follows its clock. */
import { batch, computed, effect } from '@preact/signals-core';
import type { FloorPlan, Trace } from '../engine/trace.ts';
import type { Heat, Thing, Viewpoint } from '../view/things.ts';
import type { FilmRequest } from '../view/view-worker.ts';
import { UndrawnFloor, type Playback } from './playback.ts';
import type { PageState } from './state.ts';
import { zoomed } from './time-window.ts';

export class Player {
  readonly #state: PageState;
  readonly #report: (message: string) => void;
  #floor: Playback = new UndrawnFloor();
  #heat: Heat | undefined;

  /** `report` is told what goes wrong with the floor, in words. */
  constructor(state: PageState, report: (message: string) => void) {
    this.#state = state;
    this.#report = report;
    this.#listen();
    // Under the wall nobody sees the floor; and the two together would hold each other up.
    effect(() => this.#floor.giveWay(state.running.value || state.view.value === 'wall'));
    const style = computed(() => state.plan.value?.style ?? 'models');
    effect(() => this.#floor.style(style.value));
  }

  /** Replaces the floor, which goes on where the last one was. */
  attach(floor: Playback): void {
    const state = this.#state;
    const playing = this.#floor.playing;
    this.#floor.dispose();
    this.#floor = floor;
    this.#listen();
    state.floorMessage.value = '';
    state.drawn.value = true;
    floor.theme(state.dark.value);
    floor.giveWay(state.running.value);
    floor.style(state.plan.value?.style ?? 'models');
    floor.heat(this.#heat);
    if (!state.plan.value) return;
    floor.show(state.tracedPlan.value ?? state.plan.value, state.trace.value, state.models.value);
    this.highlight(state.selected.value);
    if (!state.trace.value) return;
    floor.seek(state.tick.value);
    if (state.following.value) floor.follow(state.following.value);
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
    this.#floor.onPick = (thing) =>
      batch(() => {
        state.thing.value = thing;
        state.selected.value = nameOf(thing);
      });
    this.#floor.onHover = (thing) => {
      state.hovered.value = nameOf(thing);
    };
    this.#floor.onFollow = (thing) => {
      state.following.value = thing;
    };
    this.#floor.onError = (message) => this.#report(message);
  }

  /** Shows a plan, with a twin's trace where there is one, from the given tick on. */
  show(plan: FloorPlan, trace: Trace | undefined, from: number): void {
    const playing = this.#state.playing.value;
    // Parts and people of another twin have other numbers.
    batch(() => {
      if (this.#state.following.value) this.follow(undefined);
      if (this.#state.thing.value && !('element' in this.#state.thing.value)) this.inspect(undefined);
    });
    this.#floor.show(plan, trace, this.#state.models.value);
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

  /** To the next tick at which anything happens, or the last one; and stops there. */
  step(direction: 1 | -1): void {
    if (this.#state.trace.value) this.#floor.step(direction);
  }

  /** The chart of states shows `factor` times as much time, about the clock where it is in sight, else about its own middle. */
  zoomStates(factor: number): void {
    const { trace, tracedPlan, timeWindow, tick } = this.#state;
    if (!trace.value) return;
    const { end } = trace.value;
    const { from, to } = timeWindow.value ?? { from: 0, to: end };
    const around = tick.value >= from && tick.value <= to ? tick.value : (from + to) / 2;
    timeWindow.value = zoomed(timeWindow.value, end, tracedPlan.value?.tickSeconds ?? 1, factor, around);
  }

  /** Simulated seconds in one wall second. */
  setSpeed(speed: number): void {
    this.#state.speed.value = speed;
    this.#floor.speed = speed;
  }

  /** Marks a node on the floor; a name that is no node (a product) marks none. */
  highlight(name: string | undefined): void {
    const known = name !== undefined && this.#state.plan.value?.nodes.some((node) => node.name === name);
    const thing = known ? { element: name } : undefined;
    // A card that is open tells about what was chosen last.
    if (this.#state.thing.value) this.#state.thing.value = thing;
    this.#floor.select(thing);
  }

  /** Opens the card of a thing, and marks it on the floor; undefined: closes it. */
  inspect(thing: Thing | undefined): void {
    const state = this.#state;
    batch(() => {
      state.thing.value = thing;
      if (thing) state.selected.value = nameOf(thing);
    });
    this.#floor.select(thing ?? (state.selected.value === undefined ? undefined : { element: state.selected.value }));
  }

  /** The camera goes with a part or a person; undefined: no longer. */
  follow(thing: Thing | undefined): void {
    this.#state.following.value = thing;
    this.#floor.follow(thing);
  }

  flyTo(thing: Thing): void {
    this.#floor.flyTo(thing);
  }

  picture(size?: { width: number; height: number }): Promise<Blob> {
    return this.#floor.picture(size);
  }

  film(request: FilmRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<Blob> {
    return this.#floor.film(request, onProgress, signal);
  }

  /** Lays a figure over the floor, which stays until another takes its place; undefined: none. */
  heat(heat: Heat | undefined): void {
    this.#heat = heat;
    this.#floor.heat(heat);
  }

  viewpoint(): Promise<Viewpoint> {
    return this.#floor.viewpoint();
  }

  goTo(viewpoint: Viewpoint): void {
    this.#floor.goTo(viewpoint);
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

const nameOf = (thing: Thing | undefined): string | undefined => (thing !== undefined && 'element' in thing ? thing.element : undefined);
