/** The head of the page: what is loaded, what can be done with it, and how the run stands. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Study } from './experiment-study.ts';
import { openFile, saveFile, shareLink } from './files.ts';
import { Panel } from './panel.ts';
import { openShipped, SCENES } from './scene-list.ts';
import { large, wall, whole } from './quantity.ts';

class PageHeader extends Panel {
  override render(): TemplateResult {
    const { session } = this;
    const { state } = session;
    const embed = state.embed.value;
    const name = state.plan.value?.name ?? '';
    return html`
      <h1 class="brand"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 15V6l4 3V6l4 3V6l3 2.2V1h3v14z" /></svg><span>Millwright</span></h1>
      ${embed ? html`<span class="scene-name" title=${name}>${name}</span>` : this.#scenes(name)}
      ${
        embed
          ? html`<a class="button" href=${this.#standalone()} target="_blank" rel="noopener">Open in a tab</a>`
          : html`<div class="tools" role="group" aria-label="Scene">
              <button type="button" title="Open a scene file (Ctrl-O); or drop or paste one anywhere" @click=${() => openFile(session)}>Open</button>
              <button type="button" title="Save the scene file (Ctrl-S)" @click=${() => saveFile(session)}>Save</button>
              <button type="button" title="Copy a link with the whole scene, seed and twin (L)" @click=${() => void shareLink(session)}>Share</button>
              <button type="button" class="icon" title="Undo (Ctrl-Z)" aria-label="Undo" ?disabled=${!state.canUndo.value} @click=${() => void session.undo()}>↶</button>
              <button type="button" class="icon" title="Redo (Ctrl-Shift-Z)" aria-label="Redo" ?disabled=${!state.canRedo.value} @click=${() => void session.redo()}>↷</button>
            </div>`
      }
      <span class="gap"></span>
      <button type="button" class="quiet" title="Every action and element (Ctrl-K)" @click=${() => (state.dialog.value = 'palette')}>Actions <kbd>Ctrl-K</kbd></button>
      <button type="button" class="quiet icon" aria-label="Dark colours" aria-pressed=${state.dark.value} title="Light or dark (D)" @click=${() => session.setDark(!state.dark.value)}>◐</button>
      ${this.#run()}
    `;
  }

  /** What is loaded, and the scenes that come with the product. */
  #scenes(name: string): TemplateResult {
    return html`<select class="scene-name" aria-label="Scene" title="${name}; choose another" @change=${this.#choose}>
      <option value="" .selected=${live(true)}>${name}</option>
      <optgroup label="Scenes to open">${SCENES.map((scene, index) => html`<option value=${index}>${scene.name}</option>`)}</optgroup>
    </select>`;
  }

  #choose(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const scene = select.value === '' ? undefined : SCENES[Number(select.value)];
    // What is loaded is shown by its own name, whatever becomes of the choice.
    select.selectedIndex = 0;
    if (scene) void openShipped(this.session, scene);
  }

  #standalone(): string {
    const url = new URL(location.href);
    url.searchParams.delete('embed');
    return url.href;
  }

  #run(): TemplateResult {
    const { session } = this;
    const { engine, summary, running, paused, progress, stale, study } = session.state;
    const searching = study.value?.running.value === true;
    const report = engine.value;
    const at = progress.value;
    const percent = Math.floor((at?.fraction ?? 0) * 100);
    const results = summary.value;
    const shown = !stale.value && results;
    const account = report ? `${report.adapter}. ${report.reason}` : '';
    const twins = running.value ? session.replications : (results?.finished ?? session.replications);
    return html`<div class="run" role="group" aria-label="Run">
      ${report ? html`<button type="button" class="quiet engine" title=${account} @click=${() => session.notify(account)}>${report.engine === 'gpu' ? 'GPU' : 'CPU'}${report.software ? ' (software)' : ''}</button>` : nothing}
      <span>${whole(twins)} twins</span>
      ${
        searching
          ? html`<button type="button" class="quiet" title="Show the experiment (6)" @click=${() => session.show('experiment')}>Experiment ${percentOf(study.value!)}</button>
              <button type="button" title="Cancel the experiment; what was reached stays (Shift-X)" @click=${() => study.value?.cancel()}>Cancel</button>`
          : running.value
            ? html`<progress max="100" value=${percent} aria-label="Progress of the run"></progress>
              <span class="left">${paused.value ? 'paused' : at ? `${wall(at.secondsLeft)} left` : 'starting'}</span>
              <button type="button" title="${paused.value ? 'Resume' : 'Pause'} the run (P)" @click=${() => session.togglePause()}>${paused.value ? 'Resume' : 'Pause'}</button>
              <button type="button" title="Cancel the run; what was reached stays (Shift-C)" @click=${() => session.cancelRun()}>Cancel</button>`
            : html`${
                shown
                  ? html`<span title="${large(shown.operations)} part-operations and ${large(shown.events)} events in ${wall(shown.seconds)} of simulation"
                      >${shown.finished < shown.replications ? 'cancelled after ' : ''}${wall(shown.seconds)}</span
                    >`
                  : nothing
              }<button type="button" title="Run all twins again (R)" @click=${() => void session.run()}>Run</button>`
      }
    </div>`;
  }
}
customElements.define('mw-header', PageHeader);

function percentOf(study: Study): string {
  const at = study.progress.value;
  return at && at.total > 0 ? `${Math.min(99, Math.floor((at.twins / at.total) * 100))} %` : 'under way';
}
