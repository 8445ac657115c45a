/** Where the things of a site are at a moment: elements stand, parts and people are placed as the kernels place them. */
import type { Box } from './camera.ts';
import type { Kinematics } from './kinematics.ts';
import type { Tag } from './label-layout.ts';
import { placeOf } from './place.ts';
import type { Moment } from './renderer.ts';
import type { Site } from './site.ts';
import type { Thing } from './things.ts';

/** Metres around a part or a person that are looked at with it. */
const NEAR = 1.2;

export class Whereabouts {
  private readonly site: Site;
  private readonly kinematics: Kinematics;

  constructor(site: Site, kinematics: Kinematics) {
    this.site = site;
    this.kinematics = kinematics;
  }

  /** The node of an element; undefined of anything else. */
  nodeOf(thing: Thing | undefined): number | undefined {
    if (thing === undefined || !('element' in thing)) return undefined;
    const n = this.site.plan.nodes.findIndex(({ name }) => name === thing.element);
    return n < 0 ? undefined : n;
  }

  elementAt(node: number | undefined): Thing | undefined {
    return node === undefined ? undefined : { element: this.site.plan.nodes[node]!.name };
  }

  /** The middle of an element's footprint, the foot of what moves; undefined: it is not on the floor. */
  at(thing: Thing, { tick, fraction, pace }: Moment): [x: number, y: number, z: number] | undefined {
    const node = this.nodeOf(thing);
    if (node === undefined) return 'element' in thing ? undefined : placeOf(this.site, this.kinematics, thing, tick, fraction, pace)?.at;
    const { left, right, north, south } = this.site.boxes[node]!;
    return [(left + right) / 2, (north + south) / 2, 0];
  }

  boxOf(thing: Thing, moment: Moment): Box | undefined {
    const node = this.nodeOf(thing);
    if (node !== undefined) return { ...this.site.boxes[node]!, height: this.site.heights[node]! };
    const at = this.at(thing, moment);
    return at && { left: at[0] - NEAR, right: at[0] + NEAR, north: at[1] - NEAR, south: at[1] + NEAR, height: at[2] };
  }

  /** Of a part or a person: who it is, and where. */
  tagOf(thing: Thing | undefined, moment: Moment): Tag | undefined {
    if (thing === undefined || 'element' in thing) return undefined;
    const at = this.at(thing, moment);
    return at && { at, text: 'part' in thing ? `part ${thing.part}` : this.nameOf(thing.person) };
  }

  /** Of somebody: their pool, and their number in it from 1 on. */
  private nameOf(person: number): string {
    let first = 0;
    for (const { name, count } of this.site.plan.people ?? []) {
      if (person < first + count) return `${name} ${person - first + 1}`;
      first += count;
    }
    return '';
  }
}
