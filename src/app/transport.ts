/** The watched twin in time: play, step, speed, scrub, its number and why it was chosen, its clock, and its strips. */
import { effect } from '@preact/signals-core';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { SPEEDS } from './actions.ts';
import { Panel } from './panel.ts';
import { clock, fixed, twinName } from './quantity.ts';

class Clock extends Panel {
  override render(): TemplateResult {
    const { tick, tracedPlan, speed, playing } = this.session.state;
    const fine = speed.value <= 60 || !playing.value;
    return html`<time class="clock" title="Simulated time of the watched twin">${clock(tick.value * (tracedPlan.value?.tickSeconds ?? 1), fine)}</time>`;
  }
}
customElements.define('mw-clock', Clock);

const ICONS = {
  play: svg`<path d="M4 2v12l9-6z" />`,
  pause: svg`<path d="M3 2h4v12H3zM9 2h4v12H9z" />`,
  next: svg`<path d="M3 2v12l7-6zM11 2h2v12h-2z" />`,
  last: svg`<path d="M13 2v12L6 8zM3 2h2v12H3z" />`,
};

const icon = (name: keyof typeof ICONS): TemplateResult => html`<svg viewBox="0 0 16 16" aria-hidden="true">${ICONS[name]}</svg>`;

class Transport extends Panel {
  #end: (() => void) | undefined;

  override render(): TemplateResult {
    const { session } = this;
    const { player } = session;
    const { playing, speed, watched, trace, tracing, summary, view } = session.state;
    const twin = watched.value;
    return html`
      <div class="controls">
        <span class="playback" role="group" aria-label="Playback">
          <button type="button" class="quiet icon" aria-label="Step to the event before" title="To the event before ([)" ?disabled=${!trace.value} @click=${() => player.step(-1)}>${icon('last')}</button>
          <button type="button" class="icon play" aria-label=${playing.value ? 'Pause the floor' : 'Play the floor'} title="${playing.value ? 'Pause' : 'Play'} (Space)" ?disabled=${!trace.value} @click=${() => player.toggle()}>${icon(playing.value ? 'pause' : 'play')}</button>
          <button type="button" class="quiet icon" aria-label="Step to the next event" title="To the next event (])" ?disabled=${!trace.value} @click=${() => player.step(1)}>${icon('next')}</button>
        </span>
        <select aria-label="Speed: simulated seconds in one second" title="Simulated seconds in one second (, and .)" @change=${(event: Event) => player.setSpeed(Number((event.target as HTMLSelectElement).value))}>
          ${SPEEDS.map((one) => html`<option value=${one} ?selected=${one === speed.value}>${fixed(one, one < 1 ? 1 : 0)}×</option>`)}
        </select>
        <span class="twin" title="Twin ${twin.replication} with seed ${session.seed}, run again on the reference engine: the same bits, now with a trace"
          ><strong>${twinName(twin.replication)}</strong> <span class="muted">(${twin.why})${tracing.value ? ' …' : ''}</span></span
        >
        <mw-clock .session=${session}></mw-clock>
        <span class="gap"></span>
        <span class="watch-short" role="group" aria-label="Watch another twin">
          ${(['worst 1 %', 'median', 'best 1 %'] as const).map(
            (which) =>
              html`<button type="button" class="quiet" ?disabled=${!summary.value} title="Watch this twin" @click=${() => void session.watchRank(which)}>${which}</button>`,
          )}
        </span>
        ${trace.value?.note ? html`<span class="caution small">${trace.value.note}</span>` : nothing}
      </div>
      <div class="strips" data-view=${view.value} role="group" aria-label="Time of the watched twin">
        <label class="strip-label" for="scrub">time</label>
        <input id="scrub" type="range" min="0" step="any" @input=${(event: Event) => player.seek((event.target as HTMLInputElement).valueAsNumber)} />
        <mw-wip-strip .session=${session}></mw-wip-strip>
        <div class="over" aria-hidden="true"><i class="warmup"></i><i class="shown"></i><i class="head-line"></i></div>
        <mw-gantt .session=${session}></mw-gantt>
      </div>
    `;
  }

  /** The clock moves sixty times a second: it moves a line and a slider, and nothing is rendered for it. */
  protected override firstUpdated(): void {
    const { tick, trace, tracedPlan, timeWindow } = this.session.state;
    const scrub = this.querySelector<HTMLInputElement>('#scrub')!;
    const over = this.querySelector<HTMLElement>('.over')!;
    const headLine = over.querySelector<HTMLElement>('.head-line')!;
    const warmup = over.querySelector<HTMLElement>('.warmup')!;
    const shown = over.querySelector<HTMLElement>('.shown')!;
    let spoken = '';
    this.#end = effect(() => {
      const end = trace.value?.end ?? 1;
      scrub.max = String(end);
      scrub.disabled = !trace.value;
      scrub.value = String(tick.value);
      const words = clock(tick.value * (tracedPlan.value?.tickSeconds ?? 1), false);
      if (words !== spoken) {
        spoken = words;
        scrub.setAttribute('aria-valuetext', words);
      }
      headLine.style.transform = `translateX(${(tick.value / end) * 100}%)`;
      warmup.style.width = `${((trace.value?.warmup ?? 0) / end) * 100}%`;
      const window = timeWindow.value;
      shown.hidden = !window;
      if (!window) return;
      shown.style.left = `${(window.from / end) * 100}%`;
      shown.style.width = `max(3px, ${((window.to - window.from) / end) * 100}%)`;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }
}
customElements.define('mw-transport', Transport);
