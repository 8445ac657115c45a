/** What must be known before the numbers are believed: errors, twins that did not finish, stale results; and at the end the proof. */
import { html, nothing, type TemplateResult } from 'lit';
import { Panel } from './panel.ts';
import { large, wall, whole } from './quantity.ts';

const MEANING: Record<string, string> = {
  overflow: 'more parts than the twin has room for; a part of the plant cannot keep up with what comes in, or run.maxParts is too low',
  deadlock: 'parts wait for each other in a ring that nothing can open',
  livelock: 'parts moved without end at one instant',
  budget: 'the twin used up its budget of events',
};

class Verdict extends Panel {
  override render(): TemplateResult {
    const { summary, stale, running, runError } = this.session.state;
    const bad = (summary.value?.status ?? []).filter((one) => one.status !== 'done' && one.status !== 'running' && one.count > 0);
    return html`
      ${runError.value ? html`<p class="alarm" role="alert">The run ended in an error: ${runError.value}</p>` : nothing}
      ${
        stale.value
          ? html`<p class="caution">Stale: these results belong to the scene before the last change. ${running.value ? 'The new ones are on their way.' : 'Run to bring them up to date.'}</p>`
          : nothing
      }
      ${bad.map(
        (one) => html`<div class="alarm" role="alert">
          <strong>${whole(one.count)} of ${whole(summary.value!.replications)} twins ended in ${one.status}${one.element ? ` at ${one.element}` : ''}</strong>:
          ${MEANING[one.status] ?? 'they did not reach the end'}. They are left out of every average.
          <button type="button" class="link" @click=${() => void this.session.watch(one.example, `${one.status}${one.element ? ` at ${one.element}` : ''}`)}>
            Watch twin ${whole(one.example)}
          </button>
          ${one.element ? html`<button type="button" class="link" @click=${() => this.session.select(one.element)}>Choose ${one.element}</button>` : nothing}
        </div>`,
      )}
    `;
  }
}
customElements.define('mw-verdict', Verdict);

class Proof extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { summary, engine } = this.session.state;
    const results = summary.value;
    const report = engine.value;
    return html`<details class="proof" open>
      <summary>Engine and digest</summary>
      <dl class="small">
        ${report ? html`<dt>Engine</dt><dd>${report.engine === 'gpu' ? 'GPU' : 'CPU'}${report.software ? ', WebGPU emulated in software' : ''}: ${report.adapter}</dd><dt>Why</dt><dd>${report.reason}</dd>` : nothing}
        ${
          results
            ? html`<dt>Twins</dt>
                <dd>${whole(results.finished)} of ${whole(results.replications)}, seed ${results.seed}</dd>
                <dt>Work</dt>
                <dd>${large(results.operations)} part-operations in ${wall(results.seconds)}</dd>
                <dt title="A hash of all twins’ final words: two machines that agree show the same">Digest</dt>
                <dd><code>${results.digest}</code> <button type="button" class="link" @click=${() => void this.#copy(results.digest)}>Copy</button></dd>`
            : nothing
        }
      </dl>
    </details>`;
  }

  async #copy(digest: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(digest);
      this.session.notify(`Digest ${digest} copied.`);
    } catch {
      const code = this.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      this.session.notify('This page may not use the clipboard here; the digest is selected, copy it with Ctrl-C.');
    }
  }
}
customElements.define('mw-proof', Proof);
