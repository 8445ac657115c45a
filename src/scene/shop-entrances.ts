/** How parts come into elements: which parts wait in any order, who belongs to a limit, whom a station can blame for waiting. */
import type { Element } from './legs.ts';
import type { ShopLegs } from './shop-legs.ts';
import { takesBatches } from './shop-stations.ts';

export interface Entrances {
  /** By node: a part for which there is room goes straight in. */
  plain: boolean[];
  /** By node: the parts that wait for it are chosen by keys. */
  ordered: boolean[];
  /** By node: a buffer whose parts leave in any order. */
  open: boolean[];
  /** By node: a buffer whose parts stand by priority: whoever takes from it asks for that first, and need not look at all of them. */
  sorted: boolean[];
  /** By limit: its nodes. */
  members: number[][];
}

/** How each node takes parts, and which lines must let them out of turn for it. */
export function entrances(graph: ShopLegs): Entrances {
  const { scene, elements } = graph;
  const members = scene.limits.map(({ elements: names }) => membersOf(graph, new Set(names)));
  const limited = new Set(members.flat());
  const ordered = elements.map(
    (element) => element.kind === 'station' && (element.station.dispatch.length > 0 || (element.station.setup?.minimumRun ?? 0) > 1),
  );
  const plain = elements.map((element, node) => {
    if (limited.has(node) || ordered[node]) return false;
    if (element.kind !== 'station') return true;
    const { station } = element;
    return !(takesBatches(graph, station) || station.assembly || station.preemptive);
  });
  const open = elements.map(
    (element, node) => element.kind === 'buffer' && [...(graph.moves[node] as Set<number>)].some((target) => !plain[target]),
  );
  const sorted = elements.map(
    (_, node) =>
      (open[node] as boolean) &&
      [...(graph.moves[node] as Set<number>)].every((target) => {
        const element = elements[target] as Element;
        return element.kind === 'station' && element.station.dispatch[0]?.rule === 'priority';
      }),
  );
  return { plain, ordered, open, sorted, members };
}

/** The nodes of a limit: its elements, and the ways that lead from one of them to another. */
function membersOf(graph: ShopLegs, names: ReadonlySet<string>): number[] {
  const member = (element: Element): boolean => {
    if (element.kind !== 'transfer') return names.has(element.name);
    const { transfer } = element;
    return 'tail' in transfer ? names.has(transfer.tail.name) : names.has(element.name);
  };
  const nodes = new Set(graph.elements.flatMap((element, node) => (member(element) ? [node] : [])));
  graph.elements.forEach((element, node) => {
    if (element.kind !== 'transfer' || !('to' in element.transfer) || !names.has(element.transfer.to)) return;
    const froms = graph.moves.flatMap((targets, from) => (targets.has(node) ? [from] : []));
    if (froms.every((from) => member(graph.elements[from] as Element))) nodes.add(node);
  });
  return [...nodes].sort((a, b) => a - b);
}

/**
 * By station: the nodes for which its servers can wait, blocked or starved, in order. Blocked: where its parts are bound for. Starved: where
 * they come from, through buffers and ways.
 */
export function blames(graph: ShopLegs): Map<string, number[]> {
  const { elements, legs } = graph;
  const before = legs.map((): number[] => []);
  legs.forEach((leg, id) => {
    for (const way of graph.exitsOf(leg)) for (const target of graph.targets(way)) before[target]?.push(id);
  });
  const wanted = elements.map(() => new Set<number>());
  const origins = elements.map(() => new Set<number>());
  legs.forEach((leg, id) => {
    if (elements[leg.node]?.kind !== 'station') return;
    for (const way of graph.exitsOf(leg)) {
      for (const target of graph.targets(way)) {
        const { node } = legs[target] as { node: number };
        if (elements[node]?.kind !== 'transfer' && elements[node]?.kind !== 'sink') wanted[leg.node]?.add(node);
      }
    }
    const seen = new Set<number>();
    const pending = [...(before[id] as number[])];
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      if (seen.has(from)) continue;
      seen.add(from);
      const { node } = legs[from] as { node: number };
      const kind = elements[node]?.kind;
      if (kind === 'buffer' || kind === 'transfer') pending.push(...(before[from] as number[]));
      else origins[leg.node]?.add(node);
    }
  });
  const found = new Map<string, number[]>();
  elements.forEach((element, node) => {
    if (element.kind !== 'station') return;
    found.set(
      element.name,
      [...new Set([...(wanted[node] as Set<number>), ...(origins[node] as Set<number>)])].sort((a, b) => a - b),
    );
  });
  return found;
}
