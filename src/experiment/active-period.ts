/**
 * The shifting bottleneck (Roser, Nakano and Tanaka 2002, "Shifting bottleneck detection", Winter Simulation Conference): at every instant the
 * bottleneck is the station whose present uninterrupted active period is the longest. Active is whatever is neither starved nor blocked; a station
 * of several servers is active while none of them is. Where the period of the next bottleneck overlaps that of the last, it is shifting between the two.
 */
import { CHANGE, type FloorPlan, STATES, type Trace } from '../engine/trace.ts';
import type { ActivePeriod } from './study-protocol.ts';

const IDLE = new Set([STATES.indexOf('starved'), STATES.indexOf('blocked'), STATES.indexOf('offShift')]);

interface Period {
  station: number;
  from: number;
  to: number;
}

/** Shares of the time from warm-up to end, averaged over the traces, of every station in node order. */
export function activePeriods(plan: FloorPlan, traces: readonly Trace[]): ActivePeriod[] {
  const stations = plan.nodes.filter(({ kind, servers }) => kind === 'station' && servers > 0 && Number.isFinite(servers));
  const sole = stations.map(() => 0);
  const shifting = stations.map(() => 0);
  let span = 0;
  for (const trace of traces) {
    const periods = periodsOf(plan, stations, trace);
    shares(periods, trace.warmup, trace.end, sole, shifting);
    span += trace.end - trace.warmup;
  }
  return stations.map(({ name }, i) => ({ element: name, sole: (sole[i] as number) / span, shifting: (shifting[i] as number) / span }));
}

function periodsOf(plan: FloorPlan, stations: FloorPlan['nodes'], trace: Trace): Period[] {
  const placeOf = new Map<number, number>();
  stations.forEach(({ firstPlace, servers }, station) => {
    for (let i = 0; i < servers; i++) placeOf.set(firstPlace + i, station);
  });
  const places = plan.nodes.reduce(
    (most, { kind, firstPlace, servers }) => (kind === 'station' ? Math.max(most, firstPlace + servers) : most),
    0,
  );
  const idle = new Uint8Array(places).fill(1);
  const busy = stations.map(() => 0);
  const since = stations.map(() => -1);
  const periods: Period[] = [];
  for (let i = 0; i < trace.states.length; i += CHANGE.words) {
    const tick = trace.states[i + CHANGE.tick] as number;
    const place = trace.states[i + CHANGE.place] as number;
    const station = placeOf.get(place);
    if (station === undefined) continue;
    const now = IDLE.has(trace.states[i + CHANGE.state] as number) ? 1 : 0;
    const before = idle[place] as number;
    if (now === before) continue;
    idle[place] = now;
    busy[station] = (busy[station] as number) + before - now;
    const all = (stations[station] as FloorPlan['nodes'][number]).servers;
    if (busy[station] === all) since[station] = tick;
    else if ((since[station] as number) >= 0) {
      if (tick > (since[station] as number)) periods.push({ station, from: since[station] as number, to: tick });
      since[station] = -1;
    }
  }
  since.forEach((from, station) => {
    if (from >= 0 && trace.end > from) periods.push({ station, from, to: trace.end });
  });
  return periods;
}

/** Adds the ticks in which each station is the sole bottleneck, and those in which it is shifting to or from it. */
function shares(periods: Period[], warmup: number, end: number, sole: number[], shifting: number[]): void {
  // Ends in order; at the end of a bottleneck's period the next is the one that is active then with the longest period, and the two overlap from where that began.
  // A period that touches (a part that follows at once) is one: merged by station first.
  const merged = merge(periods).sort((a, b) => a.from - b.from || b.to - a.to);
  const byStart = merged;
  let at = 0;
  let current: Period | undefined;
  let soleFrom = 0;
  const book = (to: number[], station: number, from: number, until: number): void => {
    const ticks = Math.min(until, end) - Math.max(from, warmup);
    if (ticks > 0) to[station] = (to[station] as number) + ticks;
  };
  while (at < byStart.length || current !== undefined) {
    if (current === undefined) {
      const first = byStart[at] as Period;
      // Of those that begin together the longest.
      current = first;
      soleFrom = first.from;
      at++;
      continue;
    }
    // The candidates that are active when the current period ends.
    let next: Period | undefined;
    for (let i = 0; i < byStart.length; i++) {
      const period = byStart[i] as Period;
      if (period.from > current.to) break;
      if (period !== current && period.to > current.to && (next === undefined || period.to - period.from > next.to - next.from))
        next = period;
    }
    if (next === undefined) {
      book(sole, current.station, soleFrom, current.to);
      const { to } = current;
      while (at < byStart.length && (byStart[at] as Period).from <= to && (byStart[at] as Period).to <= to) at++;
      current = undefined;
      continue;
    }
    const overlap = Math.max(next.from, soleFrom);
    book(sole, current.station, soleFrom, overlap);
    book(shifting, current.station, overlap, current.to);
    book(shifting, next.station, overlap, current.to);
    soleFrom = current.to;
    current = next;
    while (at < byStart.length && (byStart[at] as Period).from <= soleFrom) at++;
  }
}

/** Periods of one station that touch are one period: a part may follow at once. */
function merge(periods: Period[]): Period[] {
  const last = new Map<number, Period>();
  const merged: Period[] = [];
  for (const period of periods.sort((a, b) => a.from - b.from)) {
    const before = last.get(period.station);
    if (before !== undefined && before.to >= period.from) before.to = Math.max(before.to, period.to);
    else {
      const own = { ...period };
      last.set(period.station, own);
      merged.push(own);
    }
  }
  return merged;
}
