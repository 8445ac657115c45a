/** The scene's text, with the problems found in it. Applying checks first: a bad text never touches what is loaded. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Problem } from '../experiment/protocol.ts';
import { saveFile } from './files.ts';
import { Panel } from './panel.ts';
import { whole } from './quantity.ts';
import { placeOf } from './scene-text.ts';
import { EDITABLE_CHARACTERS } from './state.ts';

class SceneEditor extends Panel {
  override render(): TemplateResult {
    const { session } = this;
    const { draft, scene, rejected } = session.state;
    if (draft.value.length > EDITABLE_CHARACTERS) {
      return html`<p>This scene has ${whole(draft.value.length)} characters; texts beyond ${whole(EDITABLE_CHARACTERS)} are edited outside: save the file, edit it, and drop it here.</p>
        <p><button type="button" @click=${() => saveFile(session)}>Save</button></p>`;
    }
    const edited = draft.value !== scene.value;
    const problems = rejected.value?.problems ?? [];
    return html`
      <div class="bar">
        <h2 id="scene-text">Scene text</h2>
        <span class="muted" role="status">${edited ? 'edited, not applied' : 'as loaded'}</span>
        <span class="gap"></span>
        <button type="button" ?disabled=${!edited} @click=${() => (draft.value = scene.value)}>Revert</button>
        <button type="button" class="primary" ?disabled=${!edited} title="Check and run (Ctrl-Enter)" @click=${() => void session.applyDraft()}>Apply</button>
      </div>
      <textarea
        aria-labelledby="scene-text"
        spellcheck="false"
        autocomplete="off"
        wrap="off"
        aria-invalid=${problems.length > 0 ? 'true' : 'false'}
        .value=${live(draft.value)}
        @input=${(event: InputEvent) => (draft.value = (event.target as HTMLTextAreaElement).value)}
      ></textarea>
      ${problems.length > 0 ? this.#problems(rejected.value?.what ?? '', problems) : nothing}
    `;
  }

  #problems(what: string, problems: Problem[]): TemplateResult {
    return html`<section class="problems" aria-label="Problems">
      <h3>${what}: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}; what was loaded stays</h3>
      <ul>
        ${problems.slice(0, 100).map(
          (problem) => html`<li>
            <button type="button" class="link" title="Go there" @click=${() => this.#goTo(problem.path)}>${problem.path || 'scene'}</button> ${problem.message}
          </li>`,
        )}
      </ul>
      ${problems.length > 100 ? html`<p class="muted">${problems.length - 100} more</p>` : nothing}
    </section>`;
  }

  /** Selects the place in the text that a problem names, or the nearest one above it. */
  #goTo(path: string): void {
    const area = this.querySelector('textarea');
    if (!area) return;
    const [from, to] = placeOf(area.value, path);
    area.focus();
    area.setSelectionRange(from, to);
    const line = area.value.slice(0, from).split('\n').length;
    const height = Number.parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 4) * height);
  }
}
customElements.define('mw-scene-editor', SceneEditor);
