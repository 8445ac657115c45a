/** The flow of the watched twin: how many parts went from where to where, as bands as wide as the flow, and as a table. */
import { signal } from '@preact/signals-core';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { type Flows, flowsOf } from '../engine/flows.ts';
import type { FloorPlan, Trace } from '../engine/trace.ts';
import { isWay } from '../view/plan.ts';
import { productColors } from '../view/theme.ts';
import { Panel } from './panel.ts';
import { capital, clock, duration, fixed, scaleFor, twinName, whole } from './quantity.ts';
import './sankey.css';
import { type Band, type Layout, layOut, type NodeBox, pathOf } from './sankey-layout.ts';

const NODE_WIDTH = 12;
const GAP = 36;
const MARGIN = 44;
/** Pixels that a label takes, and a level of labels; where columns are narrower, labels of neighbours stand on different levels. */
const LABEL = 96;
const LEVEL = 26;
const LEVELS = 3;
const LEAST_HEIGHT = 220;
const CHARACTERS = 15;
const ROWS_SHOWN = 400;

/** Whether parts are counted at an element; buffers, belts and transfers are passed through where they are not wanted. */
const keeper = (plan: FloorPlan, all: boolean) => (node: number) => {
  const { kind } = plan.nodes[node]!;
  return all || kind === 'source' || kind === 'station' || kind === 'sink' || (kind === 'transfer' && !isWay(plan.nodes[node]!));
};

class Flow extends Panel {
  readonly #all = signal(false);
  readonly #told = signal('');
  readonly #size = signal({ width: 0, height: 0 });
  #counted: { trace: Trace; all: boolean; flows: Flows } | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    this.#size.value = { width: Math.round(width), height: Math.round(height) };
  });

  override render(): TemplateResult {
    const { tracedPlan, trace, watched } = this.session.state;
    const plan = tracedPlan.value;
    if (!plan || !trace.value) return html`<h2>Flow</h2><p class="muted">The watched twin is on its way …</p>`;
    const flows = this.#count(plan, trace.value);
    const { tickSeconds } = plan;
    const seconds = (flows.until - flows.from) * tickSeconds;
    const finished = flows.edges.reduce((sum, { to, parts }) => sum + (plan.nodes[to]!.kind === 'sink' ? parts : 0), 0);
    const colors = productColors(plan.products);
    return html`
      <div class="bar">
        <h2>Flow of ${twinName(watched.value.replication)}</h2>
        <span class="gap"></span>
        <label class="small"><input type="checkbox" .checked=${this.#all.value} @change=${(event: Event) => (this.#all.value = (event.target as HTMLInputElement).checked)} /> buffers and ways too</label>
      </div>
      <p class="muted small">
        Parts that came from one element to the next from ${clock(flows.from * tickSeconds, false)} to ${clock(flows.until * tickSeconds, false)}: ${duration(seconds)} since the warm-up, in
        which ${whole(finished)} ${finished === 1 ? 'part was' : 'parts were'} finished. Bands are as wide as the flow${plan.products.length > 1 ? ', in the colours of the products' : ''}; what leads back goes round below.
      </p>
      ${
        plan.products.length > 1
          ? html`<ul class="legend small" aria-label="Products">${plan.products.map(({ name }, i) => html`<li><span class="product-mark" style="background:${colors[i]}" aria-hidden="true"></span>${name}</li>`)}</ul>`
          : nothing
      }
      ${flows.edges.length === 0 ? html`<p>No part went from one element to another in that time.</p>` : html`${this.#diagram(plan, flows, colors)}<p class="flow-told small" aria-hidden="true">${this.#told.value || ' '}</p>${this.#table(plan, flows, seconds)}`}
    `;
  }

  #count(plan: FloorPlan, trace: Trace): Flows {
    const all = this.#all.value;
    if (this.#counted?.trace !== trace || this.#counted.all !== all)
      this.#counted = { trace, all, flows: flowsOf(trace, plan, keeper(plan, all)) };
    return this.#counted.flows;
  }

  #diagram(plan: FloorPlan, flows: Flows, colors: string[]): TemplateResult {
    const { width, height } = this.#size.value;
    const links = flows.edges.map(({ from, to, parts }) => ({ from, to, value: parts }));
    const starts = plan.nodes.flatMap(({ kind }, index) => (kind === 'source' ? [index] : []));
    const sized = (wide: number, high: number, gap: number, margin = MARGIN) =>
      layOut(links, starts, { width: wide, height: high, nodeWidth: NODE_WIDTH, gap, margin });
    const { columns, nodes } = sized(1000, 1000, GAP);
    const crowd = Math.max(...countBy(nodes.map(({ column }) => column)));
    const spans = Math.max(1, columns - 1);
    const wide = Math.max(width, 2 * MARGIN + (spans * LABEL) / LEVELS);
    const levels = Math.min(LEVELS, Math.ceil(LABEL / ((wide - 2 * MARGIN) / spans)));
    const gap = GAP + (levels - 1) * LEVEL;
    const high = Math.max(LEAST_HEIGHT, Math.min(520, height * 0.62), crowd * (gap + 14) + 60);
    // A thick band needs room to turn round in.
    const thickest = sized(wide, high, gap).bands.reduce((most, { back, thickness }) => (back ? Math.max(most, thickness) : most), 0);
    const margin = Math.max(MARGIN, Math.min(wide / 5, 1.25 * thickest + 12));
    const layout = sized(wide, high, gap, margin);
    const { selected } = this.session.state;
    const chosen = plan.nodes.findIndex(({ name }) => name === selected.value);
    return html`<div class="flow-scroll" tabindex="0" role="region" aria-label="Diagram of the flow">
      <svg
        class="flow"
        width=${wide}
        height=${high}
        viewBox="0 0 ${wide} ${high}"
        role="group"
        aria-label="Flow between ${layout.nodes.length} elements. The same as a table stands below."
        @pointerover=${this.#over}
        @pointerleave=${() => (this.#told.value = '')}
      >
        ${layout.bands.map((band) => this.#band(band, plan, flows, colors, chosen))}
        ${layout.nodes.map((box) => this.#node(box, layout, levels, plan, chosen))}
      </svg>
    </div>`;
  }

  /** A stroke for each product, side by side. */
  #band(band: Band, plan: FloorPlan, flows: Flows, colors: string[], chosen: number): TemplateResult {
    const { from, to, parts, products } = flows.edges[band.link]!;
    const faded = chosen >= 0 && from !== chosen && to !== chosen;
    let above = -band.thickness / 2;
    return svg`<g class="flow-band ${faded ? 'faded' : ''} ${band.back ? 'back' : ''}" data-told=${toldLink(plan, from, to, parts, products)}>
      ${products.map((count, product) => {
        if (count === 0) return nothing;
        const thickness = (band.thickness * count) / parts;
        const path = pathOf(band, above + thickness / 2);
        above += thickness;
        return svg`<path d=${path} stroke=${plan.products.length > 1 ? colors[product] : 'var(--accent)'} stroke-width=${Math.max(0.75, thickness)} />`;
      })}
    </g>`;
  }

  #node(box: NodeBox, layout: Layout, levels: number, plan: FloorPlan, chosen: number): TemplateResult {
    const { name, kind } = plan.nodes[box.node]!;
    const words = `${name}, ${kind}: ${whole(box.into)} parts came, ${whole(box.outOf)} went on`;
    const middle = box.x + box.width / 2;
    const anchor = box.column === 0 ? 'start' : box.column === layout.columns - 1 ? 'end' : 'middle';
    const x = anchor === 'start' ? 4 : anchor === 'end' ? layout.width - 4 : middle;
    const choose = () => this.session.select(chosen === box.node ? undefined : name);
    const label = box.y - 4 - (box.column % levels) * LEVEL;
    const short = name.length > CHARACTERS ? `${name.slice(0, CHARACTERS - 1)}…` : name;
    return svg`<g class="flow-node ${chosen === box.node ? 'chosen' : ''}" role="button" tabindex="0" aria-pressed=${chosen === box.node} aria-label=${words} data-told=${words}
      @click=${choose}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
      }}
      @focus=${() => (this.#told.value = words)}>
      <rect x=${box.x} y=${box.y} width=${box.width} height=${Math.max(2, box.height)} rx="2" />
      ${label < box.y - 4 ? svg`<line x1=${middle} x2=${middle} y1=${box.y} y2=${label + 2} />` : nothing}
      <text x=${x} y=${label - 12} text-anchor=${anchor}>${short}</text>
      <text class="count" x=${x} y=${label} text-anchor=${anchor}>${whole(Math.max(box.into, box.outOf))}</text>
    </g>`;
  }

  #over(event: Event): void {
    this.#told.value = (event.target as Element).closest<SVGElement>('[data-told]')?.dataset['told'] ?? '';
  }

  #table(plan: FloorPlan, flows: Flows, seconds: number): TemplateResult {
    const most = flows.edges.reduce((largest, { parts }) => Math.max(largest, parts), 0);
    const scale = scaleFor('1/s', most / seconds);
    const several = plan.products.length > 1;
    const rows = [...flows.edges].sort((a, b) => b.parts - a.parts);
    return html`<div class="table" role="region" aria-label="Flow from element to element" tabindex="0">
      <table>
        <caption>Flow from element to element</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Parts<span class="unit">in ${duration(seconds)}</span></th>
            <th scope="col">Rate<span class="unit">${scale.unit}</span></th>
            ${several ? plan.products.map(({ name }) => html`<th scope="col">${name}<span class="unit">parts</span></th>`) : nothing}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, ROWS_SHOWN).map(
            ({ from, to, parts, products }) => html`<tr>
              <th scope="row">${plan.nodes[from]!.name}</th>
              <td class="text">${plan.nodes[to]!.name}</td>
              <td>${whole(parts)}</td>
              <td>${fixed((parts / seconds) * scale.factor, 2)}</td>
              ${several ? products.map((count) => html`<td>${whole(count)}</td>`) : nothing}
            </tr>`,
          )}
        </tbody>
      </table>
      ${rows.length > ROWS_SHOWN ? html`<p class="muted small">The ${ROWS_SHOWN} greatest of ${whole(rows.length)}.</p>` : nothing}
    </div>`;
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }
}
customElements.define('mw-flow', Flow);

function toldLink(plan: FloorPlan, from: number, to: number, parts: number, products: number[]): string {
  const shares = plan.products
    .map(({ name }, product) => ({ name, share: (100 * products[product]!) / parts }))
    .filter(({ share }) => share > 0)
    .map(({ name, share }) => `${name} ${fixed(share, 0)} %`);
  return `${capital(plan.nodes[from]!.name)} → ${plan.nodes[to]!.name}: ${whole(parts)} ${parts === 1 ? 'part' : 'parts'}${plan.products.length > 1 ? ` (${shares.join(', ')})` : ''}`;
}

function countBy(values: number[]): number[] {
  const counts: number[] = [0];
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts.map((count) => count ?? 0);
}
