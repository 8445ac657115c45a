/**
 * An orthographic camera over the floor: isometric or from straight above. `x`, `y` is the point of the ground in the middle of the
 * screen, `scale` device pixels in a metre. Moves are eased unless they follow a hand.
 */
import { mat4, vec3, vec4 } from 'gl-matrix';
import type { Point } from './routing.ts';

interface Pose {
  x: number;
  y: number;
  scale: number;
  /** Radians: 0 looks north; and from the ground up, π/2 looks straight down. */
  yaw: number;
  pitch: number;
}

/** Seen from the corner on a wide screen, from the front on a narrow one, where a floor seen from the corner would fill little. */
const ISOMETRIC = { yaw: (24 * Math.PI) / 180, pitch: (42 * Math.PI) / 180 };
const FRONT = { yaw: 0, pitch: (52 * Math.PI) / 180 };
/** Width to height of screens from which on it is the one, and up to which it is the other. */
const WIDE = 1.3;
const NARROW = 0.7;
const ABOVE = { yaw: 0, pitch: Math.PI / 2 };
const SCALE = { least: 0.5, most: 600 };
/** Free pixels around what is to be seen whole, in CSS pixels. */
const MARGIN = 28;
/** Metres the camera stands off: past anything that has height. */
const STAND_OFF = 2000;
/** Time in which an eased move comes within a third of its goal, in seconds. */
const EASE = 0.09;

export class Camera {
  /** Of the screen, in device pixels. */
  width = 1;
  height = 1;
  /** Device pixels in a CSS pixel. */
  ratio = 1;
  /** Moves at once, for those who asked for less motion. */
  still = false;
  private pose: Pose = { x: 0, y: 0, scale: 40, ...ISOMETRIC };
  private goal: Pose = { ...this.pose };
  private readonly clip = mat4.create();
  private readonly inverse = mat4.create();

  constructor() {
    this.update();
  }

  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    this.width = Math.max(1, Math.round(width * ratio));
    this.height = Math.max(1, Math.round(height * ratio));
    if (!this.isAbove) this.moveTo(this.tilted(), true);
    this.update();
  }

  get isAbove(): boolean {
    return this.goal.pitch === ABOVE.pitch;
  }

  /** Width to depth of a floor that fills the screen when seen at an angle. */
  get floorAspect(): number {
    const { yaw, pitch } = this.tilted();
    const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
    const height = (this.width / this.height) * Math.sin(pitch);
    return Math.min(2.5, Math.max(0.35, (height * c - s) / Math.max(0.1, c - height * s)));
  }

  /** Device pixels in a metre. */
  get scale(): number {
    return this.pose.scale;
  }

  toggleAbove(): void {
    this.moveTo(this.isAbove ? this.tilted() : ABOVE);
  }

  /** Moves the ground by device pixels on the screen, with the hand. */
  pan(dx: number, dy: number): void {
    const [x0, y0] = this.groundAt(this.width / 2, this.height / 2);
    const [x1, y1] = this.groundAt(this.width / 2 - dx, this.height / 2 - dy);
    for (const pose of [this.pose, this.goal]) {
      pose.x += x1 - x0;
      pose.y += y1 - y0;
    }
    this.update();
  }

  /** The same, eased. */
  glide(dx: number, dy: number): void {
    const [x0, y0] = this.groundAt(0, 0);
    const [x1, y1] = this.groundAt(-dx, -dy);
    this.moveTo({ x: this.goal.x + x1 - x0, y: this.goal.y + y1 - y0 });
  }

  /** Draws nearer by `factor`, the point of the ground under (px, py) staying where it is. */
  zoom(factor: number, px = this.width / 2, py = this.height / 2): void {
    const [x0, y0] = this.groundAt(px, py);
    this.pose.scale = Math.min(SCALE.most, Math.max(SCALE.least, this.pose.scale * factor));
    this.update();
    const [x1, y1] = this.groundAt(px, py);
    this.pose.x += x0 - x1;
    this.pose.y += y0 - y1;
    this.goal = { ...this.pose, yaw: this.goal.yaw, pitch: this.goal.pitch };
    this.update();
  }

  /** Shows all of a box on the ground and `height` above it; `at`: at once. */
  fit(box: { left: number; right: number; north: number; south: number; height: number }, at = false): void {
    const margin = Math.min(MARGIN * this.ratio, 0.06 * this.width);
    const { right, up } = axes(this.goal);
    let [low, high, down, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const x of [box.left, box.right]) {
      for (const y of [box.north, box.south]) {
        for (const z of [0, box.height]) {
          const across = x * right[0]! + y * right[1]!;
          const along = x * up[0]! + y * up[1]! + z * up[2]!;
          low = Math.min(low, across);
          high = Math.max(high, across);
          down = Math.min(down, along);
          top = Math.max(top, along);
        }
      }
    }
    const free = (pixels: number) => Math.max(pixels - 2 * margin, pixels / 2);
    const scale = Math.min(free(this.width) / (high - low || 1), free(this.height) / (top - down || 1), 120);
    // The ground point whose image is the middle of the box's image: solve for x, y with z = 0.
    const a = (low + high) / 2;
    const b = (down + top) / 2;
    const determinant = right[0]! * up[1]! - right[1]! * up[0]!;
    this.moveTo({ x: (a * up[1]! - b * right[1]!) / determinant, y: (b * right[0]! - a * up[0]!) / determinant, scale }, at);
  }

  /** Eases towards the goal; `seconds` since the last step. True while it still moves. */
  step(seconds: number): boolean {
    const share = this.still ? 1 : 1 - Math.exp(-seconds / EASE);
    let moving = false;
    for (const key of ['x', 'y', 'yaw', 'pitch', 'scale'] as const) {
      const rest = this.goal[key] - this.pose[key];
      if (rest === 0) continue;
      // Less than a quarter of a pixel is there.
      const size = key === 'scale' ? this.pose.scale : key === 'yaw' || key === 'pitch' ? 1 : this.width / this.pose.scale;
      if (Math.abs(rest) < 2e-4 * size) this.pose[key] = this.goal[key];
      else {
        this.pose[key] += rest * share;
        moving = true;
      }
    }
    this.update();
    return moving;
  }

  /** The point of the ground under a point of the screen, in device pixels from the upper left. */
  groundAt(px: number, py: number): Point {
    const { origin, direction } = this.rayAt(px, py);
    const share = -origin[2]! / direction[2]!;
    return [origin[0]! + share * direction[0]!, origin[1]! + share * direction[1]!];
  }

  rayAt(px: number, py: number): { origin: vec3; direction: vec3 } {
    const near = vec4.fromValues((2 * px) / this.width - 1, 1 - (2 * py) / this.height, 0, 1);
    vec4.transformMat4(near, near, this.inverse);
    const direction = axes(this.pose).eye;
    vec3.negate(direction, direction);
    return { origin: vec3.fromValues(near[0]!, near[1]!, near[2]!), direction };
  }

  /** Device pixels from the upper left of a point of the world. */
  screenAt(x: number, y: number, z: number): Point {
    const at = vec4.transformMat4(vec4.create(), vec4.fromValues(x, y, z, 1), this.clip);
    return [((at[0]! + 1) / 2) * this.width, ((1 - at[1]!) / 2) * this.height];
  }

  /** The words of `View` in view.wgsl, field by field. */
  words(): Float32Array<ArrayBuffer> {
    const [x, y] = this.groundAt(this.width / 2, this.height / 2);
    const [rx, ry] = this.groundAt(this.width, this.height / 2);
    const [ux, uy] = this.groundAt(this.width / 2, 0);
    const { eye } = axes(this.pose);
    return Float32Array.of(
      ...this.clip,
      x,
      y,
      rx - x,
      ry - y,
      ux - x,
      uy - y,
      this.width,
      this.height,
      eye[0]!,
      eye[1]!,
      eye[2]!,
      1 / this.pose.scale,
    );
  }

  private tilted(): Pick<Pose, 'yaw' | 'pitch'> {
    const share = Math.min(1, Math.max(0, (this.width / this.height - NARROW) / (WIDE - NARROW)));
    const mix = (key: 'yaw' | 'pitch') => FRONT[key] + share * (ISOMETRIC[key] - FRONT[key]);
    return { yaw: mix('yaw'), pitch: mix('pitch') };
  }

  private moveTo(change: Partial<Pose>, at = this.still): void {
    Object.assign(this.goal, change);
    if (at) {
      this.pose = { ...this.goal };
      this.update();
    }
  }

  private update(): void {
    const { x, y, scale } = this.pose;
    const { eye, up } = axes(this.pose);
    // The world's y runs south, so it is left-handed; gl-matrix is not. Mirror y on the way in.
    const flip = (v: vec3) => vec3.fromValues(v[0]!, -v[1]!, v[2]!);
    const centre = vec3.fromValues(x, -y, 0);
    const from = vec3.scaleAndAdd(vec3.create(), centre, flip(eye), STAND_OFF);
    const view = mat4.lookAt(mat4.create(), from, centre, flip(up));
    const [w, h] = [this.width / scale / 2, this.height / scale / 2];
    mat4.orthoZO(this.clip, -w, w, -h, h, 0, 2 * STAND_OFF);
    mat4.multiply(this.clip, this.clip, view);
    mat4.scale(this.clip, this.clip, [1, -1, 1]);
    mat4.invert(this.inverse, this.clip);
  }
}

/** The screen's axes in the world, and the direction to the viewer. */
function axes({ yaw, pitch }: Pick<Pose, 'yaw' | 'pitch'>): { right: vec3; up: vec3; eye: vec3 } {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  // Seen from the south, turned: north on the screen's up axis where yaw is 0.
  return {
    right: vec3.fromValues(c, -s, 0),
    up: vec3.fromValues(-s * Math.sin(pitch), -c * Math.sin(pitch), Math.cos(pitch)),
    eye: vec3.fromValues(s * Math.cos(pitch), c * Math.cos(pitch), Math.sin(pitch)),
  };
}
