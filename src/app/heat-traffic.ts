/** How many parts go over each way, mean over some twins: recorded when it is wanted, kept while the plant stays as it is. */
import { effect, signal } from '@preact/signals-core';
import type { FloorPlan } from '../engine/trace.ts';
import { type Traffic, TwinTraffic } from './heat-figures.ts';
import { sameTwins } from './same-twins.ts';
import { messageOf, type Session } from './session.ts';

/** Twins that are recorded: the first of the run. */
const TWINS = 16;

type State =
  | { type: 'none' }
  | { type: 'running'; twins: number; share: number }
  | { type: 'failed'; reason: string }
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
  #ways: { from: string; to: string; parts: number }[] = [];

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
    return this.#ways.flatMap(({ from, to, parts }) => {
      const [a, b] = [numbers.get(from), numbers.get(to)];
      return a === undefined || b === undefined ? [] : [{ from: a, to: b, parts }];
    });
  }

  #cancel(): void {
    this.#wanted = false;
    if (this.state.peek().type !== 'running') return;
    this.#ticket++;
    this.#of = undefined;
    this.state.value = { type: 'none' };
  }

  async #count(ticket: number): Promise<void> {
    const { state } = this.#session;
    const [scene, seed, plan] = [state.scene.peek(), this.#session.seed, state.plan.peek()];
    const twins = Math.min(TWINS, this.#session.replications);
    const began = performance.now();
    try {
      if (!plan) return;
      this.state.value = { type: 'running', twins, share: 0 };
      const laboratory = await this.#session.laboratory;
      const sums = new Map<number, number>();
      for (let replication = 0; replication < twins; replication++) {
        const trace = await laboratory.trace(scene, seed, replication);
        if (ticket !== this.#ticket) return;
        for (const { from, to, parts } of new TwinTraffic(plan, trace).at(trace.end)) {
          const way = from * plan.nodes.length + to;
          sums.set(way, (sums.get(way) ?? 0) + parts);
        }
        this.state.value = { type: 'running', twins, share: (replication + 1) / twins };
      }
      const name = (node: number): string => plan.nodes[node]!.name;
      this.#ways = Array.from(sums, ([way, parts]) => ({
        from: name(Math.floor(way / plan.nodes.length)),
        to: name(way % plan.nodes.length),
        parts: parts / twins,
      }));
      this.state.value = { type: 'done', twins, seconds: (performance.now() - began) / 1000 };
    } catch (error) {
      if (ticket === this.#ticket) this.state.value = { type: 'failed', reason: messageOf(error) };
    }
  }
}
