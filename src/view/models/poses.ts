/** Clips made by reckoning: joint angles over a cycle, and the two-link arm that reaches a point. Angles in radians, lengths in metres. */
import { mat4, quat, vec3 } from 'gl-matrix';
import type { Clip, Model } from '../model.ts';
import type { Vector } from './mesh.ts';

/** Words of one pose of one link in a clip. */
export const POSE_WORDS = 7;

/** What turns a link in its parent's frame, before which it stood as at rest. */
type Turn = { axis: Vector; angle: number; shift?: Vector };

/** A clip of `frames` poses, after the last of which comes the first again; `pose` says for a share 0 … 1 of the cycle how links are turned against rest, by name. */
export function clipOf(model: Pick<Model, 'links'>, frames: number, pose: (phase: number) => Record<string, Turn>): Clip {
  const poses = new Float32Array(model.links.length * frames * POSE_WORDS);
  const turn = quat.create();
  const place = vec3.create();
  for (let frame = 0; frame < frames; frame++) {
    const turns = pose(frame / frames);
    model.links.forEach(({ name, rest }, l) => {
      const posed = turns[name];
      mat4.getRotation(turn, rest);
      mat4.getTranslation(place, rest);
      if (posed) {
        quat.multiply(turn, turn, quat.setAxisAngle(quat.create(), posed.axis, posed.angle));
        if (posed.shift) vec3.add(place, place, posed.shift);
      }
      poses.set([...turn, ...place], (l * frames + frame) * POSE_WORDS);
    });
  }
  return { frames, poses };
}

/** Smooth from 0 to 1, at rest at both ends. */
const smooth = (s: number): number => s * s * (3 - 2 * s);

/** An arm: a turntable about z, a shoulder and an elbow about x, and where it has them, a wrist that keeps the tool upright and two claws. */
export interface Arm {
  /** Names of its links. */
  joints: { turn: string; shoulder: string; elbow: string; wrist?: string; claws?: [left: string, right: string] };
  /** Height of the shoulder; from it to the elbow; from there to the wrist, or to the tip where there is none; from the wrist to the tip. */
  shoulder: number;
  upper: number;
  fore: number;
  tool: number;
  /** How far each claw shifts along x to open. */
  grip?: number;
}

/** Angles that bring the tip to a point, elbow up: about z from looking south, and forward from upright. A point out of reach is reached for. */
function reach(arm: Arm, [x, y, z]: Vector): { turn: number; shoulder: number; elbow: number; wrist: number } {
  const upright = arm.joints.wrist !== undefined;
  const out = Math.hypot(x, y);
  const up = z + (upright ? arm.tool : 0) - arm.shoulder;
  const far = Math.min(Math.hypot(out, up), (arm.upper + arm.fore) * 0.9995);
  const near = Math.max(far, Math.abs(arm.upper - arm.fore) + 1e-4);
  // Law of cosines, in the triangle of shoulder, elbow and wrist.
  const inner = Math.acos(clamp((arm.upper ** 2 + near ** 2 - arm.fore ** 2) / (2 * arm.upper * near)));
  const bend = Math.PI - Math.acos(clamp((arm.upper ** 2 + arm.fore ** 2 - near ** 2) / (2 * arm.upper * arm.fore)));
  const shoulder = Math.atan2(out, up) - inner;
  return { turn: Math.atan2(-x, y), shoulder, elbow: bend, wrist: Math.PI - shoulder - bend };
}

const clamp = (cosine: number) => Math.max(-1, Math.min(1, cosine));

/** Moments of a cycle: share of it that has passed, where the tip is, and how far the claws are open, 0 … 1. */
type Key = { phase: number; tip: Vector; open: number };

/** The joints of an arm through the moments of a cycle, gently from one to the next. */
export function armClip(model: Pick<Model, 'links'>, arm: Arm, keys: readonly Key[], frames: number): Clip {
  const solved = keys.map((key) => ({ ...key, ...reach(arm, key.tip) }));
  return clipOf(model, frames, (phase) => {
    const next = Math.max(
      1,
      solved.findIndex((key) => key.phase >= phase - 1e-9),
    );
    const [a, b] = [solved[next - 1]!, solved[next]!];
    const share = smooth(clamp((phase - a.phase) / (b.phase - a.phase)));
    const between = (name: 'turn' | 'shoulder' | 'elbow' | 'wrist' | 'open') => a[name] + (b[name] - a[name]) * share;
    const { joints, grip = 0 } = arm;
    const turns: Record<string, Turn> = {
      [joints.turn]: { axis: [0, 0, 1], angle: between('turn') },
      [joints.shoulder]: { axis: [1, 0, 0], angle: -between('shoulder') },
      [joints.elbow]: { axis: [1, 0, 0], angle: -between('elbow') },
    };
    if (joints.wrist) turns[joints.wrist] = { axis: [1, 0, 0], angle: -between('wrist') };
    joints.claws?.forEach((claw, i) => {
      turns[claw] = { axis: [0, 0, 1], angle: 0, shift: [(i === 0 ? 1 : -1) * grip * (between('open') - 1), 0, 0] };
    });
    return turns;
  });
}

/** A robot's cycle: down to the way in, grip, lift, swing, place on the bed; work over it; and back to where it waits. */
export function pickAndPlace(way: Vector, bed: Vector, lift: number): Key[] {
  const over = ([x, y, z]: Vector): Vector => [x, y, z + lift];
  const at = (dx: number, dy: number, dz: number): Vector => [bed[0] + dx, bed[1] + dy, bed[2] + dz];
  return [
    { phase: 0, tip: over(way), open: 1 },
    { phase: 0.07, tip: way, open: 1 },
    { phase: 0.11, tip: way, open: 0 },
    { phase: 0.18, tip: over(way), open: 0 },
    { phase: 0.32, tip: over(bed), open: 0 },
    { phase: 0.39, tip: bed, open: 0 },
    { phase: 0.43, tip: bed, open: 1 },
    { phase: 0.49, tip: at(0, 0, 0.7 * lift), open: 1 },
    { phase: 0.57, tip: at(-0.1, 0.06, 0.12 * lift), open: 0.5 },
    { phase: 0.66, tip: at(0.1, 0.06, 0.12 * lift), open: 0.5 },
    { phase: 0.75, tip: at(0.1, -0.06, 0.12 * lift), open: 0.5 },
    { phase: 0.84, tip: at(-0.1, -0.06, 0.12 * lift), open: 0.5 },
    { phase: 0.9, tip: over(bed), open: 1 },
    { phase: 1, tip: over(way), open: 1 },
  ];
}
