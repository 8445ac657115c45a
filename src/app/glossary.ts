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
  entered: { name: 'Entered', definition: 'parts that came in in the window', bad: 'low' },
  finished: { name: 'Finished', definition: 'parts that reached a sink in the window', bad: 'low' },
  scrapped: { name: 'Scrapped', definition: 'parts removed by a failure or because they were defective', bad: 'high' },
  scrapShare: {
    name: 'Scrap share',
    definition: 'scrapped parts over the parts that were processed there, or left the plant',
    bad: 'high',
  },
  reworked: { name: 'Reworked', definition: 'parts sent back to be done again', bad: 'high' },
  reworkShare: { name: 'Rework share', definition: 'reworked parts over the parts that were processed there', bad: 'high' },
  defects: { name: 'Defects', definition: 'parts that became defective there, found or not', bad: 'high' },
  violations: { name: 'Queue-time violations', definition: 'parts that began a step later than its queue-time limit allows', bad: 'high' },
  setups: { name: 'Set-ups', definition: 'changeovers from one family to another', bad: 'high' },
  batchSize: { name: 'Batch size', definition: 'parts a job, mean over the jobs started', bad: 'low' },
  lateness: { name: 'Lateness', definition: 'finish less due date, mean over the parts that had one; negative is early', bad: 'high' },
  tardiness: {
    name: 'Tardiness',
    definition: 'time after the due date, nothing where a part is early, mean over the parts that had one',
    bad: 'high',
  },
  onTime: { name: 'On time', definition: 'service level: share of the parts with a due date that were finished by it', bad: 'low' },
  consumed: { name: 'Consumed', definition: 'parts built into others, or taken apart, in the window', bad: 'low' },
  busy: { name: 'Busy', definition: 'share of the time on duty in which these people work or walk to it', bad: 'high' },
  onDuty: { name: 'On duty', definition: 'people of the pool on duty, mean over time', bad: 'low' },
  walking: { name: 'Walking', definition: 'share of the time on duty spent on the way to work', bad: 'high' },
  cards: { name: 'Cards in use', definition: 'parts inside the limit’s elements that hold one of its cards, mean over time', bad: 'high' },
  stopped: {
    name: 'Stopped',
    definition: 'share of time in which a belt that does not accumulate stands, because its first part cannot leave',
    bad: 'high',
  },
  utilization: { name: 'Utilization', definition: 'share of server time spent working', bad: 'low' },
  working: { name: 'Working', definition: 'share of server time in which a server works on a part', bad: 'low' },
  starved: { name: 'Starved', definition: 'share of server time in which a server is in order and has no part', bad: 'high' },
  blocked: { name: 'Blocked', definition: 'share of server time in which a finished part cannot leave its server', bad: 'high' },
  failed: { name: 'Failed', definition: 'share of server time in which a server is down', bad: 'high' },
  setup: { name: 'Setting up', definition: 'share of server time in which a server changes over to another family', bad: 'high' },
  maintained: { name: 'Maintained', definition: 'share of server time in which a server is down for planned maintenance', bad: 'high' },
  waitingForPeople: {
    name: 'Waiting for a person',
    definition: 'share of server time in which work could go on, but for people who are busy, walking or off duty',
    bad: 'high',
  },
  offShift: { name: 'Off shift', definition: 'share of server time outside the shifts of the station', bad: 'low' },
  availability: {
    name: 'Availability',
    definition: 'share of server time on shift in which a server is neither failed nor in maintenance',
    bad: 'low',
  },
  oee: {
    name: 'OEE',
    definition: 'overall equipment effectiveness, ISO 22400-2: availability × effectiveness × quality ratio',
    bad: 'low',
  },
  oeeAvailability: {
    name: 'OEE availability',
    definition: 'actual production time APT (working) over planned busy time PBT (the window, less shifts off, times servers)',
    bad: 'low',
  },
  oeePerformance: {
    name: 'OEE effectiveness',
    definition: 'planned time for what was processed (PRI · PQ) over actual production time APT',
    bad: 'low',
  },
  oeeQuality: { name: 'OEE quality', definition: 'good quantity GQ over processed quantity PQ', bad: 'low' },
  oeeAPT: { name: 'Actual production time', definition: 'APT: time in which the servers worked', bad: 'low' },
  oeePBT: { name: 'Planned busy time', definition: 'PBT: time in which the servers were meant to work', bad: 'low' },
  oeePRI: { name: 'Planned time of what was processed', definition: 'PRI · PQ: what the processed quantity takes by plan', bad: 'low' },
  oeeGQ: { name: 'Good quantity', definition: 'GQ: parts processed that are good', bad: 'low' },
  oeePQ: { name: 'Processed quantity', definition: 'PQ: parts processed, good or not', bad: 'low' },
  length: { name: 'Parts inside', definition: 'parts in the buffer, on the conveyor or under way, mean over time', bad: 'high' },
  wait: { name: 'Time inside', definition: 'time from entering to leaving it, mean over the parts that left, zero included', bad: 'high' },
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

/** `blockedBy lathe` and `starvedBy lathe` are figures of a station too, one for each element that is to blame. */
export const BLAME = {
  blockedBy: { name: 'Blocked by', definition: 'share of server time in which a finished part waits for room in' },
  starvedBy: { name: 'Starved by', definition: 'share of server time in which a server without a part waits for what comes from' },
} as const;

export function entryOf(metric: string): Entry {
  const space = metric.indexOf(' ');
  const blame = space > 0 ? BLAME[metric.slice(0, space) as keyof typeof BLAME] : undefined;
  const whom = metric.slice(space + 1);
  if (blame) return { name: `${blame.name} ${whom}`, definition: `${blame.definition} ${whom}`, bad: 'high' };
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
