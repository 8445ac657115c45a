/** Who is to blame: of a station, the elements that it waits for room in, and those it waits for parts from. */
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { BLAME, splitKey } from './glossary.ts';

export interface Blame {
  station: string;
  by: string;
  key: string;
  estimate: Estimate;
}

const found = new WeakMap<Summary, Record<keyof typeof BLAME, Blame[]>>();

/** Every share of blame above nothing: station by station as the summary has them, the greatest first. */
export function blameOf(summary: Summary, which: keyof typeof BLAME): Blame[] {
  let all = found.get(summary);
  if (!all) {
    all = { blockedBy: [], starvedBy: [] };
    for (const [key, estimate] of Object.entries(summary.metrics)) {
      const [station, metric] = splitKey(key);
      const space = metric.indexOf(' ');
      const kind = metric.slice(0, space) as keyof typeof BLAME;
      if (space > 0 && kind in BLAME && estimate.mean > 0) all[kind].push({ station, by: metric.slice(space + 1), key, estimate });
    }
    for (const list of Object.values(all)) {
      const place = new Map<string, number>();
      for (const { station } of list) if (!place.has(station)) place.set(station, place.size);
      list.sort((a, b) => place.get(a.station)! - place.get(b.station)! || b.estimate.mean - a.estimate.mean);
    }
    found.set(summary, all);
  }
  return all[which];
}
