/** The rows of a station of a shop plant: set-ups, keys, modes, wear, quality, bills of materials. */
import type { Distribution } from '../distributions.ts';
import {
  MODE_BREAKDOWN,
  MODE_INTERRUPTING,
  MODE_PLANNED,
  MODE_WEAR_STEP,
  QUALITY_PASSES,
  QUALITY_REWORKS,
  QUALITY_SCRAP,
} from '../stations/shop-words.ts';
import { CLOCK_OPERATING, CLOCKS, JOB_RESUME, JOBS, NIL } from '../stations/words.ts';
import { programWords } from './expression.ts';
import type { Leg } from './legs.ts';
import type { Need, Product, Quality, Station } from './scene.ts';
import type { ShopLegs, Work } from './shop-legs.ts';
import type { Needs } from './shop-people.ts';
import type { Sheet } from './tables.ts';

/** A condition that is never reached, and a limit that is none. */
const MOST = 0x7fffffff;

/** A probability as the draw below which it happens: NIL always, 0 never. */
function below(probability: number): number {
  return probability >= 1 ? NIL : Math.min(NIL - 1, Math.max(0, Math.round(probability * 2 ** 32)));
}

interface Mode {
  name: string | undefined;
  kind: number;
  /** NIL: called by the condition alone. */
  clock: number;
  life: Distribution | undefined;
  repair: Distribution | undefined;
  job: number;
  need: Need | undefined;
  renews: readonly string[];
  early: number;
  resetsWear: boolean;
  increment: Distribution | undefined;
}

const constant = (value: number): Distribution => ({ kind: 'constant', value });

/** What can stop a station's servers, in the order of their numbers: failures, maintenance, the failure by wear, steps of wear. */
export function modesOf({ failures, maintenance, wear }: Station): Mode[] {
  const modes: Mode[] = failures.map((failure) => ({
    ...failure,
    kind: MODE_BREAKDOWN,
    clock: CLOCKS.indexOf(failure.clock),
    life: failure.timeToFailure,
    job: JOBS.indexOf(failure.interruptedJob),
    need: failure.people,
    early: 0,
    resetsWear: false,
    increment: undefined,
  }));
  for (const each of maintenance) {
    modes.push({
      ...each,
      kind: each.interrupts ? MODE_INTERRUPTING : MODE_PLANNED,
      clock: each.clock === undefined ? NIL : CLOCKS.indexOf(each.clock),
      life: each.interval,
      repair: each.duration,
      job: JOB_RESUME,
      need: each.people,
      early: Math.round(each.early),
      increment: undefined,
    });
  }
  const none = { name: undefined, need: undefined, renews: [], early: 0, resetsWear: false, increment: undefined, repair: undefined };
  if (wear?.failure) {
    const { name, repair, people, interruptedJob } = wear.failure;
    const job = JOBS.indexOf(interruptedJob);
    modes.push({ ...none, name, kind: MODE_BREAKDOWN, clock: NIL, life: undefined, repair, job, need: people, resetsWear: true });
  }
  if (wear && wear.per !== 'part') {
    const life = constant(wear.per.operating);
    modes.push({ ...none, kind: MODE_WEAR_STEP, clock: CLOCK_OPERATING, life, job: JOB_RESUME, increment: wear.increment });
  }
  return modes;
}

/** The streams of one server, which stand one after the other: of each mode its life and repair, then wear and sensor. */
export function serverStreams(station: Station, server: number): string[] {
  const modes = modesOf(station);
  if (modes.length === 0 && station.wear === undefined) return [];
  return [...modes.flatMap((_, m) => [`failure ${m} ${server}`, `repair ${m} ${server}`]), `wear ${server}`, `sensor ${server}`];
}

/** Writes the rows that belong to stations; returns addresses. */
export class StationRows {
  private readonly graph: ShopLegs;
  private readonly sheet: Sheet;
  private readonly needs: Needs;
  private readonly shift: number;
  private readonly qualities = new Map<string, number>();

  constructor(graph: ShopLegs, sheet: Sheet, needs: Needs, shift: number) {
    this.graph = graph;
    this.sheet = sheet;
    this.needs = needs;
    this.shift = shift;
  }

  private dist(distribution: Distribution | undefined): number {
    return distribution === undefined ? NIL : this.sheet.address('dist', this.graph.dist(distribution));
  }

  private stream(element: string, use: string): number {
    return this.sheet.address('stream', this.graph.stream(element, use));
  }

  /**
   * Writes a station's row and all that hangs on it.
   * .param places what the caller knows: calendar, counters, blame and the batch's slot.
   */
  station(station: Station, places: Readonly<Record<'calendar' | 'counters' | 'blame' | 'blameRows' | 'batchSlot', number>>): number {
    const { sheet, needs, graph } = this;
    const { name, batch, people, assembly, setup, dispatch } = station;
    const modes = modesOf(station);
    const keys = dispatch.map(({ program }) => {
      const words = programWords(program, this.shift, (node) => sheet.address('node', graph.index.get(node) as number));
      const first = sheet.push('program', words);
      return [first, first + words.length];
    });
    const fields = {
      ...places,
      setup: this.matrix(station),
      families: setup?.families.length ?? 0,
      // One part follows every changeover anyway.
      minimumRun: setup && setup.minimumRun > 1 ? setup.minimumRun : 0,
      keys: sheet.next('key'),
      keyCount: keys.length,
      batches: takesBatches(graph, station) ? 1 : 0,
      batchWait: Math.round(batch?.wait ?? 0),
      loading: this.dist(station.loading),
      unloading: this.dist(station.unloading),
      needSetup: needs.row(people.setup),
      needLoading: needs.row(people.loading),
      needWork: needs.row(people.processing),
      needUnloading: needs.row(people.unloading),
      modes: sheet.next('mode'),
      modeCount: modes.length,
      suspends: station.onShiftEnd === 'suspend' ? 1 : 0,
      bom: assembly === undefined ? NIL : sheet.next('bom'),
      bomRows: assembly?.inputs.length ?? 0,
      makes: sheet.way(graph.makes.get(name) ?? NIL),
      preempts: station.preemptive ? 1 : 0,
      wear: this.wear(station, modes),
      qualityStream: this.stream(name, 'quality'),
      initialFamily: setup?.initial === undefined ? NIL : setup.families.indexOf(setup.initial) >>> 0,
      setupStream: setup === undefined ? NIL : this.stream(name, 'setup'),
      loadingStream: station.loading === undefined && station.unloading === undefined ? NIL : this.stream(name, 'loading'),
    };
    for (const key of keys) sheet.push('key', key);
    for (const mode of modes) this.mode(mode, modes);
    for (const { product, count } of assembly?.inputs ?? []) {
      sheet.push('bom', [sheet.address('product', graph.productIndex(product)), count, NIL]);
    }
    return sheet.record('station', 'STATION', fields);
  }

  /** The matrix of set-up times, from a family (first: none yet) to another, and behind it that of their means. */
  private matrix({ setup }: Station): number {
    if (setup === undefined) return NIL;
    const { families, times, first } = setup;
    const between = new Map(times.map(({ from, to, time }) => [`${from}\n${to}`, time]));
    const cells = [undefined, ...families].flatMap((from) =>
      families.map((to) => (from === undefined ? first : from === to ? undefined : between.get(`${from}\n${to}`))),
    );
    const means = cells.map((time) =>
      time === undefined ? 0 : Math.round((this.graph.dists.items[this.graph.dist(time)] as { mean: number }).mean),
    );
    return this.sheet.push('list', [...cells.map((time) => this.dist(time)), ...means]);
  }

  private mode(mode: Mode, modes: readonly Mode[]): void {
    const own = modes.indexOf(mode);
    let renews = 0;
    modes.forEach(({ name }, m) => {
      if (m === own || (name !== undefined && mode.renews.includes(name))) renews |= 1 << m;
    });
    this.sheet.record('mode', 'MODE', {
      kind: mode.kind,
      clock: mode.clock,
      life: this.dist(mode.life),
      repair: this.dist(mode.repair),
      job: mode.job,
      need: this.needs.row(mode.need),
      renews,
      early: mode.early,
      resetsWear: mode.resetsWear ? 1 : 0,
      increment: this.dist(mode.increment),
    });
  }

  private wear({ wear }: Station, modes: readonly Mode[]): number {
    if (wear === undefined) return NIL;
    const failMode = modes.findIndex(({ kind, clock }) => kind === MODE_BREAKDOWN && clock === NIL);
    const maintainMode = modes.findIndex(({ kind, name }) => kind !== MODE_BREAKDOWN && name !== undefined && name === wear.maintenance);
    return this.sheet.record('wear', 'WEAR', {
      perPart: wear.per === 'part' ? 1 : 0,
      increment: this.dist(wear.increment),
      offset: Math.round(wear.offset),
      failAt: failMode < 0 || wear.failAt === undefined ? MOST : Math.round(wear.failAt),
      failMode: failMode >>> 0,
      maintainAt: maintainMode < 0 || wear.maintainAt === undefined ? MOST : Math.round(wear.maintainAt),
      maintainMode: maintainMode >>> 0,
      noise: this.dist(wear.noise),
      noiseOffset: Math.round(wear.noiseOffset),
      scrap: Math.min(MOST, Math.round((wear.scrap / 1000) * 2 ** 32)),
      rate: Math.min(MOST, Math.round(wear.failureRate * 2 ** 16)),
    });
  }

  /** The quality row of a leg; NIL where nothing can become of the part but what is meant. */
  quality(leg: Leg): number {
    const work = this.graph.work.get(leg);
    if (work === undefined || (work.quality === undefined && !work.station.wear?.scrap)) return NIL;
    const quality: Quality = work.quality ?? { yield: 1, inspects: false, share: 1, detects: 1, onDefect: 'scrap' };
    const { onDefect } = quality;
    const rework = typeof onDefect === 'object' ? onDefect : undefined;
    // In the order of QUALITY_….
    const fields = [
      below(1 - quality.yield),
      below(quality.detects),
      below(quality.share),
      onDefect === 'scrap' ? QUALITY_SCRAP : rework ? QUALITY_REWORKS : QUALITY_PASSES,
      rework ? this.sheet.way(work.rework) : NIL,
      rework?.limit ?? 0,
      rework?.then === 'pass' ? 1 : 0,
      quality.inspects ? 1 : 0,
    ];
    // Qualities that a family of plants tells apart (src/experiment/family.ts) keep a row each, though they be equal.
    const key = `${fields.join(' ')} ${JSON.stringify((quality as { place?: string }).place)}`;
    let row = this.qualities.get(key);
    if (row === undefined) this.qualities.set(key, (row = this.sheet.push('quality', fields)));
    return row;
  }

  /** The first row of what a part on a leg is taken apart into. */
  parts({ into }: Work): number {
    const { sheet } = this;
    if (into.length === 0) return NIL;
    const first = sheet.next('bom');
    for (const { product, count, leg } of into) sheet.push('bom', [sheet.address('product', product), count, sheet.address('leg', leg)]);
    return first;
  }
}

/** Whether a station takes parts by batches, for some step at least. */
export function takesBatches(graph: ShopLegs, station: Station): boolean {
  if (station.batch !== undefined) return true;
  for (const work of graph.work.values()) if (work.station === station && work.batch !== undefined) return true;
  return false;
}

/** The set-up family of a part on a leg. */
export function familyOf(product: Product, { step }: Work): string {
  return step?.family ?? product.family;
}

/** What parts that may share a batch have in common. */
export function batchKey(product: Product, work: Work, leg: Leg): string {
  switch (work.station.batch?.same ?? 'step') {
    case 'any':
      return '';
    case 'product':
      return product.name;
    case 'family':
      return familyOf(product, work);
    case 'step':
      return `${product.name}\n${leg.step}`;
  }
}
