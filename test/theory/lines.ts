/** Saturated lines with exponential times and finite buffers, against their Markov chains. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, serialLine } from '../oracles/lines.ts';
import { type Experiment, plant } from './experiment.ts';
import type { SceneFile } from './simulate.ts';

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

/** Twins that measure the throughput to better than 0.5 %, by line: every line whose machines or buffers differ, and of those that are alike each length with a short and a long buffer. */
const RELIABLE: Record<string, number> = {
  L1: 45,
  L5: 60,
  L7: 70,
  L11: 60,
  L13: 30,
  L17: 35,
  L19: 30,
  L21: 35,
  L22: 40,
  L23: 60,
  L24: 65,
  L25: 90,
  L26: 60,
  L27: 40,
  L28: 40,
  L29: 50,
};

function reliableLines(): KnownLine[] {
  return knownLines().filter(({ name }) => name in RELIABLE);
}

const RELIABLE_RUN = { warmup: 500, horizon: 5000 };

/** All lines in one plant, which has so many slots that the next event is found by a tournament. */
export const SIDE_BY_SIDE: SceneFile = plant(...reliableLines().map(lineShop), RELIABLE_RUN);

/** One line a plant: each is measured as long as it needs. */
export const ALONE: Experiment[] = reliableLines().map((line) => ({
  title: `${line.name}, a reliable line of ${line.machines.length} machines`,
  scene: plant(lineShop(line), RELIABLE_RUN),
  replications: RELIABLE[line.name],
  claims: { [`${line.name} out.throughput`]: line.throughput },
}));

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
      FAILING.flatMap(({ name, machines, capacities }) => {
        const { throughput, lengths, shares } = serialLine(machines, capacities);
        const last = machines.length - 1;
        const claims: [string, number][] = [
          [`${name} out.throughput`, throughput],
          ...shares.map(({ working }, i): [string, number] => [`${name} M${i + 1}.working`, working]),
        ];
        // What is rare cannot be measured to half a per cent in seconds.
        if (shares[0].blocked > 0.3) claims.push([`${name} M1.blocked`, shares[0].blocked]);
        if (shares[last].starved > 0.3) claims.push([`${name} M${last + 1}.starved`, shares[last].starved]);
        lengths.forEach((length, i) => {
          if (length > 0.4 * capacities[i]) claims.push([`${name} B${i + 1}.length`, length]);
        });
        return claims;
      }),
    ),
  };
}

export const LINES: Experiment[] = [...ALONE, failingLines()];
