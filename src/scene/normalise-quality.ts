/** Yields, inspections and what becomes of defective parts. */
import type { Findings, Path } from './problems.ts';
import { didYouMean, shown } from './problems.ts';
import type { Quality, Rework } from './scene.ts';
import type { ElementText } from './normalise-values.ts';

type Text = ElementText<'stations'>;
type OnDefect = NonNullable<Text['onDefect']>;

/** No limit to the number of loops. */
const ENDLESS = 0x7fffffff;

/** Where a rework leads that the file gives by this name; a finding where it leads nowhere. */
export type ReworkTarget = (name: string, path: Path) => { step?: number; element?: string };

/** What a step's own yield says; undefined where it says nothing. */
export function stepQuality(
  text: { yield?: number | undefined; onDefect?: OnDefect | undefined },
  numbers: ReadonlyMap<string, number>,
  path: Path,
  findings: Findings,
): Quality | undefined {
  if (text.yield === undefined) {
    if (text.onDefect !== undefined)
      findings.add(
        [...path, 'onDefect'],
        `found ${shown(text.onDefect)} without "yield", where it means nothing; expected both, or neither`,
      );
    return undefined;
  }
  const target: ReworkTarget = (name, where) => ({ step: stepNamed(name, numbers, where, findings) });
  return simple(text.yield, text.onDefect, [...path, 'onDefect'], target);
}

/** What happens at a station to a part of one product, with the share that it has of the yields. */
export function stationQuality(text: Text, yielded: number, path: Path, target: ReworkTarget): Quality {
  const { inspection } = text;
  if (!inspection) return simple(yielded, text.onDefect, [...path, 'onDefect'], target);
  return {
    yield: yielded,
    inspects: true,
    share: inspection.share ?? 1,
    detects: inspection.detects ?? 1,
    onDefect: fate(inspection.onDefect, [...path, 'inspection', 'onDefect'], target),
  };
}

/** What contradicts itself in the words of a station about quality. */
export function checkQuality(text: Text, path: Path, findings: Findings): void {
  if (text.onDefect === undefined) return;
  if (text.inspection)
    findings.add(
      [...path, 'onDefect'],
      'found beside "inspection", which finds the defects made here too; expected "onDefect" in "inspection" only',
    );
  else if (text.yield === undefined)
    findings.add(
      [...path, 'onDefect'],
      `found ${shown(text.onDefect)} without "yield" or "inspection", where it means nothing; expected one of these`,
    );
}

/** The number of the step that a rework names. */
export function stepNamed(name: string, numbers: ReadonlyMap<string, number>, path: Path, findings: Findings): number {
  const number = numbers.get(name);
  if (number === undefined || name === 'done') {
    findings.add(path, () => {
      const steps = [...numbers.keys()].filter((step) => step !== 'done');
      return `found ${shown(name)}; expected the name of a step of this routing${didYouMean(name, steps)}`;
    });
    return 0;
  }
  return number;
}

function simple(yielded: number, onDefect: OnDefect | undefined, path: Path, target: ReworkTarget): Quality {
  return { yield: yielded, inspects: false, share: 1, detects: 1, onDefect: fate(onDefect, path, target) };
}

function fate(text: OnDefect | undefined, path: Path, target: ReworkTarget): 'scrap' | 'pass' | Rework {
  if (text === undefined) return 'scrap';
  if (typeof text === 'string') return text;
  const { step, element } = target(text.rework, [...path, 'rework']);
  // oxlint-disable-next-line unicorn/no-thenable -- the format's word; nobody awaits it
  return { step, element, limit: text.limit ?? ENDLESS, then: text.then ?? 'scrap' };
}
