/** A page with nothing but a floor; what the test needs of it hangs on the window. `?count=n`: a line of n stations without a trace; `?shop`: belts, transfers and people. */
import { openFloor } from '../../src/view/floor.ts';
import { type FloorPlan, NEVER, type Trace, VISIT } from '../../src/engine/trace.ts';
import type { Thing } from '../../src/view/things.ts';
import { shopPlan, shopTrace } from '../page/fake-shop.ts';
import { GEARBOX, planOf, simulate } from './plant.ts';

const canvas = document.querySelector('canvas')!;
const query = new URLSearchParams(location.search);
const count = Number(query.get('count') ?? 0);
const line = Object.fromEntries(
  Array.from({ length: count }, (_, i) => [
    `Station ${i}`,
    { kind: 'station' as const, to: i + 1 < count ? [[`Station ${i + 1}`, 1] as [string, number]] : [] },
  ]),
);
/** `?parts=n`: a buffer with n parts, each of which has been there for a second. */
function crowd(parts: number): { plan: FloorPlan; trace: Trace } {
  const plan = planOf({
    in: { kind: 'source', to: [['pile', 1]] },
    pile: { kind: 'buffer', to: [['out', 1]] },
    out: { kind: 'sink', to: [] },
  });
  const pile = plan.nodes.findIndex(({ name }) => name === 'pile');
  const visits = new Uint32Array(VISIT.words * parts);
  for (let i = 0; i < parts; i++)
    visits.set([i, NEVER, pile, i, plan.nodes.findIndex(({ name }) => name === 'in'), i % 2, i], VISIT.words * i);
  return { plan, trace: { seed: 1, replication: 0, warmup: 0, end: 20_000_000, visits, states: new Uint32Array(0) } };
}

const shop = query.has('parts')
  ? crowd(Number(query.get('parts')))
  : query.has('shop')
    ? { plan: shopPlan(), trace: shopTrace(1, 0) }
    : undefined;
const { plan, trace } = shop ?? (count > 0 ? { plan: planOf(line), trace: undefined } : simulate(GEARBOX, 8 * 3600));
const nameOf = (thing: Thing | undefined) => (thing !== undefined && 'element' in thing ? thing.element : undefined);
const heard = {
  picks: [] as (string | undefined)[],
  things: [] as (Thing | undefined)[],
  hovers: [] as (string | undefined)[],
  follows: [] as (Thing | undefined)[],
  errors: [] as string[],
  ticks: 0,
  /** Whether it played when it was opened. */
  born: false,
};

openFloor(canvas).then(
  (floor) => {
    floor.onPick = (thing) => {
      heard.picks.push(nameOf(thing));
      heard.things.push(thing);
    };
    floor.onFollow = (thing) => heard.follows.push(thing);
    floor.onHover = (thing) => heard.hovers.push(nameOf(thing));
    floor.onError = (message) => heard.errors.push(message);
    floor.onTick = () => heard.ticks++;
    heard.born = floor.playing;
    if (floor.playing) floor.pause();
    floor.show(plan, trace);
    new ResizeObserver(() => floor.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio)).observe(canvas);
    Object.assign(window, { floor, heard });
  },
  (error: Error) => Object.assign(window, { failure: error.message }),
);
