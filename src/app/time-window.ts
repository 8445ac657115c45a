/** The part of a twin's time that a chart shows, in ticks: from the whole twin down to half a minute. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** Seconds that are never cut finer. */
const LEAST_SECONDS = 30;
/** Where the clock stays while the window goes with it, as a share of the window. */
const HEAD = 0.8;

/** Shows `factor` times as much time, keeping the tick `around` where it is; undefined where that is the whole twin. */
export function zoomed(
  window: TimeWindow | undefined,
  end: number,
  tickSeconds: number,
  factor: number,
  around: number,
): TimeWindow | undefined {
  const { from, to } = window ?? { from: 0, to: end };
  const least = Math.min(end, LEAST_SECONDS / tickSeconds);
  const length = Math.max(least, (to - from) * factor);
  if (length >= end) return undefined;
  const share = Math.max(0, Math.min(1, (around - from) / (to - from)));
  return within(around - share * length, length, end);
}

/** The window moved by so many ticks, as far as there is time. */
export function panned(window: TimeWindow, end: number, by: number): TimeWindow {
  return within(window.from + by, window.to - window.from, end);
}

/** The window in which the clock is to be seen: the same where it is in it already. */
export function following(window: TimeWindow, end: number, tick: number): TimeWindow {
  const length = window.to - window.from;
  if (tick >= window.from && tick <= window.from + HEAD * length) return window;
  // A clock that leaves on the right takes the window along; one that has jumped finds itself in the middle of what led to it.
  const jumped = tick < window.from || tick > window.to + length;
  const moved = within(tick - (jumped ? 0.5 : HEAD) * length, length, end);
  return moved.from === window.from ? window : moved;
}

function within(from: number, length: number, end: number): TimeWindow {
  const start = Math.max(0, Math.min(end - length, from));
  return { from: start, to: start + length };
}

/** Steps of an axis in seconds, as clocks have them. */
const STEPS = [
  0.001, 0.01, 0.1, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600, 2_419_200, 6_048_000, 12_096_000, 31_536_000,
];

/** Round moments in a window, seconds, at most one every `apart` of its share, and the seconds between them. */
export function moments(fromSeconds: number, toSeconds: number, apart: number): { step: number; at: number[] } {
  const least = (toSeconds - fromSeconds) * apart;
  const step = STEPS.find((one) => one >= least) ?? 31_536_000 * Math.ceil(least / 31_536_000);
  const at: number[] = [];
  for (let i = Math.ceil(fromSeconds / step - 1e-9); i * step <= toSeconds + 1e-9; i++) at.push(i * step);
  return { step, at };
}
