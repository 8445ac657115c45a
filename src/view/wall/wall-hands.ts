/** What hands do to the wall: pointers, wheel and keys become moves of the camera, pointing and choosing. */
import type { WallCamera } from './wall-camera.ts';

/** An input event as plain data; places in device pixels from the canvas's upper left. */
export type WallGesture =
  | { type: 'down' | 'move' | 'up'; id: number; x: number; y: number }
  /** The pointer went away: nothing is under it, nothing was chosen. */
  | { type: 'gone'; id: number }
  | { type: 'wheel'; x: number; y: number /** CSS pixels, down positive. */; delta: number }
  | { type: 'key'; key: string; shift: boolean };

export interface WallWishes {
  hover(at: { x: number; y: number } | undefined): void;
  choose(at: { x: number; y: number }): void;
  fit(): void;
  /** Moves the cursor by columns and rows. */
  step(columns: number, rows: number): void;
  enter(): void;
  leave(): void;
}

/** Keys that the wall understands; a page can leave all others to whoever has them. */
export const WALL_KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '=', '-', '_', 'f', 'F', 'Enter', 'Escape'];

/** Device pixels within which a press is a choice and no drag. */
const STILL = 6;
/** Share of the screen that an arrow key moves by. */
const STEP = 0.12;
const KEY_ZOOM = 1.25;
const ARROWS: Record<string, [x: number, y: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class WallHands {
  private readonly camera: WallCamera;
  private readonly wishes: WallWishes;
  private readonly held = new Map<number, { x: number; y: number }>();
  /** Where the only pointer went down, while it may still be a choice. */
  private pressed: { x: number; y: number } | undefined;

  constructor(camera: WallCamera, wishes: WallWishes) {
    this.camera = camera;
    this.wishes = wishes;
  }

  take(gesture: WallGesture): void {
    switch (gesture.type) {
      case 'down':
        this.held.set(gesture.id, { x: gesture.x, y: gesture.y });
        this.pressed = this.held.size === 1 ? { x: gesture.x, y: gesture.y } : undefined;
        break;
      case 'move':
        this.move(gesture.id, gesture.x, gesture.y);
        break;
      case 'up':
        this.held.delete(gesture.id);
        if (this.pressed) this.wishes.choose(this.pressed);
        this.pressed = undefined;
        break;
      case 'gone':
        this.held.delete(gesture.id);
        this.pressed = undefined;
        this.wishes.hover(undefined);
        break;
      case 'wheel':
        this.camera.zoom(Math.exp(-gesture.delta * 0.0015), gesture.x, gesture.y);
        this.wishes.hover({ x: gesture.x, y: gesture.y });
        break;
      case 'key':
        this.press(gesture.key, gesture.shift);
        break;
    }
  }

  private move(id: number, x: number, y: number): void {
    const from = this.held.get(id);
    if (!from) {
      this.wishes.hover({ x, y });
      return;
    }
    if (this.pressed && Math.hypot(x - this.pressed.x, y - this.pressed.y) < STILL) return;
    this.pressed = undefined;
    const other = [...this.held].find(([key]) => key !== id)?.[1];
    if (other) {
      // Two fingers: the middle moves, the distance draws nearer.
      this.camera.pan((x - from.x) / 2, (y - from.y) / 2);
      const apart = Math.hypot(from.x - other.x, from.y - other.y);
      if (apart > 1) this.camera.zoom(Math.hypot(x - other.x, y - other.y) / apart, (x + other.x) / 2, (y + other.y) / 2);
    } else this.camera.pan(x - from.x, y - from.y);
    this.held.set(id, { x, y });
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
