/** A page with nothing but a floor; what the test needs of it hangs on the window. `?count=n`: a line of n stations without a trace; `?shop`: belts, transfers and people. */
import { openFloor } from '../../src/view/floor.ts';
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
const shop = query.has('shop') ? { plan: shopPlan(), trace: shopTrace(1, 0) } : undefined;
const { plan, trace } = shop ?? (count > 0 ? { plan: planOf(line), trace: undefined } : simulate(GEARBOX, 8 * 3600));
const nameOf = (thing: Thing | undefined) => (thing !== undefined && 'element' in thing ? thing.element : undefined);
const heard = {
  picks: [] as (string | undefined)[],
  things: [] as (Thing | undefined)[],
  hovers: [] as (string | undefined)[],
  follows: [] as (Thing | undefined)[],
  errors: [] as string[],
  ticks: 0,
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
    if (floor.playing) floor.pause();
    floor.show(plan, trace);
    new ResizeObserver(() => floor.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio)).observe(canvas);
    Object.assign(window, { floor, heard });
  },
  (error: Error) => Object.assign(window, { failure: error.message }),
);
