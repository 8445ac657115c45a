/**
 * A perspective camera over the floor. It looks at a point of the world from a distance; hands move it at once, wishes (fit, fly, keys)
 * ease it, and nothing brings it under the ground.
 *
 * World: metres, x east, y south, z up. Clip space with reversed depth: 1 at the near plane, 0 at the far one, so that a floating-point depth
 * buffer resolves near and far things alike (Reed, "Depth precision visualized", 2015). Screen: device pixels from the upper left.
 */
import { mat4, vec3, vec4 } from 'gl-matrix';
import type { Point } from './routing.ts';
import type { Viewpoint } from './things.ts';

interface Pose {
  x: number;
  y: number;
  z: number;
  distance: number;
  /** Radians: 0 looks north, clockwise; and from the ground up, π/2 looks straight down. */
  turn: number;
  tilt: number;
}

export interface Box {
  left: number;
  right: number;
  north: number;
  south: number;
  height: number;
}

const DEGREE = Math.PI / 180;
/** Vertical angle of view; the tangent of its half. */
const FIELD = 35 * DEGREE;
const TANGENT = Math.tan(FIELD / 2);
/** Seen from the corner on a wide screen, from the front on a narrow one, where a floor seen from the corner would fill little. */
const CORNER = { turn: -24 * DEGREE, tilt: 40 * DEGREE };
const FRONT = { turn: 0, tilt: 52 * DEGREE };
/** Width to height of screens from which on it is the one, and up to which it is the other. */
const WIDE = 1.3;
const NARROW = 0.7;
const ABOVE = Math.PI / 2;
/** Metres to what is looked at, and of the eye over the ground. */
const NEAREST = 1.5;
const LOWEST = 0.4;
const FLATTEST = 4 * DEGREE;
/** Free pixels around what is to be seen whole, in CSS pixels. */
const MARGIN = 28;
/** Time in which an eased move comes within a third of its goal, in seconds: by a key, and in flight. */
const EASE = { key: 0.09, flight: 0.2 };
/** A ray flatter than this meets the ground too far away to be held by a hand. */
const GRAZING = 0.02;

export class Camera {
  /** Of the screen, in device pixels. */
  width = 1;
  height = 1;
  /** Device pixels in a CSS pixel. */
  ratio = 1;
  /** Moves at once, for those who asked for less motion. */
  still = false;
  /** World to clip space, and back. */
  readonly clip = mat4.create();
  readonly inverse = mat4.create();
  readonly eye = vec3.create();
  private pose: Pose = { x: 0, y: 0, z: 0, distance: 30, ...CORNER };
  private goal: Pose = { ...this.pose };
  private ease = EASE.key;
  /** Somebody has turned it: it no longer takes the angle that suits the screen. */
  private turned = false;
  private world: Box = { left: -50, right: 50, north: -50, south: 50, height: 4 };

  constructor() {
    this.update();
  }

  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    this.width = Math.max(1, Math.round(width * ratio));
    this.height = Math.max(1, Math.round(height * ratio));
    if (!this.turned) this.moveTo(this.tilted(), true);
    this.update();
  }

  /** What there is to see: near and far planes and the reach of the camera follow it. */
  bound(world: Box): void {
    this.world = world;
    this.update();
  }

  get isAbove(): boolean {
    return this.goal.tilt > 89 * DEGREE;
  }

  /** Width to depth of a floor that fills the screen when seen at an angle. */
  get floorAspect(): number {
    const { turn, tilt } = this.tilted();
    const [c, s] = [Math.cos(turn), Math.abs(Math.sin(turn))];
    const height = (this.width / this.height) * Math.sin(tilt);
    return Math.min(2.5, Math.max(0.35, (height * c - s) / Math.max(0.1, c - height * s)));
  }

  /** Device pixels of a metre at one metre's distance. */
  get focal(): number {
    return this.height / (2 * TANGENT);
  }

  /** Device pixels of a metre at the point looked at. */
  get scale(): number {
    return this.focal / this.pose.distance;
  }

  /** The point looked at, and how far away it is. */
  get focus(): { at: [number, number, number]; distance: number } {
    return { at: [this.pose.x, this.pose.y, this.pose.z], distance: this.pose.distance };
  }

  /** Device pixels of a metre at a point; 0 behind the eye. */
  scaleAt(x: number, y: number, z: number): number {
    const depth = this.depthAt(x, y, z);
    return depth > 0 ? this.focal / depth : 0;
  }

  toggleAbove(): void {
    this.turned = !this.isAbove;
    this.moveTo(this.isAbove ? this.tilted() : { turn: 0, tilt: ABOVE }, undefined, EASE.flight);
  }

  /** Moves the ground with the hand: what was under the first point comes under the second. */
  drag(x0: number, y0: number, x1: number, y1: number): void {
    const from = this.groundAt(x0, y0);
    const to = this.groundAt(x1, y1);
    for (const pose of [this.pose, this.goal]) {
      pose.x += from[0] - to[0];
      pose.y += from[1] - to[1];
    }
    this.settle();
  }

  /** Moves the picture by device pixels, eased. */
  glide(dx: number, dy: number): void {
    const { right, up } = axes(this.goal);
    const metres = this.goal.distance / this.focal;
    // Along the ground: the screen's up axis, laid down.
    const along = metres / Math.max(0.25, Math.sin(this.goal.tilt));
    const flat = Math.hypot(up[0]!, up[1]!) || 1;
    this.moveTo({
      x: this.goal.x - right[0]! * dx * metres + (up[0]! / flat) * dy * along,
      y: this.goal.y - right[1]! * dx * metres + (up[1]! / flat) * dy * along,
    });
  }

  /** Draws nearer by `factor`, the point of the ground under (px, py) staying where it is; `eased` by keys. */
  zoom(factor: number, px = this.width / 2, py = this.height / 2, eased = false): void {
    const from = eased ? this.goal : this.pose;
    const distance = Math.min(this.farthest, Math.max(NEAREST, from.distance / factor));
    const share = distance / from.distance;
    const [x, y] = this.groundAt(px, py);
    const change = { x: x + (from.x - x) * share, y: y + (from.y - y) * share, z: from.z * Math.min(1, share), distance };
    this.moveTo(change, eased ? undefined : true);
  }

  /** Turns about the point looked at, and tilts, by radians. */
  orbit(turn: number, tilt: number, eased = false): void {
    const from = eased ? this.goal : this.pose;
    this.turned = true;
    this.moveTo({ turn: from.turn + turn, tilt: from.tilt + tilt }, eased ? undefined : true);
  }

  /** Shows all of a box; `at`: at once. */
  fit(box: Box, at = false): void {
    this.moveTo(this.whole(box, this.goal), at || undefined, EASE.flight);
  }

  /** Goes to a box that stands somewhere on the floor: near, but with its surroundings. */
  flyTo(box: Box): void {
    const tilt = Math.max(this.goal.tilt, 20 * DEGREE);
    const room = 1.2 + 0.4 * Math.max(box.right - box.left, box.south - box.north);
    const wide = { left: box.left - room, right: box.right + room, north: box.north - room, south: box.south + room, height: box.height };
    this.moveTo(this.whole(wide, { turn: this.goal.turn, tilt }), undefined, EASE.flight);
  }

  /** Keeps to a point that moves, at the present distance. */
  chase(at: readonly [number, number, number]): void {
    this.moveTo({ x: at[0], y: at[1], z: at[2] });
  }

  /** Where it stands, or is flying to. */
  viewpoint(): Viewpoint {
    const { x, y, z, distance, turn, tilt } = this.goal;
    const round = (value: number, step: number) => Math.round(value / step) * step;
    const degrees = ((turn / DEGREE) % 360) + (turn < 0 ? 360 : 0);
    return { at: [x, y, z], distance, turn: round(degrees % 360, 1e-6), tilt: round(tilt / DEGREE, 1e-6) };
  }

  goTo({ at, distance, turn, tilt }: Viewpoint): void {
    this.turned = true;
    this.moveTo({ x: at[0], y: at[1], z: at[2], distance, turn: turn * DEGREE, tilt: tilt * DEGREE }, undefined, EASE.flight);
  }

  /** Eases towards the goal; `seconds` since the last step. True while it still moves. */
  step(seconds: number): boolean {
    const { pose, goal } = this;
    const share = this.still ? 1 : 1 - Math.exp(-seconds / this.ease);
    let moving = false;
    // Distances in proportion, so that a flight from afar does not end with a rush; less than a quarter of a pixel is there.
    const ratio = goal.distance / pose.distance;
    const toGo: [keyof Pose, number][] = [
      ['x', goal.distance],
      ['y', goal.distance],
      ['z', goal.distance],
      ['turn', 1],
      ['tilt', 1],
    ];
    for (const [key, size] of toGo) {
      const rest = goal[key] - pose[key];
      if (rest === 0) continue;
      if (Math.abs(rest) < 3e-4 * size) pose[key] = goal[key];
      else {
        pose[key] += rest * share;
        moving = true;
      }
    }
    if (ratio !== 1) {
      if (Math.abs(ratio - 1) < 3e-4) pose.distance = goal.distance;
      else {
        pose.distance *= ratio ** share;
        moving = true;
      }
    }
    this.update();
    return moving;
  }

  /** The point of the ground under a point of the screen; of the sky, a point far away in its direction. */
  groundAt(px: number, py: number): Point {
    const { origin, direction } = this.rayAt(px, py);
    const share = origin[2]! / Math.max(GRAZING, -direction[2]!);
    return [origin[0]! + share * direction[0]!, origin[1]! + share * direction[1]!];
  }

  /** The ray through a point of the screen, from the eye; the direction has length 1. */
  rayAt(px: number, py: number): { origin: vec3; direction: vec3 } {
    const { right, up, eye } = axes(this.pose);
    const a = ((2 * px) / this.width - 1) * TANGENT * (this.width / this.height);
    const b = (1 - (2 * py) / this.height) * TANGENT;
    const direction = vec3.negate(vec3.create(), eye);
    vec3.scaleAndAdd(direction, direction, right, a);
    vec3.scaleAndAdd(direction, direction, up, b);
    return { origin: vec3.clone(this.eye), direction: vec3.normalize(direction, direction) };
  }

  /** Where a point of the world is on the screen; of points behind the eye it says nothing useful (see `scaleAt`). */
  screenAt(x: number, y: number, z: number): Point {
    const at = vec4.transformMat4(vec4.create(), vec4.fromValues(x, y, z, 1), this.clip);
    return [((at[0]! / at[3]! + 1) / 2) * this.width, ((1 - at[1]! / at[3]!) / 2) * this.height];
  }

  /** A camera that sees the same at another size. */
  copy(width: number, height: number, ratio: number): Camera {
    const camera = new Camera();
    camera.world = this.world;
    camera.ratio = ratio;
    camera.width = width;
    camera.height = height;
    camera.pose = { ...this.pose };
    camera.goal = { ...this.pose };
    // What fills the width here fills it there too, where that is narrower.
    const narrower = this.width / this.height / (width / height);
    if (narrower > 1) camera.pose.distance *= narrower;
    camera.goal.distance = camera.pose.distance;
    camera.update();
    return camera;
  }

  private get farthest(): number {
    const { left, right, north, south } = this.world;
    // Upright screens see less to the sides.
    const narrow = Math.max(1, this.height / Math.max(1, this.width));
    return 60 + 3 * narrow * Math.hypot(right - left, south - north);
  }

  private depthAt(x: number, y: number, z: number): number {
    const m = this.clip;
    return m[3]! * x + m[7]! * y + m[11]! * z + m[15]!;
  }

  /** From where all of a box is to be seen: the nearest such place in that direction. */
  private whole(box: Box, look: Pick<Pose, 'turn' | 'tilt'>): Pose {
    const margin = Math.min(MARGIN * this.ratio, 0.06 * this.width);
    const { right, up, eye } = axes(look);
    const free = (pixels: number) => Math.max(pixels - 2 * margin, pixels / 2) / pixels;
    const tangents = [TANGENT * (this.width / this.height) * free(this.width), TANGENT * free(this.height)];
    const corners = [box.left, box.right].flatMap((x) =>
      [box.north, box.south].flatMap((y) => [0, box.height].map((z) => [x, y, z] as const)),
    );
    const along = (axis: vec3, [x, y, z]: readonly [number, number, number]) => axis[0]! * x + axis[1]! * y + axis[2]! * z;
    const sides = [right, up].map((axis, i) => {
      const t = tangents[i]!;
      const points = corners.map((corner) => [along(axis, corner), along(eye, corner)] as const);
      // A point at a across the screen and c towards the eye is inside where |a − A| ≤ t (e − c): bounds on A from both sides.
      return { t, points, high: Math.max(...points.map(([a, c]) => a + t * c)), low: Math.min(...points.map(([a, c]) => a - t * c)) };
    });
    // They leave room from the e on that the wider pair of them asks for; the other then has some to spare, the same on both sides.
    const away = Math.max(...sides.map(({ t, high, low }) => (high - low) / (2 * t)));
    const middles = sides.map(({ t, points, high, low }) => {
      let [from, to] = [high - t * away, low + t * away];
      for (let i = 0; i < 40; i++) {
        const middle = (from + to) / 2;
        const seen = points.map(([a, c]) => (a - middle) / (away - c));
        if (Math.max(...seen) + Math.min(...seen) > 0) from = middle;
        else to = middle;
      }
      return (from + to) / 2;
    });
    const from = [0, 1, 2].map((k) => right[k]! * middles[0]! + up[k]! * middles[1]! + eye[k]! * away);
    const distance = Math.max(NEAREST, from[2]! / Math.max(0.05, eye[2]!));
    return { ...look, x: from[0]! - eye[0]! * distance, y: from[1]! - eye[1]! * distance, z: 0, distance };
  }

  private tilted(): Pick<Pose, 'turn' | 'tilt'> {
    const share = Math.min(1, Math.max(0, (this.width / this.height - NARROW) / (WIDE - NARROW)));
    const mix = (key: 'turn' | 'tilt') => FRONT[key] + share * (CORNER[key] - FRONT[key]);
    return { turn: mix('turn'), tilt: mix('tilt') };
  }

  private moveTo(change: Partial<Pose>, at = this.still, ease: number = EASE.key): void {
    Object.assign(this.goal, change);
    this.ease = ease;
    if (at) this.pose = { ...this.goal };
    this.settle();
  }

  /** Holds both poses to what is allowed. */
  private settle(): void {
    const { world } = this;
    const reach = Math.max(30, world.right - world.left, world.south - world.north);
    for (const pose of [this.pose, this.goal]) {
      const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, Number.isFinite(value) ? value : least));
      pose.x = clamp(pose.x, world.left - reach, world.right + reach);
      pose.y = clamp(pose.y, world.north - reach, world.south + reach);
      pose.z = clamp(pose.z, 0, 50);
      pose.distance = clamp(pose.distance, NEAREST, this.farthest);
      pose.tilt = clamp(pose.tilt, Math.max(FLATTEST, Math.asin(Math.min(1, Math.max(0, LOWEST - pose.z) / pose.distance))), ABOVE);
    }
    // The short way round.
    const turns = Math.round((this.goal.turn - this.pose.turn) / (2 * Math.PI));
    this.pose.turn += turns * 2 * Math.PI;
    this.update();
  }

  private update(): void {
    const { pose, world } = this;
    const { eye, up } = axes(pose);
    const target = vec3.fromValues(pose.x, pose.y, pose.z);
    vec3.scaleAndAdd(this.eye, target, eye, pose.distance);
    // The world's y runs south, so it is left-handed; gl-matrix is not. Mirror y on the way in.
    const flip = (v: vec3) => vec3.fromValues(v[0]!, -v[1]!, v[2]!);
    const view = mat4.lookAt(mat4.create(), flip(this.eye), flip(target), flip(up));
    // Nothing is nearer than the tops of what stands on the site; nothing farther than its corners, and the ground round what is looked at.
    const aspect = this.width / this.height;
    const corner = 1 / Math.hypot(1, TANGENT, TANGENT * aspect);
    const near = Math.max(0.08, 0.9 * corner * (this.eye[2]! - Math.max(world.height, pose.z) - 0.5));
    let far = 4 * pose.distance;
    for (const x of [world.left, world.right]) {
      for (const y of [world.north, world.south]) far = Math.max(far, Math.hypot(x - this.eye[0]!, y - this.eye[1]!, this.eye[2]!));
    }
    // Near and far in each other's place: reversed depth.
    mat4.perspectiveZO(this.clip, FIELD, aspect, far + 10, near);
    mat4.multiply(this.clip, this.clip, view);
    mat4.scale(this.clip, this.clip, [1, -1, 1]);
    mat4.invert(this.inverse, this.clip);
  }
}

/** The screen's axes in the world, and the direction to the viewer. */
function axes({ turn, tilt }: Pick<Pose, 'turn' | 'tilt'>): { right: vec3; up: vec3; eye: vec3 } {
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  return {
    right: vec3.fromValues(c, s, 0),
    up: vec3.fromValues(s * Math.sin(tilt), -c * Math.sin(tilt), Math.cos(tilt)),
    eye: vec3.fromValues(-s * Math.cos(tilt), c * Math.cos(tilt), Math.sin(tilt)),
  };
}
