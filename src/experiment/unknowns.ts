/** What of a plant is not known: parameters of which only a distribution is given, and designs that are run under draws of them. */
import { parseDuration, SECONDS, type Unit } from '../clock.ts';
import { type Distribution, quantile } from '../distributions.ts';
import { draw, streamHash } from '../random.ts';
import { distributionOf, type Measure } from '../scene/durations.ts';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { type Findings, type Path, type Problem, shown } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import type { Order, Outcome } from '../search/search.ts';
import { apply, onlyWhole, type Place, placesOf } from './factors.ts';
import { type Json, locate, put } from './places.ts';
import type { Trials } from './trials.ts';

/** A parameter of which only a distribution is known. */
export interface Unknown {
  name: string;
  places: readonly Place[];
  /** Sets the value below which a share u of what is thought possible lies. */
  set(scene: Json, u: number): void;
}

/** Shares at which a scene must take what is thought possible. */
const PROBES = [0.001, 0.5, 0.999];

/** Those of an experiment. What the scene refuses to be set is a finding. */
export function unknownsOf(json: Json, base: Scene, text: ExperimentText, at: Path, findings: Findings): Unknown[] {
  return Object.entries(text.uncertain ?? {}).flatMap(([name, unknown]): Unknown[] => {
    const where = [...at, 'uncertain', name];
    const places = placesOf(json, unknown, where, findings);
    if (places === undefined) return [];
    if (places.length === 0) {
      findings.add([...where, 'path'], 'missing; expected the path of what is not known');
      return [];
    }
    const timed = places.some(({ kind, path }) => {
      const found = locate(json, path);
      return kind === 'set' && found.ok && (typeof found.value === 'string' || takesDuration(json, path));
    });
    const distribution = distributionOf(
      unknown.distribution,
      [...where, 'distribution'],
      timed ? seconds(base.time.unit, findings) : plain(findings),
      findings,
    ) as Distribution | undefined;
    if (distribution === undefined) return [];
    const whole = !timed && onlyWhole(json, places, Math.round(quantile(distribution, 0.5)));
    const set = (scene: Json, u: number): void => {
      const value = quantile(distribution, u);
      apply(scene, places, whole ? Math.round(value) : value, timed ? 's' : '');
    };
    for (const u of PROBES) {
      const trial = structuredClone(json);
      set(trial, u);
      const result = check(trial);
      if (result.ok) continue;
      const [problem] = result.problems as [Problem];
      findings.add([...where, 'distribution'], `at its ${100 * u} % quantile the scene is refused: ${problem.path}: ${problem.message}`);
      return [];
    }
    return [{ name, places, set }];
  });
}

/** Plain numbers of a distribution, as they are. */
function plain(findings: Findings): Measure {
  return {
    perUnit: 1,
    rounds: false,
    grain: '',
    finer: '',
    amount(value, path) {
      if (typeof value === 'number') return value;
      findings.add(path, `found ${shown(value)}; expected a plain number, as at the place that it is for`);
      return undefined;
    },
  };
}

/** Seconds, whatever the scene's tick is. */
function seconds(unit: Unit, findings: Findings): Measure {
  return {
    perUnit: SECONDS[unit],
    rounds: false,
    grain: '',
    finer: '',
    amount(value, path) {
      const amount = parseDuration(value, unit);
      if (amount === undefined) findings.add(path, `found ${shown(value)}; expected a duration`);
      return amount;
    },
  };
}

/** Whether a duration with its unit may stand at a place. */
function takesDuration(json: Json, path: Path): boolean {
  const trial = structuredClone(json);
  put(trial, path, '10 s');
  return check(trial).ok;
}

const [LO, HI] = streamHash('experiment', 'not known');

/** By unknown, the share in (0, 1) that a replication draws: the same for all designs. */
export function drawnShares(unknowns: number, seed: number, replication: number): number[] {
  return Array.from({ length: unknowns }, (_, unknown) => (draw(seed, replication, LO, HI, unknown) + 0.5) / 2 ** 32);
}

/** Trials whose orders are answered replication by replication, at points lengthened by the draws of the unknown parameters. */
export function unknownTrials(trials: Trials, unknowns: number, seed: number): Trials {
  return {
    async run(orders, onProgress) {
      const single = orders.flatMap(({ point, first, count }): Order[] =>
        Array.from({ length: count }, (_, r) => ({
          point: [...point, ...drawnShares(unknowns, seed, first + r)],
          first: first + r,
          count: 1,
        })),
      );
      const outcomes = await trials.run(single, onProgress);
      let at = 0;
      return orders.map(({ count }): Outcome | undefined => {
        const own = outcomes.slice(at, at + count);
        at += count;
        const size = own[0]?.length ?? 0;
        if (own.some((outcome) => outcome === undefined)) return undefined;
        const all = new Float64Array(count * size);
        own.forEach((outcome, r) => all.set(outcome as Outcome, r * size));
        return all;
      });
    },
    stop: () => trials.stop(),
  };
}
