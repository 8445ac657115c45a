/** Ways worked out by hand from docs/scene-format.md, "Links". */
import { expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import type { Product, Scene } from '../../../src/scene/scene.ts';
import { type Exits, waysOf } from '../../../src/scene/ways.ts';
import type { Loose } from './example.ts';

/** A plant of stations a, b, c (1 min each), buffers p, q, r and sinks x, y where they are named; one product, made by a saturated source. */
function plant(parts: { routing?: string[]; buffers?: string; sinks?: string; groups?: Loose; links?: Loose[]; sink?: string }): Scene {
  const each = (names: string, value: Loose): Loose => Object.fromEntries([...names].map((name) => [name, value]));
  const result = read(
    JSON.stringify({
      millwright: 1,
      products: { part: { routing: parts.routing?.map((station) => ({ station })), sink: parts.sink } },
      sources: { in: { saturated: true } },
      buffers: each(parts.buffers ?? '', {}),
      stations: each('abc', { processing: 1 }),
      groups: parts.groups ?? {},
      sinks: each(parts.sinks ?? 'x', {}),
      links: parts.links ?? [],
      run: { horizon: 100 },
    }),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scene;
}

function exits(scene: Scene, at: string, step: number): Exits {
  return waysOf(scene).exits(scene.products[0] as Product, at, step);
}

test('no links: straight from station to station, then to the only sink', () => {
  const scene = plant({ routing: ['a', 'b'] });
  expect(exits(scene, 'in', 0)).toEqual({ rule: 'fixed', to: ['a'] });
  expect(exits(scene, 'a', 1)).toEqual({ rule: 'fixed', to: ['b'] });
  expect(exits(scene, 'b', 2)).toEqual({ rule: 'fixed', to: ['x'] });
});

test('a station is entered by the buffers linked to it; several: by the shortest queue', () => {
  const one = plant({ routing: ['a', 'b'], buffers: 'p', links: [{ from: 'p', to: 'b' }] });
  expect(exits(one, 'a', 1)).toEqual({ rule: 'fixed', to: ['p'] });
  expect(exits(one, 'p', 1)).toEqual({ rule: 'fixed', to: ['b'] });
  const two = plant({
    routing: ['a', 'b'],
    buffers: 'pq',
    links: [
      { from: 'q', to: 'b' },
      { from: 'p', to: ['b', 'c'] },
    ],
  });
  expect(exits(two, 'a', 1)).toEqual({ rule: 'shortest queue', to: ['p', 'q'] });
  // On the way to b, the link to c is struck out.
  expect(exits(two, 'p', 1)).toEqual({ rule: 'fixed', to: ['b'] });
});

test('a buffer without links passes parts straight on', () => {
  const scene = plant({ routing: ['a', 'g'], buffers: 'p', groups: { g: { stations: ['c', 'b'] } }, links: [{ from: 'a', to: 'p' }] });
  expect(exits(scene, 'a', 1)).toEqual({ rule: 'fixed', to: ['p'] });
  expect(exits(scene, 'p', 1)).toEqual({ rule: 'first free', to: ['c', 'b'] });
});

test('targets are kept that lead to the next station through buffers alone', () => {
  const scene = plant({
    routing: ['a', 'b', 'c'],
    buffers: 'pqr',
    links: [
      { from: 'a', to: ['p', 'c', 'q', 'b'], rule: 'probability', weights: [1, 5, 2, 1] },
      { from: 'p', to: 'r' },
      { from: 'r', to: ['b', 'p'] },
      { from: 'q', to: 'c' },
    ],
  });
  // p reaches b by r; q leads to c alone, c is a station that is not meant.
  expect(exits(scene, 'a', 1)).toEqual({ rule: 'probability', to: ['p', 'b'], weights: [0.5, 0.5] });
  expect(exits(scene, 'r', 1)).toEqual({ rule: 'first free', to: ['b', 'p'] });
});

test('groups: their rule, in their order, over entrances that are merged', () => {
  const groups = (rule: Loose) => ({ g: { stations: ['c', 'a', 'b'], ...rule } });
  const links = [
    { from: 'p', to: ['a', 'c'] },
    { from: 'q', to: 'c' },
  ];
  const plain = plant({ routing: ['g'], groups: groups({}) });
  expect(exits(plain, 'in', 0)).toEqual({ rule: 'shortest queue', to: ['c', 'a', 'b'] });
  const turns = plant({ routing: ['g'], buffers: 'pq', groups: groups({ rule: 'round robin' }), links });
  expect(exits(turns, 'in', 0)).toEqual({ rule: 'round robin', to: ['p', 'q', 'b'] });
  const drawn = plant({
    routing: ['g'],
    buffers: 'p',
    groups: groups({ rule: 'probability', weights: [1, 2, 5] }),
    links: links.slice(0, 1),
  });
  expect(exits(drawn, 'in', 0)).toEqual({ rule: 'probability', to: ['p', 'b'], weights: [3 / 8, 5 / 8] });
});

test('sinks: the one that is named, the one that links decide, or the only one', () => {
  const named = plant({ routing: ['a'], sinks: 'xy', sink: 'y' });
  expect(exits(named, 'a', 1)).toEqual({ rule: 'fixed', to: ['y'] });
  const linked = plant({
    routing: ['a'],
    sinks: 'xy',
    buffers: 'p',
    links: [
      { from: 'a', to: ['p', 'b', 'y'], rule: 'round robin' },
      { from: 'p', to: ['x', 'c'] },
    ],
  });
  expect(exits(linked, 'a', 1)).toEqual({ rule: 'round robin', to: ['p', 'y'] });
  expect(exits(linked, 'p', 1)).toEqual({ rule: 'fixed', to: ['x'] });
  const entrance = plant({ routing: ['a'], buffers: 'p', links: [{ from: 'p', to: 'x' }] });
  expect(exits(entrance, 'a', 1)).toEqual({ rule: 'fixed', to: ['p'] });
});

test('a product without a routing follows its links, and has no way where none leaves', () => {
  const scene = plant({
    buffers: 'p',
    links: [
      { from: 'in', to: ['a', 'b'] },
      { from: 'a', to: 'x' },
      { from: 'b', to: 'x' },
    ],
  });
  expect(exits(scene, 'in', 0)).toEqual({ rule: 'first free', to: ['a', 'b'] });
  expect(exits(scene, 'p', 0)).toEqual({ problem: 'no link leaves "p" for product "part"' });
});

test('where a routing and the links contradict each other, the problem says where', () => {
  const scene = plant({ routing: ['a', 'b'], links: [{ from: 'b', to: 'x' }] });
  expect(exits(scene, 'b', 0)).toEqual({
    problem: 'the link from "b" leads to "x", from where "a" cannot be reached through buffers alone',
  });
});
