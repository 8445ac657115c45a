/**
 * Which names are seen from where, and where on the screen: each in one line below its element, wholly inside the picture, none over another;
 * where two would meet, the less important one is left out. Device pixels from the upper left.
 */
import type { FloorNode } from '../engine/trace.ts';
import type { Camera } from './camera.ts';
import type { Site } from './site.ts';
import type { Paint } from './theme.ts';

/** CSS pixels. */
export const FONT_SIZE = 12;
const LINE = FONT_SIZE * 1.25;
/** CSS pixels: what is narrower than this on the screen bears no name, which would stand for half a row. */
const LEAST = 14;
/** Elements of a plant so small that its stations, sources and sinks bear names however far away they are: there is room. */
const FEW = 24;
/** CSS pixels: longer names are cut; those that are chosen may have twice as many, where the picture has them. */
const WIDEST = 220;
/** Side of the squares by which covered screen is booked, in CSS pixels. */
const CELL = 8;
const RANK = { station: 0, source: 1, sink: 1, buffer: 2, conveyor: 2, transfer: 2 } as const;
/** What bears its name in full ink. */
const FIRST_IN_RANK: FloorNode['kind'][] = ['station', 'source', 'sink'];

/** Texts of one line, each in its colour. */
type Run = { text: string; color: Paint }[];

export interface Line {
  left: number;
  top: number;
  width: number;
  height: number;
  run: Run;
  opacity: number;
}

/** What is to be said about an element besides its name: parts beyond the places drawn. */
export type Beyond = (node: number) => number;

/** Something that is named at a point of the world whatever else is there: a part or a person that is chosen. */
export interface Tag {
  at: readonly [x: number, y: number, z: number];
  text: string;
}

/** The elements of a site, those first that are named first. */
export function namingOrder(site: Site): number[] {
  const rank = (n: number) => RANK[site.plan.nodes[n]!.kind];
  return site.plan.nodes.map((_, n) => n).sort((a, b) => rank(a) - rank(b) || a - b);
}

/** @param chosen elements that are named whatever else is there, the selected one first; `widthOf` a text, in device pixels. */
export function arrange(
  site: Site,
  order: readonly number[],
  camera: Camera,
  chosen: readonly (number | undefined)[],
  tag: Tag | undefined,
  beyond: Beyond,
  widthOf: (text: string) => number,
): Line[] {
  const { ratio } = camera;
  const lines: Line[] = [];
  const screen = new Screen(camera);
  const place = ([x, y]: readonly [number, number], run: Run, opacity: number, always = false): void => {
    const width = run.reduce((sum, { text }) => sum + widthOf(text), 0) + 4 * ratio;
    const height = LINE * ratio;
    let left = x - width / 2;
    let top = y + 3 * ratio;
    // What is in sight near the edge bears its name a little aside.
    if (always || (x >= 0 && x <= camera.width)) left = Math.max(0, Math.min(left, camera.width - width));
    if (always) top = Math.max(0, Math.min(top, camera.height - height));
    if (screen.take(left, top, width, height)) lines.push({ left, top, width, height, run, opacity });
  };
  if (tag && camera.scaleAt(...tag.at) > 0) {
    const [x, y] = camera.screenAt(...tag.at);
    place([x, y - 2.4 * LINE * ratio], [{ text: `${tag.text} ▾`, color: 'accent' }], 1, true);
  }
  const first = chosen.filter((n) => n !== undefined);
  const isFirst = new Set(first);
  const few = site.plan.nodes.length <= FEW;
  nameScale(camera, widthOf, place);
  for (const n of [...first, ...order.filter((other) => !isFirst.has(other))]) {
    const node = site.plan.nodes[n]!;
    const box = site.boxes[n]!;
    const always = isFirst.has(n);
    const at = [(box.left + box.right) / 2, box.south + 0.1, 0] as const;
    const size = ((box.right - box.left) * camera.scaleAt(...at)) / (LEAST * ratio);
    const ranked = FIRST_IN_RANK.includes(node.kind);
    const stays = few && ranked;
    if (size <= (always || stays ? 0 : 1)) continue;
    const name: Paint = n === chosen[0] ? 'accent' : ranked ? 'text' : 'quiet';
    // Digit by digit, so that a number that changes needs no new texture.
    const count = beyond(n);
    const digits: Run = count > 0 ? [...`  +${count.toLocaleString('en')}`].map((text) => ({ text, color: 'text' })) : [];
    const room = digits.reduce((left, { text }) => left - widthOf(text), camera.width - 8 * ratio);
    const run: Run = [{ text: cut(node.name, Math.min(room, (always ? 2 : 1) * WIDEST * ratio), widthOf), color: name }, ...digits];
    // Far away names grow pale before they go.
    place(camera.screenAt(...at), run, always ? 1 : Math.min(1, Math.max(stays ? 0.8 : 0, 0.4 + (size - 1))), always);
  }
  for (const { name, spots } of site.crews) {
    const xs = spots.map(([x]) => x);
    const at = [(Math.min(...xs) + Math.max(...xs)) / 2, Math.max(...spots.map(([, y]) => y)) + 0.3, 0] as const;
    if (spots.length > 0 && camera.scaleAt(...at) > 0) place(camera.screenAt(...at), [{ text: name, color: 'quiet' }], 1);
  }
  return lines;
}

/** As much of a text as is at most so wide, with an ellipsis where something is left out. */
function cut(text: string, most: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= most) return text;
  const characters = [...text];
  const first = (count: number) => `${characters.slice(0, count).join('').trimEnd()}…`;
  let fits = 0;
  for (let over = characters.length; over - fits > 1; ) {
    const middle = (fits + over) >> 1;
    if (widthOf(first(middle)) <= most) fits = middle;
    else over = middle;
  }
  return first(fits);
}

/** How far apart the lines of the grid are that are seen at the point looked at, in the lower left corner. */
function nameScale(
  camera: Camera,
  widthOf: (text: string) => number,
  place: (at: [number, number], run: Run, opacity: number) => void,
): void {
  const { ratio } = camera;
  // Lines are there from some ten pixels apart on (ground.wgsl).
  const step = [1, 10, 100].find((metres) => metres * camera.scale > 10 * ratio);
  if (step === undefined) return;
  const text = `grid ${step} m`;
  place([widthOf(text) / 2 + 8 * ratio, camera.height - (LINE + 12) * ratio], [{ text, color: 'quiet' }], 1);
}

/** Which of its squares are covered. */
class Screen {
  private readonly covered = new Set<number>();
  private readonly camera: Camera;

  constructor(camera: Camera) {
    this.camera = camera;
  }

  /** Books a rectangle; false where it is not free, or not wholly on the screen. */
  take(x: number, y: number, width: number, height: number): boolean {
    const { camera, covered } = this;
    if (!(x >= 0 && y >= 0 && x + width <= camera.width && y + height <= camera.height)) return false;
    const cell = CELL * camera.ratio;
    const columns = Math.ceil(camera.width / cell) + 2;
    const cells: number[] = [];
    for (let row = Math.floor(y / cell); row * cell < y + height; row++) {
      for (let column = Math.floor(x / cell); column * cell < x + width; column++) cells.push(row * columns + column);
    }
    if (cells.some((key) => covered.has(key))) return false;
    for (const key of cells) covered.add(key);
    return true;
  }
}
