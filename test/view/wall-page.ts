/** A page with nothing but a wall of made-up twins; what the test needs of it hangs on the window. `?twins=n`. */
import { openWall } from '../../src/view/wall/wall.ts';
import { SHOWING } from '../../src/view/wall/words.ts';

const canvas = document.querySelector('canvas')!;
const worker = new Worker(new URL('./wall-worker.ts', import.meta.url), { type: 'module' });
const twins = Number(new URLSearchParams(location.search).get('twins') ?? 1024);
const heard = { told: undefined as unknown, frame: undefined as unknown, entered: [] as number[], errors: [] as string[], runs: 0 };
worker.postMessage({ twins });

openWall(worker, canvas).then(
  (wall) => {
    wall.onTold = (told, hovered, cursor) => Object.assign(heard, { told, frame: hovered ?? cursor });
    wall.onEnter = (twin) => heard.entered.push(twin);
    wall.onError = (message) => heard.errors.push(message);
    wall.onRun = () => heard.runs++;
    new ResizeObserver(() => wall.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio)).observe(canvas);
    Object.assign(window, { wall, heard, SHOWING, source: worker });
  },
  (error: Error) => Object.assign(window, { failure: error.message }),
);
