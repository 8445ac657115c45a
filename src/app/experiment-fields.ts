/** The small parts that the fields of an experiment are made of. */
import type { JSONPath } from 'jsonc-parser';
import { html, nothing, type TemplateResult } from 'lit';
import type { Study } from './experiment-study.ts';
import { typed } from './experiment-text.ts';

/** What stands in a field: a number, a text with a unit, or nothing. */
export function level(event: Event): number | string | undefined {
  const value = typed((event.target as HTMLInputElement).value);
  return value === '' ? undefined : value;
}

export function problem(study: Study, path: JSONPath): TemplateResult | typeof nothing {
  const words = study.problemAt(path);
  return words ? html`<p class="problem" role="alert">${words}</p>` : nothing;
}

export function remover(there: boolean, words: string, run: () => unknown): TemplateResult | typeof nothing {
  return there ? html`<button type="button" class="quiet icon" aria-label=${words} title=${words} @click=${run}>×</button>` : nothing;
}

export function adder(words: string, there: boolean, run: () => unknown): TemplateResult | typeof nothing {
  return there ? html`<button type="button" class="link small" @click=${run}>${words}</button>` : nothing;
}
