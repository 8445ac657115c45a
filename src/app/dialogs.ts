/** The command palette and the sheet of keys: both are views of the one list of actions. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { availableActions } from './actions.ts';
import { Panel } from './panel.ts';
import { openShipped, SCENES } from './scene-list.ts';
import { itemsOf } from './items.ts';

interface Choice {
  name: string;
  key: string;
  run: () => void;
}

class Palette extends Panel {
  readonly #sought = signal('');
  readonly #at = signal(0);

  override render(): TemplateResult | typeof nothing {
    if (this.session.state.dialog.value !== 'palette') return nothing;
    const choices = this.#choices();
    const at = Math.min(this.#at.value, choices.length - 1);
    return html`<dialog class="palette" aria-label="Actions and elements" @close=${this.#closed} @click=${closeOutside}>
      <input
        type="text"
        role="combobox"
        aria-label="Find an action or an element"
        aria-expanded="true"
        aria-controls="choices"
        aria-autocomplete="list"
        aria-activedescendant=${at >= 0 ? `choice-${at}` : nothing}
        placeholder="Find an action or an element"
        autocomplete="off"
        .value=${this.#sought.value}
        @input=${(event: InputEvent) => {
          this.#sought.value = (event.target as HTMLInputElement).value;
          this.#at.value = 0;
        }}
        @keydown=${(event: KeyboardEvent) => this.#key(event, choices, at)}
      />
      <ul id="choices" role="listbox" aria-label="Actions and elements">
        ${choices.map(
          (choice, index) => html`<li id="choice-${index}" role="option" aria-selected=${index === at} @click=${() => this.#take(choice)}>
            <span>${choice.name}</span>${choice.key ? html`<kbd>${choice.key}</kbd>` : nothing}
          </li>`,
        )}
      </ul>
      ${choices.length === 0 ? html`<p class="muted">Nothing has this in its name.</p>` : nothing}
    </dialog>`;
  }

  #choices(): Choice[] {
    const { session } = this;
    const sought = this.#sought.value.toLowerCase().split(/\s+/);
    const fits = (name: string) => sought.every((word) => name.toLowerCase().includes(word));
    const actions = availableActions(session).filter((action) => action.key !== 'Ctrl-K' && fits(action.name));
    const { plan, tree } = session.state;
    const items = this.#sought.value && plan.value ? itemsOf(plan.value, tree.value) : [];
    const elements = items
      .map((item) => ({ name: `Choose ${item.name} (${item.kind})`, key: '', run: () => session.select(item.name) }))
      .filter((choice) => fits(choice.name));
    const scenes = (this.#sought.value && !session.state.embed.value ? SCENES : [])
      .map((scene) => ({ name: `Open the scene ${scene.name}`, key: '', run: () => void openShipped(session, scene) }))
      .filter((choice) => fits(choice.name));
    const acts = actions.map((action) => ({ name: action.name, key: action.key, run: () => action.run(session) }));
    return [...acts, ...elements.slice(0, 50), ...scenes];
  }

  #key(event: KeyboardEvent, choices: Choice[], at: number): void {
    if (event.key === 'Enter' && choices[at]) this.#take(choices[at]);
    else if (event.key === 'ArrowDown') this.#at.value = Math.min(choices.length - 1, at + 1);
    else if (event.key === 'ArrowUp') this.#at.value = Math.max(0, at - 1);
    else return;
    event.preventDefault();
  }

  #take(choice: Choice): void {
    this.querySelector('dialog')?.close();
    this.session.state.dialog.value = '';
    choice.run();
  }

  #closed(): void {
    if (this.session.state.dialog.value === 'palette') this.session.state.dialog.value = '';
    this.#sought.value = '';
    this.#at.value = 0;
  }

  protected override updated(): void {
    openOnce(this.querySelector('dialog'));
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}
customElements.define('mw-palette', Palette);

class KeySheet extends Panel {
  override render(): TemplateResult | typeof nothing {
    if (this.session.state.dialog.value !== 'keys') return nothing;
    return html`<dialog class="keys" aria-label="Keys" @close=${this.#closed} @click=${closeOutside}>
      <h2>Keys</h2>
      <table>
        <tbody>
          ${availableActions(this.session).map((action) => html`<tr><th scope="row">${action.name}</th><td><kbd>${action.key}</kbd></td></tr>`)}
          <tr><th scope="row">Close what is open</th><td><kbd>Esc</kbd></td></tr>
        </tbody>
      </table>
      <form method="dialog"><button>Close</button></form>
    </dialog>`;
  }

  #closed(): void {
    if (this.session.state.dialog.value === 'keys') this.session.state.dialog.value = '';
  }

  protected override updated(): void {
    openOnce(this.querySelector('dialog'));
  }
}
customElements.define('mw-keys', KeySheet);

function openOnce(dialog: HTMLDialogElement | null): void {
  if (dialog && !dialog.open) dialog.showModal();
}

function closeOutside(event: MouseEvent): void {
  if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
}
