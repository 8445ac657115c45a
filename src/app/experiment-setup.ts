/** What an experiment asks and may change, as fields over the scene's text: every field is one place in it. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import './experiment-factors.ts';
import { adder, level, problem, remover } from './experiment-fields.ts';
import type { Study } from './experiment-study.ts';
import { METHODS, questionOf, QUESTIONS, type ExperimentText } from './experiment-text.ts';
import { titleOf } from './glossary.ts';
import { Panel } from './panel.ts';
import { tidy } from './scene-text.ts';

/** Metrics that are suggested; any other may be typed. */
const SUGGESTED = 400;

const KINDS: { kind: NonNullable<ExperimentText['design']>['kind']; words: string }[] = [
  { kind: 'full', words: 'every combination' },
  { kind: 'fractional', words: 'a fraction of two levels each' },
  { kind: 'latin hypercube', words: 'Latin hypercube' },
  { kind: 'sobol', words: 'Sobol’ points' },
  { kind: 'table', words: 'a table in the scene text' },
];
const NUMBERS: { key: 'replications' | 'samples' | 'budget' | 'confidence' | 'indifference' | 'seed'; words: string; account: string }[] = [
  { key: 'replications', words: 'Twins of each design', account: 'or at first, where more follow' },
  { key: 'budget', words: 'Twins in all, at most', account: 'the search ends when they are spent' },
  { key: 'samples', words: 'Draws of what is not known', account: 'or trajectories or base points of a sensitivity' },
  { key: 'confidence', words: 'Confidence', account: 'of intervals and of a good choice, 0.5 to 0.999' },
  { key: 'indifference', words: 'Indifference', account: 'designs within so much of the best are as good, in the unit of the objective' },
  { key: 'seed', words: 'Seed', account: 'of all draws' },
];

class ExperimentSetup extends Panel {
  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    const experiment = study?.definition.value;
    if (!study || !experiment) return nothing;
    return html`
      ${this.#question(study, experiment)}
      <mw-experiment-factors .session=${this.session}></mw-experiment-factors>
      ${this.#objectives(study, experiment)}${this.#limits(study, experiment)}${this.#constraints(study, experiment)}
      ${this.#uncertain(study, experiment)}${this.#how(study, experiment)}
      <datalist id="experiment-metrics">
        ${this.#metrics(experiment).map((key) => html`<option value=${key}>${key === 'cost' ? 'Cost of a design' : titleOf(key)}</option>`)}
      </datalist>
    `;
  }

  #metrics(experiment: ExperimentText): string[] {
    const keys = Object.keys(this.session.state.summary.value?.metrics ?? { 'total.throughput': 0, 'total.flowTime': 0, 'total.wip': 0 });
    const rank = (key: string) => (key.startsWith('total.') ? 0 : /\.(flowTime|throughput|tardiness|onTime)/.test(key) ? 1 : 2);
    const sorted = keys.sort((a, b) => rank(a) - rank(b)).slice(0, SUGGESTED);
    return experiment.cost === undefined ? sorted : ['cost', ...sorted];
  }

  #question(study: Study, experiment: ExperimentText): TemplateResult {
    return html`<fieldset class="questions">
        <legend>Question</legend>
        ${QUESTIONS.map(
          ({ question, words, answer }) => html`<label title=${answer}
            ><input type="radio" name="question" value=${question} .checked=${live(experiment.question === question)} @change=${() => void study.ask(question)} />${words}</label
          >`,
        )}
      </fieldset>
      <p class="muted small">${questionOf(experiment.question).answer}</p>`;
  }

  #objectives(study: Study, experiment: ExperimentText): TemplateResult {
    const objectives = experiment.objectives ?? [{ maximise: 'total.throughput' }];
    const put = (index: number, sense: 'maximise' | 'minimise', metric: string) => {
      if (metric === '') return;
      const of = objectives[index]?.of;
      const next = { [sense]: metric, ...(of === undefined ? {} : { of }) };
      void study.set(['objectives'], objectives.with(index, next));
    };
    return html`<section aria-label="Objectives">
      <h3>Objectives</h3>
      ${objectives.map((objective, index) => {
        const sense = objective.maximise === undefined ? 'minimise' : 'maximise';
        const metric = objective[sense] ?? '';
        return html`<div class="row objective">
          <select
            aria-label="Sense of objective ${index + 1}"
            @change=${(event: Event) => put(index, (event.target as HTMLSelectElement).value as typeof sense, metric)}
          >
            ${(['maximise', 'minimise'] as const).map((one) => html`<option .selected=${live(one === sense)}>${one}</option>`)}
          </select>
          <input
            type="text"
            list="experiment-metrics"
            aria-label="Metric of objective ${index + 1}"
            .value=${metric}
            @change=${(event: Event) => put(index, sense, (event.target as HTMLInputElement).value.trim())}
          />
          ${remover(objectives.length > 1, `Remove objective ${index + 1}`, () => study.set(['objectives'], objectives.toSpliced(index, 1)))}
          ${objective.of === undefined || objective.of === 'mean' ? nothing : html`<span class="small muted">${ofWords(objective.of)}</span>`}
        </div>`;
      })}
      ${problem(study, ['objectives'])}
      ${adder('Add an objective', objectives.length < 8, () =>
        study.set(
          ['objectives'],
          [
            ...objectives,
            objectives.some((one) => one.minimise === 'total.wip') ? { minimise: 'total.flowTime' } : { minimise: 'total.wip' },
          ],
        ),
      )}
    </section>`;
  }

  #limits(study: Study, experiment: ExperimentText): TemplateResult {
    const limits = experiment.limits ?? [];
    const put = (index: number, change: object) => void study.set(['limits'], limits.with(index, { ...limits[index]!, ...change }));
    return html`<section aria-label="Limits">
      <h3>Limits</h3>
      ${limits.map(
        (limit, index) => html`<div class="row limit">
          <input
            type="text"
            list="experiment-metrics"
            aria-label="Metric of limit ${index + 1}"
            .value=${limit.metric}
            @change=${(event: Event) => put(index, { metric: (event.target as HTMLInputElement).value.trim() })}
          />
          ${(['least', 'most'] as const).map(
            (side) => html`<label class="small"
              >${side === 'least' ? 'at least' : 'at most'}
              <input
                type="text"
                class="level"
                aria-label="At ${side} of limit ${index + 1}"
                .value=${String(limit[side] ?? '')}
                @change=${(event: Event) => put(index, { [side]: level(event) })}
            /></label>`,
          )}
          ${remover(true, `Remove limit ${index + 1}`, () => study.set(['limits'], limits.length > 1 ? limits.toSpliced(index, 1) : undefined))}
        </div>`,
      )}
      ${problem(study, ['limits'])}
      ${adder('Add a limit', true, () => study.set(['limits'], [...limits, this.#proposedLimit()]))}
    </section>`;
  }

  /** A metric at the value that it has now: what may not get worse. */
  #proposedLimit(): { metric: string; most: number | string } {
    const metric = 'total.flowTime';
    const now = this.session.state.summary.value?.metrics[metric];
    return { metric, most: now && Number.isFinite(now.mean) ? `${tidy(now.mean, 3)} ${now.unit}` : '1 d' };
  }

  #constraints(study: Study, experiment: ExperimentText): TemplateResult {
    const { constraints = [], set = {}, cost } = experiment;
    const names = Object.keys(experiment.factors ?? {});
    const proposal = names.length > 1 ? `${names[0]} + ${names[1]} <= ${10}` : `${names[0] ?? 'x'} >= 1`;
    return html`<section aria-label="Constraints and cost">
      <h3>Constraints and cost</h3>
      ${constraints.map(
        (text, index) => html`<div class="row">
          <input
            type="text"
            class="expression"
            aria-label="Constraint ${index + 1}"
            .value=${text}
            @change=${(event: Event) => void study.set(['constraints'], constraints.with(index, (event.target as HTMLInputElement).value))}
          />
          ${remover(true, `Remove constraint ${index + 1}`, () => study.set(['constraints'], constraints.length > 1 ? constraints.toSpliced(index, 1) : undefined))}
        </div>`,
      )}
      ${problem(study, ['constraints'])}
      ${Object.entries(set).map(
        ([path, text]) => html`<div class="row set">
          <label class="small" for="set-${path}" title="This place of the scene follows from the factors">${path} =</label>
          <input
            type="text"
            id="set-${path}"
            class="expression"
            .value=${text}
            @change=${(event: Event) => void study.set(['set', path], (event.target as HTMLInputElement).value || undefined)}
          />
        </div>${problem(study, ['set', path])}`,
      )}
      <div class="row">
        <label class="small" for="experiment-cost" title="Over the names of the factors, such as 100 * b2; it is then the metric “cost”">cost =</label>
        <input
          type="text"
          id="experiment-cost"
          class="expression"
          placeholder="none"
          .value=${cost ?? ''}
          @change=${(event: Event) => void study.set(['cost'], (event.target as HTMLInputElement).value.trim() || undefined)}
        />
      </div>
      ${problem(study, ['cost'])}
      ${adder('Add a constraint', names.length > 0, () => study.set(['constraints'], [...constraints, proposal]))}
    </section>`;
  }

  #uncertain(study: Study, experiment: ExperimentText): TemplateResult | typeof nothing {
    const entries = Object.entries(experiment.uncertain ?? {});
    if (entries.length === 0 && experiment.question !== 'uncertainty') return nothing;
    return html`<section aria-label="What is not known">
      <h3>What is not known</h3>
      ${entries.length === 0 ? html`<p class="muted small">Nothing yet: tick in the plant the numbers that are guesses.</p>` : nothing}
      <ul class="factors">
        ${repeat(
          entries,
          ([name]) => name,
          ([name, one]) => html`<li>
            <div class="row">
              <strong class="small name">${name}</strong>
              <span class="small muted place">${one.scale ? 'times of ' : ''}${[one.path ?? one.scale ?? []].flat().join(', ')}</span>
              ${remover(true, `Remove ${name}`, () => study.set(['uncertain', name], undefined))}
            </div>
            <div class="row">
              <input
                type="text"
                class="expression"
                aria-label="What is thought of ${name}: a distribution"
                spellcheck="false"
                .value=${JSON.stringify(one.distribution)}
                @change=${(event: Event) => void study.set(['uncertain', name, 'distribution'], parsed((event.target as HTMLInputElement).value))}
              />
            </div>
            ${problem(study, ['uncertain', name, 'distribution'])}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #how(study: Study, experiment: ExperimentText): TemplateResult {
    const { design, method = 'auto' } = experiment;
    return html`<details class="how">
      <summary>How it is run</summary>
      <div class="fields">
        <label for="experiment-design">Designs</label>
        <select
          id="experiment-design"
          @change=${(event: Event) => {
            const kind = (event.target as HTMLSelectElement).value;
            void study.set(['design'], kind === '' ? undefined : { ...design, kind });
          }}
        >
          <option value="" .selected=${live(design === undefined)}>as the question needs</option>
          ${KINDS.map(({ kind, words }) => html`<option value=${kind} .selected=${live(design?.kind === kind)}>${words}</option>`)}
        </select>
        ${
          design?.kind === 'latin hypercube' || design?.kind === 'sobol'
            ? html`<label for="experiment-points">Points</label>
                <input id="experiment-points" type="text" class="level" placeholder="by itself" .value=${String(design.points ?? '')} @change=${(event: Event) => void study.set(['design', 'points'], level(event))} />`
            : nothing
        }
        <label for="experiment-method">Method</label>
        <select id="experiment-method" @change=${(event: Event) => void study.set(['method'], (event.target as HTMLSelectElement).value)}>
          ${METHODS.map(([one, words]) => html`<option value=${one} .selected=${live(one === method)}>${words}</option>`)}
        </select>
        ${NUMBERS.map(
          ({ key, words, account }) => html`<label for="experiment-${key}" title=${account}>${words}</label>
            <input
              id="experiment-${key}"
              type="text"
              class="level"
              inputmode="decimal"
              title=${account}
              placeholder="by itself"
              aria-invalid=${study.problemAt([key]) ? 'true' : 'false'}
              .value=${String(experiment[key] ?? '')}
              @change=${(event: Event) => void study.set([key], level(event))}
            />${problem(study, [key])}`,
        )}
      </div>
      ${problem(study, ['design'])}${problem(study, ['design', 'points'])}
    </details>`;
  }
}
customElements.define('mw-experiment-setup', ExperimentSetup);

function ofWords(of: { quantile: number } | { worst: number }): string {
  return 'quantile' in of ? `${100 * of.quantile} % quantile of the twins` : `mean of the worst ${100 * of.worst} % of the twins`;
}

/** JSON, or else the text itself: the check of the scene then says what it should have been. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
