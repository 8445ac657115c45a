/** Loose parts on a bench: vessels of the scene, run on the GPU and measured; one click writes what was measured into an element's times. */
import { signal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { HEAT_COLORS } from '../view/theme.ts';
import { pathText } from '../scene/problems.ts';
import './bulk-charts.ts';
import { type BulkClient, openBulk } from './bulk-client.ts';
import {
  type BulkText,
  type Field,
  fieldGroups,
  isStream,
  noteOf,
  placesIn,
  PROPOSALS,
  setupsIn,
  shownOf,
  specimenOf,
  type Vessel,
  VESSEL_WORDS,
  vesselOf,
} from './bulk-setups.ts';
import type { Account, BulkNews, BulkReport, Phase } from './bulk-words.ts';
import './bulk.css';
import { withAny } from './experiment-writing.ts';
import { Panel } from './panel.ts';
import { decimalsFor, duration, fixed, large, wall, whole } from './quantity.ts';
import { tidy } from './scene-text.ts';
import { messageOf } from './session.ts';

const PHASES: Record<Phase, [glyph: string, words: string]> = {
  ready: ['○', 'at rest'],
  running: ['▶', 'running'],
  paused: ['❚❚', 'paused'],
  done: ['✓', 'done'],
  cancelled: ['■', 'cancelled'],
};

/** Ticks of the scene's clock that a mean interval has at least: fewer would be rounded by more than a hundredth. */
const TICKS = 50;
/** Mean intervals without a grain after which a stream counts as stuck. */
const STUCK = 50;

/** A round length. */
const metres = (length: number) =>
  length >= 1 ? `${whole(length)} m` : length >= 0.01 ? `${whole(length * 100)} cm` : `${fixed(length * 1000, length < 0.001 ? 1 : 0)} mm`;

const rateOf = (value: number, half: number) => fixed(value, decimalsFor(value, half));

class BulkPanel extends Panel {
  /** Starts the worker. Set by whoever makes the element. */
  start!: () => Worker;
  #client: BulkClient | undefined;
  readonly #message = signal('');
  /** The setup that is shown, by name. */
  readonly #chosen = signal('');
  readonly #news = signal<BulkNews | undefined>(undefined);
  /** Why what is chosen is not on the bench. */
  readonly #refused = signal<string[]>([]);
  readonly #place = signal('');
  readonly #spoken = signal('');
  /** What is on the bench, as text. */
  #put = '';
  #phase: Phase = 'ready';
  #dark: boolean | undefined;
  #visible: boolean | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    if (width > 0 && height > 0) this.#client?.resize(width, height, devicePixelRatio);
  });

  override render(): TemplateResult {
    const message = this.#message.value;
    const [name, text] = this.#current();
    return html`
      <div class="bulk-bar" role="group" aria-label="Loose parts">${this.#bar(name, text)}</div>
      <div class="bulk-body">
        <div class="bulk-stage">
          <canvas tabindex="0" role="img" ?hidden=${message !== ''} aria-label="${this.#told(name, text)} Arrows move the view, plus and minus draw nearer, Q and E turn it, F shows all."></canvas>
          ${
            message
              ? html`<div class="no-floor">
                  <h2>No loose parts here</h2>
                  <p>Grains are simulated and drawn on the graphics processor, and there is none to be had. ${message}</p>
                </div>`
              : text
                ? this.#legend()
                : html`<div class="bulk-empty muted"><p>The scene has no loose parts yet. A hopper, a vibrating feeder or a chute is run here grain by grain; the rate that is measured becomes the times of a source or a station.</p></div>`
          }
        </div>
        <div class="bulk-side" role="region" aria-label="Numbers and figures" tabindex="0">
          ${this.#figures(name, text)} ${text && name !== undefined ? this.#fields(name, text) : nothing}
        </div>
      </div>
      <div class="unseen" aria-live="polite">${this.#spoken.value}</div>
    `;
  }

  #current(): [string | undefined, BulkText | undefined] {
    const setups = setupsIn(this.session.state.tree.value);
    const found = setups.find(([name]) => name === this.#chosen.value) ?? setups[0];
    return found ?? [undefined, undefined];
  }

  #told(name: string | undefined, text: BulkText | undefined): string {
    const news = this.#news.value;
    if (!text) return 'Loose parts: none yet.';
    return `${name}: ${whole(news?.inside ?? text.count)} grains in a ${VESSEL_WORDS[vesselOf(text)].name.toLowerCase()}.`;
  }

  #bar(name: string | undefined, text: BulkText | undefined): TemplateResult {
    const { session } = this;
    const setups = setupsIn(session.state.tree.value);
    const editing = this.#mayEdit;
    const phase = this.#news.value?.phase ?? 'ready';
    const going = phase === 'running' || phase === 'paused';
    const able = this.#message.value === '' && this.#refused.value.length === 0 && this.#news.value !== undefined && text !== undefined;
    return html`
      ${
        setups.length > 0
          ? html`<label>Setup <select class="bulk-setup" @change=${(event: Event) => (this.#chosen.value = (event.target as HTMLSelectElement).value)}>
              ${setups.map(([one]) => html`<option value=${one} .selected=${live(one === name)}>${one}</option>`)}
            </select></label>`
          : nothing
      }
      ${
        editing
          ? html`<select class="bulk-new" aria-label="New setup" @change=${this.#add}>
              <option value="" .selected=${live(true)}>New …</option>
              ${Object.entries(VESSEL_WORDS).map(([key, words]) => html`<option value=${key} title=${words.account}>${words.name}</option>`)}
            </select>`
          : nothing
      }
      ${
        editing && name !== undefined
          ? html`<button type="button" class="quiet icon" aria-label="Remove ${name}" title="Remove ${name} from the scene (undo brings it back)" @click=${() => void session.edit(['bulk', name], (scene) => withAny(scene, ['bulk', name], undefined))}>×</button>`
          : nothing
      }
      <span class="gap"></span>
      ${going ? this.#progress() : nothing}
      ${going ? nothing : html`<button type="button" class="primary bulk-start" ?disabled=${!able} @click=${this.#begin}>Start</button>`}
      ${
        going
          ? html`<button type="button" class="bulk-pause" @click=${() => (phase === 'paused' ? this.#client?.resume() : this.#client?.pause())}>${phase === 'paused' ? 'Resume' : 'Pause'}</button>
              <button type="button" class="bulk-cancel" title="End the run; what was measured stays" @click=${() => this.#client?.cancel()}>Cancel</button>`
          : nothing
      }
    `;
  }

  #progress(): TemplateResult {
    const { share, secondsLeft, phase } = this.#news.value!;
    const words = phase === 'paused' ? 'paused' : secondsLeft === undefined ? 'measuring' : `about ${wall(secondsLeft)} left`;
    return html`<progress max="1" value=${share} aria-label="Progress of the measurement"></progress><span class="small bulk-left">${words}</span>`;
  }

  #legend(): TemplateResult {
    const news = this.#news.value;
    if (!news) return html`<div class="bulk-legend small"><span class="muted">Opening …</span></div>`;
    return html`<div class="bulk-legend small">
      <span>0 <i class="bulk-ramp" style="background: linear-gradient(to right, ${HEAT_COLORS.slice(2).join(', ')})" aria-hidden="true"></i> ${fixed(news.fastest, 2)} m/s and more</span>
      <span class="muted">lines on the ground every ${metres(news.square)} and ${metres(10 * news.square)}</span>
      <button type="button" class="quiet" title="Show all (F)" @click=${() => this.#client?.fit()}>Fit</button>
    </div>`;
  }

  #figures(name: string | undefined, text: BulkText | undefined): TemplateResult | typeof nothing {
    const refused = this.#refused.value;
    if (refused.length > 0)
      return html`<div class="bulk-refused" role="alert"><h3>It cannot be run as it stands</h3>${refused.map((line) => html`<p>${line}</p>`)}</div>`;
    const news = this.#news.value;
    if (!news || !text || name === undefined) return nothing;
    const [glyph, words] = PHASES[news.phase];
    const { account } = news;
    const stream = isStream(text);
    const going = news.phase === 'running';
    const row = (key: string, title: string, value: TemplateResult | string) => html`<dt>${title}</dt><dd data-figure=${key}>${value}</dd>`;
    return html`
      <p class="bulk-phase"><span aria-hidden="true">${glyph}</span> ${words}</p>
      <dl class="bulk-figures">
        ${row('inside', 'Grains inside', whole(news.inside))}
        ${row('left', stream ? 'Discharged' : 'Over the edge', whole(news.left))}
        ${news.escaped > 0 ? row('escaped', 'Lost elsewhere', whole(news.escaped)) : nothing}
        ${row('time', 'Simulated', `${fixed(news.time, 3)} s`)}
        ${row('steps', 'Steps', html`${whole(news.steps)} <span class="muted">of ${fixed(news.dt * 1e6, 1)} µs</span>`)}
        ${row('pace', 'Steps a second', news.stepsPerSecond > 0 ? whole(news.stepsPerSecond) : '–')}
        ${row('work', 'Grain-steps a second', news.stepsPerSecond > 0 ? large(news.stepsPerSecond * news.grains) : '–')}
        ${row('speed', 'Against the clock', news.speed > 0 ? `${tidy(news.speed, 3)} ×` : '–')}
        ${news.slope === undefined ? nothing : row('slope', 'Slope of the heap', `${fixed(news.slope, 1)}°`)}
        ${stream ? this.#rate(account, text, row) : nothing}
      </dl>
      ${this.#cautions(news, text)}
      ${stream && account && news.phase !== 'ready' ? this.#use(name, account) : nothing}
      ${text.measured ? html`<p class="small muted bulk-note">Kept in the scene: ${rateOf(text.measured.rate, (text.measured.high - text.measured.low) / 2)} grains a second (95 %: ${rateOf(text.measured.low, (text.measured.high - text.measured.low) / 2)} to ${rateOf(text.measured.high, (text.measured.high - text.measured.low) / 2)}), ${whole(text.measured.intervals)} intervals of ${whole(text.measured.lot)} each, seed ${text.measured.seed}, ${whole(text.measured.steps)} steps; written to ${text.measured.into}.</p>` : nothing}
      ${
        stream && (news.left > 0 || going)
          ? html`<mw-discharge .discharge=${news.discharge} .account=${account}></mw-discharge>
              <mw-intervals .histogram=${news.histogram} .account=${account}></mw-intervals>`
          : nothing
      }
    `;
  }

  #rate(
    account: Account | undefined,
    text: BulkText,
    row: (key: string, title: string, value: TemplateResult | string) => TemplateResult,
  ): TemplateResult {
    if (!account) return row('rate', 'Grains a second', html`<span class="muted">from 40 grains on</span>`);
    const half = (account.ci[1] - account.ci[0]) / 2;
    const share = (100 * half) / account.rate;
    return html`
      ${row('rate', 'Grains a second', html`<strong>${rateOf(account.rate, half)}</strong> ± ${rateOf(half, half)} <span class="muted">/s</span>`)}
      ${row('share', '95 % interval', html`± ${fixed(share, share < 10 ? 2 : 0)} % <span class="muted">(to be ${fixed((text.within ?? 0.02) * 100, 1)} %)</span>`)}
      ${row('batches', 'Batches', html`20 <span class="muted">of ${duration((account.until - account.from) / 20)}</span>`)}
      ${row('cut', 'Cut as warm-up', account.from > 0 ? `${fixed(account.from, 3)} s` : 'nothing')}
      ${row('interval', account.lot === 1 ? 'From grain to grain' : `From ${whole(account.lot)} to ${whole(account.lot)}`, duration(account.lot / account.rate))}
    `;
  }

  #cautions(news: BulkNews, text: BulkText): TemplateResult {
    const { account, doubts } = news;
    const stuck = isStream(text) && news.left > 0 && news.quiet > (STUCK * news.time) / news.left && news.phase !== 'ready';
    const words = [
      account && !account.steady ? 'The stream is not steady yet: no cut in the first half of the run is trusted.' : '',
      stuck ? `No grain has left for ${duration(news.quiet)}: it may be stuck.` : '',
      doubts.crowded > 0
        ? `${whole(doubts.crowded)} times a grain had more neighbours than there is room for: contacts may be missing.`
        : '',
      doubts.late > 0 ? `${whole(doubts.late)} times a grain was faster than the lists of neighbours: contacts may have begun late.` : '',
      doubts.missed > 0 ? `${whole(doubts.missed)} departures were not read in time: the rate is too low.` : '',
    ].filter((one) => one !== '');
    return html`${words.map((one) => html`<p class="caution small">${one}</p>`)}`;
  }

  /** One click writes what was measured where it is needed. */
  #use(name: string, account: Account): TemplateResult | typeof nothing {
    const { tree, plan } = this.session.state;
    if (!this.#mayEdit) return nothing;
    const places = placesIn(tree.value);
    if (places.length === 0)
      return html`<p class="small muted">The scene has no source or station with a time of its own to write it to.</p>`;
    const ticks = plan.value ? account.lot / account.rate / plan.value.tickSeconds : Infinity;
    const chosen = places.find(({ path }) => pathText(path as string[]) === this.#place.value) ?? places[0]!;
    return html`<div class="bulk-use">
      <label class="small" for="bulk-place">Use the ${whole(account.intervals)} intervals as</label>
      <div class="row">
        <select id="bulk-place" @change=${(event: Event) => (this.#place.value = (event.target as HTMLSelectElement).value)}>
          ${places.map(({ path, words }) => html`<option value=${pathText(path as string[])} .selected=${live(path === chosen.path)}>${words}</option>`)}
        </select>
        <button type="button" class="bulk-write" @click=${() => void this.#write(name, chosen.path as string[])}>Use</button>
      </div>
      ${ticks < TICKS ? html`<p class="caution small">The scene counts in ticks of ${duration(plan.value!.tickSeconds)}: a mean interval of ${fixed(ticks, 1)} ticks is rounded to whole ones. Measure lots of ${whole(Math.ceil((account.lot * TICKS) / ticks))} grains, or make time.resolution finer.</p>` : nothing}
    </div>`;
  }

  readonly #begin = (): void => {
    this.#client?.start().catch((error: unknown) => this.session.notify(`Loose parts: ${messageOf(error)}`));
  };

  async #write(name: string, path: string[]): Promise<void> {
    const { session } = this;
    try {
      const result = await this.#client?.result();
      if (!result) return;
      const into = pathText(path);
      const note = noteOf(result.account, this.#current()[1]?.seed ?? 1, result.steps, into);
      const taken = await session.edit(path, (scene) =>
        withAny(withAny(scene, path, result.distribution), ['bulk', name, 'measured'], note),
      );
      if (!taken) return;
      const rate = rateOf(note.rate, (note.high - note.low) / 2);
      session.notify(`${into} is now what was measured: ${whole(note.intervals)} intervals, ${rate} grains a second.`, {
        label: 'Undo',
        run: () => void session.undo(),
      });
    } catch (error) {
      session.notify(`What was measured could not be written: ${messageOf(error)}`);
    }
  }

  #fields(name: string, text: BulkText): TemplateResult {
    const mayEdit = this.#mayEdit;
    return html`${fieldGroups(text).map(
      ({ title, fields }) =>
        html`<fieldset class="bulk-fields"><legend>${title}</legend>${fields.map((field) => this.#field(name, text, field, mayEdit))}</fieldset>`,
    )}`;
  }

  #field(name: string, text: BulkText, field: Field, mayEdit: boolean): TemplateResult {
    const path = ['bulk', name, ...field.path] as string[];
    const id = `bulk-${field.path.join('-')}`;
    const rejected = this.session.state.rejected.value;
    const problem = rejected?.what === path.join('.') ? rejected.problems[0]?.message : undefined;
    const value = shownOf(text, field);
    return html`<div class="parameter">
      <label for=${id} title=${field.account}>${field.label}</label>
      <input
        id=${id}
        type="number"
        step=${field.whole ? 1 : 'any'}
        ?disabled=${!mayEdit}
        .value=${live(value === undefined ? '' : String(value))}
        aria-invalid=${problem ? 'true' : 'false'}
        aria-describedby=${problem ? `${id}-problem` : nothing}
        @change=${(event: Event) => this.#typed(event.target as HTMLInputElement, path, field, value)}
      /><span class="unit">${field.unit}</span>
      ${problem ? html`<p class="problem" id="${id}-problem" role="alert">${problem}</p>` : nothing}
    </div>`;
  }

  #typed(input: HTMLInputElement, path: string[], field: Field, before: number | undefined): void {
    if (input.value !== '' && Number.isNaN(input.valueAsNumber)) return;
    if (input.value === '' && field.initial === undefined) {
      input.value = String(before ?? '');
      return;
    }
    const value = input.value === '' ? undefined : tidy(input.valueAsNumber / field.factor, 9);
    void this.session.edit(path, (scene) => withAny(scene, path, value));
  }

  readonly #add = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const vessel = select.value as Vessel | '';
    select.selectedIndex = 0;
    if (vessel === '') return;
    const taken = setupsIn(this.session.state.tree.value).map(([name]) => name);
    const stem = VESSEL_WORDS[vessel].name;
    let name = stem;
    for (let k = 2; taken.includes(name); k++) name = `${stem} ${k}`;
    this.#chosen.value = name;
    void this.session.edit(['bulk', name], (scene) => withAny(scene, ['bulk', name], PROPOSALS[vessel]));
  };

  get #mayEdit(): boolean {
    const { embed, tree } = this.session.state;
    return !embed.value && tree.value !== undefined;
  }

  protected override firstUpdated(): void {
    const canvas = this.querySelector('canvas')!;
    openBulk(this.start, canvas, (report) => this.#hear(report)).then(
      (client) => {
        this.#client = client;
        this.#observer.observe(canvas);
        client.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio);
        this.requestUpdate();
      },
      (error: unknown) => {
        this.#message.value = messageOf(error);
      },
    );
  }

  #hear(report: BulkReport): void {
    if (report.type === 'error') {
      this.session.notify(`Loose parts: ${report.message}`);
      return;
    }
    const { news } = report;
    this.#news.value = news;
    if (news.phase !== this.#phase) {
      const { account } = news;
      const half = account ? (account.ci[1] - account.ci[0]) / 2 : 0;
      const measured =
        account && news.phase === 'done' ? ` Rate ${rateOf(account.rate, half)} plus or minus ${rateOf(half, half)} grains a second.` : '';
      this.#spoken.value = `Loose parts ${PHASES[news.phase][1]}.${measured}`;
    }
    this.#phase = news.phase;
  }

  /** Puts what is chosen on the bench, as soon as it is another than what lies there. */
  #lay(): void {
    const [name, text] = this.#current();
    if (!this.#client) return;
    // A note of what was measured changes nothing on the bench.
    const { measured: _note, ...matter } = text ?? { measured: undefined };
    const wanted = text ? JSON.stringify([name, matter]) : '';
    if (wanted === this.#put) return;
    this.#put = wanted;
    this.#news.value = undefined;
    this.#refused.value = [];
    if (!text) return;
    this.#client.put(specimenOf(text)).catch((error: unknown) => {
      if (wanted === this.#put) this.#refused.value = messageOf(error).split('\n');
    });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { view, dark } = this.session.state;
    const visible = view.value === 'bulk';
    queueMicrotask(() => this.#lay());
    if (visible !== this.#visible) this.#client?.setVisible(visible);
    if (this.#client) this.#visible = visible;
    if (dark.value !== this.#dark) this.#client?.theme(dark.value);
    if (this.#client) this.#dark = dark.value;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#client?.dispose();
  }
}
customElements.define('mw-bulk', BulkPanel);
