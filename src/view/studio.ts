/** A canvas of its own for pictures and films: any size, always in full detail. */
import type { Camera } from './camera.ts';
import type { Moment, Renderer } from './renderer.ts';
import { canvasTarget } from './stage.ts';

export interface Studio {
  canvas: OffscreenCanvas;
  /** What the camera sees now, on the canvas until the end of the task: take it at once. */
  draw(moment: Moment): void;
  close(): void;
}

/** Names keep their size against the picture, and stay readable where it is small. */
const LEAST_RATIO = 0.75;

/** @param width and `height` in pixels. */
export function openStudio(device: GPUDevice, renderer: Renderer, camera: Camera, width: number, height: number): Studio {
  const canvas = new OffscreenCanvas(width, height);
  const target = canvasTarget(device, canvas);
  const share = Math.min(width / camera.width, height / camera.height);
  return {
    canvas,
    draw(moment) {
      renderer.draw(target, camera.copy(width, height, Math.max(LEAST_RATIO, camera.ratio * share)), moment);
    },
    close: () => target.dispose(),
  };
}
