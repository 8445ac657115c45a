/** Large scenes either work, in seconds, or are told which limit they meet. */
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import { example, type Loose } from './example.ts';

/** Of processor time, as other work on the machine must not fail a test. */
const SECONDS_AT_MOST = 10;

/** The problems, or 'ok', within the time. */
function readInTime(text: string): string[] | 'ok' {
  const begin = process.cpuUsage();
  const result = read(text);
  const { user, system } = process.cpuUsage(begin);
  expect((user + system) / 1e6).toBeLessThan(SECONDS_AT_MOST);
  return result.ok ? 'ok' : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** n stations with buffers between them, one after the other. */
function line(n: number): Loose {
  const scene = example();
  Object.assign(scene, { stations: {}, buffers: {}, links: [] });
  let before = 'infeed';
  for (let i = 0; i < n; i++) {
    scene.stations[`s${i}`] = { processing: { lognormal: { mean: '3 min', cv: 0.4 } } };
    scene.buffers[`b${i}`] = { capacity: 5 };
    scene.links.push({ from: before, to: `b${i}` }, { from: `b${i}`, to: `s${i}` });
    before = `s${i}`;
  }
  scene.links.push({ from: before, to: 'store' });
  return scene;
}

describe('large scenes', { timeout: 60_000 }, () => {
  test('10,000 stations in a line, by links', () => {
    expect(readInTime(JSON.stringify(line(10_000)))).toBe('ok');
  });

  test('10,000 stations by a routing of 10,000 steps', () => {
    const scene = line(10_000);
    scene.products.gear.routing = Array.from({ length: 10_000 }, (_, i) => ({ station: `s${(i * 37) % 10_000}` }));
    scene.links = scene.links.filter(({ from }: Loose) => from.startsWith('b'));
    expect(readInTime(JSON.stringify(scene))).toBe('ok');
  });

  test('10,000 stations in one group that every step names', () => {
    const scene = line(10_000);
    scene.groups = { all: { stations: Object.keys(scene.stations) } };
    scene.products.gear.routing = Array.from({ length: 1000 }, () => ({ station: 'all' }));
    scene.links = [];
    const found = readInTime(JSON.stringify(scene));
    expect(found).toEqual([expect.stringMatching(/the limit/)]);
  });

  test('a ring of buffers that every step would search', () => {
    const scene = line(20_000);
    scene.products.gear.routing = Array.from({ length: 20_000 }, (_, i) => ({ station: `s${i}` }));
    scene.links = Array.from({ length: 20_000 }, (_, i) => ({
      from: `b${i}`,
      to: i === 0 ? Object.keys(scene.stations).slice(0, 50) : `b${i - 1}`,
    }));
    for (let i = 0; i < 20_000; i++) scene.links.push({ from: `s${i}`, to: 'b19999' });
    readInTime(JSON.stringify(scene));
  });

  test('10,000 stations, every one wrong', () => {
    const scene = line(10_000);
    for (const station of Object.values<Loose>(scene.stations)) Object.assign(station, { servers: 0, proccessing: 3 });
    const found = readInTime(JSON.stringify(scene));
    expect(found).toHaveLength(101);
    expect(found[100]).toBe('scene: and 19900 more');
  });

  test('10,000 stations and no link that fits', () => {
    const scene = line(10_000);
    for (const link of scene.links) link.to = `${link.to}x`;
    const found = readInTime(JSON.stringify(scene));
    expect(found).toHaveLength(101);
    expect(found[0]).toBe(
      'links[0].to: found "b0x", which is the name of nothing here; expected the name of a buffer, station, conveyor or sink (did you mean "b0"?)',
    );
  });

  test('100,001 elements', () => {
    const scene = line(1);
    for (let i = 0; i < 50_000; i++) scene.sinks[`x${i}`] = scene.buffers[`y${i}`] = {};
    expect(readInTime(JSON.stringify(scene))).toEqual([expect.stringMatching(/^scene: found 10000\d elements .*; the limit is 100000$/)]);
  });
});

describe('large texts', { timeout: 60_000 }, () => {
  test('50 MB of description', () => {
    const scene = example();
    scene.description = 'x'.repeat(50e6);
    expect(readInTime(JSON.stringify(scene))).toBe('ok');
  });

  test('50 MB of measured values', () => {
    const scene = example();
    scene.stations.press.processing = { empirical: { values: [] } };
    const text = JSON.stringify(scene).replace('"values":[]', `"values":[${'123.456,'.repeat(6.25e6)}1]`);
    expect(text.length).toBeGreaterThan(50e6);
    expect(readInTime(text)).toEqual([
      expect.stringMatching(/^stations\.press\.processing\.empirical\.values: .*at most 100001 durations/),
    ]);
  });

  test('50 MB of links that are no links', () => {
    const text = JSON.stringify(example()).replace('"links":[', `"links":[${'{"from":3},'.repeat(4.6e6)}`);
    expect(readInTime(text)).toEqual([expect.stringMatching(/^links: .*at most 1,000,000 links/)]);
  });

  test('50 MB of elements, and of keys nobody knows', () => {
    let elements = '';
    for (let i = 0; i < 4e6; i++) elements += `"x${i}":{},`;
    expect(readInTime(JSON.stringify(example()).replace('"sinks":{', `"sinks":{${elements}`))).toEqual([
      expect.stringMatching(/^line 1, column \d+: found an object with more than 100000 keys; the limit is 100000$/),
    ]);
    // Keys of one element, fewer than an object may have.
    const unknown = elements.slice(0, elements.indexOf(',"x90000"'));
    expect(readInTime(JSON.stringify(example()).replace('"store":{', `"store":{${unknown}`))).toHaveLength(101);
  });

  test('65 MiB', () => {
    expect(readInTime(' '.repeat(65 * 2 ** 20))).toEqual(['scene: the text is 68157440 characters long; the limit is 67108864 (64 MiB)']);
  });

  test('50 MB of opening brackets', () => {
    expect(readInTime('['.repeat(50e6))).toEqual([expect.stringMatching(/the limit is 64/)]);
    expect(readInTime('{"a":'.repeat(10e6))).toEqual([expect.stringMatching(/the limit is 64/)]);
  });
});
