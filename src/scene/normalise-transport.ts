/** What carries parts, and what keeps their number down: conveyors, transfers, limits. */
import { lookFrom } from '../stations/looks.ts';
import type { ElementText, Values } from './normalise-values.ts';
import { type Path, shown } from './problems.ts';
import type { Conveyor, Limit, Transfer } from './scene.ts';
import type { SceneText } from './schema.ts';

export function conveyorOf(values: Values, name: string, text: ElementText<'conveyors'>): Conveyor {
  const path: Path = ['conveyors', name];
  const { findings } = values;
  const { length, speed, pitch } = text;
  // A belt of 9.999999999 pitches has room for ten: decimal fractions are not exact.
  const room = Math.floor(length / pitch + 1e-9);
  if (room < 1) findings.add([...path, 'length'], `found ${length} m, shorter than one pitch; expected at least ${pitch} m`);
  else if (text.capacity !== undefined && text.capacity > room)
    findings.add(
      [...path, 'capacity'],
      `found ${text.capacity}; expected at most ${room}, as many as the belt has room for (length / pitch)`,
    );
  const seconds = (metres: number, key: string): number => {
    const ticks = metres / speed / values.tickSeconds;
    if (!(ticks >= 0.5 && ticks < 2 ** 32))
      findings.add(
        [...path, key],
        `found ${metres} m at ${speed} m/s, ${Number(ticks.toPrecision(3))} ticks; expected at least one tick and less than 2^32: take another time.resolution or speed`,
      );
    return ticks;
  };
  return {
    name,
    position: text.position,
    look: lookFrom(text.look),
    from: text.from,
    to: text.to,
    length,
    speed,
    pitch,
    accumulating: text.accumulating ?? true,
    capacity: text.capacity ?? Math.max(1, room),
    travel: seconds(length, 'length'),
    spacing: seconds(pitch, 'pitch'),
  };
}

export function transferOf(values: Values, text: NonNullable<SceneText['transfers']>[number], i: number): Transfer {
  const ends = (end: string | string[]): string[] | '*' => (end === '*' ? '*' : typeof end === 'string' ? [end] : end);
  return { from: ends(text.from), to: ends(text.to), time: values.time(text.time, ['transfers', i, 'time']) };
}

/** Refuses two entries that mean the same pair equally specifically. */
export function checkTransfers(values: Values, transfers: Transfer[]): void {
  const first = new Map<string, number>();
  transfers.forEach(({ from, to }, i) => {
    for (const a of from === '*' ? ['*'] : from) {
      for (const b of to === '*' ? ['*'] : to) {
        const key = JSON.stringify([a, b]);
        const other = first.get(key);
        if (other !== undefined) {
          values.findings.add(
            ['transfers', i],
            `a second time from ${shown(a)} to ${shown(b)} (the first is transfers[${other}]); expected one for each pair`,
          );
          return;
        }
        first.set(key, i);
      }
    }
  });
}

export function limitOf(values: Values, name: string, text: ElementText<'limits'>): Limit {
  const path: Path = ['limits', name];
  if (text.kind === 'base stock' && text.demand === undefined)
    values.findings.add(
      [...path, 'demand'],
      'missing; expected the name of the source whose parts bring a card each, as the kind is "base stock"',
    );
  if (text.kind !== 'base stock' && text.demand !== undefined)
    values.findings.add([...path, 'demand'], `found ${shown(text.demand)} for ${shown(text.kind)}; expected it for "base stock" only`);
  for (const element of text.kind === 'base stock' ? [] : text.elements) {
    const station = Object.hasOwn(values.text.stations ?? {}, element) ? values.text.stations?.[element] : undefined;
    const least = station?.batch?.min ?? 1;
    if (least > text.cards)
      values.findings.add(
        [...path, 'cards'],
        `found ${text.cards}; expected at least ${least}, as a batch at ${shown(element)} is no smaller and each part in it holds a card`,
      );
  }
  return { name, kind: text.kind, elements: [...text.elements].sort(), cards: text.cards, demand: text.demand };
}
