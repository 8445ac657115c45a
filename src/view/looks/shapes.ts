/** What an element takes of the floor, by its kind and look: its extent around the flow line, its height, and the spots where parts stand. */
import type { FloorNode } from '../../engine/trace.ts';
import type { Model } from '../model.ts';
import type { Extent } from '../layout.ts';
import { isWay } from '../plan.ts';
import type { Point } from '../routing.ts';
import {
  BED,
  BELT_HALF,
  BODY_Y,
  BELT_TOP,
  BIN,
  LANE,
  LANE_COLUMNS,
  LANE_PLACES,
  MACHINE,
  OWN_MARKS_LEAST,
  PART,
  PITCH,
  RACK,
} from './measures.ts';
import { lookOf } from './names.ts';

const UNLIMITED_PLACES = 12;
/** From here on the servers of a station stand in several columns. */
const COLUMN_SERVERS = 4;
/** Metres of belt drawn, where the scene does not say where a conveyor lies: long ones are drawn shorter than they are. */
const BELT = { least: 1.6, most: 9, place: 0.4 };

export interface Shape extends Extent {
  height: number;
  /** The middles of parts, relative to the middle of the flow line, for flow east. */
  spots: [x: number, y: number, z: number][];
  /** Half the width of one machine of a station. */
  half?: number;
  /** Ends of a belt. */
  belt?: { from: Point; to: Point };
}

/** Heights of machines, stack lights and plates included, by look. */
const HEIGHTS: Record<string, number> = { machine: 2.05, robot: 1.85, furnace: 2.2, bench: 1.95, inspection: 1.9, press: 2.3 };

/** What a machine of the view's own takes, from the spot of its part. */
const PLAIN_BODY = { half: MACHINE.width / 2, above: MACHINE.bed / 2 + MACHINE.gap + MACHINE.body, below: MACHINE.bed / 2 };

/** The box around a model that stands at a spot, metres. */
export type ModelBox = Pick<Model, 'low' | 'high'>;

/** @param own the box of the scene's own model that stands for it, where that is known */
export function shapeOf(node: FloorNode, own?: ModelBox): Shape {
  if (own && node.kind === 'station') return stationShape(node, own);
  const shape = plainShape(node);
  if (!own || node.kind === 'conveyor' || isWay(node)) return shape;
  // It stands about the middle of what its element takes; to either side alike, for the flow may go west.
  const middle = (shape.below - shape.above) / 2;
  const half = Math.max((shape.above + shape.below) / 2, 0.1 + Math.max(-own.low[1], own.high[1]));
  return {
    ...shape,
    width: Math.max(shape.width, 2 * Math.max(-own.low[0], own.high[0]) + 0.2),
    above: half - middle,
    below: half + middle,
    height: Math.max(shape.height, own.high[2]),
  };
}

function plainShape(node: FloorNode): Shape {
  switch (node.kind) {
    case 'station':
      return stationShape(node, undefined);
    case 'buffer':
      return bufferShape(node, lookOf('buffer', node.look));
    case 'conveyor':
      return conveyorShape(node);
    case 'transfer':
      if (isWay(node)) return { width: 0.3, above: 0.15, below: 0.15, height: 0, spots: [[0, 0, LANE + PART / 2]] };
      return bufferShape({ ...node, capacity: Infinity }, 'lane');
    case 'source':
    case 'sink': {
      const height = lookOf(node.kind, node.look) === 'dock' ? 1.7 : node.kind === 'source' ? 0.72 : 0.78;
      const x = node.kind === 'source' ? 0.25 : 0;
      return { width: 1.2, above: 0.6, below: 0.6, height, spots: [[x, 0, LANE + PART / 2]] };
    }
  }
}

/**
 * Where what a scene brings itself stands to one spot of a station: `y` of its origin, and of the post behind it that shows its state; how far it
 * reaches from the spot, and how high that post is.
 */
export function ownBody({ low, high }: ModelBox): { y: number; post: number; half: number; above: number; below: number; arm: number } {
  const y = (BODY_Y - MACHINE.body / 2 + MACHINE.bed / 2) / 2;
  const above = Math.max(MACHINE.bed / 2 + MACHINE.gap + MACHINE.body, -y - low[1]);
  return {
    y,
    // Behind all of it, where it hides nothing.
    post: -above - 0.12,
    half: Math.max(MACHINE.width / 2, -low[0], high[0]),
    above: above + 0.3,
    below: Math.max(MACHINE.bed / 2, y + high[1]),
    arm: Math.max(OWN_MARKS_LEAST, high[2] + 0.1),
  };
}

function stationShape(node: FloorNode, own: ModelBox | undefined): Shape {
  const columns = node.servers <= COLUMN_SERVERS ? 1 : Math.ceil(Math.sqrt(node.servers * 0.8));
  const rows = Math.ceil(node.servers / columns);
  const body = own ? ownBody(own) : PLAIN_BODY;
  const pitchX = 2 * body.half + 0.5;
  const pitchY = Math.max(MACHINE.pitch, body.above + body.below + 0.7);
  const spots: Shape['spots'] = [];
  for (let server = 0; server < node.servers; server++) {
    const column = Math.floor(server / rows);
    spots.push([(column - (columns - 1) / 2) * pitchX, ((server % rows) - (rows - 1) / 2) * pitchY, BED + PART / 2]);
  }
  const half = ((rows - 1) / 2) * pitchY;
  return {
    width: (columns - 1) * pitchX + 2 * body.half + 0.5,
    above: half + body.above + 0.25,
    below: half + body.below + 0.25,
    height: own ? ownBody(own).arm + 0.75 : HEIGHTS[lookOf('station', node.look)]!,
    half: body.half,
    spots,
  };
}

/** Columns, rows and levels of places that a look of a buffer shows of so many. */
export function bufferGrid(
  capacity: number,
  look: 'lane' | 'rack' | 'bin',
): { shown: number; columns: number; rows: number; levels: number } {
  const shown = Number.isFinite(capacity) ? Math.min(capacity, LANE_PLACES) : UNLIMITED_PLACES;
  if (look === 'bin') {
    const { columns, rows } = BIN;
    return { shown, columns, rows, levels: Math.ceil(shown / (columns * rows)) };
  }
  if (look === 'rack') {
    const levels = Math.min(RACK.shelves, Math.ceil(shown / 3));
    return { shown, columns: Math.ceil(shown / levels), rows: 1, levels };
  }
  const columns = Math.min(shown, LANE_COLUMNS);
  return { shown, columns, rows: Math.ceil(shown / columns), levels: 1 };
}

function bufferShape(node: FloorNode, look: 'lane' | 'rack' | 'bin'): Shape {
  const { shown, columns, rows, levels } = bufferGrid(node.capacity, look);
  const pitch = look === 'bin' ? BIN.pitch : PITCH;
  const foot = look === 'rack' ? RACK.lowest : LANE;
  const rise = look === 'rack' ? RACK.shelf : PART + 0.01;
  const spots: Shape['spots'] = [];
  for (let k = 0; k < shown; k++) {
    const level = Math.floor(k / (columns * rows));
    const within = k % (columns * rows);
    const row = Math.floor(within / columns);
    // To and fro, so that neighbours in the queue are neighbours on the floor.
    const column = (row + level * rows) % 2 === 0 ? within % columns : columns - 1 - (within % columns);
    spots.push([((columns - 1) / 2 - column) * pitch, (row - (rows - 1) / 2) * pitch, foot + level * rise + PART / 2]);
  }
  const height = foot + (levels - 1) * rise + PART;
  switch (look) {
    case 'lane': {
      const half = (rows * PITCH) / 2 + 0.1;
      return { width: columns * PITCH + 0.2, above: half, below: half, height, spots };
    }
    case 'rack': {
      const half = RACK.deep / 2 + 0.1;
      return { width: columns * PITCH + 0.2, above: half, below: half, height: height + 0.1, spots };
    }
    case 'bin': {
      const half = (BIN.rows * BIN.pitch) / 2 + 0.2;
      return { width: BIN.columns * BIN.pitch + 0.4, above: half, below: half, height: Math.max(height, LANE + BIN.wall), spots };
    }
  }
}

function conveyorShape(node: FloorNode): Shape {
  const { from, to } = node;
  const z = BELT_TOP + PART / 2;
  const metres = node.length ?? 0;
  if (from && to) {
    const [dx, dy] = [(to[0] - from[0]) / 2, (to[1] - from[1]) / 2];
    // Spots and ends are mirrored with the flow: undone here, for these lie where the scene says.
    const flow = dx < 0 ? -1 : 1;
    const ends: [Point, Point] = [
      [-dx * flow, -dy],
      [dx * flow, dy],
    ];
    const across = Math.abs(dy) + BELT_HALF;
    return {
      width: 2 * Math.abs(dx) + (Math.abs(dy) > 0.01 ? 2 * BELT_HALF : 0),
      above: across,
      below: across,
      height: BELT_TOP + PART,
      spots: ends.map(([x, y]) => [x, y, z]),
      belt: { from: ends[0], to: ends[1] },
    };
  }
  const wished = Math.max(BELT.least, metres, Math.min(node.capacity, 60) * BELT.place);
  const drawn = node.position ? Math.max(BELT.least, metres) : Math.min(BELT.most, wished);
  const belt: Shape['belt'] = { from: [-drawn / 2, 0], to: [drawn / 2, 0] };
  const half = BELT_HALF + 0.05;
  return {
    width: drawn,
    above: half,
    below: half,
    height: BELT_TOP + PART,
    spots: [
      [...belt.from, z],
      [...belt.to, z],
    ],
    belt,
  };
}
