/**
 * A gearbox line of 14 stations and a small queue model of it, to have a trace to look at that no engine of the project has made:
 * first in, first out, blocking after service, calendar failures, a rework loop.
 */
import { CHANGE, type FloorNode, type FloorPlan, NEVER, type Trace, VISIT } from '../../src/engine/trace.ts';

interface Element {
  kind: FloorNode['kind'];
  to: [name: string, weight: number][];
  capacity?: number;
  servers?: number;
  /** Seconds: of processing or between arrivals; the clock to failure, and repair. */
  mean?: number;
  failure?: number;
  repair?: number;
}

export const GEARBOX: Record<string, Element> = {
  blanks: { kind: 'source', to: [['B1', 1]], mean: 66 },
  B1: { kind: 'buffer', to: [['Saw', 1]] },
  Saw: { kind: 'station', to: [['B2', 1]], mean: 48 },
  B2: { kind: 'buffer', to: [['Lathe', 1]], capacity: 5 },
  Lathe: { kind: 'station', to: [['B3', 1]], servers: 2, mean: 104, failure: 7200, repair: 700 },
  B3: { kind: 'buffer', to: [['Hobbing', 1]], capacity: 6 },
  Hobbing: { kind: 'station', to: [['B4', 1]], mean: 55, failure: 5400, repair: 500 },
  B4: { kind: 'buffer', to: [['Deburring', 1]], capacity: 4 },
  Deburring: { kind: 'station', to: [['Washing', 1]], mean: 36 },
  Washing: { kind: 'station', to: [['B5', 1]], mean: 40 },
  B5: { kind: 'buffer', to: [['Furnace', 1]], capacity: 8 },
  Furnace: { kind: 'station', to: [['B6', 1]], servers: 3, mean: 160, failure: 14400, repair: 1500 },
  B6: { kind: 'buffer', to: [['Shot blast', 1]], capacity: 10 },
  'Shot blast': { kind: 'station', to: [['B7', 1]], mean: 44 },
  B7: { kind: 'buffer', to: [['Grinding', 1]], capacity: 12 },
  Grinding: { kind: 'station', to: [['Inspection', 1]], servers: 2, mean: 104, failure: 6000, repair: 600 },
  Inspection: {
    kind: 'station',
    to: [
      ['B8', 0.88],
      ['Rework', 0.12],
    ],
    mean: 45,
  },
  // A lane of its own, without an end: back into B7 the loop could fill up and wait for itself.
  Rework: { kind: 'station', to: [['B10', 1]], mean: 180 },
  B10: { kind: 'buffer', to: [['Grinding', 1]] },
  B8: { kind: 'buffer', to: [['Assembly', 1]], capacity: 6 },
  Assembly: { kind: 'station', to: [['B9', 1]], mean: 54, failure: 9000, repair: 400 },
  B9: { kind: 'buffer', to: [['Filling', 1]], capacity: 3 },
  Filling: { kind: 'station', to: [['Test rig', 1]], mean: 42 },
  'Test rig': { kind: 'station', to: [['Packing', 1]], servers: 2, mean: 96 },
  Packing: { kind: 'station', to: [['store', 1]], mean: 40 },
  store: { kind: 'sink', to: [] },
};

export function planOf(elements: Record<string, Element>): FloorPlan {
  const names = Object.keys(elements).sort();
  let firstPlace = 0;
  const nodes = names.map((name): FloorNode => {
    const { kind, servers = 1, capacity = Infinity } = elements[name]!;
    const node: FloorNode = { name, kind, position: undefined, servers: kind === 'station' ? servers : 0, firstPlace, capacity };
    firstPlace += node.servers;
    return node;
  });
  const edges = names.flatMap((name, from) => elements[name]!.to.map(([to]): [number, number] => [from, names.indexOf(to)]));
  return {
    name: 'Gearbox line',
    tickSeconds: 0.001,
    nodes,
    edges,
    products: [
      { name: 'spur', color: undefined },
      { name: 'helical', color: undefined },
    ],
  };
}

/** Small and well known: mulberry32. */
function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Part {
  id: number;
  product: number;
  /** Index of its open visit. */
  visit: number;
  to: number;
}

interface Server {
  part: Part | undefined;
  /** When the work on the part is done; what remains of it while the server is down. */
  done: number;
  left: number;
  down: boolean;
  next: number;
}

/** Plays the plant for `seconds` and records it. */
export function simulate(elements: Record<string, Element>, seconds: number, seed = 1): { plan: FloorPlan; trace: Trace } {
  const plan = planOf(elements);
  const { nodes } = plan;
  const element = nodes.map((node) => elements[node.name]!);
  const targets = element.map(({ to }) => to.map(([name, weight]) => ({ node: nodes.findIndex((node) => node.name === name), weight })));
  const uniform = random(seed);
  const draw = (mean: number) => Math.max(1, Math.round(mean * 1000 * -Math.log(1 - uniform())));
  /** Processing varies less than failures do. */
  const work = (mean: number) => Math.round(mean * 1000 * (0.6 + 0.8 * uniform()));
  const end = seconds * 1000;
  const visits: number[][] = [];
  const states: number[][] = [];
  const queues: Part[][] = nodes.map(() => []);
  const entries = nodes.map(() => 0);
  const servers = nodes.map((node, n) =>
    Array.from(
      { length: node.servers },
      (): Server => ({
        part: undefined,
        done: NEVER,
        left: 0,
        down: false,
        next: element[n]!.failure ? draw(element[n]!.failure!) : NEVER,
      }),
    ),
  );
  const arrivals = nodes.map((node, n) => (node.kind === 'source' ? draw(element[n]!.mean!) : NEVER));
  const shown = new Array<number>(nodes.reduce((sum, node) => sum + node.servers, 0)).fill(1);
  let now = 0;
  let parts = 0;

  const way = (n: number) => {
    let rest = uniform() * targets[n]!.reduce((sum, { weight }) => sum + weight, 0);
    return (targets[n]!.find(({ weight }) => (rest -= weight) < 0) ?? targets[n]![0]!).node;
  };
  const enter = (part: Part, n: number, where: number, from: number) => {
    part.visit = visits.length;
    visits.push([now, nodes[n]!.kind === 'sink' ? now : NEVER, n, where, from, part.product, part.id]);
  };
  /** Moves a part into element n if it has room; false where it has none. */
  const accept = (part: Part, n: number, from: number): boolean => {
    const node = nodes[n]!;
    const leave = () => {
      if (from !== NEVER) visits[part.visit]![VISIT.leave] = now;
    };
    if (node.kind === 'sink') {
      leave();
      enter(part, n, 0, from);
      return true;
    }
    if (node.kind === 'buffer') {
      if (queues[n]!.length >= node.capacity) return false;
      leave();
      enter(part, n, entries[n]!++, from);
      part.to = way(n);
      queues[n]!.push(part);
      return true;
    }
    const s = servers[n]!.findIndex((server) => !server.part && !server.down);
    if (s < 0) return false;
    leave();
    enter(part, n, s, from);
    servers[n]![s]!.part = part;
    servers[n]![s]!.done = now + work(element[n]!.mean!);
    return true;
  };
  const settle = () => {
    for (let moved = true; moved; ) {
      moved = false;
      nodes.forEach((node, n) => {
        const head = queues[n]![0];
        if (node.kind === 'source') {
          if (head && accept(head, head.to, n)) {
            queues[n]!.shift();
            arrivals[n] = now + draw(element[n]!.mean!);
            moved = true;
          }
        } else if (head && accept(head, head.to, n)) {
          queues[n]!.shift();
          moved = true;
        }
        for (const server of servers[n]!) {
          if (server.part && server.done === NEVER && server.left === 0 && accept(server.part, server.part.to, n)) {
            server.part = undefined;
            moved = true;
          }
        }
      });
    }
    nodes.forEach((node, n) => {
      servers[n]!.forEach((server, s) => {
        const state = server.down ? 3 : !server.part ? 1 : server.done === NEVER ? 2 : 0;
        if (shown[node.firstPlace + s] === state) return;
        shown[node.firstPlace + s] = state;
        states.push([now, node.firstPlace + s, state]);
      });
    });
  };

  for (;;) {
    now = Math.min(...arrivals, ...servers.flat().flatMap((server) => [server.done, server.next]));
    if (now > end) break;
    nodes.forEach((_, n) => {
      if (arrivals[n] === now) {
        const part: Part = { id: parts++, product: uniform() < 0.6 ? 0 : 1, visit: 0, to: way(n) };
        enter(part, n, 0, NEVER);
        queues[n]!.push(part);
        arrivals[n] = NEVER;
      }
      for (const server of servers[n]!) {
        if (server.done === now) {
          server.done = NEVER;
          server.part!.to = way(n);
        }
        if (server.next !== now) continue;
        if (server.down) {
          server.down = false;
          if (server.left > 0) server.done = now + server.left;
          server.left = 0;
          server.next = now + draw(element[n]!.failure!);
        } else {
          server.down = true;
          if (server.done !== NEVER) {
            server.left = server.done - now;
            server.done = NEVER;
          }
          server.next = now + draw(element[n]!.repair!);
        }
      }
    });
    settle();
  }
  const flat = (records: number[][], words: number) =>
    Uint32Array.from(
      records
        .slice()
        .sort((a, b) => a[0]! - b[0]!)
        .flatMap((record) => record.slice(0, words)),
    );
  return {
    plan,
    trace: { seed, replication: 0, warmup: 0, end, visits: flat(visits, VISIT.words), states: flat(states, CHANGE.words) },
  };
}
