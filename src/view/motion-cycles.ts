/** The cycles of machines that move in step with a server's work: when it works on a job, and how much of the job is done by then. */
import { NEVER, type Trace, VISIT } from '../engine/trace.ts';
import type { Changes } from './kinematics.ts';
import { before } from './motion-places.ts';
import type { Site } from './site.ts';

const WORKING = 0;

/** Of place p: `cycles[4 × firstCycle[p]]` … before `cycles[4 × firstCycle[p + 1]]`, four words each, as `Cycle` in step-machines.wgsl. */
export interface Cycles {
  cycles: Uint32Array<ArrayBuffer>;
  firstCycle: Uint32Array;
}

/**
 * A job is the stay of a part on a server, or that of parts that are on it together. Its cycle goes on while the server works, and stands while it does
 * anything else: so it is broken off by a failure and goes on from there. Of a job that is not over when the trace ends, nobody knows
 * better than that it ends then.
 */
export function cyclesOf(site: Site, trace: Trace | undefined, changes: Changes): Cycles {
  const places = changes.firstChange.length - 1;
  const jobs = jobsByPlace(site, trace, places);
  const { firstChange, changeTick, changeState } = changes;
  const firstCycle = new Uint32Array(places + 1);
  const words: number[] = [];
  const bits = new DataView(new ArrayBuffer(4));
  const float = (value: number): number => {
    bits.setFloat32(0, value);
    return bits.getUint32(0);
  };
  for (let place = 0; place < places; place++) {
    const past = firstChange[place + 1]!;
    for (const [begin, end] of jobs[place]!) {
      const spells: [from: number, to: number][] = [];
      let worked = 0;
      let i = firstChange[place]! + before(changeTick, begin + 1, firstChange[place]!, past) - 1;
      for (i = Math.max(i, firstChange[place]!); i < past && changeTick[i]! < end; i++) {
        if (changeState[i] !== WORKING) continue;
        const from = Math.max(begin, changeTick[i]!);
        const to = Math.min(end, i + 1 < past ? changeTick[i + 1]! : end);
        if (to <= from) continue;
        spells.push([from, to]);
        worked += to - from;
      }
      let done = 0;
      spells.forEach(([from, to], k) => {
        const share = k + 1 === spells.length ? 1 : (done + to - from) / worked;
        words.push(from, to, float(done / worked), float(share));
        done += to - from;
      });
    }
    firstCycle[place + 1] = words.length / 4;
  }
  return { cycles: Uint32Array.from(words), firstCycle };
}

function jobsByPlace(site: Site, trace: Trace | undefined, places: number): [begin: number, end: number][][] {
  const jobs: [number, number][][] = Array.from({ length: places }, () => []);
  const visits = trace?.visits ?? new Uint32Array(0);
  for (let i = 0; i < visits.length; i += VISIT.words) {
    const node = site.plan.nodes[visits[i + VISIT.node]!]!;
    const begin = visits[i + VISIT.enter]!;
    const end = visits[i + VISIT.leave] === NEVER ? Math.max(begin, trace!.end) : visits[i + VISIT.leave]!;
    if (node.kind !== 'station' || end <= begin) continue;
    const list = jobs[node.firstPlace + visits[i + VISIT.where]!];
    const last = list?.at(-1);
    if (last && begin < last[1]) last[1] = Math.max(last[1], end);
    else list?.push([begin, end]);
  }
  return jobs;
}
