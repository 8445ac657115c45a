/** What came of an experiment: what is proved, in sentences; then the charts; then every design. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Insight, StudyReport } from '../experiment/study-protocol.ts';
import type { ExperimentDesigns } from './experiment-designs.ts';
import './experiment-designs.ts';
import type { chartsOf } from './experiment-charts.ts';
import { nameOf, type Study } from './experiment-study.ts';
import { Panel } from './panel.ts';
import { capital, large, span, wall, whole } from './quantity.ts';
import { messageOf } from './session.ts';

/** Sentences that are read first; the rest unfolds. */
const FIRST = 4;

class ExperimentResults extends Panel {
  readonly #charts = signal<typeof chartsOf | undefined>(undefined);
  readonly #chartsProblem = signal('');
  #loading = false;

  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    if (!study) return nothing;
    const report = study.report.value;
    if (!report) {
      const waits = study.running.value ? 'The first results are on their way …' : 'Nothing has been run yet. The answer will stand here.';
      return html`<p class="muted">${waits}</p>`;
    }
    this.#loadCharts();
    const charts = this.#charts.value;
    return html`
      ${this.#standing(study, report)}
      <div class=${study.stale.value ? 'stale' : ''}>
        ${this.#insights(study, report)}${this.#choice(study, report)}
        ${report.warnings.map((warning) => html`<p class="caution">${capital(warning)}</p>`)}
        <div class="charts">
          ${charts ? charts(report, study, (id) => this.#point(study, id)) : this.#chartsProblem.value ? html`<p class="alarm">The charts could not be loaded: ${this.#chartsProblem.value}</p>` : nothing}
        </div>
        ${report.factors.length > 0 ? html`<mw-experiment-designs .session=${this.session}></mw-experiment-designs>` : nothing}
        ${this.#proof(study, report)}
      </div>
    `;
  }

  #loadCharts(): void {
    if (this.#loading) return;
    this.#loading = true;
    import('./experiment-charts.ts').then(
      ({ chartsOf }) => (this.#charts.value = chartsOf),
      (error: unknown) => {
        this.#loading = false;
        this.#chartsProblem.value = messageOf(error);
      },
    );
  }

  /** How whole it is, and of which scene. */
  #standing(study: Study, report: StudyReport): TemplateResult {
    const running = study.running.value && study.runs.value === report.experiment;
    return html`
      ${study.stale.value ? html`<p class="caution">Stale: this answer belongs to the plant or the experiment before the last change. Run to bring it up to date.</p>` : nothing}
      ${
        report.complete
          ? nothing
          : html`<p class="muted small so-far">${running ? 'So far' : 'Cancelled'}: ${whole(report.twins)} twins of ${whole(report.tried)} ${report.tried === 1 ? 'design' : 'designs'}. ${running ? 'Intervals narrow as more twins end.' : 'Run to go on from here; nothing is run twice.'}</p>`
      }
    `;
  }

  #insights(study: Study, report: StudyReport): TemplateResult {
    if (report.insights.length === 0) {
      const none = report.complete ? 'No difference is larger than chance explains: nothing is claimed.' : 'Nothing is proved yet.';
      return html`<p class="muted">${none}</p>`;
    }
    const listed = (insights: Insight[]) => insights.map((insight) => this.#insight(study, insight, report.chosen));
    const rest = report.insights.slice(FIRST);
    return html`<ul class="insights" aria-label="What is proved">
        ${listed(report.insights.slice(0, FIRST))}
      </ul>
      ${
        rest.length > 0
          ? html`<details class="more">
              <summary>${whole(rest.length)} more</summary>
              <ul class="insights" aria-label="What else is proved">
                ${listed(rest)}
              </ul>
            </details>`
          : nothing
      }`;
  }

  #insight(study: Study, insight: Insight, chosen: number): TemplateResult {
    return html`<li>
      <p class="sentence">${unbroken(insight.text)}</p>
      <p class="muted small">${unbroken(insight.evidence)}</p>
      <div class="row">
        ${insight.replay.map(
          (replay) =>
            html`<button type="button" title="Run this very twin again, on the floor" @click=${() => void study.watch(replay)}>${replay.label}</button>`,
        )}
        ${insight.design >= 0 && insight.design !== chosen ? html`<button type="button" @click=${() => void study.offer(insight.design)}>Apply …</button>` : nothing}
        ${insight.elements.map((element) => html`<button type="button" class="link small" title="Choose ${element}" @click=${() => this.session.select(element)}>${element}</button>`)}
      </div>
    </li>`;
  }

  /** What to take, and what is promised of it. */
  #choice(study: Study, report: StudyReport): TemplateResult | typeof nothing {
    const design = report.designs.find((row) => row.id === report.chosen);
    const { guarantee } = report;
    if (!design && !guarantee) return nothing;
    return html`<div class="chosen">
      ${
        design
          ? html`<p>
              <strong>${design.base ? 'The scene as it is stays' : `${nameOf(design)} is chosen`}</strong>${report.complete ? '' : ', so far'}.
              ${design.base ? nothing : html`<button type="button" class="primary" title="See what it changes in the scene, and apply it (A)" @click=${() => void study.offer(design.id)}>Apply …</button>`}
            </p>`
          : nothing
      }
      ${guarantee ? html`<p class="muted small">${guarantee.text}</p>` : nothing}
    </div>`;
  }

  /** A point of a chart was pointed out: it is pinned, and its row comes into sight. */
  #point(study: Study, id: number): void {
    if (!study.pinned.has(id)) study.pin(id);
    const designs = this.querySelector<ExperimentDesigns>('mw-experiment-designs');
    designs?.show(id);
    void designs?.updateComplete.then(() => designs.querySelector(`[data-design="${id}"]`)?.scrollIntoView({ block: 'nearest' }));
  }

  #proof(study: Study, report: StudyReport): TemplateResult {
    const { engine } = report;
    return html`<div class="row save" role="group" aria-label="Save the results">
        <span class="small muted">Save</span>
        <button type="button" title="All designs as a table" @click=${() => void study.save('csv')}>CSV</button>
        <button type="button" title="All designs as a table for data tools" @click=${() => void study.save('parquet')}>Parquet</button>
        <button type="button" title="One file to read and send on, with the scene, seeds and digest in it" @click=${() => void study.save('html')}>Report</button>
      </div>
      <details class="proof">
        <summary>How it was found, and the digest</summary>
        <dl class="small">
          <dt>Method</dt>
          <dd>${report.method}</dd>
          <dt>Twins</dt>
          <dd>${large(report.twins)} in ${whole(report.rounds)} rounds, seed ${report.seed}${report.recalled > 0 ? html`; ${large(report.recalled)} of them from an earlier session` : nothing}</dd>
          <dt>Time</dt>
          <dd>${wall(report.seconds)} in this session</dd>
          <dt>Window</dt>
          <dd>${span(report.horizon, report.timeUnit)} after ${span(report.warmup, report.timeUnit)} of warm-up</dd>
          <dt>Engine</dt>
          <dd>${engine.engine === 'gpu' ? 'GPU' : 'CPU'}${engine.software ? ', WebGPU emulated in software' : ''}: ${engine.adapter}. ${engine.reason}</dd>
          <dt>Path</dt>
          <dd>${report.path.taken}: ${report.path.reason}</dd>
          <dt title="A hash of all outcomes: two machines that agree show the same">Digest</dt>
          <dd><code>${report.digest}</code></dd>
        </dl>
      </details>`;
  }
}
customElements.define('mw-experiment-results', ExperimentResults);

/** Figures stay on one line with their signs. */
const unbroken = (text: string): string => text.replace(/ (?=%|± )|(?<=±) /g, '\u00a0');
