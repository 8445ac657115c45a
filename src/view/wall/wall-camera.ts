/**
 * The camera over the wall: straight down, without perspective. The wall is measured in widths of a tile, x to the right and y down from its upper
 * left corner; the screen in device pixels.
 */

/** The middle of the screen on the wall, and device pixels in a width. */
export interface Pose {
  x: number;
  y: number;
  scale: number;
}

/** Share of the screen that the whole wall leaves free around it; and a tile that is flown into. */
const ROOM = 0.02;
/** How small the wall may get, as a share of fitting; and how large a tile, as a share of the screen. */
const SMALLEST = 0.6;
const LARGEST = 1.5;
/** Seconds in which a glide covers all but a few per cent of its way, and a flight all of it. */
const GLIDE = 0.08;
const FLIGHT = 0.7;

export class WallCamera {
  width = 1;
  height = 1;
  ratio = 1;
  /** Moves at once, for those who asked for less motion. */
  still = false;
  pose: Pose = { x: 0, y: 0, scale: 1 };
  private goal: Pose = { x: 0, y: 0, scale: 1 };
  private flight: { from: Pose; done: number } | undefined;
  private wall = { width: 1, height: 1, depth: 1 };

  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, ratio: number): void {
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    // What was to be seen stays as large as it was, as a share of the screen.
    const share = w / this.width;
    [this.width, this.height, this.ratio] = [w, h, ratio];
    this.pose = { ...this.pose, scale: this.pose.scale * share };
    this.goal = { ...this.goal, scale: this.goal.scale * share };
  }

  /** Tells how large the wall is, in widths, and how high a tile. */
  over(width: number, height: number, depth: number): void {
    this.wall = { width, height, depth };
  }

  /** The pose that shows a rectangle of the wall as large as may be. */
  fitting(x: number, y: number, width: number, height: number): Pose {
    const scale = (1 - 2 * ROOM) * Math.min(this.width / width, this.height / height);
    return { x: x + width / 2, y: y + height / 2, scale };
  }

  fit(at = false): void {
    this.go(this.fitting(0, 0, this.wall.width, this.wall.height), at);
  }

  /** Flies to a pose; at once where asked, or where motion is not wanted. */
  go(pose: Pose, at = false): void {
    this.goal = pose;
    if (at || this.still) {
      this.pose = { ...pose };
      this.flight = undefined;
    } else this.flight = { from: { ...this.pose }, done: 0 };
  }

  get destination(): Pose {
    return { ...this.goal };
  }

  /** Moves what is seen by device pixels. */
  pan(dx: number, dy: number): void {
    this.flight = undefined;
    const { scale } = this.pose;
    this.pose = this.bounded({ x: this.pose.x - dx / scale, y: this.pose.y - dy / scale, scale });
    this.goal = { ...this.pose };
  }

  /** The same, softly. */
  glide(dx: number, dy: number): void {
    this.flight = undefined;
    this.goal = this.bounded({ ...this.goal, x: this.goal.x - dx / this.goal.scale, y: this.goal.y - dy / this.goal.scale });
    if (this.still) this.pose = { ...this.goal };
  }

  /** Draws nearer by a factor; what lies under the given point of the screen (its middle where none is given) stays there. */
  zoom(factor: number, x = this.width / 2, y = this.height / 2): void {
    this.flight = undefined;
    const scale = Math.min(this.most, Math.max(this.least, this.pose.scale * factor));
    const [wx, wy] = this.wallAt(x, y);
    this.pose = this.bounded({ x: wx - (x - this.width / 2) / scale, y: wy - (y - this.height / 2) / scale, scale });
    this.goal = { ...this.pose };
  }

  /** The point of the wall under a point of the screen. */
  wallAt(x: number, y: number): [x: number, y: number] {
    return [this.pose.x + (x - this.width / 2) / this.pose.scale, this.pose.y + (y - this.height / 2) / this.pose.scale];
  }

  screenAt(x: number, y: number): [x: number, y: number] {
    return [(x - this.pose.x) * this.pose.scale + this.width / 2, (y - this.pose.y) * this.pose.scale + this.height / 2];
  }

  /** Goes on for some seconds; returns whether it is still on its way. */
  step(seconds: number): boolean {
    const { flight, goal, pose } = this;
    if (flight) {
      flight.done = Math.min(1, flight.done + seconds / FLIGHT);
      const t = flight.done * flight.done * (3 - 2 * flight.done);
      // Scale goes by equal factors; the middle so that the flight looks straight (van Wijk and Nuij 2003 have the optimum; this is its simple end).
      const scale = flight.from.scale * (goal.scale / flight.from.scale) ** t;
      const apart = 1 / flight.from.scale - 1 / goal.scale;
      const way = Math.abs(apart) < 1e-9 ? t : (1 / flight.from.scale - 1 / scale) / apart;
      this.pose = { x: flight.from.x + (goal.x - flight.from.x) * way, y: flight.from.y + (goal.y - flight.from.y) * way, scale };
      if (flight.done >= 1) {
        this.flight = undefined;
        this.pose = { ...goal };
      }
      return this.flight !== undefined;
    }
    const share = 1 - Math.exp(-seconds / GLIDE);
    const [dx, dy] = [goal.x - pose.x, goal.y - pose.y];
    if (Math.hypot(dx, dy) * pose.scale < 0.5) {
      this.pose = { ...goal };
      return false;
    }
    this.pose = { ...pose, x: pose.x + dx * share, y: pose.y + dy * share };
    return true;
  }

  private get least(): number {
    return SMALLEST * this.fitting(0, 0, this.wall.width, this.wall.height).scale;
  }

  private get most(): number {
    return Math.max(this.least, LARGEST * this.fitting(0, 0, 1, this.wall.depth).scale);
  }

  /** The middle of the screen stays on the wall. */
  private bounded({ x, y, scale }: Pose): Pose {
    return { x: Math.min(this.wall.width, Math.max(0, x)), y: Math.min(this.wall.height, Math.max(0, y)), scale };
  }
}
