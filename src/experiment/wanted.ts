/** What an experiment wants: its objectives and limits, as responses of a twin. */
import { SECONDS, type Unit } from '../clock.ts';
import { Readout } from '../engine/readout.ts';
import { compile } from '../scene/compile.ts';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { didYouMean, type Findings, type Path, shown } from '../scene/problems.ts';
import type { Scene } from '../scene/scene.ts';
import type { Goal, Limit } from '../search/search.ts';
import { type Json, quantityOf } from './places.ts';
import type { ResponseShown } from './study-protocol.ts';

/** Responses, and what is wanted of them. */
interface Wanted {
  metrics: string[];
  responses: ResponseShown[];
  goals: Goal[];
  limits: Limit[];
}

/** Findings where a metric does not exist, or nothing would have to be simulated. @param costs whether designs have a cost */
export function wantedOf(
  text: ExperimentText,
  at: Path,
  base: Scene,
  costs: boolean,
  factors: number,
  findings: Findings,
): Wanted | undefined {
  const known = new Map(new Readout(compile(base)).metrics.map(({ name, unit }) => [name, unit]));
  const names = new Set<string>();
  const mention = (metric: string, where: Path): void => {
    if (metric === 'cost' && costs) return;
    if (known.has(metric)) names.add(metric);
    else if (metric === 'cost' && text.question === 'what limits')
      findings.add(where, 'found "cost"; expected a metric of the plant, as a small change of an element has no cost');
    else if (metric === 'cost')
      findings.add(where, 'found "cost"; expected "cost" beside it in the experiment, an expression over factors');
    else
      findings.add(
        where,
        `found ${shown(metric)}; expected a metric of this plant, such as "total.throughput"${didYouMean(metric, known.keys())}`,
      );
  };
  const objectives = text.objectives ?? [{ maximise: 'total.throughput' }];
  objectives.forEach(({ maximise, minimise }, i) =>
    mention((maximise ?? minimise) as string, [...at, 'objectives', i, maximise === undefined ? 'minimise' : 'maximise']),
  );
  (text.limits ?? []).forEach(({ metric, least, most }, i) => {
    mention(metric, [...at, 'limits', i, 'metric']);
    if (least === undefined && most === undefined)
      findings.add([...at, 'limits', i], 'found neither "least" nor "most"; expected at least one');
  });
  if (
    costs &&
    factors > 0 &&
    objectives.every(({ maximise, minimise }) => (maximise ?? minimise) === 'cost') &&
    (text.limits ?? []).every(({ metric }) => metric === 'cost')
  ) {
    findings.add(
      [...at, 'objectives'],
      'found nothing that twins are needed for; expected a metric of the plant in an objective or a limit',
    );
  }
  if (text.question === 'trade-off' && objectives.length < 2)
    findings.add([...at, 'objectives'], `found ${objectives.length}; expected two or more, as the question is a trade-off`);
  const metrics = [...names];
  const responses: ResponseShown[] = metrics.map((metric) => ({ name: metric, unit: known.get(metric) as string }));
  if (costs) responses.push({ name: 'cost', unit: '' });
  const index = (metric: string): number => responses.findIndex(({ name }) => name === metric);
  const goals = objectives.flatMap(({ maximise, minimise, of }): Goal[] => {
    const response = index((maximise ?? minimise) as string);
    const found = responses[response];
    if (found === undefined) return [];
    const sense = maximise === undefined ? 'minimise' : 'maximise';
    found.sense = sense;
    if (of === undefined || of === 'mean') return [{ response, sense, of: { kind: 'mean' } }];
    if ('quantile' in of) {
      found.of = `${100 * of.quantile} % quantile`;
      return [{ response, sense, of: { kind: 'quantile', p: of.quantile } }];
    }
    found.of = `mean of the worst ${100 * of.worst} %`;
    return [{ response, sense, of: { kind: 'worst', share: of.worst } }];
  });
  const limits = (text.limits ?? []).flatMap(({ metric, least, most }, i): Limit[] => {
    const response = index(metric);
    const found = responses[response];
    if (found === undefined) return [];
    const inUnitOf = (value: Json | undefined, key: 'least' | 'most', otherwise: number): number => {
      if (value === undefined) return otherwise;
      const quantity = quantityOf(value);
      if (quantity === undefined || (quantity.unit !== '' && !(found.unit in SECONDS))) {
        findings.add(
          [...at, 'limits', i, key],
          `found ${shown(value)}; expected a number in ${found.unit === '' || found.unit === '1' ? 'the unit of the metric' : found.unit}`,
        );
        return otherwise;
      }
      const amount = quantity.unit === '' ? quantity.value : (quantity.value * SECONDS[quantity.unit]) / SECONDS[found.unit as Unit];
      found[key] = amount;
      return amount;
    };
    return [
      { response, least: inUnitOf(least, 'least', Number.NEGATIVE_INFINITY), most: inUnitOf(most, 'most', Number.POSITIVE_INFINITY) },
    ];
  });
  return findings.count > 0 ? undefined : { metrics, responses, goals, limits };
}
