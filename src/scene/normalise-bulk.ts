/** What of a setup of loose parts contradicts itself: found before anything is simulated. */
import type { BulkText } from '../stations/bulk.ts';
import { type Findings, type Path, shown } from './problems.ts';

/** Widths in largest diameters that grains need not to be stuck from the start. */
const NARROWEST = 2;

const millimetres = (metres: number): string => `${Number((metres * 1000).toPrecision(4))} mm`;

export function checkBulk(setups: Record<string, BulkText> | undefined, findings: Findings): void {
  for (const [name, setup] of Object.entries(setups ?? {})) check(setup, ['bulk', name], findings);
}

function check({ hopper, chute, feeder, bin, heap, grain }: BulkText, path: Path, findings: Findings): void {
  const largest = grain.diameter * (1 + (grain.spread ?? 0.1));
  const room = (at: Path, width: number | undefined, grains = NARROWEST): void => {
    if (width === undefined || width > grains * largest) return;
    findings.add(
      [...path, ...at],
      `found ${shown(width)}; expected more than ${millimetres(grains * largest)}, ${grains === 1 ? 'the largest diameter of a grain' : `${grains} largest diameters of a grain`}`,
    );
  };
  if (hopper) {
    room(['hopper', 'width'], hopper.width);
    if (hopper.orifice >= hopper.width)
      findings.add(
        [...path, 'hopper', 'orifice'],
        `found ${shown(hopper.orifice)}; expected less than the width of the hopper, ${millimetres(hopper.width)}`,
      );
    else room(['hopper', 'orifice'], hopper.orifice, 1);
  }
  if (chute) {
    room(['chute', 'width'], chute.width);
    room(['chute', 'length'], chute.length, 6);
  }
  if (feeder) {
    room(['feeder', 'width'], feeder.width, 1);
    room(['feeder', 'length'], feeder.length, 9);
  }
  if (bin) {
    room(['bin', 'width'], bin.width);
    room(['bin', 'depth'], bin.depth);
  }
  if (heap) room(['heap', 'width'], heap.width, 10);
}
