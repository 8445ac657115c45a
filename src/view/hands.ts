/** What hands do to the floor: pointers, wheel and keys become moves of the camera, hovering and choosing. */
import type { Camera } from './camera.ts';

/** An input event as plain data; places in device pixels from the canvas's upper left. */
export type Gesture =
  | { type: 'down'; id: number; x: number; y: number /** The hand turns the camera instead of moving the ground. */; turns?: boolean }
  | { type: 'move' | 'up'; id: number; x: number; y: number }
  /** The pointer went away: nothing is under it, nothing was chosen. */
  | { type: 'gone'; id: number }
  | { type: 'wheel'; x: number; y: number /** CSS pixels, down positive. */; delta: number }
  | { type: 'key'; key: string };

export interface Wishes {
  hover(at: { x: number; y: number } | undefined): void;
  choose(at: { x: number; y: number }): void;
  fit(): void;
  /** The camera was moved by hand; `away` where it was moved from what it looked at, not only turned or drawn near. */
  moved(away: boolean): void;
}

/** Keys that the floor understands; a page can leave all others to whoever has them. */
export const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', ...'+=-_fFtTqQeE'];

/** Device pixels within which a press is a choice and no drag. */
const STILL = 6;
/** Share of the screen that an arrow key moves by. */
const STEP = 0.12;
const KEY_ZOOM = 1.25;
/** Radians by a key; and over the height of the screen. */
const KEY_TURN = Math.PI / 12;
const KEY_TILT = Math.PI / 24;
const SWEEP = Math.PI;

interface Finger {
  x: number;
  y: number;
  turns: boolean;
}

export class Hands {
  private readonly camera: Camera;
  private readonly wishes: Wishes;
  private readonly held = new Map<number, Finger>();
  /** Where the only pointer went down, while it may still be a choice. */
  private pressed: { x: number; y: number } | undefined;

  constructor(camera: Camera, wishes: Wishes) {
    this.camera = camera;
    this.wishes = wishes;
  }

  take(gesture: Gesture): void {
    switch (gesture.type) {
      case 'down': {
        const { x, y, turns = false } = gesture;
        this.held.set(gesture.id, { x, y, turns });
        this.pressed = this.held.size === 1 ? { x, y } : undefined;
        break;
      }
      case 'move':
        this.move(gesture.id, gesture.x, gesture.y);
        break;
      case 'up': {
        const turned = this.held.get(gesture.id)?.turns;
        this.held.delete(gesture.id);
        if (this.pressed && !turned) this.wishes.choose(this.pressed);
        this.pressed = undefined;
        break;
      }
      case 'gone':
        this.held.delete(gesture.id);
        this.pressed = undefined;
        this.wishes.hover(undefined);
        break;
      case 'wheel':
        this.camera.zoom(Math.exp(-gesture.delta * 0.0015), gesture.x, gesture.y);
        this.wishes.moved(false);
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
    if (other) this.pinch(from, { x, y }, other);
    else if (from.turns) {
      const sweep = SWEEP / this.camera.height;
      this.camera.orbit((from.x - x) * -sweep, (y - from.y) * sweep);
      this.wishes.moved(false);
    } else {
      this.camera.drag(from.x, from.y, x, y);
      this.wishes.moved(true);
    }
    this.held.set(id, { ...from, x, y });
  }

  /** Two fingers: their middle moves the ground, their distance draws nearer, their direction turns; both up or down tilts. */
  private pinch(from: { x: number; y: number }, to: { x: number; y: number }, other: { x: number; y: number }): void {
    const { camera } = this;
    const before = { x: from.x - other.x, y: from.y - other.y };
    const after = { x: to.x - other.x, y: to.y - other.y };
    const [apart, wide] = [Math.hypot(before.x, before.y), Math.hypot(after.x, after.y)];
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
    if (apart > 1 && wide > 1) {
      const twist = Math.atan2(before.x * after.y - before.y * after.x, before.x * after.x + before.y * after.y);
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      // Fingers side by side that go up or down: neither a pinch nor a twist of what they hold.
      const level = Math.abs(after.y) < 0.5 * Math.abs(after.x) && Math.abs(dy) > 2 * Math.abs(dx);
      if (level) camera.orbit(0, (dy / 2) * (SWEEP / camera.height));
      else {
        camera.drag((from.x + other.x) / 2, (from.y + other.y) / 2, middle.x, middle.y);
        camera.zoom(wide / apart, middle.x, middle.y);
        camera.orbit(-twist, 0);
      }
    }
    this.wishes.moved(true);
  }

  private press(key: string): void {
    const { camera } = this;
    const step = STEP * Math.min(camera.width, camera.height);
    const glide = (dx: number, dy: number) => () => {
      camera.glide(dx, dy);
      return true;
    };
    const near = (factor: number) => () => {
      camera.zoom(factor, undefined, undefined, true);
      return false;
    };
    const orbit = (turn: number, tilt: number) => () => {
      camera.orbit(turn, tilt, true);
      return false;
    };
    const actions: Record<string, () => boolean> = {
      arrowleft: glide(step, 0),
      arrowright: glide(-step, 0),
      arrowup: glide(0, step),
      arrowdown: glide(0, -step),
      '+': near(KEY_ZOOM),
      '=': near(KEY_ZOOM),
      '-': near(1 / KEY_ZOOM),
      _: near(1 / KEY_ZOOM),
      q: orbit(KEY_TURN, 0),
      e: orbit(-KEY_TURN, 0),
      pageup: orbit(0, KEY_TILT),
      pagedown: orbit(0, -KEY_TILT),
    };
    const name = key.toLowerCase();
    if (name === 'f') this.wishes.fit();
    else if (name === 't') {
      camera.toggleAbove();
      this.wishes.fit();
    } else {
      const action = actions[name];
      if (action) this.wishes.moved(action());
    }
  }
}
