/** The plant by kind of element; choosing one chooses it on the floor as well. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { tick } from './experiment-tick.ts';
import { itemsOf, type Item } from './items.ts';
import { Panel } from './panel.ts';
import { inPlantOrder } from './plant-order.ts';
import { parametersOf, type Kind } from './scene-text.ts';

const SHOWN = 200;
const KINDS: { kind: Kind; title: string }[] = [
  { kind: 'source', title: 'Sources' },
  { kind: 'station', title: 'Stations' },
  { kind: 'buffer', title: 'Buffers' },
  { kind: 'conveyor', title: 'Conveyors' },
  { kind: 'transfer', title: 'Transfers' },
  { kind: 'sink', title: 'Sinks' },
  { kind: 'product', title: 'Products' },
  { kind: 'pool', title: 'People' },
  { kind: 'calendar', title: 'Calendars' },
  { kind: 'limit', title: 'Limits' },
];
/** What the note of a kind shows. */
const FIRST: Partial<Record<Kind, string>> = { station: 'servers', buffer: 'capacity', pool: 'count', limit: 'cards' };
const ELEMENTS = ['source', 'station', 'transfer', 'buffer', 'conveyor', 'sink'] as const;

class PlantTree extends Panel {
  readonly #filter = signal('');
  #seen: string | undefined;

  override render(): TemplateResult {
    const { plan, tree } = this.session.state;
    if (!plan.value) return html`<p class="muted">Reading the scene …</p>`;
    const sought = this.#filter.value.toLowerCase();
    const all = itemsOf(plan.value, tree.value);
    const items = all.filter((item) => item.name.toLowerCase().includes(sought));
    const place = new Map(ELEMENTS.flatMap((kind) => inPlantOrder(plan.value!, kind)).map((name, at) => [name, at]));
    items.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
    return html`
      ${
        all.length > 30
          ? html`<input
              type="search"
              placeholder="Find an element"
              aria-label="Find an element of the plant"
              @input=${(event: InputEvent) => (this.#filter.value = (event.target as HTMLInputElement).value)}
            />`
          : nothing
      }
      <div class="tree" @keydown=${this.#move}>${KINDS.map(({ kind, title }) =>
        this.#group(
          title,
          items.filter((item) => item.kind === kind),
        ),
      )}</div>
    `;
  }

  protected override updated(): void {
    // Only when another element was chosen, so that a scrolled list stays where it is; a frame later, when its numbers have taken their room.
    const chosen = this.session.state.selected.value;
    if (chosen !== this.#seen) requestAnimationFrame(() => this.querySelector('[aria-pressed=true]')?.scrollIntoView({ block: 'nearest' }));
    this.#seen = chosen;
  }

  #group(title: string, items: Item[]): TemplateResult | typeof nothing {
    if (items.length === 0) return nothing;
    const { selected } = this.session.state;
    return html`<h3>${title} <span class="muted">${items.length}</span></h3>
      <ul>
        ${items.slice(0, SHOWN).map(
          (item) => html`<li>
            <button type="button" class="item ${item.kind}" aria-pressed=${selected.value === item.name} @click=${() => this.#toggle(item.name)}>
              <span class="mark" aria-hidden="true"></span><span class="name">${item.name}</span
              >${item.note ? html`<span class="note" title=${item.meaning}>${item.note}</span>` : nothing}
            </button>${this.#tick(item)}
          </li>`,
        )}
      </ul>
      ${items.length > SHOWN ? html`<p class="muted">${items.length - SHOWN} more: type a part of the name above.</p>` : nothing}`;
  }

  /** The number beside a name may be ticked where it stands. */
  #tick(item: Item): TemplateResult | typeof nothing {
    const { study, tree } = this.session.state;
    const label = FIRST[item.kind];
    if (!study.value?.ticking.value || !tree.value || label === undefined) return nothing;
    const parameter = parametersOf(tree.value, item.kind, item.name).find((one) => one.label === label && one.path.length === 3);
    return parameter ? tick(this.session, parameter, item.name) : nothing;
  }

  #toggle(name: string): void {
    this.session.select(this.session.state.selected.value === name ? undefined : name);
  }

  #move(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const items = [...this.querySelectorAll<HTMLElement>('button.item')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  }
}
customElements.define('mw-plant-tree', PlantTree);
