/** The experiment's view: what is asked on one side, what came of it on the other; and its short form below the plant. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import './experiment-progress.ts';
import './experiment-results.ts';
import './experiment-setup.ts';
import type { KeptStudy, Study } from './experiment-study.ts';
import { questionOf, QUESTIONS } from './experiment-text.ts';
import { Panel } from './panel.ts';
import { whole } from './quantity.ts';

/** What the list of experiments has as its last entry. */
const NEW = '\u0000new';

function chooser(study: Study): TemplateResult {
  const names = Object.keys(study.all.value);
  const choose = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    if (select.value === NEW) {
      select.value = study.name.value;
      study.naming.value = true;
    } else study.choose(select.value);
  };
  return html`<select class="which" aria-label="Experiment" @change=${choose}>
    ${names.map((name) => html`<option value=${name} .selected=${live(name === study.name.value)}>${name}</option>`)}
    <option value=${NEW}>New experiment …</option>
  </select>`;
}

function offers(study: Study): TemplateResult[] {
  const when = ({ at }: KeptStudy) => new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return study.kept.value.map(
    (kept) => html`<div class="caution kept" role="status">
      The experiment ${kept.experiment} of ${when(kept)} broke off after ${whole(kept.twins)} twins, which are kept.
      <button type="button" class="link" @click=${() => void study.goOn(kept)}>Go on</button>
      <button type="button" class="link" @click=${() => study.dismiss(kept)}>Not now</button>
    </div>`,
  );
}

class ExperimentView extends Panel {
  /** Where there is room for one part only. */
  readonly #part = signal<'setup' | 'results'>('setup');
  #ran = false;

  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    if (!study) return nothing;
    const experiment = study.definition.value;
    if (!experiment) return this.#first(study);
    return html`<div class="bar">
        ${chooser(study)}
        <button type="button" title="Make another experiment (N)" @click=${() => (study.naming.value = true)}>New</button>
        <button type="button" class="quiet" title="Take this experiment out of the scene" @click=${() => void study.remove()}>Remove</button>
        <span class="gap"></span>
      </div>
      ${offers(study)}
      <div class="parts-choice" role="group" aria-label="Parts of the experiment">
        ${(['setup', 'results'] as const).map(
          (part) =>
            html`<button type="button" aria-pressed=${this.#part.value === part} @click=${() => (this.#part.value = part)}>${part === 'setup' ? 'Question' : 'Answer'}</button>`,
        )}
      </div>
      <div class="parts" data-part=${this.#part.value}>
        <section class="setup" aria-label="Question of the experiment" tabindex="0">
          <mw-experiment-setup .session=${this.session}></mw-experiment-setup>
        </section>
        <mw-experiment-progress .session=${this.session}></mw-experiment-progress>
        <section class="answer" aria-label="Answer of the experiment" tabindex="0">
          <mw-experiment-results .session=${this.session}></mw-experiment-results>
        </section>
      </div>`;
  }

  #first(study: Study): TemplateResult {
    return html`<h2>Experiment</h2>
      ${offers(study)}
      <p class="muted">Ask the plant a question. Its twins answer it, and say how sure the answer is.</p>
      <ul class="first">
        ${QUESTIONS.map(
          ({ question, words, answer }) => html`<li>
            <button type="button" @click=${() => void study.create(study.proposedName(), question)}>${words}</button>
            <span class="muted">${answer}</span>
          </li>`,
        )}
      </ul>`;
  }

  protected override updated(): void {
    const running = this.session.state.study.value?.running.value === true;
    // Who runs it wants to see what comes of it.
    if (running && !this.#ran) queueMicrotask(() => (this.#part.value = 'results'));
    this.#ran = running;
  }
}
customElements.define('mw-experiment', ExperimentView);

class ExperimentSection extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { study: opened, view } = this.session.state;
    const study = opened.value;
    if (!study) return nothing;
    const experiment = study.definition.value;
    const count = Object.keys(experiment?.factors ?? {}).length;
    return html`<section class="experiment-section" aria-label="Experiment">
      <div class="bar">
        <h2>Experiment</h2>
        <span class="gap"></span>
        ${
          experiment
            ? html`<button type="button" class="link small" title="Show the experiment (6): ${questionOf(experiment.question).words}" @click=${() => this.session.show('experiment')}>${count === 0 ? questionOf(experiment.question).words : count === 1 ? '1 factor' : `${count} factors`}</button>`
            : html`<button type="button" title="Make an experiment (N)" @click=${() => (study.naming.value = true)}>New</button>`
        }
      </div>
      ${
        experiment
          ? html`${chooser(study)}
              ${view.value === 'experiment' ? nothing : html`<mw-experiment-progress .session=${this.session}></mw-experiment-progress>`}`
          : nothing
      }
      ${view.value === 'experiment' ? nothing : offers(study)}
    </section>`;
  }
}
customElements.define('mw-experiment-section', ExperimentSection);
