/** What a person does with experiments, as verbs over signals: choose, change, plan, run, cancel, watch, apply, save. The panels read the signals. */
import { batch, computed, effect, signal } from '@preact/signals-core';
import type { JSONPath } from 'jsonc-parser';
import type {
  Applied,
  DesignRow,
  Insight,
  Question,
  StudyLaboratory,
  StudyPlan,
  StudyProgress,
  StudyReport,
} from '../experiment/study-protocol.ts';
import type { Laboratory } from '../experiment/protocol.ts';
import {
  blank,
  definitionIn,
  experimentsIn,
  factorAt,
  freeName,
  listOf,
  nameFor,
  proposed,
  proposedChoice,
  proposedUnknown,
  rangeText,
  renamed,
  withSecondObjective,
  type Choice,
  type FactorText,
  type UnknownText,
} from './experiment-text.ts';
import { withAny } from './experiment-writing.ts';
import { download } from './files.ts';
import { capital, wall, whole } from './quantity.ts';
import { sameTwins } from './same-twins.ts';
import type { Parameter } from './scene-text.ts';
import { messageOf, type Session } from './session.ts';

/** Milliseconds without a change before a changed experiment is planned again. */
const PLAN_PAUSE = 200;

export type KeptStudy = Awaited<ReturnType<StudyLaboratory['kept']>>[number];

/** A design on its way into the scene: what it would change, for a person to read first. */
export interface Offer extends Applied {
  what: string;
  /** The scene that it changes is not the one that is loaded: the experiment means something else there by now. */
  older: boolean;
}

export class Study {
  readonly #session: Session;
  readonly #reports = signal<ReadonlyMap<string, StudyReport>>(new Map());
  readonly #pins = signal<{ of: string; ids: ReadonlySet<number> } | undefined>(undefined);
  /** Name of the experiment in hand; '' where there is none. */
  readonly name = signal('');
  /** All experiments of the scene, by name. */
  readonly all = computed(() => experimentsIn(this.#session.state.tree.value));
  readonly definition = computed(() => this.all.value[this.name.value]);
  /** Whether numbers can be ticked: beside the experiment, and where the plant is a view of its own. The floor stays calm. */
  readonly ticking = computed(() => {
    const { view } = this.#session.state;
    return this.definition.value !== undefined && (view.value === 'experiment' || view.value === 'plant');
  });
  readonly plan = signal<StudyPlan | undefined>(undefined);
  readonly planning = signal(false);
  readonly running = signal(false);
  /** Name of the one that runs. */
  readonly runs = signal('');
  readonly progress = signal<StudyProgress | undefined>(undefined);
  readonly error = signal('');
  readonly report = computed(() => this.#reports.value.get(this.name.value));
  /** The report belongs to another plant, or to the experiment before its last change. */
  readonly stale = computed(() => {
    const report = this.report.value;
    const { scene } = this.#session.state;
    if (!report || report.scene === scene.value) return false;
    return !sameTwins(report.scene, scene.value) || !this.#meansTheSame(report);
  });
  /** Designs that were brushed in a chart; undefined: all. */
  readonly brushed = signal<ReadonlySet<number> | undefined>(undefined);
  /** The plan's question before a long run; '' for none. */
  readonly asking = signal('');
  readonly naming = signal(false);
  readonly offered = signal<Offer | undefined>(undefined);
  readonly kept = signal<KeptStudy[]>([]);
  /** The experiment in hand came to its end in this browser before: all that its answer needs is kept. */
  readonly keptWhole = signal(false);
  #planTicket = 0;
  #planned: Promise<void> = Promise.resolve();
  #announcedAt = 0;

  constructor(session: Session) {
    this.#session = session;
    const { scene, tree, settings } = session.state;
    effect(() => {
      const names = Object.keys(this.all.value);
      // A text that is too long to be read here has experiments all the same, but they are changed in the file.
      if (!names.includes(this.name.value) && tree.value) this.name.value = names[0] ?? '';
    });
    effect(() => {
      void [scene.value, settings.value, this.name.value];
      this.#planned = this.#replan();
    });
    void this.#recallKept();
  }

  // The experiments of the scene

  choose(name: string): void {
    batch(() => {
      this.name.value = name;
      this.brushed.value = undefined;
    });
  }

  /** Adds an experiment to the scene and takes it in hand. */
  async create(name: string, question: Question): Promise<void> {
    const wanted = name.trim().slice(0, 64) || this.proposedName();
    if (await this.#set(wanted, [], blank(question))) {
      this.choose(wanted);
      this.#session.show('experiment');
    }
  }

  proposedName(): string {
    return freeName(Object.keys(this.all.value), 'Experiment');
  }

  async remove(): Promise<void> {
    const name = this.name.value;
    const alone = Object.keys(this.all.value).length === 1;
    if (
      await this.#session.edit(['experiments', name], (text) => withAny(text, alone ? ['experiments'] : ['experiments', name], undefined))
    )
      this.#session.notify(`The experiment ${name} was taken out of the scene.`, { label: 'Undo', run: () => void this.#session.undo() });
  }

  /** Sets (or, undefined, takes away) one part of the experiment in hand, by its path in it. */
  set(path: JSONPath, value: unknown): Promise<boolean> {
    return this.#set(this.name.value, path, value);
  }

  #set(name: string, path: JSONPath, value: unknown): Promise<boolean> {
    const whole: JSONPath = ['experiments', name, ...path];
    return this.#session.edit(whole, (text) => withAny(text, whole, value));
  }

  ask(question: Question): Promise<boolean> {
    const now = this.definition.value;
    if (!now) return Promise.resolve(false);
    const { objectives } = withSecondObjective({ ...now, question });
    const at: JSONPath = ['experiments', this.name.value];
    return this.#session.edit([...at, 'question'], (text) => {
      const asked = withAny(text, [...at, 'question'], question);
      return objectives === now.objectives ? asked : withAny(asked, [...at, 'objectives'], objectives);
    });
  }

  /** What is wrong with what was last typed at this path of the experiment in hand. */
  problemAt(path: JSONPath): string {
    const rejected = this.#session.state.rejected.value;
    return rejected?.what === ['experiments', this.name.value, ...path].join('.') ? (rejected.problems[0]?.message ?? '') : '';
  }

  // Factors

  factorAt(path: JSONPath): string | undefined {
    return factorAt(this.definition.value, path);
  }

  /** "1 to 10", "priority or earliest due date". */
  rangeOf(name: string): string {
    const { factors, uncertain } = this.definition.value ?? {};
    const unknown = uncertain?.[name];
    return factors?.[name] ? rangeText(factors[name]) : unknown ? JSON.stringify(unknown.distribution) : '';
  }

  /** Makes a number a factor with a proposed range, or takes it back. */
  tick(parameter: Parameter): Promise<boolean> {
    const unknown = this.definition.value?.question === 'uncertainty';
    return this.#toggle(parameter.path, () => (unknown ? proposedUnknown(parameter) : proposed(parameter)));
  }

  tickChoice(choice: Choice): Promise<boolean> {
    return this.#toggle(choice.path, () => proposedChoice(choice));
  }

  #toggle(path: JSONPath, make: () => FactorText | UnknownText): Promise<boolean> {
    const there = this.factorAt(path);
    const list = this.definition.value ? listOf(this.definition.value) : 'factors';
    if (there !== undefined) return this.set([list, there], undefined);
    return this.set([list, nameFor(path, this.#names())], make());
  }

  /** Several at once, as one change. */
  tickAll(parameters: Parameter[]): Promise<boolean> {
    const at: JSONPath = ['experiments', this.name.value, 'factors'];
    const factors = { ...this.definition.value?.factors };
    for (const parameter of parameters)
      if (this.factorAt(parameter.path) === undefined) factors[nameFor(parameter.path, Object.keys(factors))] = proposed(parameter);
    return this.#session.edit(at, (text) => withAny(text, at, factors));
  }

  #names(): string[] {
    const { factors, uncertain } = this.definition.value ?? {};
    return [...Object.keys(factors ?? {}), ...Object.keys(uncertain ?? {})];
  }

  /** Gives a factor another name, in the list and wherever an expression says it. */
  rename(from: string, to: string): Promise<boolean> {
    const experiment = this.definition.value;
    const at: JSONPath = ['experiments', this.name.value];
    const wanted = to.trim();
    if (!experiment || wanted === from || this.#names().includes(wanted)) return Promise.resolve(false);
    return this.#session.edit([...at, 'factors', from], (text) => withAny(text, at, renamed(experiment, from, wanted)));
  }

  // Plan and run

  async #replan(): Promise<void> {
    const ticket = ++this.#planTicket;
    const name = this.name.peek();
    if (!this.definition.peek()) {
      this.plan.value = undefined;
      return;
    }
    this.planning.value = true;
    await new Promise((resolve) => setTimeout(resolve, PLAN_PAUSE));
    if (ticket !== this.#planTicket) return;
    let plan: StudyPlan;
    let keptWhole = false;
    try {
      const laboratory = await this.#session.laboratory;
      const request = this.#request(name);
      plan = await laboratory.plan(request);
      // What is kept and did not break off came to its end.
      keptWhole =
        plan.ok &&
        plan.recalled > 0 &&
        !(await laboratory.kept()).some(({ scene, experiment }) => scene === request.scene && experiment === name);
    } catch (error) {
      plan = { ok: false, problems: [{ path: `experiments.${name}`, message: messageOf(error) }] };
    }
    if (ticket !== this.#planTicket) return;
    batch(() => {
      this.plan.value = plan;
      this.keptWhole.value = keptWhole;
      this.planning.value = false;
    });
  }

  #request(experiment: string, afresh = false) {
    const { scene, settings } = this.#session.state;
    const { seed, engine } = settings.peek();
    return { scene: scene.peek(), experiment, seed, engine, afresh };
  }

  /** Runs the experiment in hand; a long one asks first. `afresh`: forgets what an earlier session reached. */
  async run(options: { asked?: boolean; afresh?: boolean } = {}): Promise<void> {
    const session = this.#session;
    if (!this.definition.value || this.running.value) return;
    await this.#planned;
    const plan = this.plan.value;
    if (plan?.ok === false) {
      session.show('experiment');
      session.notify(`The experiment cannot run yet: ${plan.problems[0]?.message ?? 'it was refused without a reason'}`);
      return;
    }
    if (plan?.ask && !options.asked) {
      this.asking.value = plan.ask;
      return;
    }
    const name = this.name.value;
    const request = this.#request(name, options.afresh);
    batch(() => {
      this.running.value = true;
      this.runs.value = name;
      this.progress.value = undefined;
      this.error.value = '';
      this.asking.value = '';
    });
    session.show('experiment');
    try {
      const report = await session.alone((laboratory: Laboratory) =>
        laboratory.explore(request, (progress) => this.#progressed(name, progress)),
      );
      this.#take(name, report);
      session.state.announcement.value = report.complete
        ? `The experiment ${name} is done: ${whole(report.tried)} designs, ${whole(report.twins)} twins. ${report.insights[0]?.text ?? ''}`
        : `The experiment ${name} was cancelled after ${whole(report.twins)} twins; what was reached stays.`;
    } catch (error) {
      this.error.value = messageOf(error);
      session.state.announcement.value = `The experiment ended in an error: ${messageOf(error)}`;
    } finally {
      batch(() => {
        this.running.value = false;
        this.progress.value = undefined;
      });
      // What it reached is in the journal now: the plan says so.
      this.#planned = this.#replan();
    }
  }

  #progressed(name: string, progress: StudyProgress): void {
    if (!this.running.value) return;
    batch(() => {
      this.progress.value = progress;
      if (progress.partial) this.#take(name, progress.partial);
    });
    const now = performance.now();
    if (now - this.#announcedAt < 10_000) return;
    this.#announcedAt = now;
    this.#session.state.announcement.value = `${progress.stage}: ${whole(progress.twins)} twins, ${wall(progress.secondsLeft)} left.`;
  }

  #take(name: string, report: StudyReport): void {
    this.#reports.value = new Map(this.#reports.value).set(name, report);
  }

  cancel(): void {
    if (this.running.value) void this.#session.laboratory.then((laboratory) => laboratory.cancel());
  }

  // Studies that broke off

  async #recallKept(): Promise<void> {
    try {
      this.kept.value = await (await this.#session.laboratory).kept();
    } catch {
      // Nothing can be kept here: there is nothing to go on with.
    }
  }

  /** Loads the scene of a study that broke off, where it is not loaded, and goes on. */
  async goOn(kept: KeptStudy): Promise<void> {
    const session = this.#session;
    if (session.state.scene.value !== kept.scene && !(await session.load(kept.scene, 'The scene of the kept experiment'))) return;
    this.dismiss(kept);
    this.choose(kept.experiment);
    this.#planned = this.#replan();
    // It was agreed to when it began.
    await this.run({ asked: true });
  }

  dismiss(kept: KeptStudy): void {
    this.kept.value = this.kept.value.filter((one) => one !== kept);
  }

  // Designs

  /** Rows that are compared side by side and marked in the charts: base and chosen, until others are pinned. */
  get pinned(): ReadonlySet<number> {
    const report = this.report.value;
    const pins = this.#pins.value;
    if (!report) return new Set();
    if (pins?.of === report.experiment) return pins.ids;
    const base = report.designs.find((design) => design.base);
    return new Set([...(base ? [base.id] : []), ...(report.chosen >= 0 ? [report.chosen] : [])]);
  }

  pin(id: number): void {
    const report = this.report.value;
    if (!report) return;
    const ids = new Set(this.pinned);
    if (!ids.delete(id)) ids.add(id);
    this.#pins.value = { of: report.experiment, ids };
  }

  /** Makes the scene that a design would be, to be read before it is taken. */
  async offer(id: number): Promise<void> {
    const session = this.#session;
    const report = this.report.value;
    const found = report && designOf(report, id);
    if (!report || !found) return;
    const older = !this.#meansTheSame(report);
    try {
      const scene = older ? report.scene : session.state.scene.value;
      const applied = await (await session.laboratory).apply(scene, report.experiment, found.point);
      this.offered.value = { ...applied, what: found.what, older };
    } catch (error) {
      session.notify(`${found.what} cannot be applied: ${messageOf(error)}`);
    }
  }

  /** Takes what was offered: from then on it is the scene, and undo takes it back. */
  async accept(): Promise<void> {
    const offer = this.offered.value;
    this.offered.value = undefined;
    if (!offer || !(await this.#session.load(offer.scene, offer.what))) return;
    this.#session.notify(`${offer.what} is the scene now; its twins run.`, { label: 'Undo', run: () => void this.#session.undo() });
  }

  /** Whether the points of a report mean in the loaded scene what they meant where it ran. */
  #meansTheSame(report: StudyReport): boolean {
    const { scene } = this.#session.state;
    if (report.scene === scene.value) return true;
    const now = this.all.value[report.experiment];
    return now !== undefined && JSON.stringify(now) === JSON.stringify(definitionIn(report.scene, report.experiment));
  }

  // What is shown elsewhere, and saved

  /** Shows one twin of an insight on the floor: the worst before, or after. */
  async watch(replay: Insight['replay'][number]): Promise<void> {
    const scene = replay.scene ?? this.report.value?.scene;
    if (scene === undefined) return;
    this.#session.show('floor');
    const why = replay.label.replace(/^watch /i, '').replace(/^and /, 'the same twin ');
    await this.#session.watch(replay.replication, why, { scene, seed: replay.seed });
  }

  async save(format: 'csv' | 'parquet' | 'html'): Promise<void> {
    const report = this.report.value;
    if (!report) return;
    try {
      const file = await (await this.#session.laboratory).exportStudy(report, format);
      const stem = report.experiment.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-|-$/g, '') || 'experiment';
      download(file, `${stem}.${format}`);
    } catch (error) {
      this.#session.notify(`The ${format === 'html' ? 'report' : format.toUpperCase()} cannot be made: ${messageOf(error)}`);
    }
  }
}

/** A design by its number, as a point of its experiment; where the question is what limits, designs are single changes. */
function designOf(report: StudyReport, id: number): { point: number[]; what: string } | undefined {
  const row = report.designs.find((one) => one.id === id);
  if (row) return { point: row.point, what: nameOf(row) };
  const change = report.interventions.find(({ design }) => design === id);
  return change && { point: [id], what: capital(`${change.change} at ${change.element}`) };
}

/** What a design is called: by what it is, and by its number. */
export function nameOf(design: DesignRow): string {
  return design.base ? 'The scene as it was' : `Design ${design.id}`;
}
