/** What hands do to the floor: pointers, wheel and keys become moves of the camera, hovering and choosing. */
import type { Camera } from './camera.ts';

/** An input event as plain data; places in device pixels from the canvas's upper left. */
export type Gesture =
  | { type: 'down' | 'move' | 'up'; id: number; x: number; y: number }
  /** The pointer went away: nothing is under it, nothing was chosen. */
  | { type: 'gone'; id: number }
  | { type: 'wheel'; x: number; y: number /** CSS pixels, down positive. */; delta: number }
  | { type: 'key'; key: string };

export interface Wishes {
  hover(at: { x: number; y: number } | undefined): void;
  choose(at: { x: number; y: number }): void;
  fit(): void;
  /** The camera was moved by hand. */
  moved(): void;
}

/** Keys that the floor understands; a page can leave all others to whoever has them. */
export const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '=', '-', '_', 'f', 'F', 't', 'T'];

/** Device pixels within which a press is a choice and no drag. */
const STILL = 6;
/** Share of the screen that an arrow key moves by. */
const STEP = 0.12;
const KEY_ZOOM = 1.25;

export class Hands {
  private readonly camera: Camera;
  private readonly wishes: Wishes;
  private readonly held = new Map<number, { x: number; y: number }>();
  /** Where the only pointer went down, while it may still be a choice. */
  private pressed: { x: number; y: number } | undefined;

  constructor(camera: Camera, wishes: Wishes) {
    this.camera = camera;
    this.wishes = wishes;
  }

  take(gesture: Gesture): void {
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
        this.wishes.moved();
        break;
      case 'key':
        this.press(gesture.key);
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
      const middle = { x: (x + other.x) / 2, y: (y + other.y) / 2 };
      this.camera.pan((x - from.x) / 2, (y - from.y) / 2);
      const apart = Math.hypot(from.x - other.x, from.y - other.y);
      if (apart > 1) this.camera.zoom(Math.hypot(x - other.x, y - other.y) / apart, middle.x, middle.y);
    } else this.camera.pan(x - from.x, y - from.y);
    this.held.set(id, { x, y });
    this.wishes.moved();
  }

  private press(key: string): void {
    const { camera } = this;
    const step = STEP * Math.min(camera.width, camera.height);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => camera.glide(step, 0),
      ArrowRight: () => camera.glide(-step, 0),
      ArrowUp: () => camera.glide(0, step),
      ArrowDown: () => camera.glide(0, -step),
      '+': () => camera.zoom(KEY_ZOOM),
      '=': () => camera.zoom(KEY_ZOOM),
      '-': () => camera.zoom(1 / KEY_ZOOM),
      _: () => camera.zoom(1 / KEY_ZOOM),
    };
    if (key.toLowerCase() === 'f') this.wishes.fit();
    else if (key.toLowerCase() === 't') {
      camera.toggleAbove();
      this.wishes.fit();
    } else if (actions[key]) {
      actions[key]();
      this.wishes.moved();
    }
  }
}
