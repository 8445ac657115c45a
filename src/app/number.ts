/** A number with its interval, that can be asked: hover gives its full account, a click says it and leads to the twins behind it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { account } from './glossary.ts';
import { band, type Scale } from './quantity.ts';
import type { Session } from './session.ts';

export function asked(session: Session, key: string, estimate: Estimate, scale: Scale, summary: Summary): TemplateResult {
  const { mean, half } = band(estimate, scale);
  const words = account(key, estimate, scale, summary);
  const { metric } = session.state;
  const show = () => {
    metric.value = key;
    session.show(window.innerWidth > 800 ? session.state.view.value : 'results');
  };
  const tell = () => session.notify(words, summary.columns[key] ? { label: 'Its twins', run: show } : undefined);
  return html`<span class="number" title=${words} @click=${tell}><span class="mean">${mean}</span>${half ? html`<span class="half"> ± ${half}</span>` : nothing}</span>`;
}
