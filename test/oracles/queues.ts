/**
 * Textbook queues in closed form (Kleinrock, Queueing Systems 1, 1975; Gross and Harris, Fundamentals of Queueing Theory), and the shorter of
 * two queues as a Markov chain. Rates are per unit of time; `length` counts those who wait, not those in service; `wait` ends where service begins.
 */
import { expectation, stationary } from './markov.ts';

export interface Queue {
  length: number;
  wait: number;
  flowTime: number;
}

function queue(arrivalRate: number, wait: number, service: number): Queue {
  return { length: arrivalRate * wait, wait, flowTime: wait + service };
}

/** Share of arrivals that find all c servers busy and are lost (Erlang's B formula); `load` in Erlang. Holds for every service time of that mean. */
export function erlangLoss(load: number, servers: number): number {
  let loss = 1;
  for (let c = 1; c <= servers; c++) loss = (load * loss) / (c + load * loss);
  return loss;
}

/** M/M/c (Erlang's C formula); for c = 1, M/M/1. Needs arrivalRate < servers × serviceRate. */
export function manyServers(arrivalRate: number, serviceRate: number, servers: number): Queue {
  const load = arrivalRate / serviceRate;
  const loss = erlangLoss(load, servers);
  const waits = loss / (1 - (load / servers) * (1 - loss));
  return queue(arrivalRate, waits / (servers * serviceRate - arrivalRate), 1 / serviceRate);
}

/** M/G/1 (Pollaczek and Khinchine): the wait depends on the service time's mean and coefficient of variation alone. */
export function anyService(arrivalRate: number, mean: number, cv: number): Queue {
  const utilization = arrivalRate * mean;
  return queue(arrivalRate, (utilization * mean * (1 + cv * cv)) / (2 * (1 - utilization)), mean);
}

/** M/M/c/K: c servers and K − c places to wait; who finds none is lost. `loss` is the share of arrivals. */
export function finiteQueue(
  arrivalRate: number,
  serviceRate: number,
  servers: number,
  places: number,
): Queue & { loss: number; throughput: number } {
  const weights = [1];
  for (let n = 1; n <= places; n++) weights.push((weights[n - 1] * arrivalRate) / (Math.min(n, servers) * serviceRate));
  const sum = weights.reduce((a, b) => a + b, 0);
  const loss = weights[places] / sum;
  const throughput = arrivalRate * (1 - loss);
  const length = weights.reduce((total, weight, n) => total + Math.max(0, n - servers) * weight, 0) / sum;
  return { ...queue(throughput, length / throughput, 1 / serviceRate), loss, throughput };
}

/** E2/M/1: inter-arrival times are the sum of two exponential stages of rate `stageRate`. This is what one of two queues sees that are served in turn. */
export function everySecondArrival(stageRate: number, serviceRate: number): Queue {
  // The root in (0, 1) of σ = A*(μ − μσ), A* the transform of the inter-arrival time; the mapping contracts.
  let sigma = 0.5;
  for (let i = 0; i < 10_000; i++) sigma = (stageRate / (stageRate + serviceRate * (1 - sigma))) ** 2;
  return queue(stageRate / 2, sigma / (serviceRate * (1 - sigma)), 1 / serviceRate);
}

/** Two exponential servers, a queue each; arrivals join the shorter line and stay. The chain is cut at 40 in each line. */
export function shorterOfTwo(arrivalRate: number, serviceRate: number): Queue {
  const chain = stationary<[number, number]>([0, 0], ([a, b]) => [
    [a <= b ? [Math.min(40, a + 1), b] : [a, b + 1], arrivalRate],
    ...(a > 0 ? [[[a - 1, b], serviceRate] as [[number, number], number]] : []),
    ...(b > 0 ? [[[a, b - 1], serviceRate] as [[number, number], number]] : []),
  ]);
  const length = expectation(chain, ([a, b]) => Math.max(0, a - 1) + Math.max(0, b - 1));
  return queue(arrivalRate, length / arrivalRate, 1 / serviceRate);
}

export interface JacksonNode {
  /** From outside. */
  arrivalRate: number;
  serviceRate: number;
  servers: number;
  /** Probability of going on to each node; what is left over leaves. */
  to: number[];
}

/** An open Jackson network: each node behaves as an M/M/c with the arrivals that the traffic equations give. `flowTime` is from arrival to departure, all visits together. */
export function jackson(nodes: JacksonNode[]): { nodes: (Queue & { throughput: number })[]; flowTime: number } {
  // The traffic equations λ = γ + λP, by fixed-point iteration: the loop probability is below 1.
  let rates = nodes.map((node) => node.arrivalRate);
  for (let i = 0; i < 10_000; i++)
    rates = nodes.map((node, k) => node.arrivalRate + nodes.reduce((sum, from, j) => sum + rates[j] * from.to[k], 0));
  const answers = nodes.map((node, k) => ({ ...manyServers(rates[k], node.serviceRate, node.servers), throughput: rates[k] }));
  const inside = answers.reduce((sum, answer) => sum + answer.throughput * answer.flowTime, 0);
  return { nodes: answers, flowTime: inside / nodes.reduce((sum, node) => sum + node.arrivalRate, 0) };
}
