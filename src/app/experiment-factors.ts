/** The factors of an experiment: their names, places and ranges; and the rules and switches of the chosen element, to be ticked. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { level, problem, remover } from './experiment-fields.ts';
import type { Study } from './experiment-study.ts';
import { choicesOf, placesOf, questionOf, typed, type FactorText } from './experiment-text.ts';
import { itemsOf } from './items.ts';
import { Panel } from './panel.ts';
import { parametersOf, type Kind, type Parameter } from './scene-text.ts';

/** Factors that are ticked at once, at most. */
const MOST_AT_ONCE = 30;

class ExperimentFactors extends Panel {
  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    const experiment = study?.definition.value;
    if (!study || !experiment) return nothing;
    const factors = Object.entries(experiment.factors ?? {});
    const { factors: wanted } = questionOf(experiment.question);
    if (experiment.question === 'uncertainty' && factors.length === 0) return nothing;
    return html`<section aria-label="Factors">
      <h3>Factors <span class="muted">${factors.length || ''}</span></h3>
      ${
        factors.length === 0
          ? html`<p class="muted small">${wanted ? 'Tick numbers in the plant, or begin with' : 'This question needs none. To limit it to some, tick them in the plant, or begin with'}</p>`
          : nothing
      }
      <ul class="factors">
        ${repeat(
          factors,
          ([name]) => name,
          ([name, factor]) => this.#row(study, name, factor),
        )}
      </ul>
      <p class="small">${this.#groups().map(({ words, parameters }) => html`<button type="button" class="link" @click=${() => void study.tickAll(parameters)}>${words}</button> `)}</p>
    </section>`;
  }

  #row(study: Study, name: string, factor: FactorText): TemplateResult {
    const plan = study.plan.value;
    const shown = plan?.ok ? plan.factors.find((one) => one.name === name) : undefined;
    const now = shown?.now === undefined ? undefined : (shown.options[shown.now] ?? `${shown.now}${shown.unit ? ` ${shown.unit}` : ''}`);
    const places = placesOf(factor);
    return html`<li>
      <div class="row">
        <input
          type="text"
          class="name"
          aria-label="Name of the factor ${name}"
          spellcheck="false"
          .value=${live(name)}
          @change=${(event: Event) => void study.rename(name, (event.target as HTMLInputElement).value)}
        />
        <span class="small muted place" title="${places}"
          >${factor.scale ? 'times of ' : ''}${places.replace(/\b(stations|buffers)\./g, '') || 'stands in expressions only'}${now === undefined ? nothing : html`, now ${now}`}</span
        >
        ${remover(true, `Remove the factor ${name}`, () => study.set(['factors', name], undefined))}
      </div>
      <div class="row">${this.#range(study, name, factor)}</div>
      ${problem(study, ['factors', name])}${(['from', 'to', 'step', 'values'] as const).map((key) => problem(study, ['factors', name, key]))}
    </li>`;
  }

  #range(study: Study, name: string, factor: FactorText): TemplateResult {
    if (factor.sequence) return html`<span class="small">any order</span>`;
    const put = (key: string, value: unknown) => void study.set(['factors', name, key], value);
    const field = (key: 'from' | 'to' | 'step', words: string) => html`<label class="small"
      >${words}<input
        type="text"
        class="level"
        aria-label="${words} of ${name}"
        placeholder=${key === 'step' ? 'any' : ''}
        .value=${String(factor[key] ?? '')}
        aria-invalid=${study.problemAt(['factors', name, key]) ? 'true' : 'false'}
        @change=${(event: Event) => put(key, level(event))}
    /></label>`;
    if (!factor.values) return html`${field('from', 'from')}${field('to', 'to')}${field('step', 'step')}`;
    const options = this.#options(factor);
    if (options.length === 0)
      return html`<input
        type="text"
        class="expression"
        aria-label="Values of ${name}, apart by commas"
        .value=${factor.values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(', ')}
        @change=${(event: Event) => put('values', listed((event.target as HTMLInputElement).value))}
      />`;
    const values = factor.values;
    return html`<details class="values small">
      <summary>${values.length} of ${options.length}: ${values.map(String).join(', ')}</summary>
      ${options.map(
        (option) => html`<label
          ><input
            type="checkbox"
            .checked=${live(values.includes(option))}
            @change=${() => put('values', values.includes(option) ? values.filter((one) => one !== option) : [...values, option])}
          />${String(option)}</label
        >`,
      )}
    </details>`;
  }

  /** What may stand at the place of a choice; none where only the person knows. */
  #options(factor: FactorText): (string | boolean)[] {
    const { tree, plan } = this.session.state;
    if (!tree.value || !plan.value) return [];
    const study = this.session.state.study.value!;
    for (const { kind, name } of itemsOf(plan.value, tree.value))
      for (const choice of choicesOf(tree.value, kind, name))
        if (factor === study.definition.value?.factors?.[study.factorAt(choice.path) ?? '']) {
          const plain = (factor.values ?? []).every((value) => choice.options.includes(value as string | boolean));
          return plain ? choice.options : [];
        }
    return [];
  }

  /** Whole kinds of numbers, to begin with. */
  #groups(): { words: string; parameters: Parameter[] }[] {
    const { plan, tree, study } = this.session.state;
    if (!plan.value || !tree.value) return [];
    const items = itemsOf(plan.value, tree.value);
    const all = (kind: Kind, label: string, words: string) => {
      const parameters = items
        .filter((item) => item.kind === kind)
        .flatMap((item) =>
          parametersOf(tree.value!, kind, item.name).filter(
            (one) => one.label === label && one.path.length === 3 && one.value !== undefined,
          ),
        )
        .filter((parameter) => study.value?.factorAt(parameter.path) === undefined);
      const fits = parameters.length > 0 && parameters.length <= MOST_AT_ONCE;
      return fits ? [{ words: `${words} (${parameters.length})`, parameters }] : [];
    };
    return [...all('buffer', 'capacity', 'every capacity'), ...all('station', 'servers', 'every number of servers')];
  }
}
customElements.define('mw-experiment-factors', ExperimentFactors);

class FactorChoices extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { plan, selected, tree, study } = this.session.state;
    const item = plan.value && itemsOf(plan.value, tree.value).find((one) => one.name === selected.value);
    if (!item || !tree.value || !study.value?.ticking.value) return nothing;
    const choices = choicesOf(tree.value, item.kind, item.name);
    if (choices.length === 0 || study.value.definition.value?.question === 'uncertainty') return nothing;
    return html`<p class="group">Rules and switches</p>
      ${choices.map(
        (choice) => html`<label class="choice"
          ><span>${choice.label}${choice.now === '' ? nothing : html` <span class="muted">${String(choice.now)}</span>`}</span
          ><input
            type="checkbox"
            class="factor"
            aria-label="Factor: ${item.name}, ${choice.label}"
            .checked=${live(study.value!.factorAt(choice.path) !== undefined)}
            @change=${() => void study.value!.tickChoice(choice)}
        /></label>`,
      )}`;
  }
}
customElements.define('mw-factor-choices', FactorChoices);

function listed(text: string): (number | string | boolean)[] | undefined {
  const values = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (part === 'true' ? true : part === 'false' ? false : typed(part)));
  return values.length > 0 ? values : undefined;
}
