/** Small changes of every element of a plant, one at a time: what a bottleneck is found by. Each is a design of its own: one number, which of them is made. */
import { pathText } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import { type Json, locate, put, scalable, scaled } from './places.ts';

export interface Change {
  element: string;
  /** "one more place", "processing 5 % faster". */
  words: string;
  /** Of the (first) place that it changes. */
  path: string;
  make(scene: Json): void;
}

type Tree = { [key: string]: Json };
const isTree = (value: Json | undefined): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const under = (json: Json, key: string): [string, Tree][] =>
  Object.entries(isTree(json) && isTree(json[key]) ? (json[key] as Tree) : {}).flatMap(([name, value]) =>
    isTree(value) ? [[name, value] as [string, Tree]] : [],
  );

/** All changes that the scene takes: one more of what is counted, times and rates a little better. In the order of the file. */
export function changesOf(json: Json): Change[] {
  const changes: Change[] = [];
  const more = (element: string, path: (string | number)[], now: number, words: string): void => {
    const make = (scene: Json): void => {
      const found = locate(scene, path);
      put(scene, path, (found.ok && typeof found.value === 'number' ? found.value : now) + 1);
    };
    changes.push({ element, words, path: pathText(path), make });
  };
  const times = (element: string, paths: readonly (readonly (string | number)[])[], by: number, words: string): void => {
    const places = paths.flatMap((path) => {
      const found = scalable(json, path);
      return 'found' in found ? [] : found;
    });
    const [first] = places;
    if (first === undefined) return;
    const make = (scene: Json): void => {
      for (const place of places) {
        const found = locate(scene, place);
        if (found.ok && found.value !== undefined) put(scene, place, scaled(found.value, by));
      }
    };
    changes.push({ element, words, path: pathText(first), make });
  };
  for (const [name, source] of under(json, 'sources')) {
    if (source.interarrival !== undefined) times(name, [['sources', name, 'interarrival']], 0.95, 'arrivals 5 % closer together');
  }
  for (const [name, buffer] of under(json, 'buffers')) {
    if (typeof buffer.capacity === 'number') more(name, ['buffers', name, 'capacity'], buffer.capacity, 'one more place');
    if (buffer.capacity === 'none') more(name, ['buffers', name, 'capacity'], 0, 'one place');
  }
  for (const [name, station] of under(json, 'stations')) {
    times(name, [['stations', name, 'processing']], 0.95, 'processing 5 % shorter');
    if (station.servers !== 'unlimited')
      more(name, ['stations', name, 'servers'], typeof station.servers === 'number' ? station.servers : 1, 'one more server');
    const list = (key: string): number[] => (Array.isArray(station[key]) ? (station[key] as Json[]).map((_, i) => i) : []);
    const inside = (key: string, field: string) => list(key).map((i) => ['stations', name, key, i, field]);
    times(name, inside('failures', 'repair'), 0.9, 'repairs 10 % shorter');
    times(name, inside('failures', 'timeToFailure'), 1 / 0.9, 'failures 10 % rarer');
    times(name, inside('maintenance', 'duration'), 0.9, 'maintenance 10 % shorter');
    if (isTree(station.setup))
      times(
        name,
        setupTimes(station.setup).map((path) => ['stations', name, 'setup', ...path]),
        0.9,
        'set-ups 10 % shorter',
      );
  }
  for (const [name] of under(json, 'conveyors')) {
    const found = locate(json, ['conveyors', name, 'speed']);
    if (found.ok && typeof found.value === 'number') times(name, [['conveyors', name, 'speed']], 1.05, '5 % faster');
  }
  for (const [name, pool] of under(json, 'people')) {
    if (typeof pool.count === 'number') more(name, ['people', name, 'count'], pool.count, 'one more person');
  }
  for (const [name, limit] of under(json, 'limits')) {
    if (typeof limit.cards === 'number') more(name, ['limits', name, 'cards'], limit.cards, 'one more card');
  }
  // What the scene refuses (a count at its limit, servers where none are counted) is no change to offer.
  return changes.filter(({ make }) => {
    const trial = structuredClone(json);
    make(trial);
    return check(trial).ok;
  });
}

/** Every duration or distribution in a set-up: its one time, or those of its matrix. */
function setupTimes(setup: Tree): (string | number)[][] {
  if (setup.time !== undefined) return [['time']];
  const paths: (string | number)[][] = [];
  for (const [from, row] of Object.entries(isTree(setup.matrix) ? setup.matrix : {})) {
    for (const [to, time] of Object.entries(isTree(row) ? row : {}))
      if (time !== undefined && time !== null) paths.push(['matrix', from, to]);
  }
  return paths;
}
