/** What a person can do, as verbs over the state: load, change, undo, run, watch, play. Panels call these and read the signals. */
import { batch } from '@preact/signals-core';
import type { JSONPath } from 'jsonc-parser';
import type { FloorPlan } from '../engine/trace.ts';
import type { EngineChoice, Laboratory, Problem, Progress, RunRequest, Summary } from '../experiment/protocol.ts';
import type { Study } from './experiment-study.ts';
import { entryOf, splitKey } from './glossary.ts';
import { itemsOf } from './items.ts';
import { keep, recall } from './keeping.ts';
import { aboutModels, looksOf } from './own-models.ts';
import type { ModelSource } from '../view/things.ts';
import { Player } from './player.ts';
import { band, capital, scaleFor, twinName, wall, whole } from './quantity.ts';
import { sameTwins } from './same-twins.ts';
import { withNumber, withValue } from './scene-text.ts';
import { createState, EDITABLE_CHARACTERS, SceneHistory, type Notice, type PageState, type RunSettings, type Watched } from './state.ts';
import { twinAtShare } from './twins.ts';

/** What a link asks for besides its scene. */
export interface Wanted {
  replications?: number | undefined;
  seed?: number | undefined;
  twin?: number | undefined;
}

export class Session {
  readonly state: PageState = createState();
  readonly #opening: Promise<Laboratory>;
  #laboratory: Laboratory | undefined;
  readonly #history = new SceneHistory();
  readonly player = new Player(this.state, (message) => this.#tellOf(message));
  #told: string[] = [];
  #toldBy: Notice | undefined;
  #checkTicket = 0;
  #runTicket = 0;
  #traceTicket = 0;
  #finished: Promise<unknown> = Promise.resolve();
  #editing: Promise<unknown> = Promise.resolve();
  #announcedAt = 0;
  readonly #mayMove: boolean;
  #study: Promise<Study> | undefined;

  /**
   * The page is there before its laboratory is: what is asked of it waits. `mayMove`: false where the person asked for reduced motion; then
   * nothing plays by itself.
   */
  constructor(laboratory: Promise<Laboratory>, mayMove: boolean) {
    this.#mayMove = mayMove;
    this.#opening = laboratory.then((opened) => {
      this.#laboratory = opened;
      this.state.engine.value = opened.report;
      return opened;
    });
    this.#opening.catch((error: unknown) => {
      this.state.runError.value = `The laboratory in which twins run could not be opened: ${messageOf(error)}`;
    });
  }

  // The scene

  /**
   * Checks a text and, if it is good, makes it the scene and runs it. What is loaded stays untouched by a bad one: its problems are
   * shown instead. `gesture` joins the steps of one drag into one undo; `models` says where a fresh scene's own models are found. Resolves
   * with whether it was taken.
   */
  async load(
    text: string,
    what: string,
    options: { gesture?: string; wanted?: Wanted; fresh?: boolean; models?: ModelSource } = {},
  ): Promise<boolean> {
    const { state } = this;
    const ticket = ++this.#checkTicket;
    let checked: Awaited<ReturnType<Laboratory['check']>>;
    try {
      checked = await (await this.#opening).check(text);
    } catch (error) {
      checked = { ok: false, problems: [{ path: '', message: messageOf(error) }] };
    }
    if (ticket !== this.#checkTicket) return false;
    if (!checked.ok) {
      this.#reject(text, what, checked.problems, options.gesture === undefined);
      return false;
    }
    const { plan, run } = checked;
    const before = state.plan.value;
    // A changed experiment leaves the plant, its results and the watched twin as they are.
    const same =
      !options.wanted && !options.fresh && (state.running.value || state.summary.value !== undefined) && sameTwins(state.scene.value, text);
    batch(() => {
      const clean = state.draft.value === state.scene.value || what === EDITOR;
      state.scene.value = text;
      if (clean || options.fresh) state.draft.value = text;
      state.plan.value = plan;
      state.runSection.value = run;
      state.rejected.value = undefined;
      if (options.wanted) {
        const { replications, seed, twin } = options.wanted;
        state.settings.value = { ...state.settings.value, replications, seed };
        state.watched.value = { replication: twin ?? 0, why: twin === undefined ? 'the first twin' : 'the twin of the link' };
      } else if (!same) this.#age();
      if (options.fresh) {
        state.models.value = options.models ?? { base: undefined, files: {} };
        state.ghost.value = undefined;
        state.summary.value = undefined;
        state.tick.value = 0;
        state.trace.value = undefined;
        state.tracedPlan.value = undefined;
      }
      const selected = state.selected.value;
      if (selected !== undefined && !itemsOf(plan, state.tree.value).some((item) => item.name === selected)) this.select(undefined);
    });
    this.#history.push(text, options.gesture ?? '', performance.now(), options.fresh ? { models: state.models.value } : undefined);
    this.#remember();
    if (same) {
      if (looksOf(plan) !== looksOf(before)) this.#relook(plan);
      return true;
    }
    if (!state.trace.value) this.player.show(plan, undefined, 0);
    void this.#retrace();
    void this.run();
    return true;
  }

  /** Takes models at hand besides those that are: a scene that names them shows them from now on. */
  addModels(files: Record<string, Blob>): void {
    const { models, plan } = this.state;
    models.value = { ...models.value, files: { ...models.value.files, ...files } };
    const { origin } = this.#history;
    if (origin) origin.models = models.value;
    this.notify(aboutModels(plan.value, Object.keys(files)));
    if (plan.value) this.#relook(plan.value);
  }

  /** The same twin in other looks: the clock and the camera stay. */
  #relook(plan: FloorPlan): void {
    const { trace, tracedPlan, watched, tick } = this.state;
    // A twin of another design has looks of its own.
    if (trace.value && !watched.value.of) tracedPlan.value = plan;
    this.player.show(tracedPlan.value ?? plan, trace.value, tick.value);
  }

  /** Changes one number where it stands in the scene's text, and runs again. Changes follow one another in order. */
  changeNumber(path: JSONPath, value: number | undefined, unit: string): Promise<boolean> {
    return this.edit(path, (text) => withNumber(text, path, value, unit));
  }

  changeValue(path: JSONPath, value: string | number): Promise<boolean> {
    return this.edit(path, (text) => withValue(text, path, value));
  }

  /** Changes the text at `path`, by which what is wrong with the change is called. Changes of one path within a moment are one undo. */
  edit(path: JSONPath, edit: (text: string) => string): Promise<boolean> {
    const next = this.#editing.then(async () => {
      const { scene, draft } = this.state;
      const separate = draft.value !== scene.value;
      const taken = await this.load(edit(scene.value), path.join('.'), { gesture: path.join('.') });
      // Words in the editor that are not applied yet are kept, with the same change made in them.
      if (taken && separate && draft.value.length <= EDITABLE_CHARACTERS) draft.value = edit(draft.value);
      return taken;
    });
    this.#editing = next.catch(() => false);
    return next;
  }

  applyDraft(): Promise<boolean> {
    return this.load(this.state.draft.value, EDITOR);
  }

  async undo(): Promise<void> {
    await this.#move(-1);
  }

  async redo(): Promise<void> {
    await this.#move(1);
  }

  async #move(steps: -1 | 1): Promise<void> {
    const text = this.#history.move(steps);
    if (text === undefined) return;
    this.notify(steps < 0 ? 'Undone.' : 'Done again.');
    // A scene that was opened from elsewhere finds its models where it came from.
    const { origin } = this.#history;
    if (origin) this.state.models.value = origin.models;
    await this.load(text, steps < 0 ? 'undo' : 'redo');
  }

  #reject(text: string, what: string, problems: Problem[], mendable: boolean): void {
    const { state } = this;
    batch(() => {
      state.rejected.value = { what, problems };
      const first = problems[0];
      const account = first ? `${first.path === '' ? '' : `${first.path}: `}${first.message}` : 'it was refused without a reason';
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
      state.announcement.value = `${what} was not taken. ${account}`;
      if (what === EDITOR) return;
      // A bad file goes into the editor to be mended there, unless words of the user's stand in it.
      if (mendable && state.draft.value === state.scene.value && text.length <= EDITABLE_CHARACTERS) state.draft.value = text;
      this.notify(`${what} was not taken: ${account}${more}`, { label: 'Show', run: () => this.show('scene') });
    });
  }

  #remember(): void {
    const { state } = this;
    state.canUndo.value = this.#history.canUndo;
    state.canRedo.value = this.#history.canRedo;
    if (!state.embed.value && this.#history.canUndo) keep(state.scene.value);
  }

  /** Offers the scene that was changed last time, where the browser kept one and it is not what is loaded. */
  offerRestore(): void {
    const kept = recall();
    if (!kept || kept.text === this.state.scene.value) return;
    const when = new Date(kept.at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
    this.notify(`The scene you changed on ${when} was kept.`, { label: 'Restore', run: () => void this.load(kept.text, 'The kept scene') });
  }

  // The run

  /** Runs all twins of the scene, cancelling a run that is under way. Older results stay as ghosts and are marked stale. */
  async run(): Promise<void> {
    const { state } = this;
    const ticket = ++this.#runTicket;
    const before = state.summary.value;
    batch(() => {
      if (before && !state.stale.value && before.finished === before.replications) state.ghost.value = before;
      state.stale.value = before !== undefined;
      state.runError.value = '';
      state.running.value = true;
      state.paused.value = false;
      state.progress.value = undefined;
    });
    if (ticket > 1) this.#laboratory?.cancel();
    await this.#finished;
    const laboratory = await this.#opening;
    if (ticket !== this.#runTicket) return;
    const { replications, seed, engine } = state.settings.value;
    const request: RunRequest = { scene: state.scene.value, replications, seed, engine, watched: !document.hidden };
    const run = laboratory.run(request, (progress) => ticket === this.#runTicket && this.#progressed(progress));
    this.#finished = run.catch(() => undefined);
    try {
      const summary = await run;
      if (ticket === this.#runTicket) this.#completed(summary);
    } catch (error) {
      if (ticket !== this.#runTicket) return;
      batch(() => {
        state.running.value = false;
        state.runError.value = messageOf(error);
        state.announcement.value = `The run ended in an error: ${messageOf(error)}`;
      });
    }
  }

  #progressed(progress: Progress): void {
    const { state } = this;
    // Reports come by a channel of their own: the last one may arrive after the results, and must not take their place.
    if (!state.running.value) return;
    batch(() => {
      state.progress.value = progress;
      if (progress.partial) this.#take(progress.partial);
    });
    const now = performance.now();
    if (now - this.#announcedAt > 10_000) {
      this.#announcedAt = now;
      state.announcement.value = `${Math.round(progress.fraction * 100)} % of the run is done, ${wall(progress.secondsLeft)} left.`;
    }
  }

  #take(summary: Summary): void {
    const { state } = this;
    state.summary.value = summary;
    state.engine.value = summary.report;
    state.stale.value = false;
  }

  #completed(summary: Summary): void {
    const { state } = this;
    batch(() => {
      state.running.value = false;
      state.paused.value = false;
      state.progress.value = undefined;
      if (summary.finished > 0 || !state.summary.value) this.#take(summary);
      const cancelled = summary.finished < summary.replications;
      const output = summary.metrics['total.throughput'];
      const scale = output && scaleFor(output.unit, output.mean);
      const result =
        output && scale ? ` Throughput ${band(output, scale).mean} plus or minus ${band(output, scale).half} ${scale.unit}.` : '';
      state.announcement.value = `${cancelled ? 'Cancelled' : 'Done'}: ${whole(summary.finished)} of ${whole(summary.replications)} twins.${result}`;
    });
  }

  /** After a change the watched twin keeps its number, but the reason for choosing it is of the past. */
  #age(): void {
    const { watched } = this.state;
    const { replication, why } = watched.value;
    if (watched.value.of) watched.value = { replication: 0, why: 'the first twin' };
    else if (/^the |before the change$/.test(why)) return;
    else watched.value = { replication, why: `${why}, before the change` };
  }

  change(settings: Partial<RunSettings>): void {
    if (settings.seed !== undefined) this.#age();
    this.state.settings.value = { ...this.state.settings.value, ...settings };
    if (settings.seed !== undefined) void this.#retrace();
    void this.run();
  }

  choose(engine: EngineChoice): void {
    this.change({ engine });
  }

  togglePause(): void {
    const { state } = this;
    if (!state.running.value) return;
    if (state.paused.value) this.#laboratory?.resume();
    else this.#laboratory?.pause();
    state.paused.value = !state.paused.value;
  }

  cancelRun(): void {
    if (this.state.running.value) this.#laboratory?.cancel();
  }

  get seed(): number {
    return this.state.settings.value.seed ?? this.state.runSection.value?.seed ?? 1;
  }

  get replications(): number {
    return this.state.settings.value.replications ?? this.state.runSection.value?.replications ?? 1;
  }

  // The watched twin

  /** Runs one twin again with a trace and shows it on the floor. */
  async watch(replication: number, why: string, of?: Watched['of']): Promise<void> {
    this.state.watched.value = of ? { replication, why, of } : { replication, why };
    await this.#retrace();
  }

  /** Watches the twin at the bad end (1 %), the middle or the good end (99 %) of the chosen metric. */
  async watchRank(which: 'worst 1 %' | 'median' | 'best 1 %'): Promise<void> {
    const { state } = this;
    const column = state.summary.value?.columns[state.metric.value];
    if (!column) return;
    const lowIsBad = entryOf(splitKey(state.metric.value)[1]).bad === 'low';
    const share = which === 'median' ? 0.5 : (which === 'worst 1 %') === lowIsBad ? 0.01 : 0.99;
    const twin = await twinAtShare(column, share);
    if (twin !== undefined) await this.watch(twin, which);
  }

  async #retrace(): Promise<void> {
    const { state } = this;
    const ticket = ++this.#traceTicket;
    const first = state.trace.value === undefined;
    const { replication, of } = state.watched.value;
    state.tracing.value = true;
    try {
      const laboratory = await this.#opening;
      const checked = of && !sameTwins(of.scene, state.scene.value) ? await laboratory.check(of.scene) : undefined;
      const plan = checked?.ok ? checked.plan : state.plan.value;
      const trace = await laboratory.trace(of?.scene ?? state.scene.value, of?.seed ?? this.seed, replication);
      if (ticket !== this.#traceTicket || !plan) return;
      batch(() => {
        state.trace.value = trace;
        state.tracedPlan.value = plan;
      });
      // The first look is at a plant that is running full, not at an empty one.
      this.player.show(plan, trace, first ? trace.warmup : state.tick.value);
      if (first && this.#mayMove) this.player.play();
    } catch (error) {
      if (ticket === this.#traceTicket)
        this.notify(`${capital(twinName(state.watched.value.replication))} cannot be shown: ${messageOf(error)}`);
    } finally {
      if (ticket === this.#traceTicket) state.tracing.value = false;
    }
  }

  // Experiments

  /** What the laboratory does besides: it waits while the page opens. */
  get laboratory(): Promise<Laboratory> {
    return this.#opening;
  }

  /** Experiments are a part of the page that comes when it is asked for. */
  openStudy(): Promise<Study> {
    this.#study ??= import('./experiment.ts').then(({ Study }) => (this.state.study.value = new Study(this)));
    this.#study.catch((error: unknown) => {
      this.#study = undefined;
      this.notify(`The part of the page for experiments could not be loaded: ${messageOf(error)}`);
    });
    return this.#study;
  }

  /** Does work that needs the whole laboratory: a run under way is cancelled first, and the next run cancels the work. */
  async alone<T>(work: (laboratory: Laboratory) => Promise<T>): Promise<T> {
    this.cancelRun();
    await this.#finished;
    const done = this.#opening.then(work);
    this.#finished = done.catch(() => undefined);
    return done;
  }

  // The page

  select(name: string | undefined): void {
    this.state.selected.value = name;
    this.player.highlight(name);
  }

  setDark(dark: boolean): void {
    this.state.dark.value = dark;
    this.player.theme(dark);
  }

  show(view: PageState['view']['value']): void {
    this.state.view.value = view;
    if (view === 'experiment') void this.openStudy().catch(() => undefined);
  }

  /** What goes wrong with the floor comes in several sentences: as many are shown as can be read at a glance, and all on demand. */
  #tellOf(message: string): void {
    if (this.state.notice.value !== this.#toldBy) this.#told = [];
    if (this.#told.includes(message)) return;
    this.#told.push(message);
    const all = this.#told;
    let shown = 1;
    while (shown < all.length && all.slice(0, shown + 1).join(' ').length < GLANCE) shown++;
    const left = all.length - shown;
    const rest = { label: `${whole(left)} more`, run: () => this.notify(`The floor: ${all.join(' ')}`) };
    this.notify(`The floor: ${all.slice(0, shown).join(' ')}`, left > 0 ? rest : undefined);
    this.#toldBy = this.state.notice.value;
  }

  notify(text: string, action?: Notice['action']): void {
    this.state.notice.value = action ? { text, action } : { text };
  }
}

/** Characters that are read at a glance. */
const GLANCE = 600;

/** What the text in the editor is called in messages. */
const EDITOR = 'The text in the editor';

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
