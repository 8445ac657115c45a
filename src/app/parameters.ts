/** The numbers of the selected element: type or drag one, and the scene's text changes in place and runs again. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { itemsOf } from './items.ts';
import { tick } from './experiment-tick.ts';
import { Panel } from './panel.ts';
import { parametersOf, tidy, type Parameter } from './scene-text.ts';

/** Wall time between two changes while a number is dragged, ms. */
const DRAG_PAUSE = 150;
/** Pixels of drag for one step of a whole number, and for 2 % of any other. */
const PIXELS = 8;

const LETTERS: Record<string, string> = { cv: 'coefficient of variation', sd: 'standard deviation', k: 'phases' };

class Parameters extends Panel {
  #pending: ReturnType<typeof setTimeout> | undefined;
  override render(): TemplateResult | typeof nothing {
    const { plan, selected, tree, scene } = this.session.state;
    const item = plan.value && itemsOf(plan.value, tree.value).find((one) => one.name === selected.value);
    if (!item) return html`<p class="muted small">Choose an element to change its numbers.</p>`;
    if (!tree.value)
      return html`<p class="muted">This scene has ${Math.round(scene.value.length / 1e6)} MB; its numbers are changed in the file.</p>`;
    const parameters = parametersOf(tree.value, item.kind, item.name);
    return html`<h3>${item.name} <span class="muted">${item.kind}</span></h3>
      ${parameters.length === 0 ? html`<p class="muted">It has no numbers.</p>` : nothing}
      ${repeat(
        parameters,
        (parameter) => parameter.path.join('.'),
        (parameter, index) =>
          html`${parameter.group !== '' && parameter.group !== parameters[index - 1]?.group ? html`<p class="group">${parameter.group}</p>` : nothing}${this.#row(parameter, item.name)}`,
      )}`;
  }

  #row(parameter: Parameter, item: string): TemplateResult {
    const path = parameter.path.join('.');
    const rejected = this.session.state.rejected.value;
    const problem = rejected?.what === path ? rejected.problems[0]?.message : undefined;
    const id = `parameter-${path}`;
    return html`<div class="parameter ${this.session.state.study.value?.ticking.value ? 'ticked' : ''}">
      <label for=${id} title="${LETTERS[parameter.label] ?? parameter.label} (${path}); drag sideways to change" @pointerdown=${(event: PointerEvent) => this.#drag(event, parameter)}>${parameter.label}</label>
      <input
        id=${id}
        type="number"
        aria-label=${parameter.group ? `${parameter.group}: ${LETTERS[parameter.label] ?? parameter.label}` : nothing}
        min=${Number.isFinite(parameter.minimum) ? parameter.minimum : nothing}
        max=${parameter.maximum ?? nothing}
        step=${parameter.integer ? 1 : 'any'}
        .value=${parameter.value === undefined ? '' : String(parameter.value)}
        placeholder=${parameter.optional ? 'unlimited' : ''}
        aria-invalid=${problem ? 'true' : 'false'}
        aria-describedby=${problem ? `${id}-problem` : nothing}
        @change=${(event: Event) => this.#typed(event.target as HTMLInputElement, parameter)}
      /><span class="unit">${parameter.meant}</span>${tick(this.session, parameter, item)}
      ${problem ? html`<p class="problem" id="${id}-problem">${problem}</p>` : nothing}
    </div>`;
  }

  #typed(input: HTMLInputElement, parameter: Parameter): void {
    const value = input.value === '' ? undefined : input.valueAsNumber;
    if (Number.isNaN(value) || (value === undefined && !parameter.optional)) {
      input.value = String(parameter.value ?? '');
      return;
    }
    void this.#change(parameter, value);
  }

  /** A mean dragged by n steps is multiplied by 1.02^n: the same feel for seconds and for days. */
  #drag(event: PointerEvent, parameter: Parameter): void {
    const start = parameter.value;
    if (start === undefined || event.button !== 0) return;
    const label = event.currentTarget as HTMLElement;
    const from = event.clientX;
    let last = start;
    label.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent) => {
      const steps = Math.trunc((at.clientX - from) / PIXELS);
      const next = parameter.integer ? bounded(parameter, start + steps) : bounded(parameter, tidy((start || 1) * 1.02 ** steps, 3));
      if (next === last) return;
      last = next;
      const input = this.querySelector<HTMLInputElement>(`#${CSS.escape(`parameter-${parameter.path.join('.')}`)}`);
      if (input) input.value = String(next);
      clearTimeout(this.#pending);
      this.#pending = setTimeout(() => void this.#change(parameter, next), DRAG_PAUSE);
    };
    const end = () => {
      // The click that ends a drag would move the focus, and with it Ctrl-Z, into the input.
      if (last !== start) label.addEventListener('click', (click) => click.preventDefault(), { once: true });
      label.removeEventListener('pointermove', move);
      label.removeEventListener('pointerup', end);
      label.removeEventListener('pointercancel', end);
    };
    label.addEventListener('pointermove', move);
    label.addEventListener('pointerup', end);
    label.addEventListener('pointercancel', end);
  }

  async #change(parameter: Parameter, value: number | undefined): Promise<void> {
    clearTimeout(this.#pending);
    await this.session.changeNumber(parameter.path, value, parameter.unit);
  }
}
customElements.define('mw-parameters', Parameters);

const bounded = ({ minimum, maximum }: Parameter, value: number): number =>
  Math.min(maximum ?? Number.POSITIVE_INFINITY, Math.max(minimum, value));
