/** Set-ups, once it is known which families of parts come to each station: every pair of them needs a time. */
import { before, type ElementText, type Values } from './normalise-values.ts';
import { didYouMean, type Path, shown } from './problems.ts';
import type { Scene, Setup } from './scene.ts';

type SetupText = NonNullable<ElementText<'stations'>['setup']>;

/** Pairs of families are listed: half a million of them at most. */
const MOST_FAMILIES = 700;

/** Fills in the set-ups of the stations. `coming`: station → families of the parts that come there. */
export function completeSetups(values: Values, scene: Scene, coming: ReadonlyMap<string, ReadonlySet<string>>): void {
  const known = new Set(
    scene.products.flatMap((product) => [product.family, ...(product.routing?.flatMap(({ family }) => family ?? []) ?? [])]),
  );
  for (const station of scene.stations) {
    const text = values.text.stations?.[station.name]?.setup;
    if (text)
      station.setup = setupOf(values, text, [...(coming.get(station.name) ?? [])].sort(before), known, ['stations', station.name, 'setup']);
  }
}

function setupOf(values: Values, text: SetupText, coming: string[], known: Set<string>, path: Path): Setup {
  const { findings } = values;
  const aFamily = (name: string, where: Path): void => {
    if (!known.has(name))
      findings.add(
        where,
        () => `found ${shown(name)}; expected the name of a set-up family of a product or step${didYouMean(name, known)}`,
      );
  };
  if (text.initial !== undefined) aFamily(text.initial, [...path, 'initial']);
  if (coming.length > MOST_FAMILIES)
    findings.add(path, `found ${coming.length} set-up families that come here; the limit is ${MOST_FAMILIES}`);
  const families = text.initial === undefined || coming.includes(text.initial) ? coming : [...coming, text.initial].sort(before);
  const pairs = families.slice(0, MOST_FAMILIES).flatMap((from) => coming.filter((to) => to !== from).map((to) => ({ from, to })));
  let times: Setup['times'];
  if ('time' in text) {
    const time = values.time(text.time, [...path, 'time']);
    times = pairs.map((pair) => ({ ...pair, time }));
  } else {
    const { matrix } = text;
    for (const [from, row] of Object.entries(matrix)) {
      aFamily(from, [...path, 'matrix', from]);
      for (const [to, time] of Object.entries(row)) {
        const where: Path = [...path, 'matrix', from, to];
        aFamily(to, where);
        if (to === from) findings.add(where, 'found a time within one family; expected none, as no set-up is needed there');
        else values.distribution(time, where);
      }
    }
    times = pairs.flatMap(({ from, to }) => {
      const row = Object.hasOwn(matrix, from) ? matrix[from] : undefined;
      const time = row && Object.hasOwn(row, to) ? row[to] : undefined;
      if (time !== undefined) return [{ from, to, time: values.time(time, [...path, 'matrix', from, to]) }];
      findings.add(
        [...path, 'matrix', from, to],
        `missing; expected the set-up time from ${shown(from)} to ${shown(to)}, as parts of both families can come here one after the other`,
      );
      return [];
    });
  }
  return {
    families,
    times,
    first: values.distribution(text.first, [...path, 'first']),
    initial: text.initial,
    minimumRun: text.minimumRun ?? 1,
  };
}
