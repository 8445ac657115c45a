/** The composition root: the laboratory, the floor and the page know nothing of each other's making. */
import defaultScene from '../scenes/gearbox.json?raw';
import { openPage } from './app/page.ts';
import { openLaboratory } from './experiment/laboratory.ts';
import { openFloor } from './view/floor.ts';

/** All that needs the simulation's GPU lives in one worker. Rejects where the browser starts no workers: the page shows itself all the same. */
const worker = (async () => new Worker(new URL('./gpu-worker.ts', import.meta.url), { type: 'module' }))();

const openWall = async (canvas: HTMLCanvasElement) => (await import('./view/wall/wall.ts')).openWall(await worker, canvas);

const startBulk = () => new Worker(new URL('./bulk-worker.ts', import.meta.url), { type: 'module', name: 'bulk' });

void openPage(document.querySelector<HTMLElement>('#page')!, {
  laboratory: worker.then(openLaboratory),
  openFloor,
  openWall,
  startBulk,
  defaultScene,
});
