/**
 * The shifting bottleneck (Roser, Nakano and Tanaka 2002, "Shifting bottleneck detection", Winter Simulation Conference): at every instant the
 * bottleneck is the station whose present uninterrupted active period is the longest. Active is whatever waits for nothing: neither starved, nor
 * blocked, nor off shift, nor waiting for people (these, not the station, are then what lacks). A station of several servers is active while all of
 * them are. Where the periods of two bottlenecks overlap, the bottleneck is shifting between the two.
 */
import { CHANGE, type FloorPlan, STATES, type Trace } from '../engine/trace.ts';
import type { ActivePeriod } from './study-protocol.ts';

const IDLE = new Set([
  STATES.indexOf('starved'),
  STATES.indexOf('blocked'),
  STATES.indexOf('offShift'),
  STATES.indexOf('waitingForPeople'),
]);

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

/**
 * Adds the ticks in which each station is the sole bottleneck, and those in which two or more are. A period is a bottleneck's if at some instant it
 * is the longest of those that are active; it is then the bottleneck's for as long as it lasts.
 */
function shares(periods: Period[], warmup: number, end: number, sole: number[], shifting: number[]): void {
  const leading = leaders(merge(periods));
  const turns = leading.flatMap(({ station, from, to }) => [
    { tick: from, station, by: 1 },
    { tick: to, station, by: -1 },
  ]);
  turns.sort((a, b) => a.tick - b.tick);
  const active = new Set<number>();
  let last = 0;
  for (const { tick, station, by } of turns) {
    const ticks = Math.min(tick, end) - Math.max(last, warmup);
    if (ticks > 0) {
      const to = active.size === 1 ? sole : shifting;
      for (const one of active) to[one] = (to[one] as number) + ticks;
    }
    last = tick;
    if (by > 0) active.add(station);
    else active.delete(station);
  }
}

/** Those periods that are the longest of all active ones at some instant; of equal ones that of the first station. */
function leaders(periods: Period[]): Period[] {
  // The longest first: a period leads wherever no longer one covers it. What is covered is kept as disjoint spans in the order of time.
  const longest = [...periods].sort((a, b) => b.to - b.from - (a.to - a.from) || a.station - b.station || a.from - b.from);
  const froms: number[] = [];
  const tos: number[] = [];
  return longest.filter(({ from, to }) => {
    // Spans from `first` up to, but without, `after` touch or overlap the period.
    let first = 0;
    let high = froms.length;
    while (first < high) {
      const middle = (first + high) >> 1;
      if ((tos[middle] as number) < from) first = middle + 1;
      else high = middle;
    }
    let after = first;
    while (after < froms.length && (froms[after] as number) <= to) after++;
    if (after > first && (froms[first] as number) <= from && (tos[first] as number) >= to) return false;
    const joined = [Math.min(from, froms[first] ?? from), Math.max(to, tos[after - 1] ?? to)] as const;
    froms.splice(first, after - first, after > first ? joined[0] : from);
    tos.splice(first, after - first, after > first ? joined[1] : to);
    return true;
  });
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
