/** Tiles side by side in rows, by rank: where each lies on the wall and on the screen, which are in view, and how much of them can be drawn. */
import type { Miniature } from './miniature.ts';
import type { Pose, WallCamera } from './wall-camera.ts';

/** Where a tile lies on the canvas, CSS pixels. */
export interface TileFrame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Device pixels of a tile to every item in it, at least: fewer would be dust, and too many of them to draw. */
const PIXELS_AN_ITEM = 16;
/** CSS pixels of a tile from which on ways, and numbers, are drawn. */
const WAYS = 120;
const NUMBERS = 64;
/** A tile that keys point at is brought at least to this size, CSS pixels. */
const READABLE = 48;

export class WallGrid {
  columns = 1;
  /** Twins on the wall, and those of them that are shown: the first ranks. */
  twins = 0;
  shown = 0;
  miniature: Pick<Miniature, 'count' | 'ways' | 'depth'> = { count: 0, ways: 0, depth: 1 };
  private readonly camera: WallCamera;

  constructor(camera: WallCamera) {
    this.camera = camera;
  }

  /** Sets the tiles out in so many columns that all of them fill the screen; returns whether that is another number than before. */
  fold(): boolean {
    const { camera, twins, miniature } = this;
    const before = this.columns;
    const ideal = Math.round(Math.sqrt((twins * miniature.depth * camera.width) / camera.height));
    this.columns = Math.max(1, Math.min(twins, ideal));
    return this.columns !== before;
  }

  /** Tells the camera how large the wall is: less where twins are hidden. */
  measure(): void {
    const { depth } = this.miniature;
    const rows = Math.max(1, Math.ceil(this.shown / this.columns));
    this.camera.over(Math.min(this.columns, Math.max(1, this.shown)), rows * depth, depth);
  }

  /** The rank of the tile at a point of the screen, device pixels; undefined where none is shown. */
  rankAt(x: number, y: number): number | undefined {
    const at = this.camera.wallAt(x, y);
    const [column, row] = [Math.floor(at[0]), Math.floor(at[1] / this.miniature.depth)];
    if (column < 0 || column >= this.columns || row < 0) return undefined;
    const rank = row * this.columns + column;
    return rank < this.shown ? rank : undefined;
  }

  /** Upper left corner of a tile on the wall. */
  private cornerOf(rank: number): [x: number, y: number] {
    return [rank % this.columns, Math.floor(rank / this.columns) * this.miniature.depth];
  }

  frameOf(rank: number | undefined): TileFrame | undefined {
    if (rank === undefined) return undefined;
    const { camera } = this;
    const [x, y] = camera.screenAt(...this.cornerOf(rank));
    const width = camera.pose.scale / camera.ratio;
    return { left: x / camera.ratio, top: y / camera.ratio, width, height: width * this.miniature.depth };
  }

  /** The pose in which a tile fills the screen. */
  poseAt(rank: number): Pose {
    return this.camera.fitting(...this.cornerOf(rank), 1, this.miniature.depth);
  }

  /** The pose that brings a tile into view at a size at which it can be read; undefined where it is so already. */
  poseToRead(rank: number): Pose | undefined {
    const { camera } = this;
    const { depth } = this.miniature;
    const [left, top] = this.cornerOf(rank);
    const [x, y] = [left + 0.5, top + depth / 2];
    const scale = Math.max(camera.destination.scale, READABLE * camera.ratio);
    const [sx, sy] = camera.screenAt(x, y);
    const inside = sx >= scale && sy >= scale * depth && sx <= camera.width - scale && sy <= camera.height - scale * depth;
    return inside && scale === camera.destination.scale ? undefined : { x, y, scale };
  }

  /** The tiles in view, as the first column and row, and how many of each. */
  inView(): { first: [column: number, row: number]; across: number; down: number } {
    const { camera, columns, miniature } = this;
    const [left, top] = camera.wallAt(0, 0);
    const [right, bottom] = camera.wallAt(camera.width, camera.height);
    const rows = Math.ceil(this.twins / columns);
    const column = Math.min(columns - 1, Math.max(0, Math.floor(left)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(top / miniature.depth)));
    const across = Math.max(1, Math.min(columns, Math.ceil(right)) - column);
    const down = Math.max(1, Math.min(rows, Math.ceil(bottom / miniature.depth)) - row);
    return { first: [column, row], across, down };
  }

  /** What is drawn of the tiles in view besides their colours: how many items of each, from which on, and whether their numbers. */
  details(): { tiles: number; items: number; firstItem: number; numbers: boolean } {
    const { count, ways, depth } = this.miniature;
    const { scale } = this.camera.pose;
    const width = scale / this.camera.ratio;
    const { across, down } = this.inView();
    const room = (scale * scale * depth) / PIXELS_AN_ITEM;
    const withWays = width >= WAYS && room >= count;
    const items = withWays ? count : room >= count - ways ? count - ways : 0;
    return { tiles: across * down, items, firstItem: withWays ? 0 : ways, numbers: width >= NUMBERS };
  }
}
