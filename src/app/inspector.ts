/** A card about one thing on the floor: what it is in now, what has become of it, and its figures over all twins. */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { AT_HOME, type FloorNode, type FloorPlan, NEVER, OFF_DUTY, type ServerState, type Trace } from '../engine/trace.ts';
import { isWay } from '../view/plan.ts';
import { sameThing, type Thing } from '../view/things.ts';
import { Chronicle, spent, upTo, type Visit } from './chronicle.ts';
import './inspector.css';
import { Panel } from './panel.ts';
import { capital, clock, duration, fixed, whole } from './quantity.ts';
import { STATE_LETTER, STATE_WORDS } from './states.ts';
import { figuresOf } from './told.ts';

const HISTORY = 20;
const SERVERS_SHOWN = 12;
const PARTS_SHOWN = 12;
/** Milliseconds between looks while the twin plays: digits that change faster cannot be read. */
const LOOK_MS = 200;

/** What a card is written from. */
interface Subject {
  plan: FloorPlan;
  trace: Trace;
  chronicle: Chronicle;
  now: number;
}

class Inspector extends Panel {
  readonly #now = signal(0);
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown: Thing | undefined;

  override render(): TemplateResult | typeof nothing {
    const { thing, tracedPlan, trace } = this.session.state;
    if (!thing.value) return nothing;
    const plan = tracedPlan.value ?? this.session.state.plan.value;
    if (!plan) return nothing;
    const subject = trace.value && {
      plan,
      trace: trace.value,
      chronicle: Chronicle.of(plan, trace.value),
      now: Math.min(this.#now.value, trace.value.end),
    };
    return 'element' in thing.value
      ? this.#element(thing.value.element, plan, subject)
      : 'part' in thing.value
        ? this.#part(thing.value.part, subject)
        : this.#person(thing.value.person, subject);
  }

  protected override firstUpdated(): void {
    const { tick, playing } = this.session.state;
    this.#stop = effect(() => {
      void tick.value;
      const look = () => {
        this.#timer = undefined;
        this.#now.value = tick.peek();
      };
      if (this.#timer !== undefined) return;
      if (playing.value) this.#timer = setTimeout(look, LOOK_MS);
      else queueMicrotask(look);
    });
  }

  protected override updated(): void {
    const { thing, announcement } = this.session.state;
    if (sameThing(thing.value, this.#shown)) return;
    this.#shown = thing.value;
    const card = this.querySelector('.card');
    if (!card) return;
    card.scrollTop = 0;
    announcement.value = `${card.querySelector('h2')?.textContent?.trim() ?? ''}: ${card.querySelector('.card-now')?.textContent?.replace(/\s+/g, ' ').trim() ?? ''}`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** `there`: whether the thing is on the floor now. */
  #card(name: string, kind: string, thing: Thing, body: TemplateResult, there = true): TemplateResult {
    const { session } = this;
    const { following, drawn } = session.state;
    const followed = sameThing(following.value, thing);
    return html`<section class="card small" aria-label="About ${name}" tabindex="0">
      <header>
        <h2>${name} <span class="muted small">${kind}</span></h2>
        <span class="gap"></span>
        ${
          drawn.value && !('element' in thing)
            ? html`<button type="button" class="quiet" aria-pressed=${followed} ?disabled=${!there} title=${there ? 'The camera goes with it, until a hand moves it (G)' : 'It is not on the floor at this moment'} @click=${() => session.player.follow(followed ? undefined : thing)}>Follow</button>`
            : nothing
        }
        ${drawn.value ? html`<button type="button" class="quiet" title="Show it from near" @click=${() => session.player.flyTo(thing)}>Go there</button>` : nothing}
        <button type="button" class="quiet icon" aria-label="Close" title="Close (Esc)" @click=${() => session.player.inspect(undefined)}>×</button>
      </header>
      ${body}
    </section>`;
  }

  // Elements

  #element(name: string, plan: FloorPlan, subject: Subject | undefined): TemplateResult | typeof nothing {
    const index = plan.nodes.findIndex((node) => node.name === name);
    const node = plan.nodes[index];
    if (!node) return nothing;
    const figures = figuresOf(this.session, node);
    const { summary } = this.session.state;
    return this.#card(
      name,
      kindOf(node),
      { element: name },
      html`
        <div class="card-now">${subject ? (node.kind === 'station' ? this.#servers(node, index, subject) : this.#contents(node, index, subject)) : html`<p class="muted">No twin is watched yet.</p>`}</div>
        ${
          figures.length > 0
            ? html`<h3>Over ${whole(summary.value!.finished)} twins, ± half of the 95 % interval</h3>
                <dl class="figures">${figures.map(({ name: figure, definition, value, unit }) => html`<dt title=${definition}>${figure}</dt><dd>${value} ${unit}</dd>`)}</dl>`
            : nothing
        }
        ${subject ? (node.kind === 'station' ? this.#changes(node, subject) : this.#traffic(index, subject)) : nothing}
      `,
    );
  }

  #servers(node: FloorNode, index: number, { plan, chronicle, now }: Subject): TemplateResult {
    const { tickSeconds } = plan;
    const queues = plan.edges.filter(([from, to]) => to === index && ['buffer', 'conveyor'].includes(plan.nodes[from]!.kind));
    return html`<ul class="servers">
        ${Array.from({ length: Math.min(SERVERS_SHOWN, node.servers) }, (_, server) => {
          const { state, since } = chronicle.stateAt(node.firstPlace + server, now);
          const on = chronicle.servedAt(index, server, now);
          return html`<li>
            ${badge(state)} <span>${node.servers > 1 ? html`<span class="muted">${server + 1}</span> ` : nothing}${STATE_WORDS[state]}
              <span class="muted">for ${duration((now - since) * tickSeconds)}, since</span> ${this.#time(since, tickSeconds)}${on.length > 0 ? html`, on it ${this.#parts(on, plan)}` : nothing}</span>
          </li>`;
        })}
      </ul>
      ${node.servers > SERVERS_SHOWN ? html`<p class="muted">and ${whole(node.servers - SERVERS_SHOWN)} more servers: the chart below has them all</p>` : nothing}
      ${
        queues.length > 0
          ? html`<p>waiting before it: ${queues.map(([from], i) => {
              const before = plan.nodes[from]!;
              return html`${i > 0 ? ', ' : ''}${whole(chronicle.inside(from, now))} in ${this.#link(before.name, { element: before.name })}`;
            })}</p>`
          : nothing
      }`;
  }

  #contents(node: FloorNode, index: number, { plan, chronicle, now }: Subject): TemplateResult {
    if (node.kind === 'sink') return html`<p>${whole(upTo(chronicle.entries(index), now))} parts finished there so far</p>`;
    const inside = chronicle.inside(index, now);
    const room = node.kind === 'source' || !Number.isFinite(node.capacity) || node.capacity === 0 ? '' : ` of ${whole(node.capacity)}`;
    const parts = chronicle.staying(index, now, PARTS_SHOWN);
    return html`<p><strong>${whole(inside)}</strong>${room} ${inside === 1 && !room ? 'part' : 'parts'} inside now</p>
      ${parts.length > 0 ? html`<p>${inside > parts.length ? 'the last that came: ' : ''}${this.#parts(parts, plan)}</p>` : nothing}`;
  }

  #changes(node: FloorNode, { plan, chronicle, now }: Subject): TemplateResult {
    const changes = Array.from({ length: node.servers }, (_, server) =>
      chronicle.historyOf(node.firstPlace + server, now, HISTORY).map((change) => ({ ...change, server })),
    )
      .flat()
      .sort((a, b) => b.since - a.since)
      .slice(0, HISTORY);
    return html`<h3>Last changes</h3>
      <ol class="history">
        ${changes.map(
          ({ since, until, state, server }) =>
            html`<li>${this.#time(since, plan.tickSeconds)} ${badge(state)} <span>${node.servers > 1 ? html`<span class="muted">${server + 1}</span> ` : nothing}${STATE_WORDS[state]}<span class="muted">${until <= now ? `, ${duration((until - since) * plan.tickSeconds)}` : ''}</span></span></li>`,
        )}
      </ol>`;
  }

  #traffic(index: number, { plan, chronicle, now }: Subject): TemplateResult {
    const events = chronicle.trafficOf(index, now, HISTORY);
    return html`<h3>Last comings and goings</h3>
      <ol class="history">
        ${events.map(
          ({ tick, visit, came }) =>
            html`<li>${this.#time(tick, plan.tickSeconds)} <span class="muted">${came ? '→' : '←'}</span> <span>${this.#parts([visit], plan)} ${came ? 'came' : html`left<span class="muted"> after ${duration((tick - visit.enter) * plan.tickSeconds)}</span>`}</span></li>`,
        )}
      </ol>`;
  }

  // Parts

  #part(part: number, subject: Subject | undefined): TemplateResult | typeof nothing {
    if (!subject) return nothing;
    const { plan, chronicle, now, trace } = subject;
    const { tickSeconds } = plan;
    const visits = chronicle.visitsOf(part);
    const first = visits[0];
    if (!first) return nothing;
    const known = visits.filter((visit) => visit.enter <= now);
    const here = known.at(-1);
    const gone = here !== undefined && here.leave <= now && here === visits.at(-1);
    const { worked, moved, waited, total } = spent(plan, chronicle, part, now);
    const share = (ticks: number) => `${duration(ticks * tickSeconds)}${total > 0 ? ` (${fixed((100 * ticks) / total, 0)} %)` : ''}`;
    const product = plan.products[here?.product ?? first.product]?.name ?? 'part';
    const place = (visit: Visit) => this.#link(plan.nodes[visit.node]!.name, { element: plan.nodes[visit.node]!.name });
    const at = () => {
      if (!here) return html`not made yet: it will be at ${this.#time(first.enter, tickSeconds)}`;
      if (gone)
        return html`${plan.nodes[here.node]!.kind === 'sink' ? 'finished at' : 'gone: built into another or scrapped at'} ${place(here)}, ${this.#time(here.leave, tickSeconds)}`;
      return html`now at ${place(here)} <span class="muted">for ${duration((now - here.enter) * tickSeconds)}, since</span> ${this.#time(here.enter, tickSeconds)}`;
    };
    return this.#card(
      `${product} ${part}`,
      'part',
      { part },
      html`
        <div class="card-now">
          <p>${at()}</p>
          <p>made at ${place(first)}, ${this.#time(first.enter, tickSeconds)}</p>
        </div>
        <dl class="figures">
          <dt title="since it was made, up to now or to its finish">${gone ? 'flow time' : 'flow time so far'}</dt><dd>${duration(total * tickSeconds)}</dd>
          <dt title="at servers that worked on it or set up for it">worked on</dt><dd>${share(worked)}</dd>
          <dt title="on transfers, and on conveyors as long as the way takes">under way</dt><dd>${share(moved)}</dd>
          <dt title="all other time: in buffers, behind others on a belt, and at servers that were blocked, down or without people">waiting</dt><dd>${share(waited)}</dd>
        </dl>
        <h3>Its stays</h3>
        <ol class="history">
          ${visits
            .slice(-100)
            .reverse()
            .map(
              (visit) => html`<li class=${visit === here && !gone ? 'here' : visit.enter > now ? 'muted' : ''}>
                ${this.#time(visit.enter, tickSeconds)} <span>${place(visit)}${visit.leave === visit.enter ? nothing : html`<span class="muted">, ${duration(((visit.leave === NEVER ? trace.end : visit.leave) - visit.enter) * tickSeconds)}${visit.leave === NEVER ? ' to the end' : ''}</span>`}</span>
              </li>`,
            )}
        </ol>
        ${visits.length > 100 ? html`<p class="muted">the last 100 of ${whole(visits.length)}</p>` : nothing}
      `,
      here !== undefined && !gone,
    );
  }

  // People

  #person(person: number, subject: Subject | undefined): TemplateResult | typeof nothing {
    if (!subject) return nothing;
    const { plan, chronicle, now, trace } = subject;
    const { tickSeconds } = plan;
    let first = 0;
    const pool = plan.people?.find(({ count }) => {
      if (person < first + count) return true;
      first += count;
      return false;
    });
    if (!pool) return nothing;
    const { place, since } = chronicle.personAt(person, now);
    const { ticks, places } = chronicle.moves(person);
    const known = upTo(ticks, now);
    const from = now > trace.warmup ? trace.warmup : 0;
    const { busy, onDuty } = chronicle.busyTicks(person, from, now);
    return this.#card(
      `${pool.name} ${person - first + 1}`,
      'person',
      { person },
      html`
        <div class="card-now">
          <p>${this.#whereabouts(place, plan)} <span class="muted">for ${duration((now - since) * tickSeconds)}, since</span> ${this.#time(since, tickSeconds)}</p>
        </div>
        <dl class="figures">
          <dt title="share of the time on duty spent with a server or on the way there, ${from > 0 ? 'since the warm-up' : 'since the start'}">busy ${from > 0 ? 'since the warm-up' : 'so far'}</dt><dd>${onDuty > 0 ? `${fixed((100 * busy) / onDuty, 1)} %` : 'not on duty yet'}</dd>
          <dt>on duty</dt><dd>${duration(onDuty * tickSeconds)}</dd>
        </dl>
        <h3>Last moves</h3>
        <ol class="history">
          ${Array.from({ length: Math.min(HISTORY, known) }, (_, back) => {
            const i = known - 1 - back;
            return html`<li>${this.#time(ticks[i]!, tickSeconds)} <span>${this.#whereabouts(places[i]!, plan)}<span class="muted">${i + 1 < known ? `, ${duration((ticks[i + 1]! - ticks[i]!) * tickSeconds)}` : ''}</span></span></li>`;
          })}
        </ol>
      `,
    );
  }

  #whereabouts(place: number, plan: FloorPlan): TemplateResult {
    if (place === AT_HOME) return html`free`;
    if (place === OFF_DUTY) return html`off duty`;
    const node = plan.nodes.find((one) => one.kind === 'station' && place >= one.firstPlace && place < one.firstPlace + one.servers);
    if (!node) return html`under way`;
    return html`with ${this.#link(node.name, { element: node.name })}${node.servers > 1 ? ` ${place - node.firstPlace + 1}` : ''}`;
  }

  // Links

  #link(words: string, thing: Thing): TemplateResult {
    return html`<button type="button" class="link" @click=${() => this.session.player.inspect(thing)}>${words}</button>`;
  }

  #parts(visits: Visit[], plan: FloorPlan): TemplateResult[] {
    return visits.map(
      (visit, i) =>
        html`${i > 0 ? ', ' : ''}${this.#link(`${plan.products[visit.product]?.name ?? 'part'} ${visit.part}`, { part: visit.part })}`,
    );
  }

  #time(tick: number, tickSeconds: number): TemplateResult {
    const words = clock(tick * tickSeconds, true);
    return html`<button type="button" class="link time" title="Go to ${capital(words)}" @click=${() => this.session.player.seek(tick)}>${words}</button>`;
  }
}
customElements.define('mw-inspector', Inspector);

const badge = (state: ServerState): TemplateResult => html`<span class="state ${state}" aria-hidden="true">${STATE_LETTER[state]}</span>`;

function kindOf(node: FloorNode): string {
  if (node.kind === 'transfer') return isWay(node) ? 'transfer' : 'station with unlimited servers';
  return node.kind === 'station' && node.servers > 1 ? `station, ${whole(node.servers)} servers` : node.kind;
}
