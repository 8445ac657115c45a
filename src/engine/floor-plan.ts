/** The plant as a view sees it: apart from the engines, which a page that only shows need not hold. */
import type { Plant } from '../scene/plant.ts';
import type { Conveyor } from '../scene/scene.ts';
import { POOL_COUNT, POOL_WORDS } from '../stations/shop-words.ts';
import { NODE_FIRST_PLACE, NODE_PLACES, NODE_WORDS, PLACE_WORDS } from '../stations/words.ts';
import type { FloorNode, FloorPlan } from './trace.ts';

/** The plant as a view sees it. */
export function floorPlan(plant: Plant): FloorPlan {
  const { scene, tables, at } = plant;
  const elements = [...scene.sources, ...scene.buffers, ...scene.stations, ...scene.sinks, ...scene.conveyors];
  const byName = new Map(elements.map((element) => [element.name, element]));
  return {
    name: scene.name,
    tickSeconds: scene.time.tickSeconds,
    nodes: plant.nodes.map(({ name, kind, index }) => {
      const element = byName.get(name);
      return {
        name,
        kind,
        position: element?.position,
        look: element?.look,
        servers: kind === 'station' ? (tables[at.node + index * NODE_WORDS + NODE_PLACES] as number) : 0,
        firstPlace: kind === 'station' ? ((tables[at.node + index * NODE_WORDS + NODE_FIRST_PLACE] as number) - at.place) / PLACE_WORDS : 0,
        capacity: element !== undefined && 'capacity' in element ? (element.capacity as number) : 0,
        ...beltOf(scene.conveyors.find((conveyor) => conveyor.name === name)),
      };
    }),
    edges: plant.edges,
    products: scene.products.map(({ name, color, look }) => ({ name, color, look })),
    viewpoints: scene.view.viewpoints,
    style: scene.view.style,
    ...(scene.people.length > 0 && {
      people: scene.people.map(({ name, home }, i) => ({
        name,
        home,
        count: tables[at.pool + i * POOL_WORDS + POOL_COUNT] as number,
      })),
    }),
  };
}

/** What a view needs of a conveyor besides. */
function beltOf(conveyor: Conveyor | undefined): Partial<FloorNode> {
  if (conveyor === undefined) return {};
  const { length, from, to, travel, spacing, accumulating } = conveyor;
  return { length, from, to, travel, spacing, accumulating };
}
