/** What contradicts itself in the vocabulary of production is refused, with its path. Expectations follow docs/scene-format.md, by hand. */
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import type { Loose } from './example.ts';
import { mutated } from './mutate.ts';
import { workshop } from './workshop.ts';

/** What is done to the workshop, and the finding: its path and the gist of its message. */
const REFUSALS: [name: string, spoil: (scene: Loose) => void, path: string, message: string][] = [
  [
    'a skill nobody has',
    (s) => (s.stations.bench.people.processing = 'welder'),
    'stations.bench.people.processing',
    'the skill "welder", which nobody has',
  ],
  [
    'a misspelt skill',
    (s) => (s.stations.tunnel.failures[0].people = 'fiter'),
    'stations.tunnel.failures[0].people',
    '(did you mean "fitter"?)',
  ],
  [
    'a need larger than all pools together',
    (s) => (s.stations.oven.people.loading = { operator: 6 }),
    'stations.oven.people.loading',
    'found a need of 6 with "operator"; expected at most 5',
  ],
  [
    'two needs that the same few people have the skills for',
    (s) => (s.stations.oven.people.loading = { operator: 4, fitter: 2 }),
    'stations.oven.people.loading',
    'found a need of 6 with "fitter" and "operator"; expected at most 5',
  ],
  [
    'a bill of materials nobody supplies',
    (s) => delete s.stations.unpacking.disassembly,
    'stations.bench.assembly.inputs.screw',
    'no way brings product "screw" to "bench"',
  ],
  [
    'a set-up matrix with a hole',
    (s) => {
      s.products.panel = { family: 'wood', routing: [{ station: 'laser', processing: 1 }] };
      s.sources.wood = { product: 'panel', interarrival: 50 };
      s.stations.laser.setup = { matrix: { sheet: { wood: 3 } } };
    },
    'stations.laser.setup.matrix.wood.sheet',
    'missing; expected the set-up time from "wood" to "sheet"',
  ],
  ['a family nobody has', (s) => (s.stations.laser.setup.initial = 'shet'), 'stations.laser.setup.initial', '(did you mean "sheet"?)'],
  [
    'an expression with a type error',
    (s) => (s.stations.saw.dispatch[1].expression = 'due + priority'),
    'stations.saw.dispatch[1].expression',
    'column 7: found a number; expected a time',
  ],
  [
    'an expression that is none',
    (s) => (s.stations.laser.dispatch = { expression: 'due -' }),
    'stations.laser.dispatch.expression',
    'column 6: found the end',
  ],
  [
    'an unknown rule',
    (s) => (s.stations.laser.dispatch = 'earliest due dates'),
    'stations.laser.dispatch',
    '(did you mean "earliest due date"?)',
  ],
  [
    'an expression about an element that is not there',
    (s) => (s.stations.laser.dispatch = { expression: "queue('partz')" }),
    'stations.laser.dispatch.expression',
    'column 7',
  ],
  [
    'a calendar without an interval',
    (s) => (s.calendars.night.open = []),
    'calendars.night.open',
    'expected a list with at least one interval',
  ],
  [
    'a calendar that opens only after the run',
    (s) => (s.calendars['two shifts'] = { cycle: '49 d', open: [{ from: '48 d', to: '49 d' }] }),
    'calendars["two shifts"]',
    'never opens in this run: "open" begins after its end; expected',
  ],
  [
    'a calendar that never opens',
    (s) => (s.calendars['two shifts'].closed = [{ from: 0, to: '40 d' }]),
    'calendars["two shifts"]',
    'never opens in this run',
  ],
  [
    'holidays that leave a gap only where the shift is closed anyway',
    (s) =>
      (s.calendars['two shifts'].closed = [
        { from: 0, to: '5 d' },
        { from: '7 d', to: '60 d' },
      ]),
    'calendars["two shifts"]',
    'never opens in this run',
  ],
  [
    'an interval that ends before it begins',
    (s) => (s.calendars.night.open[0].to = 0),
    'calendars.night.open[0].to',
    'expected a later time',
  ],
  [
    'an interval beyond the cycle',
    (s) => (s.calendars.night.open[1].to = '25 h'),
    'calendars.night.open[1].to',
    'expected at most the cycle, "1 d"',
  ],
  [
    'rework to an unknown step',
    (s) => (s.products.frame.routing[0].onDefect.rework = 'cuts'),
    'products.frame.routing[0].onDefect.rework',
    'found "cuts"; expected the name of a step of this routing (did you mean "cut"?)',
  ],
  [
    'rework at a station to a step that the product has not',
    (s) => (s.stations.inspection.inspection.onDefect.rework = 'cut'),
    'stations.inspection.inspection.onDefect.rework',
    'expected the name of a step of product "lamp"',
  ],
  [
    'rework to no element',
    (s) => Object.assign(s.stations.shuttle, { yield: 0.9, onDefect: { rework: 'nowhere' } }),
    'stations.shuttle.onDefect',
    'expected the name of a buffer, station or conveyor',
  ],
  [
    'maintainAt without maintenance',
    (s) => delete s.stations.tunnel.wear.maintenance,
    'stations.tunnel.wear.maintenance',
    'missing; expected it beside "maintainAt"',
  ],
  [
    'maintenance that is not there',
    (s) => (s.stations.tunnel.wear.maintenance = 'new bel'),
    'stations.tunnel.wear.maintenance',
    '(did you mean "new belt"?)',
  ],
  [
    'failAt without a failure',
    (s) => delete s.stations.tunnel.wear.failure,
    'stations.tunnel.wear.failure',
    'missing; expected it beside "failAt"',
  ],
  [
    'maintenance that is never due',
    (s) => delete s.stations.tunnel.maintenance[0].every,
    'stations.tunnel.maintenance[0].every',
    'missing',
  ],
  [
    'two stops of one name',
    (s) => (s.stations.tunnel.failures[1].name = 'jam'),
    'stations.tunnel.failures[1].name',
    'found "jam" a second time',
  ],
  [
    'a clock to renew that is not there',
    (s) => (s.stations.tunnel.failures[0].renews = ['servis']),
    'stations.tunnel.failures[0].renews[0]',
    '(did you mean "service"?)',
  ],
  ['batch min above max', (s) => (s.stations.oven.batch.min = 7), 'stations.oven.batch.min', 'found 7; expected at most max, 6'],
  [
    'batch min above max in a step',
    (s) => (s.products.frame.routing[2].batch.min = 5),
    'products.frame.routing[2].batch.min',
    'found 5; expected at most max, 4',
  ],
  ['limit with an unknown element', (s) => (s.limits.loop.elements[0] = 'sheetz'), 'limits.loop.elements[0]', '(did you mean "sheets"?)'],
  [
    'limit on a sink',
    (s) => (s.limits.loop.elements[0] = 'out'),
    'limits.loop.elements[0]',
    'found "out", a sink; expected the name of a buffer, station or conveyor',
  ],
  ['base stock without demand', (s) => delete s.limits.stock.demand, 'limits.stock.demand', 'missing'],
  ['demand of a CONWIP', (s) => (s.limits.loop.demand = 'steel'), 'limits.loop.demand', 'expected it for "base stock" only'],
  [
    'preemptive without a buffer in front',
    (s) => (s.stations.tunnel.preemptive = true),
    'stations.tunnel.preemptive',
    'found true where parts come from "belt"; expected a buffer in front of the station',
  ],
  ['preemptive assembly', (s) => (s.stations.bench.preemptive = true), 'stations.bench.preemptive', 'an assembly cannot be interrupted'],
  ['transfer to nowhere', (s) => (s.transfers[1].to[1] = 'tunel'), 'transfers[1].to[1]', '(did you mean "tunnel"?)'],
  ['transfer into a source', (s) => (s.transfers[1].to = 'steel'), 'transfers[1].to', 'nothing can go into a source'],
  ['transfer out of a sink', (s) => (s.transfers[1].from = 'out'), 'transfers[1].from', 'nothing leaves a sink'],
  ['two times for one way', (s) => s.transfers.push({ from: 'oven', to: 'belt', time: 3 }), 'transfers[2]', 'the first is transfers[1]'],
  [
    'conveyor shorter than one pitch',
    (s) => (s.conveyors.belt.length = 0.5),
    'conveyors.belt.length',
    'found 0.5 m, shorter than one pitch; expected at least 0.6 m',
  ],
  [
    'conveyor with more parts than fit',
    (s) => (s.conveyors.belt.capacity = 21),
    'conveyors.belt.capacity',
    'found 21; expected at most 20',
  ],
  [
    'conveyor that does not move',
    (s) => (s.conveyors.belt.speed = 0),
    'conveyors.belt.speed',
    'found 0; expected a number above 0, in metres per second',
  ],
  [
    'CSV: a bad quantity',
    (s) => (s.sources.purchasing.orders = 'product,quantity\nbox,1\nbox,many\n'),
    'sources.purchasing.orders',
    'line 3: found "many" as quantity',
  ],
  [
    'CSV: an unknown product',
    (s) => (s.sources.purchasing.orders = 'product\n\n\nbocks'),
    'sources.purchasing.orders',
    'line 4: found "bocks"; expected the name of a product',
  ],
  [
    'CSV: an unknown column',
    (s) => (s.sources.purchasing.orders = 'product,realease\nbox,1'),
    'sources.purchasing.orders',
    'line 1: found the column "realease"',
  ],
  [
    'CSV: too few fields',
    (s) => (s.sources.purchasing.orders = 'product,due\nbox,1\nbox\n'),
    'sources.purchasing.orders',
    'line 3: found 1 fields; expected 2',
  ],
  [
    'CSV: a bad time',
    (s) => (s.sources.purchasing.orders = 'product,due\nbox,-3'),
    'sources.purchasing.orders',
    'line 2: found "-3" as due',
  ],
  ['CSV: no order', (s) => (s.sources.purchasing.orders = 'product\n'), 'sources.purchasing.orders', 'found no order'],
  ['orders beside arrivals', (s) => (s.sources.purchasing.interarrival = 3), 'sources.purchasing.interarrival', 'beside "orders"'],
  [
    'an order of nothing known',
    (s) => (s.sources.purchasing.orders = [{ product: 'bx' }]),
    'sources.purchasing.orders[0].product',
    '(did you mean "box"?)',
  ],
  ['two names alike', (s) => (s.people.belt = { count: 1 }), 'people.belt', 'two elements of one name: "belt" is a conveyor too'],
  [
    'assembly that makes what it consumes',
    (s) => (s.stations.bench.assembly.makes = 'screw'),
    'stations.bench.assembly.makes',
    'found "screw", which goes in as well',
  ],
  [
    'disassembly into itself',
    (s) => (s.stations.unpacking.disassembly.box.into = { box: 2 }),
    'stations.unpacking.disassembly.box.into.box',
    'the product that is taken apart',
  ],
  [
    'two main parts',
    (s) => (s.stations.bench.assembly.inputs.frame = 2),
    'stations.bench.assembly.inputs.frame',
    'found 2 of the main part',
  ],
  [
    'a main part that cannot be told',
    (s) => {
      s.products[7] = {};
      s.stations.bench.assembly.inputs[7] = 1;
    },
    'stations.bench.assembly.inputs["7"]',
    'a name that is a whole number',
  ],
  [
    'a product that comes to an assembly and does not go in',
    (s) => {
      s.links[5].products = undefined;
      s.sources.bolts = { product: 'pallet', interarrival: 9 };
      s.links.push({ from: 'bolts', to: 'bench' });
    },
    'stations.bench.assembly.inputs',
    'found no "pallet", a product that comes here',
  ],
  [
    'a time for a part that goes into an assembly',
    (s) => (s.products.frame.routing[4].processing = 2),
    'products.frame.routing[4]',
    'found a processing time for a part that goes into the assembly at "bench"',
  ],
  [
    'servers at a pure delay',
    (s) => (s.stations.gauge.failures = s.stations.tunnel.failures),
    'stations.gauge.failures',
    '"unlimited" servers, which is a pure delay',
  ],
  [
    'a batch in a step at a pure delay',
    (s) => {
      s.stations.rinse = { servers: 'unlimited' };
      s.products.spare = { routing: [{ station: 'rinse', processing: 1, batch: { max: 2 } }] };
    },
    'products.spare.routing[0].batch',
    '"unlimited" servers, which is a pure delay',
  ],
  [
    'fewer cards than a batch is large',
    (s) => {
      s.stations.rinse = { processing: 1, batch: { min: 3, max: 4 } };
      s.limits.few = { kind: 'CONWIP', elements: ['rinse'], cards: 2 };
    },
    'limits.few.cards',
    'found 2; expected at least 3',
  ],
  [
    'alternatives beside a station',
    (s) => (s.products.frame.routing[0].station = 'saw'),
    'products.frame.routing[0].alternatives',
    'expected one of the two',
  ],
  [
    'neither station nor alternatives',
    (s) => delete s.products.frame.routing[0].alternatives,
    'products.frame.routing[0].station',
    'missing',
  ],
  [
    'alternatives without a time',
    (s) => delete s.products.frame.routing[0].alternatives[0].processing,
    'products.frame.routing[0].alternatives[0].processing',
    'neither the step nor "laser" has one',
  ],
  [
    'a queue-time limit since an unknown step',
    (s) => (s.products.frame.routing[2].within.since = 'cat'),
    'products.frame.routing[2].within.since',
    '(did you mean "cut"?)',
  ],
  ['onDefect without a yield', (s) => delete s.products.frame.routing[0].yield, 'products.frame.routing[0].onDefect', 'without "yield"'],
  [
    'onDefect beside an inspection',
    (s) => (s.stations.inspection.onDefect = 'pass'),
    'stations.inspection.onDefect',
    'found beside "inspection"',
  ],
  [
    'a share above 1',
    (s) => (s.products.frame.routing[1].share = 1.5),
    'products.frame.routing[1].share',
    'found 1.5; expected a number from 0 to 1',
  ],
  ['a rate that is always 0', (s) => (s.sources.steel.rate.periods = [{ from: 0, factor: 0 }]), 'sources.steel.rate.periods', 'all 0'],
  [
    'a rate that begins late',
    (s) => (s.sources.steel.rate.periods[0].from = 1),
    'sources.steel.rate.periods[0].from',
    'expected 0, the start of the cycle',
  ],
  [
    'more parts at the start than room',
    (s) => (s.buffers.empties.initial.pallet = 9),
    'buffers.empties.initial',
    'found 9 parts; expected at most 8',
  ],
  [
    'parts at the start before an unknown step',
    (s) => (s.buffers.yard.initial[0].step = 'coatt'),
    'buffers.yard.initial[0].step',
    '(did you mean "coat"?)',
  ],
  ['numbers of people twice', (s) => (s.people.maintenance.count = 3), 'people.maintenance.count', 'beside a list of shifts'],
  [
    'people who walk too slowly for the ticks',
    (s) => (s.people.operator.speed = 1e-12),
    'people.operator.speed',
    'found 1e-12; expected more than',
  ],
  ['people without a number', (s) => delete s.people.operator.count, 'people.operator.count', 'missing'],
  ['shifts by a calendar that is not there', (s) => (s.stations.oven.shifts = 'nigth'), 'stations.oven.shifts', '(did you mean "night"?)'],
  [
    'a condition that rounds to nothing',
    (s) => (s.stations.tunnel.wear.increment = { gamma: { mean: 1e-4, cv: 1 } }),
    'stations.tunnel.wear.increment.gamma.mean',
    'in a smaller unit',
  ],
  [
    'no source where nothing lies anywhere',
    (s) => ((s.sources = {}), (s.buffers = {})),
    'sources',
    'found none; a scene needs at least one source',
  ],
];

describe('what is refused', () => {
  test.each(REFUSALS)('%s', (_, spoil, path, message) => {
    const scene = workshop();
    spoil(scene);
    const result = read(JSON.stringify(scene));
    expect(result.ok ? [] : result.problems).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  test('2,000 spoilt workshops: none throws, every finding says what was expected', { timeout: 60_000 }, () => {
    const telling =
      /expected|choose another|reserved|this program reads version 1|two elements of one name|add or widen a link|link one of these elements|remove one of the two|take a coarser|the limit is|a scene needs at least one|parts would arrive|never be in order|never change|^and \d+ more$/;
    const odd: string[] = [];
    let fine = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const result = read(mutated(workshop(), seed));
      if (result.ok) {
        fine++;
        (function finite(value: unknown, path: string): void {
          if (typeof value === 'number' && !Number.isFinite(value) && !/\.(capacity|servers)$/.test(path))
            odd.push(`seed ${seed}: ${path} is ${value}`);
          if (typeof value === 'object' && value !== null)
            for (const [key, inner] of Object.entries(value)) finite(inner, `${path}.${key}`);
        })(result.scene, 'scene');
        continue;
      }
      for (const { path, message } of result.problems) {
        if (path === '' || !telling.test(message) || /undefined|\bNaN\b|\[object|something else$/.test(message.replace(/found .*?;/, '')))
          odd.push(`seed ${seed}: ${path}: ${message}`);
      }
    }
    expect(odd).toEqual([]);
    expect(fine).toBeGreaterThan(100);
  });
});
