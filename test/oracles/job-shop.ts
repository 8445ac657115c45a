/**
 * What sequences are worth, by textbook schedule builders that share no code with Millwright: job shops, permutation flow shops, and one machine
 * with set-ups. Also the instances they are tried on.
 */

/** Operations of jobs in the order of their routings, all equally many. Times are whole. */
export interface Shop {
  jobs: number;
  /** Operations a job. */
  steps: number;
  machines: number;
  /** By job × steps + step. */
  machine: Int32Array;
  time: Int32Array;
}

/** The format of JSPLIB (github.com/tamy0612/JSPLIB): comments begin with #; jobs and machines; a row a job, pairs of machine (from 0) and time. */
export function parseShop(text: string): Shop {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number));
  const [jobs, machines] = rows[0] as [number, number];
  const pairs = rows.slice(1, jobs + 1).flat();
  const machine = Int32Array.from({ length: jobs * machines }, (_, i) => pairs[2 * i] as number);
  const time = Int32Array.from({ length: jobs * machines }, (_, i) => pairs[2 * i + 1] as number);
  return { jobs, steps: machines, machines, machine, time };
}

/**
 * The generator of Taillard 1993, "Benchmarks for basic scheduling problems" (EJOR 64), section 4: times of all jobs from one seed, 1 to 99, then
 * the machines of each job shuffled with another. Random numbers are those of Bratley, Fox and Schrage (16807 modulo 2³¹ − 1).
 */
export function taillard(jobs: number, machines: number, timeSeed: number, machineSeed: number): Shop {
  const uniform = (seed: number): (() => number) => {
    let state = seed;
    return () => {
      state = (state * 16807) % 2147483647;
      return state / 2147483647;
    };
  };
  const times = uniform(timeSeed);
  const time = Int32Array.from({ length: jobs * machines }, () => 1 + Math.floor(99 * times()));
  const orders = uniform(machineSeed);
  const machine = new Int32Array(jobs * machines);
  for (let job = 0; job < jobs; job++) {
    const row = machine.subarray(job * machines, (job + 1) * machines);
    for (let i = 0; i < machines; i++) row[i] = i;
    for (let i = 0; i < machines; i++) {
      const other = i + Math.floor((machines - i) * orders());
      [row[i], row[other]] = [row[other] as number, row[i] as number];
    }
  }
  return { jobs, steps: machines, machines, machine, time };
}

/**
 * Makespan of the active schedule of Giffler and Thompson 1960 ("Algorithms for solving production-scheduling problems") in which a sequence decides
 * conflicts: of the operations that could begin on the critical machine before the earliest completion, the one that stands first in it.
 * @returns a function of a sequence in which each job stands once an operation (Bierwirth 1995, "permutation with repetition").
 */
export function activeMakespan({ jobs, steps, machines, machine, time }: Shop): (sequence: readonly number[]) => number {
  const rank = new Int32Array(jobs * steps);
  const next = new Int32Array(jobs);
  const ready = new Int32Array(jobs);
  const free = new Int32Array(machines);
  return (sequence) => {
    next.fill(0);
    for (let i = 0; i < sequence.length; i++) {
      const job = sequence[i] as number;
      rank[job * steps + (next[job] as number)] = i;
      next[job]++;
    }
    next.fill(0);
    ready.fill(0);
    free.fill(0);
    let makespan = 0;
    for (let left = jobs * steps; left > 0; left--) {
      let earliest = 0x7fffffff;
      let critical = 0;
      for (let job = 0; job < jobs; job++) {
        if (next[job] === steps) continue;
        const op = job * steps + (next[job] as number);
        const m = machine[op] as number;
        const end = Math.max(ready[job] as number, free[m] as number) + (time[op] as number);
        if (end < earliest) {
          earliest = end;
          critical = m;
        }
      }
      let chosen = -1;
      let first = 0x7fffffff;
      for (let job = 0; job < jobs; job++) {
        if (next[job] === steps) continue;
        const op = job * steps + (next[job] as number);
        if (machine[op] !== critical || (rank[op] as number) >= first) continue;
        if (Math.max(ready[job] as number, free[critical] as number) >= earliest) continue;
        chosen = job;
        first = rank[op] as number;
      }
      const op = chosen * steps + (next[chosen] as number);
      const end = Math.max(ready[chosen] as number, free[critical] as number) + (time[op] as number);
      ready[chosen] = end;
      free[critical] = end;
      next[chosen]++;
      if (end > makespan) makespan = end;
    }
    return makespan;
  };
}

/** Makespan of the semi-active schedule: each operation, in the order of the sequence, as soon as its job and its machine are done with the one before. */
export function semiActiveMakespan({ jobs, steps, machines, machine, time }: Shop): (sequence: readonly number[]) => number {
  const next = new Int32Array(jobs);
  const ready = new Int32Array(jobs);
  const free = new Int32Array(machines);
  return (sequence) => {
    next.fill(0);
    ready.fill(0);
    free.fill(0);
    let makespan = 0;
    for (let i = 0; i < sequence.length; i++) {
      const job = sequence[i] as number;
      const op = job * steps + (next[job] as number);
      const m = machine[op] as number;
      const end = Math.max(ready[job] as number, free[m] as number) + (time[op] as number);
      next[job]++;
      ready[job] = end;
      free[m] = end;
      if (end > makespan) makespan = end;
    }
    return makespan;
  };
}

/** Makespan of a permutation flow shop: all jobs pass the machines 0, 1, … in the same order, that of the sequence. */
export function flowMakespan({ steps, time }: Shop): (order: readonly number[]) => number {
  const free = new Int32Array(steps);
  return (order) => {
    free.fill(0);
    for (const job of order) {
      let at = 0;
      for (let m = 0; m < steps; m++) {
        at = Math.max(at, free[m] as number) + (time[job * steps + m] as number);
        free[m] = at;
      }
    }
    return free[steps - 1] as number;
  };
}

/**
 * The least total set-up of one machine that does all jobs once, by dynamic programming over subsets (Held and Karp 1962): n² 2ⁿ steps.
 * @param setup from job (row) to job; row n is the set-up of the first job.
 */
export function leastSetup(setup: readonly (readonly number[])[]): number {
  const n = setup.length - 1;
  const least = new Float64Array(n << n).fill(Number.POSITIVE_INFINITY);
  for (let j = 0; j < n; j++) least[((1 << j) * n + j) as number] = setup[n]?.[j] as number;
  for (let done = 1; done < 1 << n; done++) {
    for (let last = 0; last < n; last++) {
      const sum = least[done * n + last] as number;
      if (sum === Number.POSITIVE_INFINITY) continue;
      for (let j = 0; j < n; j++) {
        if (done & (1 << j)) continue;
        const at = (done | (1 << j)) * n + j;
        least[at] = Math.min(least[at] as number, sum + (setup[last]?.[j] as number));
      }
    }
  }
  return least.subarray(((1 << n) - 1) * n).reduce((a, b) => Math.min(a, b));
}
