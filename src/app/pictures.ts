/** Pictures of the floor: PNG and film, to be saved. Loaded when the first is asked for. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { NO_ENCODER } from '../view/film-words.ts';
import { SPEEDS } from './actions.ts';
import { download } from './files.ts';
import { Panel } from './panel.ts';
import './pictures.css';
import { clock, duration, fixed, large } from './quantity.ts';
import { messageOf, type Session } from './session.ts';

interface Size {
  name: string;
  /** Pixels; undefined: those of the floor on the screen. */
  pixels: { width: number; height: number } | undefined;
}

const SIZES: Size[] = [
  { name: 'as on the screen', pixels: undefined },
  { name: '1280 × 720', pixels: { width: 1280, height: 720 } },
  { name: '1920 × 1080', pixels: { width: 1920, height: 1080 } },
  { name: '3840 × 2160', pixels: { width: 3840, height: 2160 } },
  { name: '1080 × 1920, upright', pixels: { width: 1080, height: 1920 } },
];
const RATES = [15, 24, 30, 60];
const LONGEST = 600;

/** The scene's name and the twin's time as a file's name: "Gearbox-line-day-2-14-05-10.png". */
export function fileName(session: Session, ending: string): string {
  const { plan, tracedPlan, trace, tick, watched } = session.state;
  const scene = (plan.value?.name ?? 'plant').replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-|-$/g, '') || 'plant';
  const moment = trace.value ? `-twin-${watched.value.replication}-${clock(tick.value * (tracedPlan.value?.tickSeconds ?? 1), true)}` : '';
  return `${scene}${moment.replace(/[^\w-]+/g, '-')}.${ending}`;
}

/** Saves what is to be seen now. */
export async function savePicture(session: Session, size?: { width: number; height: number }): Promise<void> {
  try {
    const name = fileName(session, 'png');
    const picture = await session.player.picture(size);
    download(picture, name);
    session.notify(`${name} is saved (${large(picture.size / 1000)} kB).`);
  } catch (error) {
    session.notify(`No picture can be made: ${messageOf(error)}`);
  }
}

class Pictures extends Panel {
  readonly #size = signal(0);
  readonly #seconds = signal(10);
  readonly #rate = signal(30);
  readonly #share = signal<number | undefined>(undefined);
  readonly #problem = signal('');
  #cancel: AbortController | undefined;

  override render(): TemplateResult | typeof nothing {
    const { dialog, speed, tick, trace, tracedPlan } = this.session.state;
    if (dialog.value !== 'film') return nothing;
    const making = this.#share.value;
    const { tickSeconds } = tracedPlan.value ?? { tickSeconds: 1 };
    const left = Math.max(0, (trace.value?.end ?? 0) - tick.value) * tickSeconds;
    const shown = Math.min(left, this.#seconds.value * speed.value);
    const seconds = (value: string) => {
      const wanted = Number(value);
      if (wanted > 0) this.#seconds.value = Math.min(LONGEST, wanted);
    };
    return html`<dialog class="pictures" aria-label="Picture and film" @close=${this.#closed}>
      <h2>Picture and film of the floor</h2>
      <p class="muted small">As the camera stands now, from ${clock(tick.value * tickSeconds, true)} on.</p>
      <div class="fields">
        <label for="picture-size">Size</label>
        <select id="picture-size" ?disabled=${making !== undefined} @change=${(event: Event) => (this.#size.value = (event.target as HTMLSelectElement).selectedIndex)}>
          ${SIZES.map(({ name }, i) => html`<option ?selected=${i === this.#size.value}>${name}</option>`)}
        </select>
        <label for="film-seconds">Film length</label>
        <span><input id="film-seconds" type="number" min="1" max=${LONGEST} step="1" .value=${String(this.#seconds.value)} ?disabled=${making !== undefined} @change=${(event: Event) => seconds((event.target as HTMLInputElement).value)} /> s</span>
        <label for="film-speed">Speed</label>
        <span
          ><select id="film-speed" ?disabled=${making !== undefined} @change=${(event: Event) => this.session.player.setSpeed(Number((event.target as HTMLSelectElement).value))}>
            ${SPEEDS.map((one) => html`<option value=${one} ?selected=${one === speed.value}>${fixed(one, one < 1 ? 1 : 0)}×</option>`)}
          </select>
          shows ${duration(shown)} of the twin</span
        >
        <label for="film-rate">Pictures a second</label>
        <select id="film-rate" ?disabled=${making !== undefined} @change=${(event: Event) => (this.#rate.value = Number((event.target as HTMLSelectElement).value))}>
          ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === this.#rate.value}>${rate}</option>`)}
        </select>
      </div>
      ${this.#problem.value ? html`<p class="alarm" role="alert">${this.#problem.value}</p>` : nothing}
      ${
        making === undefined
          ? nothing
          : html`<div class="bar"><progress aria-label="The film" max="1" value=${making}></progress><span class="small">${fixed(making * 100, 0)} % of ${fixed(this.#seconds.value * this.#rate.value, 0)} pictures</span></div>`
      }
      <div class="bar">
        <button type="button" ?disabled=${making !== undefined} @click=${() => void savePicture(this.session, this.#pixels())}>Save picture</button>
        <span class="gap"></span>
        ${
          making === undefined
            ? html`<button type="button" class="primary" ?disabled=${!trace.value} @click=${() => void this.#make()}>Make film</button>
                <button type="button" @click=${() => this.querySelector('dialog')?.close()}>Close</button>`
            : html`<button type="button" @click=${() => this.#cancel?.abort(new Error('cancelled'))}>Cancel</button>`
        }
      </div>
    </dialog>`;
  }

  #pixels(): { width: number; height: number } | undefined {
    return SIZES[this.#size.value]?.pixels;
  }

  async #make(): Promise<void> {
    const { session } = this;
    const { player } = session;
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.#problem.value = '';
    this.#share.value = 0;
    player.pause();
    const request = { seconds: this.#seconds.value, framesPerSecond: this.#rate.value, ...this.#pixels() };
    const name = fileName(session, 'webm');
    const onProgress = (share: number) => {
      this.#share.value = share;
    };
    try {
      const made = await player.film(request, onProgress, cancel.signal).catch(async (error: unknown) => {
        if (!messageOf(error).includes(NO_ENCODER)) throw error;
        return (await import('./recorded-film.ts')).recordFilm(session, request, onProgress, cancel.signal, messageOf(error));
      });
      download(made, made.type.includes('mp4') ? name.replace(/webm$/, 'mp4') : name);
      session.notify(`${name} is saved (${fixed(made.size / 1e6, 1)} MB).`);
      this.querySelector('dialog')?.close();
    } catch (error) {
      if (!cancel.signal.aborted) this.#problem.value = `No film was made: ${messageOf(error)}`;
    } finally {
      this.#share.value = undefined;
      this.#cancel = undefined;
    }
  }

  #closed(): void {
    this.#cancel?.abort(new Error('cancelled'));
    this.#problem.value = '';
    if (this.session.state.dialog.value === 'film') this.session.state.dialog.value = '';
  }

  protected override updated(): void {
    const dialog = this.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }
}
customElements.define('mw-pictures', Pictures);
