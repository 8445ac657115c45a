/** What hands do to a canvas, as plain data that crosses to the worker that draws it: the floor, the wall and loose parts hear the same. */

/** Places are device pixels from the canvas's upper left. */
export type Gesture =
  | { type: 'down'; id: number; x: number; y: number /** The hand turns the camera instead of moving the ground. */; turns: boolean }
  | { type: 'move' | 'up'; id: number; x: number; y: number }
  /** The pointer went away: nothing is under it, nothing was chosen. */
  | { type: 'gone'; id: number }
  | { type: 'wheel'; x: number; y: number /** CSS pixels, down positive. */; delta: number }
  | { type: 'key'; key: string; shift: boolean };

export interface Listening {
  /** Device pixels in a CSS pixel, now. */
  ratio: () => number;
  /** Keys that the canvas understands; all others are left to whoever has them. */
  keys: readonly string[];
  /** Whether its camera turns: then the right button and a drag with Shift do that, and letters with Shift are the page's. */
  turns: boolean;
  signal: AbortSignal;
}

/** Turns a canvas's events into gestures, until the signal. */
export function listen(canvas: HTMLCanvasElement, send: (gesture: Gesture) => void, listening: Listening): void {
  const { ratio, keys, turns, signal } = listening;
  if (!canvas.hasAttribute('tabindex')) canvas.tabIndex = 0;
  canvas.style.touchAction = 'none';
  const place = (event: MouseEvent) => ({ x: event.offsetX * ratio(), y: event.offsetY * ratio() });
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > (turns ? 2 : 1)) return;
      canvas.setPointerCapture(event.pointerId);
      send({ type: 'down', id: event.pointerId, ...place(event), turns: turns && (event.button === 2 || event.shiftKey) });
    },
    { signal },
  );
  if (turns) canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  canvas.addEventListener('pointermove', (event) => send({ type: 'move', id: event.pointerId, ...place(event) }), { signal });
  canvas.addEventListener('pointerup', (event) => send({ type: 'up', id: event.pointerId, ...place(event) }), { signal });
  for (const name of ['pointercancel', 'pointerleave'] as const) {
    canvas.addEventListener(name, (event) => send({ type: 'gone', id: event.pointerId }), { signal });
  }
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      // Lines and pages of wheels that count so, in pixels.
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      // A pinch on a touch pad arrives as a wheel with Ctrl held, in small steps.
      const delta = event.deltaY * unit * (event.ctrlKey ? 6 : 1);
      send({ type: 'wheel', ...place(event), delta });
    },
    { signal, passive: false },
  );
  canvas.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !keys.includes(event.key)) return;
      // A capital may also come from Caps Lock.
      if (turns && event.shiftKey && /^[a-z]$/i.test(event.key)) return;
      event.preventDefault();
      send({ type: 'key', key: event.key, shift: event.shiftKey });
    },
    { signal },
  );
}
