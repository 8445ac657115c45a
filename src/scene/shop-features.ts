/** What a shop plant uses at all: the rest is compiled out of its kernel. And whether a scene is one. */
import type { Counts, Features } from './plant.ts';
import type { Scene, Station } from './scene.ts';
import { entrances } from './shop-entrances.ts';
import type { ShopLegs } from './shop-legs.ts';
import { modesOf, takesBatches } from './shop-stations.ts';
import { MODE_BREAKDOWN, MODE_WEAR_STEP } from '../stations/shop-words.ts';
import { CLOCK_OPERATING, CLOCK_PARTS, CLOCK_PROCESSING } from '../stations/words.ts';
import { wayFeatures } from './tables.ts';

export function shopFeatures(graph: ShopLegs, counts: Counts): Features {
  const { scene } = graph;
  const works = [...graph.work.values()];
  const stations = scene.stations;
  const modes = stations.flatMap(modesOf);
  const { plain } = entrances(graph);
  return {
    ...wayFeatures(graph, graph.starts.values()),
    failures: modes.some(({ kind }) => kind === MODE_BREAKDOWN),
    losing: scene.sources.some(
      (source) => source.whenFull === 'lose' && (source.interarrival !== undefined || source.orders !== undefined),
    ),
    saturated: scene.sources.some((source) => source.interarrival === undefined && source.orders === undefined),
    shop: true,
    people: scene.people.length > 0,
    walking: scene.people.some(({ speed }) => speed !== undefined),
    calendars: counts.calendars > 0,
    conveyors: counts.belts > 0,
    transfers: counts.transfers > 0,
    setups: stations.some(({ setup }) => setup !== undefined),
    batches: stations.some((station) => takesBatches(graph, station)),
    assembly: stations.some(({ assembly }) => assembly !== undefined),
    disassembly: stations.some(({ disassembly }) => disassembly.length > 0),
    dispatch: stations.some(({ dispatch }) => dispatch.length > 0),
    quality: works.some(({ quality, station }) => quality !== undefined || Boolean(station.wear?.scrap)),
    modes: modes.length > 0 || stations.some(({ wear }) => wear !== undefined),
    planned: modes.some(({ kind }) => kind !== MODE_BREAKDOWN && kind !== MODE_WEAR_STEP),
    workClocks: modes.some(({ clock }) => clock === CLOCK_OPERATING || clock === CLOCK_PROCESSING),
    partClocks: modes.some(({ clock }) => clock === CLOCK_PARTS),
    wear: stations.some(({ wear }) => wear !== undefined),
    limits: counts.limits > 0,
    supplies: counts.supplies > 0,
    orders: scene.sources.some(({ orders }) => orders !== undefined),
    rates: scene.sources.some(({ rate }) => rate !== undefined),
    due:
      scene.products.some(({ due }) => due !== undefined) ||
      scene.sources.some(({ orders }) => orders?.some(({ due }) => due !== undefined)),
    preemption: stations.some(({ preemptive }) => preemptive),
    blame: true,
    anyOrder: plain.includes(false),
    intervals: works.some(({ step }) => step?.interval !== undefined),
    deadlines: works.some(({ step }) => step?.within !== undefined),
    handling: stations.some(({ loading, unloading }) => loading !== undefined || unloading !== undefined),
    perPiece:
      stations.some(({ per }) => per === 'piece') || scene.products.some(({ routing }) => routing?.some(({ per }) => per === 'piece')),
    stock: counts.stocks > 0,
  };
}

/** Whether a scene says anything that only the shop engine knows. */
export function needsShop(scene: Scene): boolean {
  return (
    scene.conveyors.length + scene.people.length + scene.calendars.length + scene.limits.length + scene.transfers.length > 0 ||
    scene.products.some(
      ({ name, priority, due, size, family, routing }) =>
        priority !== 0 ||
        due !== undefined ||
        size !== 1 ||
        family !== name ||
        routing?.some(
          (step) =>
            step.alternatives.length > 0 ||
            step.family !== undefined ||
            step.per === 'piece' ||
            step.share < 1 ||
            step.interval !== undefined ||
            step.batch !== undefined ||
            step.quality !== undefined ||
            step.within !== undefined,
        ),
    ) ||
    scene.sources.some(({ batch, rate, orders }) => batch !== undefined || rate !== undefined || orders !== undefined) ||
    scene.buffers.some(({ initial }) => initial.length > 0) ||
    scene.stations.some(isShopStation)
  );
}

function isShopStation(station: Station): boolean {
  return (
    station.servers === Number.POSITIVE_INFINITY ||
    station.per === 'piece' ||
    station.loading !== undefined ||
    station.unloading !== undefined ||
    station.batch !== undefined ||
    station.assembly !== undefined ||
    station.disassembly.length > 0 ||
    station.setup !== undefined ||
    station.dispatch.length > 0 ||
    station.preemptive ||
    station.quality.length > 0 ||
    station.maintenance.length > 0 ||
    station.wear !== undefined ||
    Object.values(station.people).some((need) => need !== undefined) ||
    station.shifts !== undefined ||
    station.failures.length > 1 ||
    station.failures.some(({ people, renews }) => people !== undefined || renews.length > 0)
  );
}
