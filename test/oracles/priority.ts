/**
 * Single servers that do not take parts in turn, or stop: M/G/1 with priorities (Cobham 1954; White and Christie 1958; Kleinrock, Queueing
 * Systems 2, 1976, ch. 3), with breakdowns (Gaver 1962; Avi-Itzhak and Naor 1963), with set-up of an idle server (Welch 1964) and with
 * arrivals in batches (Burke 1975). Rates are per unit of time.
 */

/** One class of parts of an M/G/1. */
export interface Stream {
  arrivalRate: number;
  /** Mean service time. */
  mean: number;
  /** Coefficient of variation of the service time. */
  cv: number;
}

export interface Delay {
  /** Until service begins for the first time. */
  wait: number;
  flowTime: number;
}

const load = (streams: Stream[]): number => streams.reduce((sum, { arrivalRate, mean }) => sum + arrivalRate * mean, 0);

/** Mean work left of a service in progress, as an arrival finds it: Σ λ E[S²] / 2. */
const residual = (streams: Stream[]): number =>
  streams.reduce((sum, { arrivalRate, mean, cv }) => sum + (arrivalRate * mean * mean * (1 + cv * cv)) / 2, 0);

/** The first class goes first, but never interrupts: W0 / ((1 − σ of those above) (1 − σ with one's own)). */
export function nonPreemptive(streams: Stream[]): Delay[] {
  const begun = residual(streams);
  return streams.map(({ mean }, i) => {
    const wait = begun / (1 - load(streams.slice(0, i))) / (1 - load(streams.slice(0, i + 1)));
    return { wait, flowTime: wait + mean };
  });
}

/** The first class interrupts all others; an interrupted job goes on where it stopped. */
export function preemptiveResume(streams: Stream[]): Delay[] {
  return streams.map(({ mean }, i) => {
    const above = 1 - load(streams.slice(0, i));
    const wait = residual(streams.slice(0, i + 1)) / above / (1 - load(streams.slice(0, i + 1)));
    return { wait, flowTime: wait + mean / above };
  });
}

/** Failures after an exponential time at rate `rate`; repairs by mean and coefficient of variation. */
export interface Breakdowns {
  rate: number;
  repair: number;
  cv: number;
}

/**
 * M/G/1 whose server fails only while it works; the job then goes on with what remained. The completion time takes the place of the service:
 * E[C] = E[S](1 + θr), E[C²] = E[S²](1 + θr)² + E[S] θ E[R²].
 */
export function failingAtWork({ arrivalRate, mean, cv }: Stream, { rate, repair, cv: spread }: Breakdowns): Delay {
  const stretch = 1 + rate * repair;
  const completion = mean * stretch;
  const second = mean * mean * (1 + cv * cv) * stretch * stretch + mean * rate * repair * repair * (1 + spread * spread);
  const wait = (arrivalRate * second) / (2 * (1 - arrivalRate * completion));
  return { wait, flowTime: wait + completion };
}

/**
 * The same where the clock to failure also runs while the server has no work. Who comes to an idle server may then find it in repair:
 * a delay D at the beginning of the busy period, which adds (2 E[D] + λ E[D²]) / (2 (1 + λ E[D])) to every wait (Welch 1964).
 * @param transform R*(s) of the repair time
 */
export function failingAlways(stream: Stream, breakdowns: Breakdowns, transform: (s: number) => number): Delay {
  const { arrivalRate: l } = stream;
  const { rate, repair, cv } = breakdowns;
  const none = transform(l);
  // Chance that the idle period ends within a repair, and the first two moments of what is left of that repair, times the chance.
  const perRepair = rate / (l + rate - rate * none);
  const first = perRepair * (repair - (1 - none) / l);
  const second = perRepair * (repair * repair * (1 + cv * cv) - (2 * repair) / l + (2 * (1 - none)) / (l * l));
  const extra = (2 * first + l * second) / (2 * (1 + l * first));
  const { wait, flowTime } = failingAtWork(stream, breakdowns);
  return { wait: wait + extra, flowTime: flowTime + extra };
}

/** M^[X]/G/1: batches arrive at `arrivalRate` (of batches), of a size with this mean and second moment; parts are served one by one. */
export function batchArrivals({ arrivalRate, mean, cv }: Stream, size: number, sizeSquared: number): Delay {
  const utilization = arrivalRate * size * mean;
  const wait = (arrivalRate * size * mean * mean * (1 + cv * cv) + mean * (sizeSquared / size - 1)) / (2 * (1 - utilization));
  return { wait, flowTime: wait + mean };
}
