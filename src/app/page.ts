/** The page put together: its places, its views, and what it listens to. */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Laboratory } from '../experiment/protocol.ts';
import type { Floor } from '../view/floor.ts';
import type { Wall } from '../view/wall/wall.ts';
import './accounts.ts';
import { listenForKeys } from './actions.ts';
import './dialogs.ts';
import { listenForScenes, loadFromAddress } from './files.ts';
import './floor-panel.ts';
import './gantt.ts';
import './header.ts';
import './output.ts';
import './page.css';
import { Panel } from './panel.ts';
import './parameters.ts';
import './plant-tree.ts';
import './run-settings.ts';
import './scene-editor.ts';
import { messageOf, Session } from './session.ts';
import './shares.ts';
import { FROM_THE_WALL, type View } from './state.ts';
import './tables.ts';
import './transport.ts';
import './verdict.ts';
import './wip-strip.ts';

export interface PageParts {
  /** Still opening, perhaps: the page shows itself first. */
  laboratory: Promise<Laboratory>;
  /** Opens the drawn floor; a rejection says why there is none, and the page shows that instead. */
  openFloor: (canvas: HTMLCanvasElement) => Promise<Floor>;
  /** Opens the wall of twins, which the simulation's worker draws; a rejection says why there is none. */
  openWall?: (canvas: HTMLCanvasElement) => Promise<Wall>;
  /** Starts the worker of loose parts; it throws where there can be none. */
  startBulk?: () => Worker;
  /** The text of the scene that is loaded where the address asks for no other. */
  defaultScene: string;
}

/** Views that lie over the floor, which then takes neither keys nor the pointer. */
const COVERING: View[] = ['wall', 'experiment', 'flow', 'bulk', 'tables', 'scene'];
const VIEWS: { view: View; name: string }[] = [
  { view: 'plant', name: 'Plant' },
  { view: 'floor', name: 'Floor' },
  { view: 'wall', name: 'Wall' },
  { view: 'results', name: 'Results' },
  { view: 'experiment', name: 'Experiment' },
  { view: 'flow', name: 'Flow' },
  { view: 'bulk', name: 'Bulk' },
  { view: 'tables', name: 'Tables' },
  { view: 'scene', name: 'Scene' },
];

/** Not there where the page is embedded. */
const EDITING: View[] = ['plant', 'experiment', 'scene'];

class Page extends Panel {
  /** Set by whoever makes the element. */
  openWall!: NonNullable<PageParts['openWall']>;
  readonly #wallLoaded = signal(false);
  #loadingWall = false;
  /** Set by whoever makes the element. */
  startBulk!: NonNullable<PageParts['startBulk']>;
  readonly #bulkLoaded = signal(false);
  #loadingBulk = false;

  /** The part of the page for flow is there. */
  readonly #flow = signal(false);

  override render(): TemplateResult {
    const { session } = this;
    const { view, embed, notice, announcement, study, watched } = session.state;
    const editing = !embed.value;
    const asking = editing && view.value === 'experiment';
    return html`
      <header><mw-header .session=${session}></mw-header></header>
      ${
        editing
          ? html`<aside class="left" aria-label="Plant">
              <h2>Plant</h2>
              <mw-plant-tree .session=${session}></mw-plant-tree>
              <section class="numbers" aria-label="Numbers of the selected element"><mw-parameters .session=${session}></mw-parameters>${study.value ? html`<mw-factor-choices .session=${session}></mw-factor-choices>` : nothing}</section>
              ${study.value ? html`<mw-experiment-section .session=${session}></mw-experiment-section>` : nothing}
              <mw-run-settings .session=${session}></mw-run-settings>
            </aside>`
          : nothing
      }
      <nav class="views" aria-label="Views">
        ${VIEWS.filter((one) => editing || !EDITING.includes(one.view)).map(
          (one) =>
            html`<button type="button" class="view-${one.view}" aria-current=${view.value === one.view ? 'true' : 'false'} @click=${() => session.show(one.view)}>${one.name}</button>`,
        )}
      </nav>
      <main aria-label="Floor, tables and scene">
        <mw-floor .session=${session} ?inert=${COVERING.includes(view.value)}></mw-floor>
        ${this.#wallLoaded.value ? html`<mw-wall .session=${session} .open=${this.openWall} ?hidden=${view.value !== 'wall'}></mw-wall>` : view.value === 'wall' ? html`<p class="loading muted">Opening …</p>` : nothing}
        ${this.#bulkLoaded.value ? html`<mw-bulk .session=${session} .start=${this.startBulk} ?hidden=${view.value !== 'bulk'}></mw-bulk>` : view.value === 'bulk' ? html`<p class="loading muted">Opening …</p>` : nothing}
        ${view.value === 'floor' && watched.value.why === FROM_THE_WALL ? html`<button type="button" class="to-wall" title="Back to the wall of twins (Esc)" @click=${() => session.show('wall')}>Back to the wall</button>` : nothing}
        ${view.value === 'flow' ? (this.#flow.value ? html`<mw-flow .session=${session}></mw-flow>` : html`<p class="loading muted">Opening …</p>`) : nothing}
        ${view.value === 'tables' ? html`<mw-tables .session=${session}></mw-tables>` : nothing}
        ${asking ? (study.value ? html`<mw-experiment .session=${session}></mw-experiment>` : html`<p class="loading muted">Opening …</p>`) : nothing}
        ${view.value === 'scene' && editing ? html`<mw-scene-editor .session=${session}></mw-scene-editor>` : nothing}
      </main>
      <aside class="right" aria-label="Results" tabindex="0">
        <mw-verdict .session=${session}></mw-verdict>
        <mw-output .session=${session}></mw-output>
        <mw-shares .session=${session}></mw-shares>
        <mw-accounts .session=${session}></mw-accounts>
        <mw-proof .session=${session}></mw-proof>
      </aside>
      <footer><mw-transport .session=${session}></mw-transport></footer>
      <div class="notice" role="status" ?hidden=${!notice.value}>
        ${
          notice.value
            ? html`<span>${notice.value.text}</span>
                ${notice.value.action ? html`<button type="button" @click=${this.#act}>${notice.value.action.label}</button>` : nothing}
                <button type="button" class="quiet icon" aria-label="Dismiss" @click=${() => (notice.value = undefined)}>×</button>`
            : nothing
        }
      </div>
      <div class="unseen" aria-live="polite">${announcement.value}</div>
      <mw-palette .session=${session}></mw-palette>
      <mw-keys .session=${session}></mw-keys>
      ${study.value ? html`<mw-experiment-dialogs .session=${session}></mw-experiment-dialogs>` : nothing}
    `;
  }

  #openFlow(): void {
    import('./sankey.ts').then(
      () => (this.#flow.value = true),
      (error: unknown) => this.session.notify(`The part of the page for flow could not be loaded: ${messageOf(error)}`),
    );
  }

  #act(): void {
    const { notice } = this.session.state;
    const action = notice.value?.action;
    notice.value = undefined;
    action?.run();
  }

  protected override updated(): void {
    const { view, embed } = this.session.state;
    if (view.value === 'flow' && !this.#flow.value) this.#openFlow();
    this.dataset['view'] = view.value;
    this.toggleAttribute('data-embed', embed.value);
    if (view.value === 'wall') this.#loadWall();
    if (view.value === 'bulk') this.#loadBulk();
  }

  /** The wall comes when it is first asked for, and stays: its canvas can be handed to the worker only once. */
  #loadWall(): void {
    if (this.#wallLoaded.peek() || this.#loadingWall) return;
    this.#loadingWall = true;
    import('./wall.ts').then(
      () => (this.#wallLoaded.value = true),
      (error: unknown) => {
        this.#loadingWall = false;
        this.session.notify(`The part of the page for the wall could not be loaded: ${messageOf(error)}`);
      },
    );
  }

  /** Likewise for loose parts. */
  #loadBulk(): void {
    if (this.#bulkLoaded.peek() || this.#loadingBulk) return;
    this.#loadingBulk = true;
    import('./bulk.ts').then(
      () => (this.#bulkLoaded.value = true),
      (error: unknown) => {
        this.#loadingBulk = false;
        this.session.notify(`The part of the page for loose parts could not be loaded: ${messageOf(error)}`);
      },
    );
  }
}
customElements.define('mw-page', Page);

/** Shows the page in `root` and starts the scene that the address asks for, or the default one. */
export async function openPage(root: HTMLElement, parts: PageParts): Promise<void> {
  const wantsStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const session = new Session(parts.laboratory, !wantsStill);
  const { state } = session;
  const query = new URLSearchParams(location.search);
  state.embed.value = query.has('embed');

  const system = matchMedia('(prefers-color-scheme: dark)');
  session.setDark(system.matches);
  system.addEventListener('change', () => session.setDark(system.matches));
  effect(() => {
    document.documentElement.dataset['theme'] = state.dark.value ? 'dark' : 'light';
  });
  effect(() => {
    document.title = state.plan.value ? `${state.plan.value.name} – Millwright` : 'Millwright';
  });

  const openWall = parts.openWall ?? (() => Promise.reject(new Error('This page has no part that draws the wall.')));
  const startBulk =
    parts.startBulk ??
    (() => {
      throw new Error('This page has no part for loose parts.');
    });
  render(html`<mw-page .session=${session} .openWall=${openWall} .startBulk=${startBulk}></mw-page>`, root);
  listenForKeys(session);
  if (!state.embed.value) listenForScenes(session, document.documentElement);

  const loaded = loadFromAddress(session, parts.defaultScene);
  await customElements.whenDefined('mw-floor');
  const panel = await firstRendered(root);
  parts.openFloor(panel.querySelector('canvas')!).then(
    (floor) => {
      session.player.attach(floor);
      session.player.resize(panel.clientWidth, panel.clientHeight);
    },
    (error: unknown) => {
      state.floorMessage.value = messageOf(error);
    },
  );
  await loaded;
  if (state.embed.value) return;
  session.offerRestore();
  openStudyLater(session);
}

/** Experiments come after the first results: what the page opens with has the lines to itself. */
function openStudyLater(session: Session): void {
  const stop = effect(() => {
    const { running, summary, study } = session.state;
    if (study.value) return queueMicrotask(() => stop());
    if (running.value || !summary.value) return;
    queueMicrotask(() => stop());
    void session.openStudy().catch(() => undefined);
  });
}

async function firstRendered(root: HTMLElement): Promise<Panel> {
  const page = root.querySelector('mw-page') as Panel;
  await page.updateComplete;
  const floor = page.querySelector('mw-floor') as Panel;
  await floor.updateComplete;
  return floor;
}
