/** The place of the floor: its canvas, what is under the pointer or selected, or why there is no picture. */
import { html, nothing, type TemplateResult } from 'lit';
import './inspector.ts';
import { openPictures, toggleHeat, toggleViews } from './overlays.ts';
import './overlays.css';
import { Panel } from './panel.ts';
import { stateLegend, statesOf } from './states.ts';
import { toldLine } from './told.ts';

class FloorPanel extends Panel {
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    if (width > 0 && height > 0) this.session.player.resize(width, height);
  });

  override render(): TemplateResult {
    const { session } = this;
    const { floorMessage, plan, heat, viewing, dialog, drawn } = session.state;
    return html`
      <canvas class="floor" ?hidden=${floorMessage.value !== ''} role="img" aria-label="The floor of one twin of ${plan.value?.name ?? 'the plant'}, seen from above. The tables hold the same in words."></canvas>
      ${
        floorMessage.value
          ? html`<div class="no-floor">
              <h2>No picture of the floor here</h2>
              <p>${floorMessage.value}</p>
              <p class="muted">Everything else works: the twins run on the CPU, and the strips below show the states of the watched twin.</p>
            </div>`
          : html`<div class="floor-buttons">
              <button type="button" class="quiet" title="Heat: a figure in colours over the floor (H)" aria-pressed=${heat.value !== undefined} @click=${() => void toggleHeat(session)}>Heat</button>
              <button type="button" class="quiet" title="Viewpoints (V)" aria-expanded=${viewing.value} @click=${() => void toggleViews(session)}>Views</button>
              <button type="button" class="quiet" title="Picture or film of the floor (Shift-F)" ?disabled=${!drawn.value} @click=${() => void openPictures(session)}>Picture</button>
              <button type="button" class="quiet fit" title="Fit the floor into view (F)" @click=${() => session.player.fit()}>Fit</button>
            </div>
            ${viewing.value ? html`<mw-viewpoints .session=${session}></mw-viewpoints>` : nothing}
            ${dialog.value === 'film' ? html`<mw-pictures .session=${session}></mw-pictures>` : nothing}`
      }
      ${heat.value ? html`<mw-heat .session=${session}></mw-heat>` : nothing}
      <div class="floor-left">${toldLine(session)}<mw-inspector .session=${session}></mw-inspector></div>
      <div class="floor-legend">${stateLegend(statesOf(this.session.state.summary.value, this.session.state.trace.value))}</div>
    `;
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }
}
customElements.define('mw-floor', FloorPanel);
