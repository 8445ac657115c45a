/** Sizes that the ground, the looks and what moves agree on. Metres. */

/** Edge of a part. */
export const PART = 0.34;
/** Distance between neighbouring places of a lane. */
export const PITCH = 0.5;
/** Heights at which parts stand: on a machine's bed, on a lane or pallet and on ways, on a belt. */
export const BED = 0.45;
export const LANE = 0.12;
export const BELT_TOP = 0.3;

/** One machine of a station: a bed on the flow line and a body north of it. `height` of what is tallest, its stack light. */
export const MACHINE = { width: 1.5, bed: 0.62, body: 0.74, gap: 0.08, height: 2.05, pitch: 2.5 } as const;
/** From the flow line to the middle of a machine's body. */
export const BODY_Y = -(MACHINE.bed / 2 + MACHINE.gap + MACHINE.body / 2);

/** Half the width of a belt, its rails included. */
export const BELT_HALF = 0.3;
/** Places drawn of a lane in a row, and in all; what stands beyond is a number. */
export const LANE_COLUMNS = 6;
export const LANE_PLACES = 24;
/** Shelves of a rack: how far apart, the height of the lowest, and how many. */
export const RACK = { shelf: 0.56, lowest: 0.14, shelves: 4, deep: 0.56 } as const;
/** A bench for who is off duty: its height, and how far it stands behind where its people stand when they are free. */
export const BENCH = { height: 0.45, behind: 0.33 } as const;
/** A bin in which parts lie close: columns, rows, and the distance between them. */
export const BIN = { columns: 3, rows: 2, pitch: 0.37, wall: 0.62 } as const;

/** Beside a body that a scene brings itself: where on the arm of the post its plate and its stack light stand, metres east of the post. */
export const OWN_MARKS = { plate: -0.12, lamp: 0.55 } as const;
/** The least height of that arm. */
export const OWN_MARKS_LEAST = 1.3;
