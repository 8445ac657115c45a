/** What hands do to the wall: pointers, wheel and keys become moves of the camera, pointing and choosing. */
import type { Gesture } from '../gestures.ts';
import { Pointers, type Spot } from '../pointers.ts';
import type { WallCamera } from './wall-camera.ts';

export interface WallWishes {
  hover(at: Spot | undefined): void;
  choose(at: Spot): void;
  fit(): void;
  /** Moves the cursor by columns and rows. */
  step(columns: number, rows: number): void;
  enter(): void;
  leave(): void;
}

/** Keys that the wall understands; a page can leave all others to whoever has them. */
export const WALL_KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '=', '-', '_', 'f', 'F', 'Enter', 'Escape'];

/** Share of the screen that an arrow key moves by. */
const STEP = 0.12;
const KEY_ZOOM = 1.25;
const ARROWS: Record<string, [x: number, y: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class WallHands {
  private readonly camera: WallCamera;
  private readonly wishes: WallWishes;
  private readonly pointers: Pointers;

  constructor(camera: WallCamera, wishes: WallWishes) {
    this.camera = camera;
    this.wishes = wishes;
    this.pointers = new Pointers({
      hover: (at) => wishes.hover(at),
      choose: (at) => wishes.choose(at),
      drag: (from, to) => camera.pan(to.x - from.x, to.y - from.y),
      pinch: (from, to, other) => this.pinch(from, to, other),
    });
  }

  take(gesture: Gesture): void {
    if (gesture.type === 'wheel') {
      this.camera.zoom(Math.exp(-gesture.delta * 0.0015), gesture.x, gesture.y);
      this.wishes.hover({ x: gesture.x, y: gesture.y });
    } else if (gesture.type === 'key') this.press(gesture.key, gesture.shift);
    else this.pointers.take(gesture);
  }

  /** Two fingers: the middle moves, the distance draws nearer. */
  private pinch(from: Spot, to: Spot, other: Spot): void {
    this.camera.pan((to.x - from.x) / 2, (to.y - from.y) / 2);
    const apart = Math.hypot(from.x - other.x, from.y - other.y);
    if (apart > 1) this.camera.zoom(Math.hypot(to.x - other.x, to.y - other.y) / apart, (to.x + other.x) / 2, (to.y + other.y) / 2);
  }

  private press(key: string, shift: boolean): void {
    const { camera, wishes } = this;
    const arrow = ARROWS[key];
    if (arrow && shift) wishes.step(...arrow);
    else if (arrow) {
      const step = STEP * Math.min(camera.width, camera.height);
      camera.glide(-arrow[0] * step, -arrow[1] * step);
    } else if (key === '+' || key === '=') camera.zoom(KEY_ZOOM);
    else if (key === '-' || key === '_') camera.zoom(1 / KEY_ZOOM);
    else if (key === 'Enter') wishes.enter();
    else if (key === 'Escape') wishes.leave();
    else if (key.toLowerCase() === 'f') wishes.fit();
  }
}
