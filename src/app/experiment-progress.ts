/** Before a run: what it would take, or why it cannot be. While it runs: how far it is, how long it takes, and a way to end it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { StudyPlan } from '../experiment/study-protocol.ts';
import type { Study } from './experiment-study.ts';
import { METHODS } from './experiment-text.ts';
import { Panel } from './panel.ts';
import { capital, large, wall, whole } from './quantity.ts';
import { placeOf } from './scene-text.ts';

class ExperimentProgress extends Panel {
  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    if (!study?.definition.value) return nothing;
    if (study.running.value) return running(study);
    const plan = study.plan.value;
    const recalled = plan?.ok ? plan.recalled : 0;
    const answered = study.report.value?.complete === true && !study.stale.value;
    const keptWhole = study.keptWhole.value;
    return html`<div class="plan planned" aria-busy=${study.planning.value ? 'true' : 'false'}>
      ${plan === undefined ? html`<p class="muted">Planning …</p>` : plan.ok ? this.#planned(plan, answered, keptWhole) : this.#problems(plan.problems)}
      ${study.error.value ? html`<p class="alarm" role="alert">The experiment ended in an error: ${study.error.value} What was reached is kept.</p>` : nothing}
      <div class="row">
        <button type="button" class="primary" title="Run the experiment (X)" ?disabled=${plan?.ok !== true} @click=${() => void study.run()}>
          ${answered ? 'Run again' : keptWhole ? 'Open the answer' : `${recalled > 0 ? 'Go on' : 'Run'}${plan?.ok && plan.seconds >= 0 ? ` · ${wall(secondsOf(plan))}` : ''}`}
        </button>
        ${recalled > 0 ? html`<button type="button" title="Forget what is kept and begin again" @click=${() => void study.run({ afresh: true })}>Start afresh</button>` : nothing}
      </div>
    </div>`;
  }

  #planned(plan: PlanMade, answered: boolean, keptWhole: boolean): TemplateResult {
    const parts = [...designsOf(plan), ...(plan.twins >= 0 ? [`at most ${large(plan.twins)} twins`] : [])];
    const kept = keptWhole
      ? answered
        ? 'Its twins are kept: it opens at once, here and after a reload.'
        : 'It was run before and its twins are kept: the answer opens at once.'
      : `It goes on with ${whole(plan.recalled)} twins that are kept.`;
    return html`<p class="takes">${plan.method === 'auto' ? nothing : html`<strong>${capital(wordsFor(plan.method))}</strong><br />`}${capital(parts.join(', '))}${plan.seconds >= 0 && !keptWhole ? html`, about <strong>${wall(secondsOf(plan))}</strong>` : nothing}</p>
      ${plan.recalled > 0 ? html`<p class="small muted">${kept}</p>` : nothing}
      ${plan.warnings.map((warning) => html`<p class="caution">${capital(warning)}</p>`)}`;
  }

  #problems(problems: Extract<StudyPlan, { ok: false }>['problems']): TemplateResult {
    return html`<ul class="problems" role="alert" aria-label="What is missing">
      ${problems.map(
        ({ path, message }) => html`<li>
          ${path === '' ? nothing : html`<button type="button" class="link" title="Show it in the scene text" @click=${() => this.#show(path)}>${path.replace(/^experiments(\.\w+|\["[^"]*"\])\.?/, '') || path}</button>: `}${message}
        </li>`,
      )}
    </ul>`;
  }

  #show(path: string): void {
    this.session.show('scene');
    requestAnimationFrame(() => {
      const area = document.querySelector<HTMLTextAreaElement>('mw-scene-editor textarea');
      if (!area) return;
      area.focus();
      area.setSelectionRange(...placeOf(area.value, path));
    });
  }
}
customElements.define('mw-experiment-progress', ExperimentProgress);

type PlanMade = Extract<StudyPlan, { ok: true }>;

/** What is left to be run, where some of it is kept. */
const secondsOf = ({ seconds, twins, recalled }: PlanMade): number => seconds * (twins > 0 ? Math.max(0, 1 - recalled / twins) : 1);

function designsOf({ question, designs }: PlanMade): string[] {
  if (!(designs > 0)) return [];
  if (!Number.isFinite(designs)) return ['designs without number'];
  if (question === 'what limits') return [`${whole(designs - 1)} single changes`];
  if (question === 'uncertainty') return [`${whole(designs)} draws of what is not known`];
  return [`${many(designs)} ${designs === 1 ? 'design' : 'designs'} possible`];
}

const wordsFor = (method: string): string => METHODS.find(([one]) => one === method)?.[1] ?? method;

/** 1e13 → "10¹³": beyond a million million, only the size matters. */
function many(value: number): string {
  if (value < 1e12) return large(value);
  const power = String(Math.floor(Math.log10(value)));
  return `over 10${[...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

function running(study: Study): TemplateResult {
  const at = study.progress.value;
  const share = at && at.total > 0 ? Math.min(1, at.twins / at.total) : undefined;
  return html`<div class="plan">
    <p class="takes" title="Experiment ${study.runs.value}">
      <strong>${capital(at?.stage ?? 'Starting')}</strong><br />${at ? html`${large(at.twins)}${at.total > 0 ? ` of about ${large(at.total)}` : ''} twins${/^round\b/i.test(at.stage) ? '' : `, round ${whole(at.round)}`}` : 'no twins yet'}
    </p>
    <progress max="1" value=${share ?? nothing} aria-label="Progress of the experiment"></progress>
    <div class="row">
      <span class="left">${at && Number.isFinite(at.secondsLeft) ? `${wall(at.secondsLeft)} left` : at ? `${wall(at.seconds)} so far` : ''}</span>
      <button type="button" title="Cancel the experiment; what was reached stays (Shift-X)" @click=${() => study.cancel()}>Cancel</button>
    </div>
  </div>`;
}
