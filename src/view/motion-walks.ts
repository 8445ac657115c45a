/** The ways of people over the ground. */
import type { Points } from './motion-ways.ts';
import type { Site } from './site.ts';

export class Walks {
  private readonly points: Points;
  private readonly found = new Map<string, number>();

  constructor(_site: Site, points: Points) {
    this.points = points;
  }

  /** The path from one spot to another. */
  find(start: number, goal: number): number {
    const key = `${start} ${goal}`;
    let known = this.found.get(key);
    if (known === undefined) this.found.set(key, (known = this.points.path([...this.points.at(start), ...this.points.at(goal)])));
    return known;
  }
}
