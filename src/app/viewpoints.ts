/** Viewpoints of the floor: to fly to, to keep in the scene, to rename and to drop; and whether models are drawn. A part of the page that comes when it is asked for. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Viewpoint } from '../view/things.ts';
import { flyToViewpoint, switchStyle, toggleViews, viewpointsOf } from './overlays.ts';
import { Panel } from './panel.ts';
import { fixed } from './quantity.ts';
import { messageOf } from './session.ts';
import { dropViewpoint, keepViewpoint, renameViewpoint } from './viewpoint-text.ts';
import './viewpoints.css';

class Viewpoints extends Panel {
  /** The viewpoint whose name is being changed. */
  readonly #renaming = signal('');

  override render(): TemplateResult {
    const { embed, plan, tree } = this.session.state;
    const points = viewpointsOf(this.session);
    const mayEdit = !embed.value && tree.value !== undefined;
    return html`<section class="viewpoints small" aria-label="Viewpoints">
      <div class="bar">
        <h3>Viewpoints</h3>
        <span class="gap"></span>
        <button type="button" class="quiet icon" aria-label="Close the viewpoints" title="Close (V)" @click=${() => void toggleViews(this.session)}>×</button>
      </div>
      ${points.length === 0 ? html`<p class="muted">The scene names none so far.</p>` : nothing}
      <ul>
        ${points.map((point, i) => html`<li>${this.#renaming.value === point.name && mayEdit ? this.#renamer(point) : this.#entry(point, i, mayEdit)}</li>`)}
      </ul>
      ${
        mayEdit
          ? html`<form @submit=${this.#keep}>
              <input type="text" name="name" maxlength="64" required aria-label="Name for the present view" placeholder="Name for the present view" autocomplete="off" />
              <button type="submit">Keep</button>
            </form>
            <label class="style"><input type="checkbox" .checked=${plan.value?.style === 'plain'} @change=${() => void switchStyle(this.session)} /> plain shapes instead of models</label>`
          : nothing
      }
    </section>`;
  }

  #entry({ name, ...viewpoint }: { name: string } & Viewpoint, i: number, mayEdit: boolean): TemplateResult {
    const key = i < 9 ? ` (Alt-${i + 1})` : '';
    const account = `from ${fixed(viewpoint.distance, 1)} m away, looking ${compass(viewpoint.turn)}, ${fixed(viewpoint.tilt, 0)}° down`;
    return html`<button type="button" class="fly" title="Fly to ${name}${key}: ${account}" @click=${() => flyToViewpoint(this.session, name)}>${name}</button>
      ${i < 9 ? html`<kbd>Alt-${i + 1}</kbd>` : nothing}
      ${
        mayEdit
          ? html`<button type="button" class="quiet" aria-label="Keep the present view as ${name}" title="Put the present view in its place" @click=${() => void this.#put(name)}>Set</button>
              <button type="button" class="quiet" aria-label="Rename ${name}" @click=${() => this.#rename(name)}>Rename</button>
              <button type="button" class="quiet icon" aria-label="Remove ${name}" title="Remove" @click=${() => void this.#edit(name, (text) => dropViewpoint(text, name))}>×</button>`
          : nothing
      }`;
  }

  #renamer({ name, ...viewpoint }: { name: string } & Viewpoint): TemplateResult {
    return html`<form
      @submit=${(event: SubmitEvent) => {
        const to = nameIn(event);
        this.#renaming.value = '';
        if (to === '' || to === name) return;
        if (this.#taken(to)) return;
        void this.#edit(to, (text) => renameViewpoint(text, name, to, viewpoint)).then(() => this.#focus(to));
      }}
    >
      <input type="text" name="name" maxlength="64" required aria-label="New name of ${name}" .value=${name} @keydown=${(
        event: KeyboardEvent,
      ) => {
        if (event.key !== 'Escape') return;
        // The page's own Escape would close what else is open.
        event.preventDefault();
        this.#renaming.value = '';
        this.#focus(name);
      }} />
      <button type="submit">Rename</button>
    </form>`;
  }

  #rename(name: string): void {
    this.#renaming.value = name;
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>('li input')?.select());
  }

  /** Keys go on at a viewpoint whose field has gone. */
  #focus(name: string): void {
    const at = viewpointsOf(this.session).findIndex((point) => point.name === name);
    void this.updateComplete.then(() => this.querySelectorAll('li')[at]?.querySelector<HTMLElement>('.fly')?.focus());
  }

  readonly #keep = async (event: SubmitEvent): Promise<void> => {
    const form = event.currentTarget as HTMLFormElement;
    const name = nameIn(event);
    if (name !== '' && !this.#taken(name) && (await this.#put(name))) form.reset();
  };

  #taken(name: string): boolean {
    const taken = viewpointsOf(this.session).some((point) => point.name === name);
    if (taken)
      this.session.notify(`There is a viewpoint ${name} already: put the present view in its place with “Set”, or choose another name.`);
    return taken;
  }

  /** The present view under a name, in the scene. */
  async #put(name: string): Promise<boolean> {
    try {
      const viewpoint = await this.session.player.viewpoint();
      return await this.#edit(name, (text) => keepViewpoint(text, name, viewpoint));
    } catch (error) {
      this.session.notify(`The view cannot be kept: ${messageOf(error)}`);
      return false;
    }
  }

  async #edit(name: string, edit: (text: string) => string): Promise<boolean> {
    try {
      return await this.session.edit(['view', 'viewpoints', name], edit);
    } catch (error) {
      this.session.notify(`The viewpoints cannot be changed: ${messageOf(error)}`);
      return false;
    }
  }
}
customElements.define('mw-viewpoints', Viewpoints);

function nameIn(event: SubmitEvent): string {
  event.preventDefault();
  return String(new FormData(event.currentTarget as HTMLFormElement).get('name') ?? '').trim();
}

const WINDS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

const compass = (turn: number): string => WINDS[((Math.round(turn / 45) % 8) + 8) % 8]!;
