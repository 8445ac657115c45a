/** A page with nothing but a wall of made-up twins; what the test needs of it hangs on the window. `?twins=n`. */
import { openWall } from '../../src/view/wall/wall.ts';
import { SHOWING } from '../../src/view/wall/words.ts';

const canvas = document.querySelector('canvas')!;
const worker = new Worker(new URL('./wall-worker.ts', import.meta.url), { type: 'module' });
const twins = Number(new URLSearchParams(location.search).get('twins') ?? 1024);
const heard = { told: undefined as unknown, entered: [] as number[], errors: [] as string[], run: undefined as unknown };
worker.postMessage({ twins });

openWall(worker, canvas).then(
  (wall) => {
    wall.onTold = (told) => (heard.told = told);
    wall.onEnter = (twin) => heard.entered.push(twin);
    wall.onError = (message) => heard.errors.push(message);
    wall.onRun = (run) => (heard.run = run);
    new ResizeObserver(() => wall.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio)).observe(canvas);
    Object.assign(window, { wall, heard, SHOWING, source: worker });
  },
  (error: Error) => Object.assign(window, { failure: error.message }),
);
