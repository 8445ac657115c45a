/** A figure in colours over the floor: a glow around each element and a band on each way, wider where there is more, so that it shows without colours too. */
import type { Decal } from './decals.ts';
import type { Site } from './site.ts';
import type { Paint } from './theme.ts';
import type { Heat } from './things.ts';

/** Steps of the scale: `heat0` … `heat8` in the palette. */
const STEPS = 9;
/** Metres that a glow reaches beyond the footprint, for nothing and for the top of the scale. */
const GLOW = { least: 0.12, most: 0.75 };
/** Half the width of a band, metres. */
const BAND = { least: 0.07, most: 0.34 };
const EDGE = 0.035;

/** The colour of a share of the scale, 0 … 1; what lies beyond it is shown as its end. */
export const heatPaint = (share: number): Paint => `heat${Math.min(STEPS - 1, Math.max(0, Math.floor(share * STEPS)))}` as Paint;

/** In the order in which they are laid. Elements and ways without a figure get none; the hottest lie on top. */
export function buildHeat(site: Site, heat: Heat): Decal[] {
  const ways = heat.ways.filter(({ share }) => share > 0).sort((a, b) => a.share - b.share);
  const known = new Map(site.edges.map(([from, to], edge) => [from * site.plan.nodes.length + to, edge]));
  const bands = ways.flatMap(({ from, to, share }): Decal[] => {
    // A transfer is a way itself: parts that go into it go over the way to where it leads; those that come out of it were counted.
    const end = site.leadsTo[to]! >= 0 ? site.leadsTo[to]! : to;
    const edge = site.leadsTo[from]! >= 0 ? undefined : known.get(from * site.plan.nodes.length + end);
    return edge === undefined ? [] : [...bandOf(site.ways[edge]!, share, EDGE), ...bandOf(site.ways[edge]!, share, 0)];
  });
  const nodes = Array.from(heat.nodes, (share, node) => ({ share, node }))
    .filter(({ share, node }) => !Number.isNaN(share) && node < site.boxes.length)
    .sort((a, b) => a.share - b.share);
  return [...bands, ...nodes.flatMap(({ share, node }) => glowOf(site, node, share))];
}

/** `edge`: wider by so much, to lie under the band itself and tell it from the ground where its colour does not. */
function bandOf(way: Float32Array, share: number, edge: number): Decal[] {
  const half = BAND.least + (BAND.most - BAND.least) * Math.min(1, share) + edge;
  const decals: Decal[] = [];
  for (let i = 3; i < way.length; i += 3) {
    const [dx, dy] = [way[i]! - way[i - 3]!, way[i + 1]! - way[i - 2]!];
    const length = Math.hypot(dx, dy);
    if (length < 1e-6) continue;
    decals.push({
      centre: [(way[i]! + way[i - 3]!) / 2, (way[i + 1]! + way[i - 2]!) / 2],
      axis: [dx / length, dy / length],
      // Round ends that overlap close the joints.
      half: [length / 2 + half, half],
      radius: half,
      paint: edge > 0 ? 'arrow' : heatPaint(share),
    });
  }
  return decals;
}

function glowOf(site: Site, node: number, share: number): Decal[] {
  const { left, right, north, south } = site.boxes[node]!;
  const reach = GLOW.least + (GLOW.most - GLOW.least) * Math.min(1, Math.max(0, share));
  const belt = site.belts[node];
  // A belt that lies aslant glows along itself.
  const centre: Decal['centre'] = belt
    ? [belt.start[0] + (belt.axis[0] * belt.drawn) / 2, belt.start[1] + (belt.axis[1] * belt.drawn) / 2]
    : [(left + right) / 2, (north + south) / 2];
  const axis: Decal['centre'] = belt ? belt.axis : [1, 0];
  const inner: Decal['half'] = belt ? [belt.drawn / 2, 0.3] : [(right - left) / 2, (south - north) / 2];
  const half = (margin: number): Decal['half'] => [inner[0] + margin, inner[1] + margin];
  const paint = heatPaint(share);
  const glow = { centre, axis, paint };
  return [
    { ...glow, half: half(reach * 0.6), radius: 0.3, blur: reach * 0.8, opacity: 0.75 },
    { ...glow, half: half(GLOW.least), radius: 0.24 },
    { ...glow, half: half(GLOW.least), radius: 0.24, stroke: 0.03, paint: 'text', opacity: 0.55 },
  ];
}
