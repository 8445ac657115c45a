/** The pointers on a canvas: which of them are down, and whether what they do is a look, a choice, a drag or a pinch. */
import type { Gesture } from './gestures.ts';

export interface Spot {
  x: number;
  y: number;
}

/** What pointers do, in device pixels. */
export interface PointerWishes {
  hover(at: Spot | undefined): void;
  choose(at: Spot): void;
  /** One pointer went on; `turns` where it is to turn the camera. */
  drag(from: Spot, to: Spot, turns: boolean): void;
  /** Of two pointers one went on while the other stayed. */
  pinch(from: Spot, to: Spot, other: Spot): void;
}

/** Device pixels within which a press is a choice and no drag. */
const STILL = 6;

export class Pointers {
  private readonly wishes: PointerWishes;
  private readonly held = new Map<number, Spot & { turns: boolean }>();
  /** Where the only pointer went down, while it may still be a choice. */
  private pressed: Spot | undefined;

  constructor(wishes: PointerWishes) {
    this.wishes = wishes;
  }

  take(gesture: Extract<Gesture, { id: number }>): void {
    switch (gesture.type) {
      case 'down': {
        const { x, y, turns } = gesture;
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
    if (other) this.wishes.pinch(from, { x, y }, other);
    else this.wishes.drag(from, { x, y }, from.turns);
    this.held.set(id, { ...from, x, y });
  }
}
