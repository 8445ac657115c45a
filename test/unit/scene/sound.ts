/** What must hold of every scene that was accepted, said anew and without the reader's own functions. */
import type { Distribution } from '../../../src/distributions.ts';
import type { Rule, Scene } from '../../../src/scene/scene.ts';
import { waysOf } from '../../../src/scene/ways.ts';

/** All that is unsound about a scene; empty where it is sound. */
export function unsound(scene: Scene): string[] {
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  const ascending = (names: string[], what: string): void =>
    must(
      names.every((name, i) => i === 0 || (names[i - 1] as string) < name),
      `${what} in order`,
    );
  const isShare = (weights: number[], what: string): void => {
    must(
      weights.every((weight) => weight >= 0),
      `${what}: no negative weight`,
    );
    must(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9, `${what}: weights sum to 1`);
  };
  const ruled = (rule: Rule, weights: number[] | undefined, n: number, what: string): void => {
    must((rule === 'probability') === (weights !== undefined), `${what}: weights where and only where drawn`);
    if (weights) must(weights.length === n, `${what}: a weight a target`);
    if (weights) isShare(weights, what);
    if (rule === 'fixed') must(n === 1, `${what}: fixed has one target`);
  };

  (function finite(value: unknown, path: string): void {
    if (typeof value === 'number')
      must(Number.isFinite(value) || path.endsWith('.capacity') || path.endsWith('.servers'), `${path} is ${value}`);
    if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) finite(inner, `${path}.${key}`);
  })(scene, 'scene');

  const named = [scene.products, scene.sources, scene.buffers, scene.stations, scene.groups, scene.sinks];
  const all = named.flatMap((list) => list.map(({ name }) => name));
  for (const [i, list] of named.entries()) {
    ascending(
      list.map(({ name }) => name),
      `list ${i}`,
    );
  }
  must(new Set(all).size === all.length, 'each name once');
  must(!all.includes('total'), 'total is reserved');
  for (const name of all)
    must(/^[\p{L}\p{M}\p{N}_-]([\p{L}\p{M}\p{N}_ -]*[\p{L}\p{M}\p{N}_-])?$/u.test(name) && [...name].length <= 64, `name ${name}`);
  must(scene.products.length > 0 && scene.sources.length > 0 && scene.sinks.length > 0, 'product, source and sink');

  const set = (list: { name: string }[]): Set<string> => new Set(list.map(({ name }) => name));
  const [products, sources, buffers, stations, groups, sinks] = named.map(set) as [
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
  ];
  for (const link of scene.links) {
    must(sources.has(link.from) || buffers.has(link.from) || stations.has(link.from), `link from ${link.from}`);
    for (const to of link.to) must(buffers.has(to) || stations.has(to) || sinks.has(to), `link to ${to}`);
    must(!(buffers.has(link.from) && link.to.includes(link.from)), 'no buffer into itself');
    must(link.to.length > 0 && new Set(link.to).size === link.to.length, 'targets once');
    for (const product of link.products ?? []) must(products.has(product), `link for ${product}`);
    ruled(link.rule, link.weights, link.to.length, `link from ${link.from}`);
  }
  for (const group of scene.groups) {
    for (const station of group.stations) must(stations.has(station), `group of ${station}`);
    ruled(group.rule, group.weights, group.stations.length, group.name);
  }
  for (const source of scene.sources) {
    for (const { product } of source.mix) must(products.has(product), `source of ${product}`);
    isShare(
      source.mix.map(({ weight }) => weight),
      source.name,
    );
    if (source.interarrival) drawable(source.interarrival, must);
    if (source.first) drawable(source.first, must);
  }
  for (const buffer of scene.buffers)
    must(buffer.capacity >= 1 && (Number.isInteger(buffer.capacity) || buffer.capacity === Infinity), 'places');
  for (const station of scene.stations) {
    must(
      station.servers === Infinity || (Number.isInteger(station.servers) && station.servers >= 1 && station.servers <= 10_000),
      'servers',
    );
    if (station.processing) drawable(station.processing, must);
    must(station.failures.length <= 8, 'failures');
    for (const failure of station.failures) {
      drawable(failure.timeToFailure, must);
      drawable(failure.repair, must);
    }
  }
  for (const product of scene.products) {
    must(product.sink === undefined || sinks.has(product.sink), 'sink of a product');
    must(product.routing === undefined || product.routing.length > 0, 'steps');
    for (const step of product.routing ?? []) {
      must(stations.has(step.station) || groups.has(step.station), `step at ${step.station}`);
      if (step.processing) drawable(step.processing, must);
      isShare(
        step.next.map(({ weight }) => weight),
        step.name,
      );
      for (const next of step.next)
        must(Number.isInteger(next.step) && next.step >= 0 && next.step <= (product.routing?.length ?? 0), 'next');
    }
  }
  const { run, time } = scene;
  must(time.tickSeconds > 0, 'a tick');
  must(run.warmup >= 0 && Math.round(run.horizon) > 0 && Math.round(run.warmup) + Math.round(run.horizon) < 2 ** 32 - 1, 'the clock');
  must(
    Number.isInteger(run.replications) && run.replications >= 1 && Number.isInteger(run.seed) && run.seed >= 0 && run.seed < 2 ** 32,
    'run',
  );

  if (wrong.length === 0) walk(scene, stations, sinks, must);
  return wrong;
}

/** Follows parts one by one, at every fork by the way least taken so far, until each product of each source has come to a sink. */
function walk(scene: Scene, stations: Set<string>, sinks: Set<string>, must: (holds: boolean, what: string) => void): void {
  const ways = waysOf(scene);
  for (const source of scene.sources) {
    for (const { product: name } of source.mix) {
      const product = scene.products.find((each) => each.name === name) as Scene['products'][number];
      const taken = new Map<string, number>();
      let at = source.name;
      let step = 0;
      let moves = 0;
      for (; !sinks.has(at) && moves < 10_000; moves++) {
        const fork = `${step} ${at}`;
        const turn = taken.get(fork) ?? 0;
        taken.set(fork, turn + 1);
        if (stations.has(at)) {
          const station = scene.stations.find((each) => each.name === at);
          must((product.routing?.[step]?.processing ?? station?.processing) !== undefined, `a processing time at ${at}`);
          const next = product.routing?.[step]?.next.filter(({ weight }) => weight > 0) ?? [{ step: 0 }];
          step = (next[turn % next.length] as { step: number }).step;
        }
        const exits = ways.exits(product, at, step);
        if ('problem' in exits) return must(false, `${name} at ${at}: ${exits.problem}`);
        const open = exits.to.filter((_, i) => exits.weights === undefined || (exits.weights[i] as number) > 0);
        at = open[Math.floor(turn / 2 + turn) % open.length] as string;
      }
      must(sinks.has(at), `${name} from ${source.name} comes to a sink (at ${at} after ${moves} moves)`);
    }
  }
}

function drawable(d: Distribution, must: (holds: boolean, what: string) => void): void {
  const least = (value: number, bound: number): void => must(value >= bound, `${d.kind}: ${value} is at least ${bound}`);
  const above = (value: number): void => must(value > 0, `${d.kind}: ${value} is above 0`);
  switch (d.kind) {
    case 'constant':
      return least(d.value, 0);
    case 'uniform':
    case 'beta':
      least(d.min, 0);
      return must(d.min < d.max, `${d.kind}: min below max`);
    case 'triangular':
      return must(0 <= d.min && d.min <= d.mode && d.mode <= d.max && d.min < d.max, 'triangular in order');
    case 'normal':
      least(d.mean, 0);
      return above(d.sd);
    case 'lognormal':
      above(d.mean);
      return above(d.cv);
    case 'exponential':
      return above(d.mean);
    case 'gamma':
    case 'weibull':
      above(d.shape);
      return above(d.scale);
    case 'empirical':
      must(d.edges.length === d.weights.length + 1, 'edges');
      must(
        d.edges.every((edge, i) => edge >= 0 && (i === 0 || edge > (d.edges[i - 1] as number))),
        'edges increase',
      );
      return must(d.weights.some((weight) => weight > 0) && d.weights.every((weight) => weight >= 0), 'bins weigh');
    case 'discrete':
      must(d.values.length === d.weights.length && d.values.length > 0, 'values');
      return must(d.weights.some((weight) => weight > 0) && d.values.every((value) => value >= 0), 'values weigh');
  }
}
