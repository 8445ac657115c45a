/** Names: that each belongs to one thing, and that every name referred to belongs to something of the right kind. */
import { didYouMean, type Findings, type Path, shown } from './problems.ts';
import type { SceneText } from './schema.ts';

const KINDS = ['products', 'sources', 'buffers', 'stations', 'groups', 'sinks'] as const;
type Kind = (typeof KINDS)[number];

const SINGULAR: Record<Kind, string> = {
  products: 'product',
  sources: 'source',
  buffers: 'buffer',
  stations: 'station',
  groups: 'group',
  sinks: 'sink',
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
  for (const kind of ['products', 'sources', 'sinks'] as const) {
    if (Object.keys(scene[kind]).length === 0) findings.add([kind], `found none; a scene needs at least one ${SINGULAR[kind]}`);
  }
  new References(scene, kinds, findings).check();
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
    const products = Object.keys(scene.products);
    for (const [name, { routing, sink }] of Object.entries(scene.products)) {
      routing?.forEach(({ station }, i) => this.refer(station, ['products', name, 'routing', i, 'station'], ['stations', 'groups']));
      if (sink !== undefined) this.refer(sink, ['products', name, 'sink'], ['sinks']);
    }
    for (const [name, { product, mix }] of Object.entries(scene.sources)) {
      if (product !== undefined) this.refer(product, ['sources', name, 'product'], ['products']);
      for (const mixed of Object.keys(mix ?? {})) this.refer(mixed, ['sources', name, 'mix', mixed], ['products']);
      if (product === undefined && mix === undefined && products.length > 1) {
        this.findings.add(['sources', name], () => `names no product where the scene has ${products.length}; expected "product" or "mix"`);
      }
    }
    for (const [name, group] of Object.entries(scene.groups ?? {})) {
      const path: Path = ['groups', name, 'stations'];
      group.stations.forEach((station, i) => this.refer(station, [...path, i], ['stations']));
      this.once(group.stations, path, 'station');
    }
    scene.links?.forEach((link, i) => {
      this.refer(link.from, ['links', i, 'from'], ['sources', 'buffers', 'stations']);
      const targets = typeof link.to === 'string' ? [link.to] : link.to;
      targets.forEach((target, j) => {
        const path: Path = typeof link.to === 'string' ? ['links', i, 'to'] : ['links', i, 'to', j];
        this.refer(target, path, ['buffers', 'stations', 'sinks']);
        if (target === link.from && this.kinds.get(target) === 'buffers') {
          this.findings.add(path, () => `found ${shown(target)}, the buffer that the link leaves; expected another element`);
        }
      });
      if (typeof link.to !== 'string') this.once(link.to, ['links', i, 'to'], 'target');
      link.products?.forEach((product, j) => this.refer(product, ['links', i, 'products', j], ['products']));
    });
    this.oneEntryEach();
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
