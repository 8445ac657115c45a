import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/experiment/setting.ts';

const PAGE = readFileSync(new URL('../../docs/experiments.md', import.meta.url), 'utf8');

/** Fences that name a scene file hold experiments of it; those that say "scene" are whole scenes. */
const BLOCK = /^```json (?<of>\S+)\n(?<text>[\s\S]*?)^```$/gm;

interface Scene {
  experiments?: Record<string, unknown>;
}

interface Example {
  of: string;
  name: string;
  experiment: unknown;
  /** The scene with the experiment in it. */
  scene: Scene;
  /** As it ships with the scene, if it does. */
  shipped: unknown;
}

function examples(): Example[] {
  return [...PAGE.matchAll(BLOCK)].flatMap(({ groups }): Example[] => {
    const { of, text } = groups as { of: string; text: string };
    const written = JSON.parse(text) as Record<string, unknown>;
    const whole = of === 'scene';
    const scene = (whole ? written : JSON.parse(readFileSync(new URL(`../../${of}`, import.meta.url), 'utf8'))) as Scene;
    const experiments = whole ? (scene.experiments ?? {}) : written;
    return Object.entries(experiments).map(([name, experiment]) => ({
      of,
      name,
      experiment,
      scene: { ...scene, experiments: { ...scene.experiments, [name]: experiment } },
      shipped: whole ? undefined : scene.experiments?.[name],
    }));
  });
}

describe('the examples of docs/experiments.md', () => {
  const all = examples();

  it.each(all)('$of: $name can be run as it stands', ({ name, scene, experiment, shipped }) => {
    // Those that ship are prepared in test/experiment/setting.test.ts.
    if (shipped !== undefined) expect(experiment).toEqual(shipped);
    else expect(prepare(JSON.stringify(scene), name)).toMatchObject({ ok: true });
  });

  it('ask every question', () => {
    expect(new Set(all.map(({ experiment }) => (experiment as { question: string }).question))).toEqual(
      new Set(['what limits', 'compare', 'best', 'trade-off', 'sensitivity', 'uncertainty']),
    );
  });
});
