/** The box beside a number that makes it a factor of the experiment in hand. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Parameter } from './scene-text.ts';
import type { Session } from './session.ts';

/** Nothing where nothing can be ticked now. `element`: whose number it is. */
export function tick(session: Session, parameter: Parameter, element: string): TemplateResult | typeof nothing {
  const study = session.state.study.value;
  if (!study?.ticking.value) return nothing;
  const factor = study.factorAt(parameter.path);
  const words = [element, parameter.group, parameter.label].filter((part) => part !== '').join(', ');
  const account = factor === undefined ? `Tick ${words}` : `${words} is ${factor}: ${study.rangeOf(factor)}`;
  return html`<input
    type="checkbox"
    class="factor"
    title="${account} (experiment ${study.name.value})"
    aria-label="Factor: ${words}"
    .checked=${live(factor !== undefined)}
    @change=${() => void study.tick(parameter)}
  />`;
}
