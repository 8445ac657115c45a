/**
 * A laboratory for tests of the page alone: it answers at once, with numbers that a formula makes from the scene's text. It obeys the protocol
 * (progress, partial results, pause, cancel) and simulates nothing.
 */
import { CHANGE, VISIT, type FloorPlan, type Trace } from '../../src/engine/trace.ts';
import { shopMetrics, shopPlan, shopTrace } from './fake-shop.ts';
import { fakeStudies, type FakeStudies } from './fake-study.ts';
import type { Checked, Estimate, Laboratory, RunRequest, Summary } from '../../src/experiment/protocol.ts';

interface FakeScene {
  name?: string;
  buffers?: Record<string, { capacity?: number }>;
  stations?: Record<string, { servers?: number; processing?: unknown }>;
  run?: { replications?: number; seed?: number };
}

const STATIONS = [
  'saw',
  'lathe',
  'hob',
  'deburr',
  'wash',
  'furnace',
  'grind A',
  'grind B',
  'hone',
  'inspect',
  'rework',
  'assemble',
  'test bench',
  'pack',
];

export const fakeScene = JSON.stringify(
  {
    millwright: 1,
    name: 'Gearbox line (fake)',
    time: { unit: 'min', resolution: '1 ms' },
    products: { gear: {} },
    sources: { infeed: { interarrival: { exponential: { mean: '3 min' } } } },
    buffers: Object.fromEntries(STATIONS.slice(1).map((name, i) => [`b${i + 1}`, { capacity: 5, before: name }])),
    stations: Object.fromEntries(
      STATIONS.map((name, i) => [
        name,
        {
          servers: i % 4 === 1 ? 2 : 1,
          processing: { lognormal: { mean: '2.5 min', cv: 0.4 } },
          failures: [
            {
              clock: 'processing',
              timeToFailure: { exponential: { mean: '4 h' } },
              repair: { lognormal: { mean: '20 min', cv: 1 } },
            },
          ],
        },
      ]),
    ),
    sinks: { store: {} },
    run: { warmup: '8 h', horizon: '5 d', replications: 4096, seed: 1 },
  },
  undefined,
  2,
);

const TICKS = { second: 1000, warmup: 8 * 3_600_000, end: 128 * 3_600_000 };

const isShop = (scene: FakeScene): boolean => 'conveyors' in scene;

function parse(text: string): FakeScene | string {
  try {
    return JSON.parse(text) as FakeScene;
  } catch (error) {
    return (error as Error).message;
  }
}

function planOf(scene: FakeScene): FloorPlan {
  if (isShop(scene)) return shopPlan() as FloorPlan;
  const stations = Object.entries(scene.stations ?? {});
  const node = (name: string, kind: FloorPlan['nodes'][number]['kind'], servers = 0, capacity = 0) =>
    ({ name, kind, position: undefined, servers, firstPlace: 0, capacity }) as FloorPlan['nodes'][number];
  const line = [
    node('infeed', 'source'),
    ...stations.flatMap(([name, station], i) => [
      ...(i > 0 ? [node(`b${i}`, 'buffer', 0, scene.buffers?.[`b${i}`]?.capacity ?? Number.POSITIVE_INFINITY)] : []),
      node(name, 'station', station.servers ?? 1),
    ]),
    node('store', 'sink'),
  ];
  const nodes = [...line].sort((a, b) => (a.name < b.name ? -1 : 1));
  let place = 0;
  for (const one of nodes) {
    one.firstPlace = place;
    place += one.servers;
  }
  const edges = line.slice(1).map((to, i): [number, number] => [nodes.indexOf(line[i]!), nodes.indexOf(to)]);
  return { name: scene.name ?? 'unnamed', tickSeconds: 0.001, nodes, edges, products: [{ name: 'gear', color: undefined }] };
}

/** A number in [0, 1) that depends on nothing but its arguments. */
function noise(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

function estimateOf(values: Float64Array, unit: string): Estimate {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  const half = (1.96 * sd) / Math.sqrt(known.length);
  return { mean, sd, low: mean - half, high: mean + half, n: known.length, unit, resolution: 0 };
}

function summaryOf(request: RunRequest, scene: FakeScene, finished: number): Summary {
  const replications = request.replications ?? scene.run?.replications ?? 1024;
  const seed = request.seed ?? scene.run?.seed ?? 1;
  const plan = planOf(scene);
  const room = plan.nodes.reduce((sum, node) => sum + (Number.isFinite(node.capacity) ? node.capacity : 0), 0);
  const normal = (twin: number, salt: number) => {
    let sum = 0;
    for (let i = 0; i < 6; i++) sum += noise(twin * 31 + i, salt + seed * 977);
    return (sum - 3) / Math.SQRT1_2;
  };
  const column = (mean: number, sd: number, salt: number) =>
    Float64Array.from({ length: replications }, (_, twin) => (twin < finished ? mean + sd * normal(twin, salt) : Number.NaN));
  const throughput = column(0.26 + 0.0002 * room, 0.004, 1);
  const flowTime = column(140 + room, 11, 2);
  const wip = column(38 + room * 0.2, 3, 3);
  const fixed = (mean: number, unit: string, resolution = 0): Estimate => {
    const half = (Math.abs(mean) * 0.003 * 64) / Math.sqrt(Math.max(finished, 2));
    return { mean, sd: mean * 0.03, low: mean - half, high: mean + half, n: finished, unit, resolution };
  };
  const metrics: Summary['metrics'] = {
    'total.throughput': estimateOf(throughput, '1/min'),
    'total.flowTime': estimateOf(flowTime, 'min'),
    'total.wip': estimateOf(wip, 'parts'),
    'gear.throughput': estimateOf(throughput, '1/min'),
    'gear.flowTime': estimateOf(flowTime, 'min'),
    'gear.flowTimeP5': fixed(90, 'min', 0.01),
    'gear.flowTimeP50': fixed(133, 'min', 0.01),
    'gear.flowTimeP95': fixed(230, 'min', 0.01),
    'gear.wip': estimateOf(wip, 'parts'),
    'infeed.waiting': fixed(0.2, '1'),
    'infeed.arrived': fixed(2060, 'parts'),
    'store.throughput': estimateOf(throughput, '1/min'),
  };
  plan.nodes.forEach((node, index) => {
    if (node.kind === 'buffer')
      Object.assign(metrics, {
        [`${node.name}.length`]: fixed(1 + 3 * noise(index, 1), 'parts'),
        [`${node.name}.wait`]: fixed(4 + 9 * noise(index, 2), 'min'),
      });
    if (node.kind !== 'station') return;
    const failed = 0.02 + 0.08 * noise(index, 4);
    const working = 0.45 + 0.4 * noise(index, 3);
    const blocked = (1 - working - failed) * noise(index, 5);
    const shares = {
      utilization: working,
      working,
      starved: 1 - working - failed - blocked,
      blocked,
      failed,
      availability: 1 - failed,
      oee: working,
      oeeAvailability: 1 - failed,
      oeePerformance: working / (1 - failed),
      oeeQuality: 1,
    };
    for (const [key, value] of Object.entries(shares)) metrics[`${node.name}.${key}`] = fixed(value, '1');
    metrics[`${node.name}.throughput`] = fixed(0.28, '1/min');
  });
  if (isShop(scene)) Object.assign(metrics, shopMetrics(fixed));
  const overflow = JSON.stringify(scene).includes('overflow') ? 37 : 0;
  return {
    report: {
      engine: 'cpu',
      adapter: 'fake laboratory, 1 worker',
      software: false,
      reason: 'A test of the page alone: nothing is simulated.',
    },
    seed,
    replications,
    finished,
    warmup: 480,
    horizon: 7200,
    timeUnit: 'min',
    digest: (seed * 0x1234567 + finished).toString(16).padStart(16, '0'),
    status: [
      { status: 'done', element: '', count: finished - overflow, example: 0 },
      ...(overflow ? [{ status: 'overflow', element: 'b3', count: overflow, example: 17 }] : []),
    ],
    metrics,
    columns: { 'total.throughput': throughput, 'total.flowTime': flowTime, 'total.wip': wip },
    events: finished * 90_000,
    operations: finished * 28_000,
    seconds: 3.14,
  };
}

/** Each server works, starves, is blocked and fails in a seeded order; each part stays 10 minutes at each node, one every 5 minutes. */
function traceOf(scene: FakeScene, seed: number, replication: number): Trace {
  if (isShop(scene)) return shopTrace(seed, replication);
  const plan = planOf(scene);
  const places = plan.nodes.reduce((sum, node) => sum + node.servers, 0);
  const changes: number[][] = [];
  for (let place = 0; place < places; place++) {
    let tick = 0;
    for (let i = 0; tick < TICKS.end; i++) {
      tick += Math.floor((1 + 60 * noise(i + replication, place + seed)) * 60_000);
      if (tick < TICKS.end) changes.push([tick, place, [0, 1, 0, 2, 0, 3][i % 6]!]);
    }
  }
  changes.sort((a, b) => a[CHANGE.tick]! - b[CHANGE.tick]!);
  const visits: number[][] = [];
  const from = new Map(plan.edges.map(([source, target]) => [source, target]));
  for (let part = 0; part * 300_000 < TICKS.end; part++) {
    let node = plan.nodes.findIndex((one) => one.kind === 'source');
    let before = 0xffffffff;
    let tick = part * 300_000;
    while (tick < TICKS.end) {
      const last = plan.nodes[node]!.kind === 'sink';
      const stay = last ? 0 : Math.floor(600_000 * (0.5 + noise(part >> 6, node)));
      const visit = Array.from({ length: VISIT.words }, () => 0);
      Object.assign(visit, {
        [VISIT.enter]: tick,
        [VISIT.leave]: tick + stay < TICKS.end ? tick + stay : 0xffffffff,
        [VISIT.node]: node,
        [VISIT.from]: before,
        [VISIT.part]: part,
      });
      visits.push(visit);
      if (last) break;
      tick += stay;
      before = node;
      node = from.get(node)!;
    }
  }
  visits.sort((a, b) => a[VISIT.enter]! - b[VISIT.enter]!);
  return {
    seed,
    replication,
    warmup: TICKS.warmup,
    end: TICKS.end,
    visits: Uint32Array.from(visits.flat()),
    states: Uint32Array.from(changes.flat()),
  };
}

/** `runs` counts the runs that were started; `millisecondsPerRun` may be changed by a test. */
export interface FakeLaboratory extends Laboratory, FakeStudies {
  runs: RunRequest[];
  traces: number[];
  millisecondsPerRun: number;
}

export function fakeLaboratory(): FakeLaboratory {
  const wish = { cancelled: false, paused: false };
  const studies = fakeStudies(wish);
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  return {
    ...studies,
    report: {
      engine: 'cpu',
      adapter: 'fake laboratory, 1 worker',
      software: false,
      reason: 'A test of the page alone: nothing is simulated.',
    },
    runs: [],
    traces: [],
    millisecondsPerRun: 400,
    async check(text): Promise<Checked> {
      const scene = parse(text);
      if (typeof scene === 'string') return { ok: false, problems: [{ path: 'line 1, column 1', message: `not JSON: ${scene}` }] };
      const bad = Object.entries(scene.buffers ?? {}).find(([, buffer]) => buffer.capacity === 0);
      if (bad)
        return { ok: false, problems: [{ path: `buffers.${bad[0]}.capacity`, message: 'found 0, expected a whole number of at least 1' }] };
      return {
        ok: true,
        plan: planOf(scene),
        run: { warmup: 480, horizon: 7200, replications: scene.run?.replications ?? 1024, seed: scene.run?.seed ?? 1, timeUnit: 'min' },
      };
    },
    async run(request, onProgress): Promise<Summary> {
      this.runs.push(request);
      wish.cancelled = false;
      wish.paused = false;
      const scene = parse(request.scene) as FakeScene;
      const total = request.replications ?? scene.run?.replications ?? 1024;
      const steps = 6;
      for (let step = 1; step < steps; step++) {
        await pause(this.millisecondsPerRun / steps);
        while (wish.paused && !wish.cancelled) await pause(20);
        const finished = Math.floor((total * step) / steps);
        if (wish.cancelled) return summaryOf(request, scene, finished);
        const partial = finished >= 2 ? summaryOf(request, scene, finished) : undefined;
        onProgress({ finished, total, fraction: step / steps, seconds: step * 0.2, secondsLeft: (steps - step) * 0.2, partial });
      }
      await pause(this.millisecondsPerRun / steps);
      return summaryOf(request, scene, total);
    },
    pause: () => {
      wish.paused = true;
    },
    resume: () => {
      wish.paused = false;
    },
    cancel: () => {
      wish.cancelled = true;
    },
    async flows(text, seed, replications, onProgress) {
      const plan = planOf(parse(text) as FakeScene);
      onProgress?.(1);
      return { twins: replications.length, edges: plan.edges.map(([from, to]) => ({ from, to, parts: seed, sd: 0 })), seconds: 3600 };
    },
    async trace(text, seed, replication) {
      this.traces.push(replication);
      return traceOf(parse(text) as FakeScene, seed, replication);
    },
  };
}
