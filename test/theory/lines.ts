/** Saturated lines with exponential times and finite buffers, side by side in one plant, against their Markov chains. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, serialLine } from '../oracles/lines.ts';
import { type Experiment, plant } from './experiment.ts';

interface Line {
  name: string;
  machines: Machine[];
  capacities: number[];
}

export interface KnownLine extends Line {
  throughput: number;
  states: number;
}

/**
 * `test/oracles/serial-lines.csv`: exact throughput of 29 lines, computed by another program; it agrees with (B + 2)/(B + 3) for two equal machines
 * and with Hillier and Boling (1967) for three.
 */
export function knownLines(): KnownLine[] {
  const rows = readFileSync(join(import.meta.dirname, '../oracles/serial-lines.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1);
  return rows.map((row, i) => {
    const [, rates, capacities, throughput, states] = row.split(',');
    return {
      name: `L${i + 1}`,
      machines: rates.split(' ').map((rate) => ({ rate: Number(rate) })),
      capacities: capacities.split(' ').map(Number),
      throughput: Number(throughput),
      states: Number(states),
    };
  });
}

/** A buffer of no places is no element: the machines stand back to back. */
function lineShop({ name, machines, capacities }: Line): object {
  const station = (i: number): string => `${name} M${i + 1}`;
  const buffer = (i: number): string => `${name} B${i + 1}`;
  const last = machines.length - 1;
  return {
    sources: { [`${name} in`]: { saturated: true } },
    buffers: Object.fromEntries(capacities.flatMap((capacity, i) => (capacity > 0 ? [[buffer(i), { capacity }]] : []))),
    stations: Object.fromEntries(
      machines.map(({ rate, failureRate, repairRate }, i) => [
        station(i),
        {
          processing: { exponential: { rate } },
          ...(failureRate && repairRate
            ? {
                failures: [
                  {
                    clock: 'operating',
                    timeToFailure: { exponential: { rate: failureRate } },
                    repair: { exponential: { rate: repairRate } },
                  },
                ],
              }
            : {}),
        },
      ]),
    ),
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: station(0) },
      ...capacities.flatMap((capacity, i) =>
        capacity > 0
          ? [
              { from: station(i), to: buffer(i) },
              { from: buffer(i), to: station(i + 1) },
            ]
          : [{ from: station(i), to: station(i + 1) }],
      ),
      { from: station(last), to: `${name} out` },
    ],
  };
}

function reliableLines(): Experiment {
  const lines = knownLines();
  return {
    title: `${lines.length} reliable lines of two to six machines`,
    scene: plant(...lines.map(lineShop), { warmup: 500, horizon: 5000 }),
    replications: 48,
    claims: Object.fromEntries(lines.map(({ name, throughput }) => [`${name} out.throughput`, throughput])),
  };
}

/** Alike, the first the weaker, the second the weaker and three places apart; and three machines in a row. */
const FAILING: Line[] = [
  {
    name: 'alike',
    machines: [
      { rate: 1, failureRate: 0.05, repairRate: 0.25 },
      { rate: 1, failureRate: 0.05, repairRate: 0.25 },
    ],
    capacities: [2],
  },
  {
    name: 'first weak',
    machines: [
      { rate: 1, failureRate: 0.1, repairRate: 0.3 },
      { rate: 1.2, failureRate: 0.02, repairRate: 0.2 },
    ],
    capacities: [4],
  },
  {
    name: 'last weak',
    machines: [
      { rate: 1.3, failureRate: 0.03, repairRate: 0.3 },
      { rate: 1, failureRate: 0.08, repairRate: 0.4 },
    ],
    capacities: [3],
  },
  {
    name: 'three',
    machines: [
      { rate: 1.1, failureRate: 0.05, repairRate: 0.4 },
      { rate: 1, failureRate: 0.02, repairRate: 0.2 },
      { rate: 1.2, failureRate: 0.08, repairRate: 0.5 },
    ],
    capacities: [1, 3],
  },
];

function failingLines(): Experiment {
  return {
    title: 'lines whose machines fail on the operating clock',
    scene: plant(...FAILING.map(lineShop), { warmup: 1000, horizon: 20_000 }),
    replications: 200,
    claims: Object.fromEntries(
      FAILING.flatMap((line) => {
        const answer = serialLine(line.machines, line.capacities);
        const last = answer.shares.length - 1;
        return [
          [`${line.name} out.throughput`, answer.throughput],
          ...answer.lengths.map((length, i) => [`${line.name} B${i + 1}.length`, length]),
          ...answer.shares.map((share, i) => [`${line.name} M${i + 1}.working`, share.working]),
          [`${line.name} M1.blocked`, answer.shares[0].blocked],
          [`${line.name} M1.failed`, answer.shares[0].failed],
          [`${line.name} M${last + 1}.starved`, answer.shares[last].starved],
        ];
      }),
    ),
  };
}

export const LINES: Experiment[] = [reliableLines(), failingLines()];
