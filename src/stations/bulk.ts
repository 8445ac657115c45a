/** Loose parts: a vessel, what is in it, and what was measured of its stream. Nothing simulated depends on it; elements take the measured times as numbers. */
import { z } from 'zod';
import { amount, fraction, name, whole } from './duration.ts';

const GRAINS = 100_000;

function between(least: number, most: number, unit: string) {
  const words = `a number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}, ${unit}`;
  return z.number(words).min(least, words).max(most, words);
}

const length = () => amount('metres', { above: true, most: 100 });
const degrees = (least: number, most: number) => between(least, most, 'in degrees');
const rate = amount('grains a second', { above: true, most: 1e6 });
const dimension = z.literal([2, 3], '2 or 3').optional().meta({ description: '2: everything moves in one upright plane. Default: 3.' });

const grain = z
  .strictObject({
    diameter: amount('metres', { least: 1e-5, most: 1 }).meta({ description: 'Mean diameter in metres, 0.00001 to 1.' }),
    spread: between(0, 0.5, 'as a share')
      .optional()
      .meta({ description: 'Half width of the uniform spread of diameters, as a share of the mean, 0 to 0.5. Default: 0.1.' }),
    density: between(1, 30_000, 'in kg/m³').optional().meta({ description: 'Of the solid, kg/m³, 1 to 30,000. Default: 2500.' }),
    friction: between(0, 2, 'without unit').optional().meta({ description: "Coulomb's coefficient, 0 to 2; no unit. Default: 0.5." }),
    restitution: between(0.1, 1, 'without unit')
      .optional()
      .meta({ description: 'Speed after an impact over that before, 0.1 to 1; no unit. Default: 0.7.' }),
    rolling: between(0, 1, 'without unit')
      .optional()
      .meta({ description: 'Resistance to rolling, as a share of the radius, 0 to 1; no unit. Default: 0.' }),
    hardness: between(500, 1e6, 'in weights of a grain').optional().meta({
      description: 'Force that would press two grains one diameter together, in weights of a grain, 500 to 1,000,000. Default: 10000.',
    }),
  })
  .meta({ id: 'grain', description: 'What is poured: spheres.' });

const hopper = z
  .strictObject({
    orifice: length().meta({ description: 'Diameter of the orifice (of a slot its width), in metres; less than width.' }),
    width: length().meta({ description: 'Diameter inside, in metres.' }),
    halfAngle: degrees(10, 90)
      .optional()
      .meta({ description: 'Of the cone against the vertical, 10 to 90 degrees. Default: 90, a flat bottom.' }),
    dimension,
  })
  .meta({ description: 'A hopper that grains leave through an orifice in its bottom, and come back to from above.' });

const chute = z
  .strictObject({
    length: length().meta({ description: 'Of the sheet, in metres.' }),
    width: length().meta({ description: 'Between its sides, in metres.' }),
    slope: degrees(1, 80).meta({ description: 'Against the horizontal, 1 to 80 degrees.' }),
    rate: rate.meta({ description: 'Grains a second that come in at its upper end; above 0.' }),
  })
  .meta({ description: 'A straight chute. Grains that leave it come back to its upper end.' });

const feeder = z
  .strictObject({
    length: length().meta({ description: 'Of the track, in metres.' }),
    width: length().meta({ description: 'Between its sides, in metres.' }),
    amplitude: amount('metres', { above: true, most: 1 }).meta({
      description: 'Of the vibration: displacement from the middle, in metres.',
    }),
    frequency: between(1, 1000, 'in Hz').meta({ description: 'Of the vibration, 1 to 1,000 Hz.' }),
    angle: degrees(0, 90).meta({ description: 'Of the vibration against the track, 0 to 90 degrees; 20 to 30 as a rule.' }),
    climb: degrees(0, 45).optional().meta({ description: 'Of the track upwards, 0 to 45 degrees. Default: 0.' }),
  })
  .meta({ description: 'A vibrating feeder: a straight track, or that of a bowl, unrolled.' });

const bin = z
  .strictObject({
    width: length().meta({ description: 'Inside, in metres.' }),
    depth: length().optional().meta({ description: 'Inside, in metres. Default: its width.' }),
    height: length().meta({ description: 'Of its sides, in metres.' }),
    dimension,
  })
  .meta({ description: 'An open box that grains fall into: how they lie, and what spills over.' });

const heap = z
  .strictObject({
    width: length().meta({ description: 'Of the plate, in metres.' }),
    rim: amount('metres', { most: 100 }).optional().meta({ description: 'Height of a rim at both ends, in metres. Default: 0.' }),
    rate: rate.optional().meta({
      description: 'Grains a second that are poured onto its middle; above 0. Default: a column of all grains stands there and falls down.',
    }),
  })
  .meta({ description: 'A heap on a plate, in one upright plane: its slope.' });

const measured = z
  .strictObject({
    rate: amount('grains a second').meta({ description: 'Grains a second in the steady window.' }),
    low: amount('grains a second').meta({ description: 'Lower end of its 95 % confidence interval.' }),
    high: amount('grains a second').meta({ description: 'Upper end of it.' }),
    parts: whole(1, 1e9).meta({ description: 'Grains that left in the window.' }),
    from: amount('seconds').meta({ description: 'Begin of the window, simulated seconds; what was before is cut as warm-up.' }),
    until: amount('seconds').meta({ description: 'End of the window, simulated seconds.' }),
    intervals: whole(1, 1e9).meta({ description: 'Intervals measured.' }),
    lot: whole(1, 1_000_000).meta({ description: 'Grains of an interval.' }),
    seed: whole(0, 0xffffffff).meta({ description: 'Seed of sizes and places.' }),
    steps: whole(1, 0xffffffff).meta({ description: 'Steps simulated.' }),
    into: z.string('a path in this scene').meta({ description: 'Where the measured times were written: a path in this scene.' }),
  })
  .meta({
    id: 'measurement',
    description: 'What was measured when the times were written into the scene: a note, which nothing depends on.',
  });

/** What a setup holds one of. */
const VESSELS = ['hopper', 'chute', 'feeder', 'bin', 'heap'] as const;

const ONE = `exactly one key that names a vessel: ${VESSELS.join(', ')}`;

const setup = z
  .strictObject({
    hopper: hopper.optional(),
    chute: chute.optional(),
    feeder: feeder.optional(),
    bin: bin.optional(),
    heap: heap.optional(),
    grain,
    count: whole(1, GRAINS).meta({ description: 'Grains, 1 to 100,000.' }),
    lot: whole(1, 1_000_000)
      .optional()
      .meta({ description: 'Grains of an interval, 1 to 1,000,000: a tray or a box of so many. Default: 1.' }),
    seed: whole(0, 0xffffffff).optional().meta({ description: 'Seed of sizes and places, 0 to 4294967295. Default: 1.' }),
    within: fraction.optional().meta({
      description: 'A measurement ends when half of the 95 % interval of the rate is within this share of it, 0 to 1. Default: 0.02.',
    }),
    measured: measured.optional(),
  })
  .refine((value) => VESSELS.filter((key) => value[key] !== undefined).length === 1, ONE)
  .meta({ id: 'bulk', description: 'A vessel with loose parts.' });

export const bulk = z.record(name, setup, 'an object: name → setup of loose parts');

export type BulkText = z.infer<typeof setup>;
