/** What is asked before it is done: a name for an experiment, leave for a long run, and what a design would change in the scene. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Question } from '../experiment/study-protocol.ts';
import type { Offer, Study } from './experiment-study.ts';
import { QUESTIONS } from './experiment-text.ts';
import { Panel } from './panel.ts';

/** Changes that are told one by one. */
const TOLD = 200;

class ExperimentDialogs extends Panel {
  readonly #question = signal<Question>('best');

  override render(): TemplateResult | typeof nothing {
    const study = this.session.state.study.value;
    if (!study) return nothing;
    const offer = study.offered.value;
    if (study.naming.value) return this.#naming(study);
    if (study.asking.value) return this.#asking(study, study.asking.value);
    return offer ? this.#offer(study, offer) : nothing;
  }

  #naming(study: Study): TemplateResult {
    const create = (event: SubmitEvent) => {
      const name = (this.querySelector('#experiment-name') as HTMLInputElement).value;
      if (Object.keys(study.all.value).includes(name.trim())) {
        event.preventDefault();
        this.session.notify(`There is an experiment ${name.trim()} already.`);
        return;
      }
      void study.create(name, this.#question.value);
    };
    return html`<dialog class="ask" aria-label="New experiment" @close=${(event: Event) => closed(event) && ((study.naming.value = false))}>
      <h2>New experiment</h2>
      <form method="dialog" @submit=${create}>
        <label class="field">Name <input id="experiment-name" type="text" maxlength="64" autocomplete="off" .value=${study.proposedName()} /></label>
        <fieldset class="questions">
          <legend>Question</legend>
          ${QUESTIONS.map(
            ({ question, words, answer }) => html`<label title=${answer}
              ><input type="radio" name="new-question" .checked=${this.#question.value === question} @change=${() => (this.#question.value = question)} />${words}</label
            >`,
          )}
        </fieldset>
        <p class="muted small">${QUESTIONS.find((one) => one.question === this.#question.value)?.answer}</p>
        <div class="row"><button type="submit" class="primary">Create</button><button type="button" @click=${this.#close}>Cancel</button></div>
      </form>
    </dialog>`;
  }

  #asking(study: Study, question: string): TemplateResult {
    return html`<dialog class="ask" aria-label="A long run" @close=${(event: Event) => closed(event) && ((study.asking.value = ''))}>
      <h2>A long run</h2>
      <p>${question}</p>
      <div class="row">
        <button type="button" class="primary" @click=${() => void study.run({ asked: true })}>Run it</button>
        <button type="button" autofocus @click=${this.#close}>Not now</button>
      </div>
    </dialog>`;
  }

  #offer(study: Study, offer: Offer): TemplateResult {
    const { changes } = offer;
    return html`<dialog class="ask" aria-label="Apply ${offer.what}" @close=${(event: Event) => closed(event) && ((study.offered.value = undefined))}>
      <h2>${offer.what}: what it changes</h2>
      ${
        offer.older
          ? html`<p class="caution">The experiment or its factors have changed since it ran: this takes the scene as it was then, with the design in it.</p>`
          : nothing
      }
      ${
        changes.length === 0
          ? html`<p>It changes nothing: the scene is this design already.</p>`
          : html`<div class="table" role="region" aria-label="Changes" tabindex="0">
              <table>
                <thead>
                  <tr><th scope="col">Place in the scene</th><th scope="col">from</th><td></td><th scope="col">to</th></tr>
                </thead>
                <tbody>
                  ${changes
                    .slice(0, TOLD)
                    .map(
                      ({ path, from, to }) =>
                        html`<tr><th scope="row">${path}</th><td><del>${from}</del></td><td aria-hidden="true">→</td><td><ins>${to}</ins></td></tr>`,
                    )}
                </tbody>
              </table>
              ${changes.length > TOLD ? html`<p class="muted small">The first ${TOLD} of ${changes.length} changes.</p>` : nothing}
            </div>`
      }
      <div class="row">
        <button type="button" class="primary" autofocus ?disabled=${changes.length === 0} @click=${() => void study.accept()}>Apply to the scene</button>
        <button type="button" @click=${this.#close}>Cancel</button>
      </div>
    </dialog>`;
  }

  #close = (): void => {
    this.querySelector('dialog')?.close();
  };

  protected override updated(): void {
    const dialog = this.querySelector('dialog');
    if (!dialog || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLInputElement>('#experiment-name')?.select();
  }
}
customElements.define('mw-experiment-dialogs', ExperimentDialogs);

/** The event of a dialog that was closed and opened again comes late: it is open by then. */
const closed = (event: Event): boolean => !(event.target as HTMLDialogElement).open;
