/** What hands do to the floor: pointers, wheel and keys become moves of the camera, hovering and choosing. */
import type { Camera } from './camera.ts';
import type { Gesture } from './gestures.ts';
import { Pointers, type Spot } from './pointers.ts';

export interface Wishes {
  hover(at: { x: number; y: number } | undefined): void;
  choose(at: { x: number; y: number }): void;
  fit(): void;
  /** The camera was moved by hand; `away` where it was moved from what it looked at, not only turned or drawn near. */
  moved(away: boolean): void;
}

/** Keys that the floor understands; a page can leave all others to whoever has them. */
export const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', ...'+=-_fFtTqQeE'];

/** Share of the screen that an arrow key moves by. */
const STEP = 0.12;
const KEY_ZOOM = 1.25;
/** Radians by a key; and over the height of the screen. */
const KEY_TURN = Math.PI / 12;
const KEY_TILT = Math.PI / 24;
const SWEEP = Math.PI;

export class Hands {
  private readonly camera: Camera;
  private readonly wishes: Wishes;
  private readonly pointers: Pointers;

  constructor(camera: Camera, wishes: Wishes) {
    this.camera = camera;
    this.wishes = wishes;
    this.pointers = new Pointers({
      hover: (at) => wishes.hover(at),
      choose: (at) => wishes.choose(at),
      drag: (from, to, turns) => this.drag(from, to, turns),
      pinch: (from, to, other) => this.pinch(from, to, other),
    });
  }

  take(gesture: Gesture): void {
    if (gesture.type === 'wheel') {
      this.camera.zoom(Math.exp(-gesture.delta * 0.0015), gesture.x, gesture.y);
      this.wishes.moved(false);
    } else if (gesture.type === 'key') this.press(gesture.key);
    else this.pointers.take(gesture);
  }

  private drag(from: Spot, to: Spot, turns: boolean): void {
    if (turns) {
      const sweep = SWEEP / this.camera.height;
      this.camera.orbit((from.x - to.x) * -sweep, (to.y - from.y) * sweep);
    } else this.camera.drag(from.x, from.y, to.x, to.y);
    this.wishes.moved(!turns);
  }

  /** Two fingers: their middle moves the ground, their distance draws nearer, their direction turns; both up or down tilts. */
  private pinch(from: Spot, to: Spot, other: Spot): void {
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
