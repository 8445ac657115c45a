import { describe, expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import { everything, example, exampleText, type Loose } from './example.ts';
import { unsound } from './sound.ts';

function problems(scene: Loose): { path: string; message: string }[] {
  const result = read(typeof scene === 'string' ? scene : JSON.stringify(scene));
  return result.ok ? [] : result.problems;
}

/** The problems of the example, or of the scene with every key, once it is spoilt. */
function spoilt(spoil: (scene: Loose) => void, scene = example()): string[] {
  spoil(scene);
  return problems(scene).map(({ path, message }) => `${path}: ${message}`);
}

/** Gear is made on the lathe, then on the press, and no link says how. */
function routed(): Loose {
  const scene = example();
  scene.products.gear = { routing: [{ station: 'lathe' }, { station: 'press' }] };
  scene.links = [];
  return scene;
}

describe('what is right', () => {
  test('the example of the format page, in ticks of 1 ms', () => {
    const result = read(exampleText);
    expect(result).toMatchObject({
      ok: true,
      warnings: [],
      scene: {
        name: 'Two lathes and a press',
        time: { unit: 'min', tickSeconds: 0.001 },
        products: [{ name: 'gear', routing: undefined }],
        sources: [
          { name: 'infeed', mix: [{ product: 'gear', weight: 1 }], interarrival: { kind: 'exponential', mean: 120_000 }, whenFull: 'wait' },
        ],
        buffers: [{ name: 'b1', capacity: 5 }],
        stations: [
          { name: 'lathe', servers: 2, processing: { kind: 'lognormal', mean: 180_000, cv: 0.4 }, failures: [] },
          {
            name: 'press',
            servers: 1,
            processing: { kind: 'constant', value: 90_000 },
            failures: [
              {
                clock: 'processing',
                timeToFailure: { kind: 'exponential', mean: 14_400_000 },
                repair: { kind: 'lognormal', mean: 1_200_000, cv: 1 },
                interruptedJob: 'resume',
              },
            ],
          },
        ],
        links: [
          { from: 'b1', to: ['press'], rule: 'fixed' },
          { from: 'infeed', to: ['lathe'] },
          { from: 'lathe', to: ['b1'] },
          { from: 'press', to: ['store'] },
        ],
        run: { warmup: 28_800_000, horizon: 432_000_000, replications: 4096, seed: 1 },
      },
    });
    if (result.ok) expect(unsound(result.scene)).toEqual([]);
  });

  test('every key of the format at once', () => {
    const result = read(JSON.stringify(everything()));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(unsound(result.scene)).toEqual([]);
    expect(result.warnings).toEqual([]);
    expect(result.scene.products.map(({ name }) => name)).toEqual(['axle', 'gear']);
    expect(result.scene.products[1]?.routing).toMatchObject([
      { name: 'step 1', next: [{ step: 1, weight: 1 }] },
      {
        name: 'milling',
        next: [
          { step: 3, weight: 0.9 },
          { step: 2, weight: 0.1 },
        ],
      },
      { name: 'rework', next: [{ step: 1, weight: 1 }] },
    ]);
    expect(result.scene.sources.map(({ mix }) => mix)).toEqual([
      [
        { product: 'axle', weight: 0.25 },
        { product: 'gear', weight: 0.75 },
      ],
      [{ product: 'axle', weight: 1 }],
    ]);
    expect(result.scene.groups).toMatchObject([{ rule: 'probability', weights: [1 / 3, 2 / 3] }]);
    expect(result.scene.buffers.map(({ capacity }) => capacity)).toEqual([Infinity, 20]);
  });

  test('the order in the file means nothing', () => {
    const turned = everything();
    for (const kind of ['products', 'sources', 'buffers', 'stations', 'sinks'])
      turned[kind] = Object.fromEntries(Object.entries(turned[kind]).reverse());
    turned.links.reverse();
    expect(read(JSON.stringify(turned))).toEqual(read(JSON.stringify(everything())));
  });

  test('defaults', () => {
    const scene = example();
    for (const key of ['name', 'description', 'time']) delete scene[key];
    scene.run = { horizon: 60 };
    expect(read(JSON.stringify(scene))).toMatchObject({
      scene: {
        name: 'Untitled',
        description: '',
        time: { unit: 's', tickSeconds: 0.001 },
        run: { warmup: 0, horizon: 60_000, replications: 1024, seed: 1, stopAfter: undefined, maxParts: undefined },
      },
    });
  });

  test('a routing without links, and names that JavaScript objects have too', () => {
    const scene = routed();
    Object.assign(scene.stations, { constructor: {}, toString: { processing: 1 } });
    Object.assign(scene.buffers, { hasOwnProperty: {}, Drehmaschine_Süd: {} });
    expect(read(JSON.stringify(scene))).toMatchObject({
      ok: true,
      warnings: [
        'buffers.Drehmaschine_Süd: nothing fills it',
        'buffers.b1: nothing fills it',
        'buffers.hasOwnProperty: nothing fills it',
        'stations.constructor: no product comes here',
        'stations.toString: no product comes here',
      ],
    });
  });

  test('warnings: what is never used', () => {
    const scene = everything();
    scene.products.axle.sink = 'yard';
    scene.products.pin = {};
    scene.products.gear.routing[1].next = 'done';
    scene.groups.spare = { stations: ['mill'] };
    scene.sinks['back door'] = {};
    expect(read(JSON.stringify(scene))).toMatchObject({
      ok: true,
      warnings: [
        'products.pin: no source makes it',
        'products.axle: its sink means nothing, as a product without a routing goes where the links lead',
        'products.gear.routing[2]: no step leads to "rework"',
        'stations.bench: no product comes here',
        'groups.spare: no step names it',
        'sinks["back door"]: no product ends here',
      ],
    });
  });

  test('a byte order mark is no part of the scene', () => {
    expect(read(`\ufeff${exampleText}`).ok).toBe(true);
  });
});

describe('text that is not JSON', () => {
  test.each([
    ['', 'line 1, column 1', 'found an empty text; expected a value'],
    ['hello', 'line 1, column 1', 'found "hello"; expected a value'],
    ['{\n  "millwright": 1,\n}', 'line 3, column 1', 'found "}"; expected a key: no comma may stand before "}"'],
    ['{"a": [1, ]}', 'line 1, column 11', 'found "]"; expected a value: no comma may stand before "]"'],
    ['{"a" 1}', 'line 1, column 6', 'found "1"; expected ":" after the key'],
    ['{"a": 1 "b": 2}', 'line 1, column 9', 'expected a comma or "}"'],
    ['[1 2]', 'line 1, column 4', 'found "2"; expected a comma or "]"'],
    ['{"a": [1}', 'line 1, column 9', 'found "}"; expected a comma or "]"'],
    ['// no\n{}', 'line 1, column 1', 'JSON has no comments'],
    ["{'a': 1}", 'line 1, column 2', 'double quotes'],
    ['{a: 1}', 'line 1, column 2', 'JSON keys stand in double quotes'],
    ['{"a": 01}', 'line 1, column 7', 'found "01"; expected a value'],
    ['{"a": .5}', 'line 1, column 7', 'found ".5"; expected a value'],
    ['{"a": NaN}', 'line 1, column 7', 'found "NaN"; expected a value'],
    ['{"a": "x', 'line 1, column 7', 'found a text without its end; expected a closing quote'],
    ['{"a": "x\ny"}', 'line 1, column 7', 'found a line break or control character inside quotes'],
    ['{"a": "\\x"}', 'line 1, column 8', 'a backslash itself is written'],
    ['{} {}', 'line 1, column 4', 'expected the end of the text'],
    ['{"a":', 'line 1, column 6', 'found the end of the text; expected a value'],
    [exampleText.slice(0, 300), 'line 8, column 25', 'expected'],
    ['['.repeat(1_000_000), 'line 1, column 65', 'the limit is 64'],
  ])('%#: %s', (text, where, words) => {
    const [problem] = problems(text);
    expect(problem?.path).toContain(where);
    expect(problem?.message).toContain(words);
  });

  test('all that JSON allows is read', () => {
    for (const text of ['{"a":"\\u00e9\\n\\"\\\\\\/","b":[-0.5e+3,1E2,true,false,null,[],{},{"c":{}}]}', ' \r\n\t{ } ']) {
      expect(problems(text)).toMatchObject([
        { path: 'millwright', message: 'missing; expected "millwright": 1, the version of the format' },
      ]);
    }
    for (const text of ['[]', 'null', '3', '"x"'])
      expect(problems(text)).toMatchObject([{ path: 'scene', message: expect.stringContaining('expected an object') }]);
  });
});

/** Each names where, and says what is wrong in these words. */
describe('scenes with one thing wrong', () => {
  const mill = (scene: Loose): Loose => scene.products.gear.routing[1];
  const cases: [what: string, spoil: (scene: Loose) => void, path: string, words: string][] = [
    ['wrong version', (s) => (s.millwright = 2), 'millwright', 'found 2; this program reads version 1'],
    ['version as text', (s) => (s.millwright = '1'), 'millwright', 'found "1"; this program reads version 1'],
    ['unknown kind', (s) => (s.robots = {}), 'robots', 'unknown key; expected one of millwright, name'],
    ['misspelt kind', (s) => (s.station = {}), 'station', 'unknown key (did you mean "stations"?)'],
    ['misspelt key', (s) => (s.stations.press.procesing = 3), 'stations.press.procesing', 'unknown key (did you mean "processing"?)'],
    [
      'misspelt distribution',
      (s) => (s.stations.press.processing = { exponental: { mean: 3 } }),
      'stations.press.processing.exponental',
      'unknown key (did you mean "exponential"?)',
    ],
    [
      'no distribution',
      (s) => (s.stations.press.processing = {}),
      'stations.press.processing',
      'found {}; expected exactly one key that names a distribution',
    ],
    [
      'two distributions',
      (s) => (s.stations.press.processing = { constant: { value: 1 }, exponential: { mean: 1 } }),
      'stations.press.processing',
      'expected exactly one key',
    ],
    [
      'dangling link',
      (s) => (s.links[0].to = 'lahte'),
      'links[0].to',
      'found "lahte", which is the name of nothing here; expected the name of a buffer, station, conveyor or sink (did you mean "lathe"?)',
    ],
    ['dangling start of a link', (s) => (s.links[2].from = 'b2'), 'links[2].from', '(did you mean "b1"?)'],
    [
      'link in a list',
      (s) => (s.links[0].to = ['lathe', 'nowhere']),
      'links[0].to[1]',
      'found "nowhere", which is the name of nothing here',
    ],
    [
      'link to a product',
      (s) => (s.links[0].to = 'gear'),
      'links[0].to',
      'found "gear", a product; expected the name of a buffer, station, conveyor or sink',
    ],
    ['link into a source', (s) => (s.links[1].to = 'infeed'), 'links[1].to', 'found "infeed", a source; nothing can go into a source'],
    [
      'link out of a sink',
      (s) => s.links.push({ from: 'store', to: 'press' }),
      'links[4].from',
      'found "store", a sink; nothing leaves a sink',
    ],
    ['buffer into itself', (s) => (s.links[2].to = ['press', 'b1']), 'links[2].to[1]', 'found "b1", the buffer that the link leaves'],
    ['link for an unknown product', (s) => (s.links[0].products = ['gaer']), 'links[0].products[0]', '(did you mean "gear"?)'],
    ['one target twice', (s) => (s.links[0].to = ['lathe', 'lathe']), 'links[0].to[1]', 'a second time; expected each target once'],
    [
      'two entries for one product',
      (s) => s.links.push({ from: 'lathe', to: 'press' }),
      'links[4]',
      'a second entry that leaves "lathe" for the same product (the first is links[1])',
    ],
    [
      'two elements of one name, two kinds',
      (s) => (s.buffers.press = {}),
      'stations.press',
      'two elements of one name: "press" is a buffer too',
    ],
    ['the name of a product', (s) => (s.sinks.gear = {}), 'sinks.gear', 'two elements of one name: "gear" is a product too'],
    ['reserved name', (s) => (s.buffers.total = {}), 'buffers.total', 'reserved'],
    ['bad name', (s) => (s.buffers['a.b'] = {}), 'buffers["a.b"]', 'found the name "a.b"; expected a name of 1 to 64 letters'],
    ['space at the end of a name', (s) => (s.buffers['b '] = {}), 'buffers["b "]', 'no space at either end'],
    ['long name', (s) => (s.buffers['x'.repeat(65)] = {}), `buffers["${'x'.repeat(64)}…"]`, '1 to 64 letters'],
    [
      'negative time',
      (s) => (s.stations.press.processing = -90),
      'stations.press.processing',
      'found -90; expected a duration, which is never negative',
    ],
    [
      'negative mean',
      (s) => (s.sources.infeed.interarrival.exponential.mean = -1),
      'sources.infeed.interarrival.exponential.mean',
      'found -1; expected a duration, which is never negative',
    ],
    [
      'negative time with a unit',
      (s) => (s.stations.press.processing = '-90 s'),
      'stations.press.processing',
      'found "-90 s"; expected a duration: a number of at least 0',
    ],
    ['unknown unit', (s) => (s.stations.press.processing = '3 mins'), 'stations.press.processing', 'units ms, s, min, h, d, w'],
    ['endless number', (s) => (s.run.horizon = '1e999 d'), 'run.horizon', 'expected a duration that ends'],
    [
      'time beyond all ticks',
      (s) => (s.stations.press.processing = '100 d'),
      'stations.press.processing',
      'found "100 d"; expected a duration of at most 2^32 ticks (this is 8,640,000,000)',
    ],
    ['time as a list', (s) => (s.stations.press.processing = [3]), 'stations.press.processing', 'found [3]; expected a duration such as'],
    [
      'other parameters',
      (s) => (s.stations.press.processing = { normal: { mean: 3, sigma: 1 } }),
      'stations.press.processing.normal',
      'found the keys "mean", "sigma"; expected "mean" and "sd", or "mean" and "cv"',
    ],
    [
      'a parameter missing',
      (s) => (s.stations.press.processing = { normal: { mean: 3 } }),
      'stations.press.processing.normal',
      'found the key "mean"; expected "mean" and "sd", or "mean" and "cv"',
    ],
    [
      'a list of steps that is empty',
      (s) => (s.products.gear.routing = []),
      'products.gear.routing',
      'found []; expected at least one step',
    ],
    [
      'step at a buffer',
      (s) => (s.products.gear.routing = [{ station: 'b1' }]),
      'products.gear.routing[0].station',
      'found "b1", a buffer; expected the name of a station or group',
    ],
    [
      'step nowhere',
      (s) => (s.products.gear.routing = [{ station: 'pres' }]),
      'products.gear.routing[0].station',
      '(did you mean "press"?)',
    ],
    [
      'sink of a product',
      (s) => (s.products.gear.sink = 'press'),
      'products.gear.sink',
      'found "press", a station; expected the name of a sink',
    ],
    [
      'no way to a sink',
      (s) => s.links.pop(),
      'sources.infeed',
      'no way to a sink: product "gear" made here gets stuck at "press": no link leaves "press" for product "gear"',
    ],
    ['no way from the source', (s) => s.links.shift(), 'sources.infeed', 'gets stuck at "infeed"'],
    ['round and round', (s) => (s.links[3].to = 'lathe'), 'sources.infeed', 'goes round from there without end'],
    [
      'capacity of 0',
      (s) => (s.buffers.b1.capacity = 0),
      'buffers.b1.capacity',
      'found 0; expected a whole number of places from 1 to 16,777,216, or "unlimited" (a buffer needs at least one place; to have none, link the stations directly)',
    ],
    ['half a place', (s) => (s.buffers.b1.capacity = 1.5), 'buffers.b1.capacity', 'found 1.5; expected a whole number of places'],
    ['other capacity', (s) => (s.buffers.b1.capacity = 'endless'), 'buffers.b1.capacity', 'or "unlimited"'],
    ['no server', (s) => (s.stations.lathe.servers = 0), 'stations.lathe.servers', 'found 0; expected a whole number from 1 to 10,000'],
    [
      'half a server',
      (s) => (s.stations.lathe.servers = 2.5),
      'stations.lathe.servers',
      'found 2.5; expected a whole number from 1 to 10,000',
    ],
    ['too many servers', (s) => (s.stations.lathe.servers = 10_001), 'stations.lathe.servers', 'from 1 to 10,000'],
    [
      'horizon that does not fit',
      (s) => (s.run.horizon = '60 d'),
      'run.horizon',
      'do not fit 2^32 ticks: 5,212,800,000 ticks; take a coarser time.resolution, at least "2 ms", or a shorter horizon',
    ],
    ['horizon of 0', (s) => (s.run.horizon = 0), 'run.horizon', 'expected a duration above 0'],
    ['no horizon', (s) => delete s.run.horizon, 'run.horizon', 'missing; expected a duration'],
    ['no run', (s) => delete s.run, 'run', 'missing; expected an object'],
    ['resolution of 0', (s) => (s.time.resolution = 0), 'time.resolution', 'found 0; expected a duration above 0'],
    [
      'resolution too coarse',
      (s) => (s.time.resolution = '4 min'),
      'stations.press.processing',
      'found a mean of 0.375 ticks, which rounds to 0; expected at least half a tick: take a finer time.resolution',
    ],
    ['other unit', (s) => (s.time.unit = 'sec'), 'time.unit', 'found "sec"; expected one of "ms", "s", "min", "h", "d", "w"'],
    ['seed', (s) => (s.run.seed = 2 ** 32), 'run.seed', 'from 0 to 4,294,967,295'],
    ['replications', (s) => (s.run.replications = 0), 'run.replications', 'from 1 to 16,777,216'],
    ['no source', (s) => (s.sources = {}), 'sources', 'found none; a scene needs at least one source'],
    ['sources left out', (s) => delete s.sources, 'sources', 'found none; a scene needs at least one source'],
    ['products left out', (s) => delete s.products, 'products', 'missing; expected an object: name → product'],
    ['a null', (s) => (s.stations.press = null), 'stations.press', 'found null; expected an object'],
    [
      'unknown rule',
      (s) => (s.links[0].rule = 'roundrobin'),
      'links[0].rule',
      'found "roundrobin"; expected one of "fixed", "probability", "round robin", "shortest queue", "first free" (did you mean "round robin"?)',
    ],
    [
      'fixed with two targets',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], rule: 'fixed' }),
      'links[0].rule',
      'found "fixed" with 2 targets',
    ],
    [
      'probability without weights',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], rule: 'probability' }),
      'links[0].weights',
      'missing; expected a list of weights, one for each of 2 targets',
    ],
    [
      'too few weights',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], rule: 'probability', weights: [1] }),
      'links[0].weights',
      'found a list of 1 for 2 targets',
    ],
    [
      'weights of 0',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], rule: 'probability', weights: [0, 0] }),
      'links[0].weights',
      'all 0',
    ],
    [
      'negative weight',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], rule: 'probability', weights: [1, -1] }),
      'links[0].weights[1]',
      'found -1; expected a weight',
    ],
    [
      'weights without probability',
      (s) => Object.assign(s.links[0], { to: ['lathe', 'press'], weights: [1, 1] }),
      'links[0].weights',
      'expected none, or "rule": "probability"',
    ],
    ['no target', (s) => (s.links[0].to = []), 'links[0].to', 'found []; expected a list with at least one name'],
    [
      'no time between arrivals',
      (s) => delete s.sources.infeed.interarrival,
      'sources.infeed.interarrival',
      'missing; expected the time between arrivals',
    ],
    [
      'always 0 between arrivals',
      (s) => (s.sources.infeed.interarrival = 0),
      'sources.infeed.interarrival',
      'parts would arrive without end at one moment',
    ],
    ['saturated and with arrivals', (s) => (s.sources.infeed.saturated = true), 'sources.infeed.interarrival', 'beside "saturated": true'],
    ['product and mix', (s) => Object.assign(s.sources.infeed, { mix: { gear: 1 } }), 'sources.infeed.mix', 'expected one of the two'],
    ['empty mix', (s) => (s.sources.infeed = { mix: {}, saturated: true }), 'sources.infeed.mix', 'expected at least one'],
    [
      'mix of something else',
      (s) => (s.sources.infeed = { mix: { press: 1 }, saturated: true }),
      'sources.infeed.mix.press',
      'found "press", a station; expected the name of a product',
    ],
    [
      'nine failures',
      (s) => (s.stations.press.failures = Array.from({ length: 9 }, () => s.stations.press.failures[0])),
      'stations.press.failures',
      'at most 8 failures',
    ],
    [
      'other clock',
      (s) => (s.stations.press.failures[0].clock = 'wall'),
      'stations.press.failures[0].clock',
      'expected one of "calendar", "operating", "processing", "parts"',
    ],
    [
      'parts with a unit',
      (s) => (s.stations.press.failures[0].clock = 'parts'),
      'stations.press.failures[0].timeToFailure.exponential.mean',
      'found "4 h"; expected a plain number of parts',
    ],
    [
      'no processing time',
      (s) => delete s.stations.press.processing,
      'stations.press.processing',
      'missing; expected a duration or distribution, as product "gear" comes here',
    ],
    ['position', (s) => (s.sinks.store.position = [1]), 'sinks.store.position', 'expected a position: [x, y] in metres'],
    ['position far away', (s) => (s.sinks.store.position = [0, 1e9]), 'sinks.store.position[1]', 'at most 1,000,000 m'],
    ['colour', (s) => (s.products.gear.color = 'red'), 'products.gear.color', 'found "red"; expected a colour such as "#3366cc"'],
  ];
  test.each(cases)('%s', (_, spoil, path, words) => said(example(), spoil, path, words));

  const inEverything: typeof cases = [
    [
      'product left out',
      (s) => delete s.sources.rods.product,
      'sources.rods',
      'names no product where the scene has 2; expected "product" or "mix"',
    ],
    [
      'group twice the same',
      (s) => (s.groups.saws.stations = ['saw 1', 'saw 1']),
      'groups.saws.stations[1]',
      'a second time; expected each station once',
    ],
    [
      'group of a buffer',
      (s) => (s.groups.saws.stations[0] = 'queue'),
      'groups.saws.stations[0]',
      'found "queue", a buffer; expected the name of a station',
    ],
    ['empty group', (s) => (s.groups.saws.stations = []), 'groups.saws.stations', 'expected a list with at least one station'],
    [
      'group without weights',
      (s) => delete s.groups.saws.weights,
      'groups.saws.weights',
      'missing; expected a list of weights, one for each of 2 targets',
    ],
    [
      'group inside a link',
      (s) => (s.links[0].to = 'saws'),
      'links[0].to',
      'found "saws", a group; expected the name of a buffer, station, conveyor or sink',
    ],
    ['name with a space in a path', (s) => (s.stations['saw 1'].servers = -1), 'stations["saw 1"].servers', 'found -1'],
    [
      'next nowhere',
      (s) => (mill(s).next[1].step = 'rewrok'),
      'products.gear.routing[1].next[1].step',
      'found "rewrok"; expected the name of a step of this routing, or "done" (did you mean "rework"?)',
    ],
    [
      'next nowhere, one',
      (s) => (s.products.gear.routing[2].next = 'mill'),
      'products.gear.routing[2].next',
      'found "mill"; expected the name of a step',
    ],
    [
      'next twice',
      (s) => (mill(s).next[1].step = 'done'),
      'products.gear.routing[1].next[1].step',
      'a second time; expected each step once',
    ],
    ['next with weights of 0', (s) => mill(s).next.forEach((n: Loose) => (n.weight = 0)), 'products.gear.routing[1].next', 'all 0'],
    ['empty next', (s) => (mill(s).next = []), 'products.gear.routing[1].next', 'a list with at least one step'],
    [
      'step called done',
      (s) => (mill(s).name = 'done'),
      'products.gear.routing[1].name',
      'found "done", which is reserved for the end of the routing',
    ],
    ['two steps of one name', (s) => (s.products.gear.routing[0].name = 'rework'), 'products.gear.routing[2].name', 'a second time'],
    [
      'never done',
      (s) => (mill(s).next[0].weight = 0),
      'products.gear.routing[0].next',
      'the routing never comes to its end; expected a way to "done"',
    ],
    ['first of a saturated source', (s) => (s.sources.rods.first = 3), 'sources.rods.first', 'beside "saturated": true'],
    ['losing from a saturated source', (s) => (s.sources.rods.whenFull = 'lose'), 'sources.rods.whenFull', 'beside "saturated": true'],
    [
      'two entries, one for all',
      (s) => s.links.push({ from: 'saw 1', to: 'yard' }),
      'links[6]',
      'a second entry that leaves "saw 1" for the same product (the first is links[3])',
    ],
    [
      'stuck on the way to a step',
      (s) => (s.links[2] = { from: 'queue', to: 'mill' }),
      'sources.bar',
      'gets stuck at "bar" on its way to "step 1" at "saws": the link from "bar" leads to "queue", from where group "saws" cannot be reached through buffers alone',
    ],
    [
      'several sinks and nothing decides',
      (s) => delete s.products.gear.sink,
      'sources.bar',
      'gets stuck at "mill" after its last step: no link leaves "mill", and nothing says which of the 2 sinks is meant',
    ],
  ];
  test.each(inEverything)('%s', (_, spoil, path, words) => said(everything(), spoil, path, words));

  test('a key written twice', () => {
    const text = exampleText.replace('"press": {', '"lathe": {').replace('"to": "store"', '"to": "lathe", "to": "store"');
    expect(problems(text).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(
        /^stations\.lathe: written twice in one object \(the second time at line 11, column 5\): two elements of one name/,
      ),
      expect.stringMatching(/^links\[3\]\.to: written twice in one object/),
    ]);
    expect(problems('{"millwright": 1, "a\\u0062": 1, "ab": 2}').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('written twice'),
    );
  });

  test('the name __proto__', () => {
    const text = exampleText.replace('"b1": {', '"__proto__": { "capacity": 0 }, "b1": {');
    expect(problems(text)).toEqual([{ path: 'buffers.__proto__', message: expect.stringContaining('choose another') }]);
    expect(({} as Loose).capacity).toBeUndefined();
  });

  test('a number too large for a double', () => {
    expect(problems(exampleText.replace('"capacity": 5', '"capacity": 1e999'))).toMatchObject([
      { path: 'buffers.b1.capacity', message: expect.stringMatching(/^found a number too large/) },
    ]);
  });

  test('a routed product whose stations have no processing time', () => {
    const scene = routed();
    delete scene.stations.press.processing;
    expect(problems(scene)).toMatchObject([
      { path: 'stations.press.processing', message: expect.stringContaining('product "gear" comes here for "step 2"') },
    ]);
    scene.products.gear.routing[1].processing = 3;
    expect(problems(scene)).toEqual([]);
  });
});

describe('how problems are told', () => {
  test('only what is wrong, once, in the order of the file', () => {
    expect(
      spoilt((scene) => {
        scene.run.seed = -1;
        scene.buffers.b1.capacity = 0;
        scene.stations.press.failures[0].repair = { lognormal: { mean: 'x', cv: 0 } };
        scene.stations.lathe.servers = 'two';
        delete scene.stations.press.failures[0].clock;
      }).map((line) => line.replace(/:.*/, '')),
    ).toEqual([
      'buffers.b1.capacity',
      'stations.lathe.servers',
      'stations.press.failures[0].clock',
      'stations.press.failures[0].repair.lognormal.mean',
      'stations.press.failures[0].repair.lognormal.cv',
      'run.seed',
    ]);
  });

  test('what was found is cut at 40 characters', () => {
    const [line] = spoilt((scene) => (scene.buffers.b1.capacity = 'many '.repeat(1000)));
    expect(line).toContain(`found "${'many '.repeat(8).slice(0, 39)}…; expected`);
    const [deep] = spoilt((scene) => (scene.links[0].from = { a: [1, { b: 'c'.repeat(100) }] }));
    expect(deep).toContain(`found {"a":[1,{"b":"${'c'.repeat(26)}…; expected`);
  });

  test('at most 100, then how many more', () => {
    const lines = spoilt((scene) => {
      for (let i = 0; i < 250; i++) scene.buffers[`buffer ${i}`] = { capacity: 0 };
    });
    expect(lines).toHaveLength(101);
    expect(lines[100]).toBe('scene: and 150 more');
  });
});

/** Fails where no problem at this path says these words. */
function said(scene: Loose, spoil: (scene: Loose) => void, path: string, words: string): void {
  spoil(scene);
  const found = problems(scene);
  expect(found).toContainEqual({ path, message: expect.stringContaining(words) });
}
