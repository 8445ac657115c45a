/** Looks and viewpoints of the scene format: what is refused, in which words; and that nothing simulated hangs on them. Expectations follow docs/scene-format.md, by hand. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sameTwins } from '../../../src/app/same-twins.ts';
import { floorPlan } from '../../../src/engine/floor-plan.ts';
import { ReferenceEngine } from '../../../src/engine/reference.ts';
import { Collector } from '../../../src/experiment/collector.ts';
import { Digest } from '../../../src/experiment/digest.ts';
import { compile } from '../../../src/scene/compile.ts';
import { read } from '../../../src/scene/read.ts';
import { LOOK_NAMES } from '../../../src/stations/looks.ts';
import { LOOKS } from '../../../src/view/looks/names.ts';
import type { Loose } from './example.ts';

const sceneText = (name: string): string => readFileSync(new URL(`../../../scenes/${name}.json`, import.meta.url), 'utf8');

/** The conveyor loop, otherwise. */
function changed(change: (scene: Loose) => void): string {
  const scene = plainly(JSON.parse(sceneText('conveyor-loop')));
  change(scene);
  return JSON.stringify(scene);
}

/** A scene without looks and viewpoints. */
function plainly(scene: Loose): Loose {
  delete scene.view;
  for (const kind of ['stations', 'buffers', 'conveyors', 'sources', 'sinks', 'products'])
    for (const element of Object.values<Loose>(scene[kind] ?? {})) delete element.look;
  return scene;
}

function compiled(text: string) {
  const found = read(text);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return compile(found.scene);
}

const from = { at: [1, 2, 0], distance: 10, turn: 0, tilt: 45 };

test.each<[name: string, spoil: (scene: Loose) => void, path: string, message: string]>([
  [
    'a misspelt look',
    (s) => (s.stations.Press.look = 'robt'),
    'stations.Press.look',
    'found "robt"; expected "machine", "robot", "furnace", "bench", "inspection", "press", or { "model": "….glb" } (did you mean "robot"?)',
  ],
  [
    'the look of another kind',
    (s) => (s.conveyors['Belt 1'].look = 'robot'),
    'conveyors["Belt 1"].look',
    'found "robot"; expected "belt", "rollers", or',
  ],
  ['a number', (s) => (s.products.pallet.look = 7), 'products.pallet.look', 'found 7; expected "box", "crate", "gear", "bin", or'],
  [
    'a model in another format',
    (s) => (s.stations.Load.look = { model: 'a.fbx' }),
    'stations.Load.look.model',
    'found "a.fbx"; expected the name or address of a model',
  ],
  ['a misspelt key', (s) => (s.stations.Load.look = { model: 'a.glb', trun: 90 }), 'stations.Load.look.trun', '(did you mean "turn"?)'],
  [
    'a size of nothing',
    (s) => (s.stations.Load.look = { model: 'a.glb', scale: 0 }),
    'stations.Load.look.scale',
    'found 0; expected a number above 0',
  ],
  [
    'a point on the floor',
    (s) => (s.view = { viewpoints: { a: { ...from, at: [1, 2] } } }),
    'view.viewpoints.a.at',
    'expected a point: [x, y, z] in metres',
  ],
  [
    'an eye below the floor',
    (s) => (s.view = { viewpoints: { a: { ...from, tilt: -1 } } }),
    'view.viewpoints.a.tilt',
    'found -1; expected a number of degrees from 0 to 90',
  ],
  [
    'no distance',
    (s) => (s.view = { viewpoints: { a: { ...from, distance: 0 } } }),
    'view.viewpoints.a.distance',
    'found 0; expected a number above 0, in metres',
  ],
  [
    'a name that is none',
    (s) => (s.view = { viewpoints: { 'a.b': from } }),
    'view.viewpoints["a.b"]',
    'expected a name of 1 to 64 letters',
  ],
  ['a misspelt style', (s) => (s.view = { style: 'plian' }), 'view.style', '(did you mean "plain"?)'],
])('refuses %s', (_, spoil, path, message) => {
  const found = read(changed(spoil));
  expect(found.ok).toBe(false);
  if (found.ok) return;
  expect(found.problems).toHaveLength(1);
  expect(found.problems[0]!.path).toBe(path);
  expect(found.problems[0]!.message).toContain(message);
});

test('the plan carries looks with their defaults, viewpoints by name, and the style', () => {
  const plan = floorPlan(
    compiled(
      changed((s) => {
        s.stations.Press.look = 'press';
        s.stations.Load.look = { model: 'models/load.GLB', turn: -90 };
        s.products.pallet.look = 'crate';
        s.view = { viewpoints: { b: from, a: { ...from, turn: 90 } }, style: 'plain' };
      }),
    ),
  );
  const look = (name: string) => plan.nodes.find((node) => node.name === name)!.look;
  expect(look('Press')).toBe('press');
  expect(look('Load')).toEqual({ model: 'models/load.GLB', turn: -90, scale: 1 });
  expect(look('Unload')).toBeUndefined();
  expect(plan.products[0]!.look).toBe('crate');
  expect(plan.viewpoints).toEqual([
    { name: 'a', ...from, turn: 90 },
    { name: 'b', ...from },
  ]);
  expect(plan.style).toBe('plain');
  expect(floorPlan(compiled(changed(() => {}))).style).toBe('models');
});

test('the view has the looks that a scene may name', () => {
  for (const [kind, names] of Object.entries(LOOK_NAMES)) expect(LOOKS[kind as keyof typeof LOOK_NAMES]).toEqual(names);
});

test.each(['gearbox', 'conveyor-loop', 'people-shifts'])('%s is the same plant with its looks and without', (name) => {
  const text = sceneText(name);
  const plain = JSON.stringify(plainly(JSON.parse(text)));
  expect(plain).not.toMatch(/"(?:look|viewpoints)"/);
  expect(text).toMatch(/"look"/);
  const [looking, plainPlant] = [compiled(text), compiled(plain)];
  expect(looking.tables).toEqual(plainPlant.tables);
  expect(looking.layout).toEqual(plainPlant.layout);
});

test('a run has the same digest with looks and without', () => {
  const digest = (text: string) => {
    const plant = compiled(text);
    const engine = new ReferenceEngine(plant);
    const collector = new Collector(plant, 2);
    collector.begin(0, 2);
    for (let replication = 0; replication < 2; replication++) {
      const block = new Uint32Array(plant.layout.words);
      engine.begin(block, 1, replication);
      engine.run(block, 1, replication, 1_000_000);
      collector.take(replication, block);
    }
    return new Digest(collector.findings().digest).toString();
  };
  expect(digest(sceneText('conveyor-loop'))).toBe(digest(changed(() => {})));
});

test('results stay good when looks or viewpoints change, and only then', () => {
  const text = changed(() => {});
  const looks = changed((s) => {
    s.stations.Press.look = 'press';
    s.products.pallet.look = 'crate';
    s.view = { viewpoints: { a: from } };
    s.experiments = {};
  });
  expect(sameTwins(text, looks)).toBe(true);
  expect(sameTwins(looks, text)).toBe(true);
  expect(sameTwins(looks, looks.replace('"distance":10', '"distance":12'))).toBe(true);
  expect(sameTwins(looks, looks.replace('"processing":"40 s"', '"processing":"41 s"'))).toBe(false);
  expect(sameTwins(text, text.replace('"processing":"40 s"', '"processing":"41 s"'))).toBe(false);
});
