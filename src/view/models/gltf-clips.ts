/** Animations of glTF files (section 3.11) as clips: every link's pose, 30 times a second. The cycle closes: after the last frame comes the first. */
import { mat4, quat } from 'gl-matrix';
import type { Clip } from '../model.ts';
import { entry, type GltfFile, type JsonAnimation, type JsonNode, LIMITS } from './gltf-file.ts';
import { isRigid, type Joint, localOf } from './gltf-nodes.ts';
import { POSE_WORDS } from './poses.ts';

const FRAMES_A_SECOND = 30;

interface Channel {
  path: 'translation' | 'rotation' | 'scale';
  times: Float64Array;
  values: Float64Array;
  kind: string;
}

/** Clips by their names. One that bends or stretches a link unevenly, which poses cannot, is left out. */
export function sampleClips(file: GltfFile, joints: readonly Joint[]): Record<string, Clip> {
  const clips: Record<string, Clip> = {};
  (file.json.animations ?? []).forEach((animation, i) => {
    const clip = sample(file, animation, joints);
    if (clip) clips[animation.name ?? `animation ${i}`] = clip;
  });
  return clips;
}

function sample(file: GltfFile, animation: JsonAnimation, joints: readonly Joint[]): Clip | undefined {
  const channels = new Map<number, Channel[]>();
  let seconds = 0;
  for (const { sampler, target } of animation.channels ?? []) {
    const { node, path } = target ?? {};
    if (node === undefined || (path !== 'translation' && path !== 'rotation' && path !== 'scale')) continue;
    const { input, output, interpolation = 'LINEAR' } = entry(animation.samplers, sampler, 'sampler');
    const times = file.numbers(input, 'SCALAR', 'times of an animation');
    const values = file.numbers(output, path === 'rotation' ? 'VEC4' : 'VEC3', 'poses of an animation');
    const wide = path === 'rotation' ? 4 : 3;
    if (times.length === 0 || values.length < times.length * wide * (interpolation === 'CUBICSPLINE' ? 3 : 1)) continue;
    seconds = Math.max(seconds, times[times.length - 1]!);
    channels.set(node, [...(channels.get(node) ?? []), { path, times, values, kind: interpolation }]);
  }
  const frames = Math.max(1, Math.round(seconds * FRAMES_A_SECOND));
  if (channels.size === 0 || frames > LIMITS.frames) return undefined;
  const poses = new Float32Array(joints.length * frames * POSE_WORDS);
  const turn = quat.create();
  for (let frame = 0; frame < frames; frame++) {
    const time = (frame * seconds) / frames;
    for (const [l, joint] of joints.entries()) {
      const moved: JsonNode = { ...file.json.nodes![joint.node]! };
      for (const channel of channels.get(joint.node) ?? []) {
        delete moved.matrix;
        moved[channel.path] = valueAt(channel, time);
      }
      const pose = localOf(moved);
      if (joint.parent >= 0) mat4.multiply(pose, joints[joint.parent]!.baked, pose);
      mat4.multiply(pose, pose, mat4.invert(mat4.create(), joint.baked) ?? mat4.create());
      // What its stretch does in time is no pose: its size stays that of rest.
      if (!isRigid(pose) && !(channels.get(joint.node) ?? []).some(({ path }) => path === 'scale')) return undefined;
      mat4.getRotation(turn, pose);
      poses.set([...quat.normalize(turn, turn), pose[12]!, pose[13]!, pose[14]!], (l * frames + frame) * POSE_WORDS);
    }
  }
  return { frames, poses };
}

/** The value of a channel at a time: held before the first and after the last; rotations along the shorter arc. */
function valueAt({ path, times, values, kind }: Channel, time: number): number[] {
  const wide = path === 'rotation' ? 4 : 3;
  const cubic = kind === 'CUBICSPLINE';
  const at = (key: number, part = 0): number[] => {
    const from = cubic ? (3 * key + 1 + part) * wide : key * wide;
    return [...values.subarray(from, from + wide)];
  };
  const last = times.length - 1;
  let next = times.findIndex((other) => other > time);
  if (next < 0) next = last + 1;
  if (next === 0) return at(0);
  if (next > last) return at(last);
  const [p, q] = [at(next - 1), at(next)];
  if (kind === 'STEP') return p;
  const step = times[next]! - times[next - 1]!;
  const share = step > 0 ? (time - times[next - 1]!) / step : 1;
  if (cubic) {
    // Hermite's polynomials, with tangents given per second.
    const [out, into] = [at(next - 1, 1), at(next, -1)];
    const [t2, t3] = [share ** 2, share ** 3];
    return p.map(
      (value, k) =>
        (2 * t3 - 3 * t2 + 1) * value + step * (t3 - 2 * t2 + share) * out[k]! + (3 * t2 - 2 * t3) * q[k]! + step * (t3 - t2) * into[k]!,
    );
  }
  if (path === 'rotation') return [...quat.slerp(quat.create(), p as unknown as quat, q as unknown as quat, share)];
  return p.map((value, k) => value + (q[k]! - value) * share);
}
