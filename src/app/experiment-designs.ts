/** The designs of an experiment: all in one table to be sorted, and those that are pinned side by side. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { DesignRow, StudyReport } from '../experiment/study-protocol.ts';
import { dimensionsOf, rolesOf, type Dimension } from './charts/dimensions.ts';
import { nameOf, type Study } from './experiment-study.ts';
import { Panel } from './panel.ts';
import { fixed, whole } from './quantity.ts';

/** Rows on one leaf of the table. */
const LEAF = 50;
/** Designs side by side; more would not be compared but searched. */
const ABREAST = 12;

interface Order {
  /** Name of a factor or a response; '' for the number of the design, 'twins'. */
  by: string;
  down: boolean;
}

class ExperimentDesigns extends Panel {
  readonly #order = signal<Order>({ by: '', down: false });
  readonly #leaf = signal(0);
  #of: StudyReport | undefined;
  #dimensions: Dimension[] = [];

  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    const report = study?.report.value;
    if (!study || !report || report.designs.length === 0) return nothing;
    if (this.#of !== report) {
      if (this.#of?.experiment !== report.experiment) this.#order.value = firstOrder(report);
      this.#of = report;
      this.#dimensions = dimensionsOf(report);
    }
    return html`${this.#abreast(study, report)}${this.#table(study, report)}`;
  }

  // Side by side

  #abreast(study: Study, report: StudyReport): TemplateResult | typeof nothing {
    const rows = report.designs.filter((row) => study.pinned.has(row.id)).slice(0, ABREAST);
    if (rows.length === 0 || (rows.length === 1 && report.designs.length > 1 && !rows[0]!.base)) return this.#noPins();
    const differs = (dimension: Dimension) => new Set(rows.map((row) => dimension.value(row))).size > 1;
    return html`<div class="table" role="region" aria-label="Side by side" tabindex="0">
      <table class="abreast">
        <caption>
          Side by side
        </caption>
        <thead>
          <tr>
            <td></td>
            ${rows.map((row) => html`<th scope="col">${nameOf(row)}${rolesShown(row)}<span class="unit">${this.#applies(study, row)}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.#dimensions.map(
            (dimension) => html`<tr class=${differs(dimension) ? '' : 'same'}>
              <th scope="row">${dimension.title}${dimension.scale.unit ? html` <span class="unit">${dimension.scale.unit}</span>` : nothing}</th>
              ${rows.map((row) => html`<td>${shown(dimension, row)}</td>`)}
            </tr>`,
          )}
          <tr>
            <th scope="row">twins</th>
            ${rows.map((row) => html`<td>${whole(row.twins)}</td>`)}
          </tr>
        </tbody>
      </table>
    </div>`;
  }

  #noPins(): TemplateResult {
    return html`<p class="muted small">Pin rows of the table, or points of a chart, to see them side by side.</p>`;
  }

  // The table

  #table(study: Study, report: StudyReport): TemplateResult {
    const brushed = study.brushed.value;
    const rows = this.#sorted(brushed ? report.designs.filter((row) => brushed.has(row.id)) : report.designs);
    const leaves = Math.max(1, Math.ceil(rows.length / LEAF));
    const leaf = Math.min(this.#leaf.value, leaves - 1);
    const note =
      report.designs.length < report.tried ? ` (${whole(report.designs.length)} of them here: the best, and a sample of the rest)` : '';
    return html`<div class="table" role="region" aria-label="Designs" tabindex="0">
        <table class="designs">
          <caption>
            ${whole(report.tried)} designs${note}
          </caption>
          <thead>
            <tr>
              <th scope="col">Pin</th>
              ${this.#head('', 'Design', '')}${this.#dimensions.map((one) => this.#head(one.name, one.title, one.scale.unit))}${this.#head('twins', 'Twins', '')}
              <td></td>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              rows.slice(leaf * LEAF, (leaf + 1) * LEAF),
              (row) => row.id,
              (row) => this.#row(study, row),
            )}
          </tbody>
        </table>
      </div>
      <div class="row leaves small">
        ${
          leaves > 1
            ? html`<button type="button" class="icon" aria-label="Earlier rows" ?disabled=${leaf === 0} @click=${() => (this.#leaf.value = leaf - 1)}>‹</button>
                <span>rows ${whole(leaf * LEAF + 1)} to ${whole(Math.min(rows.length, (leaf + 1) * LEAF))} of ${whole(rows.length)}</span>
                <button type="button" class="icon" aria-label="Later rows" ?disabled=${leaf === leaves - 1} @click=${() => (this.#leaf.value = leaf + 1)}>›</button>`
            : nothing
        }
        ${brushed ? html`<span>${whole(rows.length)} designs are brushed.</span> <button type="button" class="link" @click=${() => (study.brushed.value = undefined)}>Show all</button>` : nothing}
      </div>`;
  }

  #head(by: string, title: string, unit: string): TemplateResult {
    const order = this.#order.value;
    const here = order.by === by;
    const turn = () => {
      this.#order.value = { by, down: here ? !order.down : this.#startsDown(by) };
      this.#leaf.value = 0;
    };
    return html`<th scope="col" aria-sort=${here ? (order.down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" class="sort" title="Sort by ${title}" @click=${turn}>${title}<span aria-hidden="true">${here ? (order.down ? ' ▾' : ' ▴') : ''}</span></button
      >${unit ? html`<span class="unit">${unit}</span>` : nothing}
    </th>`;
  }

  /** The better end of an objective comes first. */
  #startsDown(by: string): boolean {
    return this.#dimensions.find((one) => one.name === by)?.sense === 'maximise';
  }

  #row(study: Study, row: DesignRow): TemplateResult {
    const pinned = study.pinned.has(row.id);
    return html`<tr data-design=${row.id} class="${pinned ? 'pinned' : ''} ${row.feasible ? '' : 'infeasible'}">
      <td><input type="checkbox" aria-label="Pin design ${row.id}" .checked=${live(pinned)} @change=${() => study.pin(row.id)} /></td>
      <th scope="row">${row.id}${rolesShown(row)}</th>
      ${this.#dimensions.map((dimension) => html`<td title=${this.#account(dimension, row)}>${shown(dimension, row)}</td>`)}
      <td>${whole(row.twins)}</td>
      <td>${this.#applies(study, row)}</td>
    </tr>`;
  }

  #applies(study: Study, row: DesignRow): TemplateResult | typeof nothing {
    if (row.base && !study.stale.value) return nothing;
    return html`<button type="button" class="link small" aria-label="Apply design ${row.id} to the scene" @click=${() => void study.offer(row.id)}>Apply …</button>`;
  }

  /** Definition, interval and twins of one figure. */
  #account(dimension: Dimension, row: DesignRow): string {
    const [low, high] = dimension.interval(row);
    if (!dimension.response || !Number.isFinite(low + high)) return '';
    return `${dimension.title}: 95 % interval of the mean ${fixed(low, 4)} to ${fixed(high, 4)} ${dimension.scale.unit}, ${whole(row.twins)} twins.`;
  }

  #sorted(rows: readonly DesignRow[]): DesignRow[] {
    const { by, down } = this.#order.value;
    const dimension = this.#dimensions.find((one) => one.name === by);
    const value = (row: DesignRow) => (dimension ? dimension.value(row) : by === 'twins' ? row.twins : row.id);
    const side = down ? -1 : 1;
    // What is not defined comes last, whichever way.
    return [...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.id - b.id;
      return side * (x - y) || a.id - b.id;
    });
  }

  /** Brings a design into sight: its leaf first. */
  show(id: number): void {
    const report = this.#of;
    if (!report) return;
    const at = this.#sorted(report.designs).findIndex((row) => row.id === id);
    if (at >= 0) this.#leaf.value = Math.floor(at / LEAF);
  }
}
customElements.define('mw-experiment-designs', ExperimentDesigns);

export type { ExperimentDesigns };

/** By the first objective, the better end first. */
function firstOrder(report: StudyReport): Order {
  const first = report.responses.find((response) => response.sense !== undefined);
  return first ? { by: first.name, down: first.sense === 'maximise' } : { by: '', down: false };
}

/** The figure, or nothing where it is not defined. */
function shown(dimension: Dimension, row: DesignRow): TemplateResult | typeof nothing {
  if (Number.isNaN(dimension.value(row))) return nothing;
  const [mean, half] = dimension.figure(row).split(' ± ');
  return html`${mean}${half ? html`<span class="half"> ± ${half}</span>` : nothing}`;
}

function rolesShown(row: DesignRow): TemplateResult[] {
  const glyph: Record<string, string> = { chosen: '★', 'as it is now': '●', 'on the front': '◆', 'breaks a limit': '✕' };
  return rolesOf(row).map(
    (role) =>
      html` <span class="role" title=${role}><span aria-hidden="true">${glyph[role]}</span><span class="unseen">${role}</span></span>`,
  );
}
