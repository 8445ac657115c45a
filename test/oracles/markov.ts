/** Stationary distributions of finite Markov chains in continuous time, to rounding error: the independent answer where there is no closed form. */

/** What can happen next in a state: the state it leads to, and how often. */
export type Transition<State> = [to: State, rate: number];

export interface Chain<State> {
  /** In the order of discovery, the start first. */
  states: State[];
  /** Stationary probability of each; sums to 1. */
  probability: Float64Array;
}

/**
 * Finds every state reachable from `start` and solves for the stationary distribution by the elimination of Grassmann, Taksar and Heyman
 * (Operations Research 33, 1985), which never subtracts and so loses no digits. The chain must be able to return to `start` from everywhere.
 * States are told apart by their JSON. Memory: n² doubles.
 */
export function stationary<State>(start: State, next: (state: State) => Transition<State>[]): Chain<State> {
  const states = [start];
  const number = new Map([[JSON.stringify(start), 0]]);
  const moves: [from: number, to: number, rate: number][] = [];
  for (let from = 0; from < states.length; from++) {
    for (const [state, rate] of next(states[from])) {
      const key = JSON.stringify(state);
      let to = number.get(key);
      if (to === undefined) {
        to = states.push(state) - 1;
        number.set(key, to);
      }
      if (to !== from && rate > 0) moves.push([from, to, rate]);
    }
  }
  const n = states.length;
  const q = Array.from({ length: n }, () => new Float64Array(n));
  for (const [from, to, rate] of moves) q[from][to] += rate;

  // The chain watched only while it is in the first k states, for k = n − 1 … 1.
  for (let k = n - 1; k > 0; k--) {
    const out = q[k];
    const to = nonZero(out, k);
    let leaving = 0;
    for (const j of to) leaving += out[j];
    for (let i = 0; i < k; i++) {
      const into = q[i];
      if (into[k] === 0) continue;
      into[k] /= leaving;
      for (const j of to) if (j !== i) into[j] += into[k] * out[j];
    }
  }
  const probability = new Float64Array(n);
  probability[0] = 1;
  let sum = 1;
  for (let k = 1; k < n; k++) {
    let p = 0;
    for (let i = 0; i < k; i++) p += probability[i] * q[i][k];
    probability[k] = p;
    sum += p;
  }
  for (let k = 0; k < n; k++) probability[k] /= sum;
  return { states, probability };
}

/** The long-run mean of a figure that depends on the state. */
export function expectation<State>(chain: Chain<State>, figure: (state: State) => number): number {
  let sum = 0;
  chain.states.forEach((state, i) => {
    sum += chain.probability[i] * figure(state);
  });
  return sum;
}

function nonZero(values: Float64Array, end: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < end; i++) if (values[i] !== 0) found.push(i);
  return found;
}
