/** How many parts go over each way, mean over some twins: recorded when it is wanted, kept while the plant stays as it is. */
import { effect, signal } from '@preact/signals-core';
import type { FloorPlan } from '../engine/trace.ts';
import type { Traffic } from './heat-figures.ts';
import { sameTwins } from './same-twins.ts';
import { messageOf, type Session } from './session.ts';

/** Twins that are recorded: the first of the run. */
const TWINS = 32;

type State =
  | { type: 'none' }
  | { type: 'running'; twins: number; share: number }
  | { type: 'failed'; reason: string }
  /** `seconds`: simulated time that was counted, mean over the twins. */
  | { type: 'done'; twins: number; seconds: number };

export class MeanTraffic {
  readonly state = signal<State>({ type: 'none' });
  readonly #session: Session;
  readonly #stop: () => void;
  #ticket = 0;
  #wanted = false;
  /** The scene and seed that the counts belong to, or are being made for. */
  #of: { scene: string; seed: number } | undefined;
  /** By the names of both ends. */
  #ways: { from: string; to: string; parts: number; sd: number }[] = [];

  constructor(session: Session) {
    this.#session = session;
    const { plan, settings, heat } = session.state;
    this.#stop = effect(() => {
      void [plan.value, settings.value];
      if (heat.value?.traffic !== 'mean') this.#cancel();
      else if (this.#wanted) this.want();
    });
  }

  dispose(): void {
    this.#stop();
    this.#cancel();
  }

  /** Begins to record, unless what is there is of this very plant, or on its way. */
  want(): void {
    this.#wanted = true;
    const of = { scene: this.#session.state.scene.peek(), seed: this.#session.seed };
    if (this.#of?.seed === of.seed && sameTwins(this.#of.scene, of.scene)) return;
    this.#of = of;
    const ticket = ++this.#ticket;
    // Not within the effect that wants it.
    queueMicrotask(() => void this.#count(ticket));
  }

  /** As the counts are, for a plan that has the same elements. */
  traffic(plan: FloorPlan): Traffic[] {
    if (this.state.peek().type !== 'done') return [];
    const numbers = new Map(plan.nodes.map(({ name }, node) => [name, node]));
    return this.#ways.flatMap(({ from, to, parts, sd }) => {
      const [a, b] = [numbers.get(from), numbers.get(to)];
      return a === undefined || b === undefined ? [] : [{ from: a, to: b, parts, sd }];
    });
  }

  #cancel(): void {
    this.#wanted = false;
    if (this.state.peek().type !== 'running') return;
    this.#ticket++;
    this.#of = undefined;
    this.state.value = { type: 'none' };
    // To ask for none ends what is on its way; a batch beside it goes on.
    void this.#session.laboratory.then((laboratory) => laboratory.flows(this.#session.state.scene.peek(), 1, [])).catch(() => undefined);
  }

  async #count(ticket: number): Promise<void> {
    const { state } = this.#session;
    const [scene, seed, plan] = [state.scene.peek(), this.#session.seed, state.plan.peek()];
    const twins = Math.min(TWINS, this.#session.replications);
    if (!plan) return;
    try {
      this.state.value = { type: 'running', twins, share: 0 };
      const laboratory = await this.#session.laboratory;
      const told = (share: number): void => {
        if (ticket === this.#ticket && this.state.peek().type === 'running') this.state.value = { type: 'running', twins, share };
      };
      const all = Array.from({ length: twins }, (_, replication) => replication);
      const counted = await laboratory.flows(scene, seed, all, told);
      if (ticket !== this.#ticket) return;
      if (counted.twins === 0) {
        this.state.value = { type: 'failed', reason: 'something else was run before a twin was counted.' };
        return;
      }
      const name = (node: number): string => plan.nodes[node]!.name;
      this.#ways = counted.edges.map(({ from, to, parts, sd }) => ({ from: name(from), to: name(to), parts, sd }));
      this.state.value = { type: 'done', twins: counted.twins, seconds: counted.seconds };
    } catch (error) {
      if (ticket === this.#ticket) this.state.value = { type: 'failed', reason: messageOf(error) };
    }
  }
}
