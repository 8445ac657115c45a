/** Names: that each belongs to one thing, and that every name referred to belongs to something of the right kind. */
import { didYouMean, type Findings, type Path, shown } from './problems.ts';
import type { SceneText } from './schema.ts';

const KINDS = ['products', 'sources', 'buffers', 'stations', 'groups', 'conveyors', 'sinks', 'people', 'calendars', 'limits'] as const;
type Kind = (typeof KINDS)[number];

const SINGULAR: Record<Kind, string> = {
  products: 'product',
  sources: 'source',
  buffers: 'buffer',
  stations: 'station',
  groups: 'group',
  conveyors: 'conveyor',
  sinks: 'sink',
  people: 'pool of people',
  calendars: 'calendar',
  limits: 'limit',
};

export function checkNames(scene: SceneText, findings: Findings): void {
  const kinds = new Map<string, Kind>();
  for (const kind of KINDS) {
    for (const name of Object.keys(scene[kind] ?? {})) {
      const other = kinds.get(name);
      if (name === 'total')
        findings.add([kind, name], 'found the name "total", which is reserved for the sum over all products; choose another');
      else if (other)
        findings.add(
          [kind, name],
          () => `two elements of one name: ${shown(name)} is a ${SINGULAR[other]} too; a name belongs to one element, product or group`,
        );
      else kinds.set(name, kind);
    }
  }
  for (const kind of missing(scene)) findings.add([kind], `found none; a scene needs at least one ${SINGULAR[kind]}`);
  new References(scene, kinds, findings).check();
}

/** What a scene lacks. Where parts lie in buffers at the start there may be no source, and then no sink: they go round. */
function missing(scene: SceneText): Kind[] {
  const none = (kind: Kind): boolean => Object.keys(scene[kind] ?? {}).length === 0;
  const stocked = Object.values(scene.buffers ?? {}).some(({ initial }) =>
    Object.values(initial ?? {}).some((entry) => (typeof entry === 'number' ? entry : entry.count) > 0),
  );
  const lacking: Kind[] = none('products') ? ['products'] : [];
  if (none('sources') && !stocked) lacking.push('sources');
  if (none('sinks') && (!none('sources') || !stocked)) lacking.push('sinks');
  return lacking;
}

class References {
  readonly scene: SceneText;
  readonly kinds: Map<string, Kind>;
  readonly findings: Findings;

  constructor(scene: SceneText, kinds: Map<string, Kind>, findings: Findings) {
    this.scene = scene;
    this.kinds = kinds;
    this.findings = findings;
  }

  check(): void {
    const { scene } = this;
    for (const [name, product] of Object.entries(scene.products)) this.product(product, ['products', name]);
    for (const [name, source] of Object.entries(scene.sources ?? {})) this.source(source, ['sources', name]);
    for (const [name, { initial }] of Object.entries(scene.buffers ?? {})) {
      const path: Path = ['buffers', name, 'initial'];
      if (Array.isArray(initial)) initial.forEach(({ product }, i) => this.refer(product, [...path, i, 'product'], ['products']));
      else this.referAll(Object.keys(initial ?? {}), path, ['products']);
    }
    for (const [name, station] of Object.entries(scene.stations ?? {})) this.station(station, ['stations', name]);
    for (const [name, group] of Object.entries(scene.groups ?? {})) {
      const path: Path = ['groups', name, 'stations'];
      group.stations.forEach((station, i) => this.refer(station, [...path, i], ['stations']));
      this.once(group.stations, path, 'station');
    }
    for (const [name, { shifts }] of Object.entries(scene.people ?? {})) {
      const path: Path = ['people', name, 'shifts'];
      if (typeof shifts === 'string') this.refer(shifts, path, ['calendars']);
      else shifts?.forEach(({ calendar }, i) => this.refer(calendar, [...path, i, 'calendar'], ['calendars']));
    }
    for (const [name, { elements, demand }] of Object.entries(scene.limits ?? {})) {
      const path: Path = ['limits', name];
      elements.forEach((element, i) => this.refer(element, [...path, 'elements', i], ['buffers', 'stations', 'conveyors']));
      this.once(elements, [...path, 'elements'], 'element');
      if (demand !== undefined) this.refer(demand, [...path, 'demand'], ['sources']);
    }
    scene.transfers?.forEach(({ from, to }, i) => {
      this.ends(from, ['transfers', i, 'from'], ['sources', 'buffers', 'stations', 'conveyors']);
      this.ends(to, ['transfers', i, 'to'], ['buffers', 'stations', 'conveyors', 'sinks']);
    });
    scene.links?.forEach((link, i) => this.link(link, ['links', i]));
    this.oneEntryEach();
  }

  product({ routing, sink }: SceneText['products'][string], path: Path): void {
    routing?.forEach(({ station, alternatives }, i) => {
      const step: Path = [...path, 'routing', i];
      if (station !== undefined) this.refer(station, [...step, 'station'], ['stations', 'groups']);
      alternatives?.forEach((each, j) => this.refer(each.station, [...step, 'alternatives', j, 'station'], ['stations']));
    });
    if (sink !== undefined) this.refer(sink, [...path, 'sink'], ['sinks']);
  }

  source({ product, mix, orders }: NonNullable<SceneText['sources']>[string], path: Path): void {
    const products = Object.keys(this.scene.products);
    if (product !== undefined) this.refer(product, [...path, 'product'], ['products']);
    this.referAll(Object.keys(mix ?? {}), [...path, 'mix'], ['products']);
    if (Array.isArray(orders)) orders.forEach((order, i) => this.refer(order.product, [...path, 'orders', i, 'product'], ['products']));
    if (product === undefined && mix === undefined && orders === undefined && products.length > 1)
      this.findings.add(path, () => `names no product where the scene has ${products.length}; expected "product" or "mix"`);
  }

  station(station: NonNullable<SceneText['stations']>[string], path: Path): void {
    const { assembly, disassembly } = station;
    if (assembly) {
      this.referAll(Object.keys(assembly.inputs), [...path, 'assembly', 'inputs'], ['products']);
      this.refer(assembly.makes, [...path, 'assembly', 'makes'], ['products']);
    }
    for (const [product, { into }] of Object.entries(disassembly ?? {})) {
      this.refer(product, [...path, 'disassembly', product], ['products']);
      this.referAll(Object.keys(into), [...path, 'disassembly', product, 'into'], ['products']);
    }
    if (typeof station.yield === 'object') this.referAll(Object.keys(station.yield), [...path, 'yield'], ['products']);
    if (station.shifts !== undefined) this.refer(station.shifts, [...path, 'shifts'], ['calendars']);
  }

  link(link: NonNullable<SceneText['links']>[number], path: Path): void {
    this.refer(link.from, [...path, 'from'], ['sources', 'buffers', 'stations', 'conveyors']);
    const targets = typeof link.to === 'string' ? [link.to] : link.to;
    targets.forEach((target, j) => {
      const where: Path = typeof link.to === 'string' ? [...path, 'to'] : [...path, 'to', j];
      this.refer(target, where, ['buffers', 'stations', 'conveyors', 'sinks']);
      const kind = this.kinds.get(target);
      if (target === link.from && (kind === 'buffers' || kind === 'conveyors')) {
        this.findings.add(where, () => `found ${shown(target)}, the ${SINGULAR[kind]} that the link leaves; expected another element`);
      }
    });
    if (typeof link.to !== 'string') this.once(link.to, [...path, 'to'], 'target');
    link.products?.forEach((product, j) => this.refer(product, [...path, 'products', j], ['products']));
  }

  /** Names that stand as keys. */
  referAll(names: string[], path: Path, expected: readonly Kind[]): void {
    for (const name of names) this.refer(name, [...path, name], expected);
  }

  /** One end of a transfer. */
  ends(end: string | string[], path: Path, expected: readonly Kind[]): void {
    if (end === '*') return;
    if (typeof end === 'string') return this.refer(end, path, expected);
    end.forEach((name, i) => this.refer(name, [...path, i], expected));
    this.once(end, path, 'element');
  }

  /** A reference to something of one of these kinds. */
  refer(name: string, path: Path, expected: readonly Kind[]): void {
    const kind = this.kinds.get(name);
    if (kind && expected.includes(kind)) return;
    this.findings.add(path, () => {
      const words = `the name of a ${expected
        .map((each) => SINGULAR[each])
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`;
      if (kind === 'sources' && path.includes('to'))
        return `found ${shown(name)}, a source; nothing can go into a source; expected ${words}`;
      if (kind === 'sinks' && path.includes('from')) return `found ${shown(name)}, a sink; nothing leaves a sink; expected ${words}`;
      if (kind) return `found ${shown(name)}, a ${SINGULAR[kind]}; expected ${words}`;
      const candidates = expected.flatMap((each) => Object.keys(this.scene[each] ?? {}));
      return `found ${shown(name)}, which is the name of nothing here; expected ${words}${didYouMean(name, candidates)}`;
    });
  }

  once(names: readonly string[], path: Path, what: string): void {
    const seen = new Set<string>();
    names.forEach((name, i) => {
      if (seen.has(name)) this.findings.add([...path, i], () => `found ${shown(name)} a second time; expected each ${what} once`);
      seen.add(name);
    });
  }

  /** For any one product at most one link entry leaves an element. */
  oneEntryEach(): void {
    const all = new Map<string, number>();
    const some = new Map<string, Map<string, number>>();
    this.scene.links?.forEach(({ from, products }, i) => {
      const others = some.get(from) ?? new Map<string, number>();
      some.set(from, others);
      let other = all.get(from);
      if (products === undefined) {
        other ??= others.values().next().value;
        if (other === undefined) all.set(from, i);
      } else {
        for (const product of new Set(products)) {
          other ??= others.get(product);
          others.set(product, i);
        }
      }
      if (other !== undefined) {
        const first = other;
        this.findings.add(
          ['links', i],
          () =>
            `a second entry that leaves ${shown(from)} for the same product (the first is links[${first}]); expected one entry with several targets and a rule`,
        );
      }
    });
  }
}
