/** The scene as written → the checked scene: defaults filled in, durations in ticks, lists in the order of names, weights that sum to 1. */
import { NEVER, parseDuration } from '../clock.ts';
import { lookFrom } from '../stations/looks.ts';
import { roundly } from './durations.ts';
import { elide } from './elide.ts';
import { checkBulk } from './normalise-bulk.ts';
import { calendarsOf, checkNeeds, poolOf } from './normalise-people.ts';
import { productOf } from './normalise-products.ts';
import { bufferOf, sourceOf } from './normalise-sources.ts';
import { stationOf } from './normalise-stations.ts';
import { checkTransfers, conveyorOf, limitOf, transferOf } from './normalise-transport.ts';
import { before, type ElementText, inOrder, Values } from './normalise-values.ts';
import { type Findings, type Path, shown } from './problems.ts';
import type { Group, Link, Rule, Run, Scene } from './scene.ts';
import type { SceneText } from './schema.ts';
import { completeSetups } from './setups.ts';

const MOST_SERVERS = 1_000_000;

export interface Normalised {
  scene: Scene;
  /** To be called when it is known which set-up families come to which station. */
  complete(families: ReadonlyMap<string, ReadonlySet<string>>): void;
}

/** Undefined where the clock itself makes no sense. Where findings were added, the scene is not to be used. */
export function normalise(text: SceneText, findings: Findings): Normalised | undefined {
  const unit = text.time?.unit ?? 's';
  const tickSeconds = parseDuration(text.time?.resolution ?? '1 ms', unit) ?? 0;
  if (!(tickSeconds > 0)) {
    findings.add(['time', 'resolution'], `found ${shown(text.time?.resolution)}; expected a duration above 0, the length of one tick`);
    return undefined;
  }
  const values = new Values(text, unit, tickSeconds, findings);
  const scene = sceneOf(values);
  return { scene, complete: (families) => completeSetups(values, scene, families) };
}

function sceneOf(values: Values): Scene {
  const { text, findings } = values;
  const run = runOf(values);
  const stations = inOrder(text.stations, (name, station) => stationOf(values, name, station));
  const servers = stations.reduce((sum, station) => sum + (Number.isFinite(station.servers) ? station.servers : 0), 0);
  if (servers > MOST_SERVERS) findings.add(['stations'], `found ${roundly(servers)} servers in all; the limit is ${roundly(MOST_SERVERS)}`);
  const sources = inOrder(text.sources, (name, source) => sourceOf(values, name, source));
  const made = new Set(sources.flatMap(({ mix }) => mix.map(({ product }) => product)));
  const scene: Scene = {
    name: text.name ?? 'Untitled',
    description: text.description ?? '',
    time: { unit: values.unit, tickSeconds: values.tickSeconds },
    products: inOrder(text.products, (name, product) => productOf(values, name, product, made)),
    sources,
    buffers: inOrder(text.buffers, (name, buffer) => bufferOf(values, name, buffer)),
    stations,
    groups: inOrder(text.groups, (name, group) => groupOf(values, name, group)),
    conveyors: inOrder(text.conveyors, (name, conveyor) => conveyorOf(values, name, conveyor)),
    sinks: inOrder(text.sinks, (name, { position, look }) => ({ name, position, look: lookFrom(look) })),
    people: inOrder(text.people, (name, pool) => poolOf(values, name, pool)),
    calendars: calendarsOf(values, run.warmup + run.horizon),
    limits: inOrder(text.limits, (name, limit) => limitOf(values, name, limit)),
    transfers: (text.transfers ?? []).map((transfer, i) => transferOf(values, transfer, i)),
    links: (text.links ?? []).map((link, i) => linkOf(values, link, ['links', i])).sort(byFromThenProduct),
    view: {
      viewpoints: inOrder(text.view?.viewpoints, (name, viewpoint) => ({ name, ...viewpoint })),
      style: text.view?.style ?? 'models',
    },
    run,
  };
  checkBulk(text.bulk, findings);
  elide(scene, findings);
  checkTransfers(values, scene.transfers);
  checkNeeds(values, scene);
  return scene;
}

function groupOf(values: Values, name: string, text: ElementText<'groups'>): Group {
  const { rule, weights } = ruleOf(values, text, text.stations.length, 'shortest queue', ['groups', name]);
  return { name, stations: text.stations, rule, weights };
}

function linkOf(values: Values, text: NonNullable<SceneText['links']>[number], path: Path): Link {
  const to = typeof text.to === 'string' ? [text.to] : text.to;
  const { rule, weights } = ruleOf(values, text, to.length, to.length === 1 ? 'fixed' : 'first free', path);
  return { from: text.from, to, rule, weights, products: text.products && [...new Set(text.products)].sort() };
}

function ruleOf(
  values: Values,
  text: { rule?: Rule | undefined; weights?: number[] | undefined },
  targets: number,
  byDefault: Rule,
  path: Path,
): { rule: Rule; weights: number[] | undefined } {
  const { findings } = values;
  const { rule = byDefault, weights } = text;
  if (rule === 'fixed' && targets > 1) {
    findings.add(
      [...path, 'rule'],
      `found "fixed" with ${targets} targets; expected one target, or another rule: "probability", "round robin", "shortest queue" or "first free"`,
    );
  }
  if (rule === 'probability') {
    if (!weights)
      findings.add(
        [...path, 'weights'],
        `missing; expected a list of weights, one for each of ${targets} targets, as the rule is "probability"`,
      );
    else if (weights.length !== targets)
      findings.add([...path, 'weights'], `found a list of ${weights.length} for ${targets} targets; expected one weight a target`);
    else return { rule, weights: values.shares(weights, [...path, 'weights']) };
  } else if (weights) {
    findings.add([...path, 'weights'], `found weights with the rule ${shown(rule)}; expected none, or "rule": "probability"`);
  }
  return { rule, weights: undefined };
}

function runOf(values: Values): Run {
  const { findings, tickSeconds } = values;
  const { run } = values.text;
  const seconds = (key: 'warmup' | 'horizon'): number => {
    const value = parseDuration(run[key] ?? 0, values.unit);
    if (value === undefined) findings.add(['run', key], `found ${shown(run[key])}; expected a duration that ends`);
    return value ?? Number.NaN;
  };
  const warmup = seconds('warmup') / tickSeconds;
  const horizon = seconds('horizon') / tickSeconds;
  const all = Math.round(warmup) + Math.round(horizon);
  if (all >= NEVER) {
    const coarser = readable((all * tickSeconds) / (NEVER - 2));
    findings.add(
      ['run', 'horizon'],
      `warm-up and horizon together do not fit 2^32 ticks: ${roundly(all)} ticks; take a coarser time.resolution, at least ${coarser}, or a shorter horizon`,
    );
  } else if (horizon < 0.5) {
    findings.add(['run', 'horizon'], `found ${shown(run.horizon)}, which is 0 ticks; expected a duration above 0`);
  }
  return {
    warmup,
    horizon,
    replications: run.replications ?? 1024,
    seed: run.seed ?? 1,
    stopAfter: run.stopAfter,
    maxParts: run.maxParts,
  };
}

function byFromThenProduct(a: Link, b: Link): number {
  return before(a.from, b.from) || before(a.products?.[0] ?? '', b.products?.[0] ?? '');
}

/** The least 1, 2 or 5 × 10^n seconds that is not below this, as a duration. */
function readable(seconds: number): string {
  for (let n = -12; n < 300; n++) {
    for (const digit of [1, 2, 5]) {
      const candidate = Number(`${digit}e${n}`);
      if (candidate >= seconds) return candidate < 1 ? `"${Number(`${digit}e${n + 3}`)} ms"` : `"${candidate} s"`;
    }
  }
  return 'more than can be written';
}
