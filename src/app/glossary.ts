/** What every number on the page means, and the sentence that is read with it. */
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { fixed, decimalsFor, halfWidth, span, whole, type Scale } from './quantity.ts';

interface Entry {
  name: string;
  definition: string;
  /** Which end of its distribution is the bad one. */
  bad: 'low' | 'high';
}

const ENTRIES: Record<string, Entry> = {
  throughput: { name: 'Throughput', definition: 'parts finished there in the measured window, divided by its length', bad: 'low' },
  flowTime: {
    name: 'Flow time',
    definition: 'time from a part’s making to its finish, mean over the parts finished in the window',
    bad: 'high',
  },
  flowTimeP5: { name: 'Flow time P5', definition: 'flow time that 5 % of the parts stay below', bad: 'high' },
  flowTimeP50: { name: 'Flow time P50', definition: 'flow time that half of the parts stay below (median)', bad: 'high' },
  flowTimeP95: { name: 'Flow time P95', definition: 'flow time that 95 % of the parts stay below', bad: 'high' },
  wip: { name: 'WIP', definition: 'work in process: parts inside the plant, mean over time', bad: 'high' },
  made: { name: 'Made', definition: 'parts that entered the plant in the window', bad: 'low' },
  finished: { name: 'Finished', definition: 'parts that reached a sink in the window', bad: 'low' },
  scrapped: { name: 'Scrapped', definition: 'parts removed because a failure scrapped them', bad: 'high' },
  utilization: { name: 'Utilization', definition: 'share of server time spent working', bad: 'low' },
  working: { name: 'Working', definition: 'share of server time in which a server works on a part', bad: 'low' },
  starved: { name: 'Starved', definition: 'share of server time in which a server is in order and has no part', bad: 'high' },
  blocked: { name: 'Blocked', definition: 'share of server time in which a finished part cannot leave its server', bad: 'high' },
  failed: { name: 'Failed', definition: 'share of server time in which a server is down', bad: 'high' },
  availability: { name: 'Availability', definition: 'share of server time in which a server is not failed', bad: 'low' },
  oee: { name: 'OEE', definition: 'overall equipment effectiveness: availability × performance × quality', bad: 'low' },
  oeeAvailability: { name: 'OEE availability', definition: 'the availability factor of OEE', bad: 'low' },
  oeePerformance: { name: 'OEE performance', definition: 'the performance factor of OEE: working time over the time in order', bad: 'low' },
  oeeQuality: { name: 'OEE quality', definition: 'the quality factor of OEE: good parts over all parts processed', bad: 'low' },
  length: { name: 'Queue length', definition: 'parts in the buffer, mean over time', bad: 'high' },
  wait: { name: 'Wait', definition: 'time from entering the buffer to leaving it, mean over the parts, zero included', bad: 'high' },
  arrived: { name: 'Arrived', definition: 'parts that arrived at the source in the window', bad: 'low' },
  lost: { name: 'Lost', definition: 'parts that found no place and were lost', bad: 'high' },
  lossShare: { name: 'Loss share', definition: 'lost parts over arrived parts', bad: 'high' },
  waiting: { name: 'Waiting', definition: 'share of time in which the source holds a part that cannot enter', bad: 'high' },
};

/** `mill.working` → ['mill', 'working']; element names hold no dot. */
export function splitKey(key: string): [element: string, metric: string] {
  const dot = key.lastIndexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}

export function entryOf(metric: string): Entry {
  return ENTRIES[metric] ?? { name: metric, definition: metric, bad: 'low' };
}

export function titleOf(key: string): string {
  const [element, metric] = splitKey(key);
  const name = entryOf(metric).name;
  return element === 'total' ? `${name}, whole plant` : `${element}: ${name.toLowerCase()}`;
}

/** The full account of one number: definition, unit, interval, number of twins, window, and the error of its bins. */
export function account(key: string, estimate: Estimate, scale: Scale, summary: Summary): string {
  const mean = estimate.mean * scale.factor;
  const half = halfWidth(estimate) * scale.factor;
  const decimals = decimalsFor(mean, half);
  const number = (value: number) => fixed(value * scale.factor, decimals);
  const unit = scale.unit || 'parts';
  const lines = [`${titleOf(key)}: ${entryOf(splitKey(key)[1]).definition}.`];
  if (estimate.n === 0 || Number.isNaN(estimate.mean)) lines.push('Not defined in any twin so far.');
  else if (Number.isFinite(half)) {
    lines.push(
      `Mean ${number(estimate.mean)} ${unit}; 95 % interval of the mean ${number(estimate.low)} to ${number(estimate.high)} ${unit} (Student’s t); standard deviation between twins ${number(estimate.sd)} ${unit}.`,
    );
  } else lines.push(`${number(estimate.mean)} ${unit}; one twin has no interval.`);
  lines.push(`${whole(estimate.n)} of ${whole(summary.replications)} twins, seed ${summary.seed}.`);
  lines.push(`Window: ${span(summary.horizon, summary.timeUnit)} after ${span(summary.warmup, summary.timeUnit)} of warm-up.`);
  if (estimate.resolution > 0) lines.push(`Read from bins: off by at most ${fixed(estimate.resolution * 100, 2)} % of its value.`);
  return lines.join(' ');
}
