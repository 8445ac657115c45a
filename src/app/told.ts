/** The figures of an element that stand beside its name, each with its interval over all twins. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FloorNode } from '../engine/trace.ts';
import { entryOf } from './glossary.ts';
import { asked } from './number.ts';
import { scaleFor } from './quantity.ts';
import type { Session } from './session.ts';

const TOLD: Record<FloorNode['kind'], string[]> = {
  station: ['utilization', 'starved', 'blocked', 'failed', 'setup', 'maintained', 'waitingForPeople', 'offShift', 'throughput'],
  buffer: ['length', 'wait'],
  source: ['arrived', 'lossShare', 'waiting'],
  conveyor: ['length', 'wait', 'stopped'],
  transfer: ['length', 'wait'],
  sink: ['throughput'],
};

/** Told only where they are above nothing. */
const RARE = ['setup', 'maintained', 'waitingForPeople', 'offShift'];

export interface Figure {
  name: string;
  definition: string;
  value: TemplateResult;
  unit: string;
}

/** Those that are defined in the present results. */
export function figuresOf(session: Session, node: FloorNode): Figure[] {
  const results = session.state.summary.value;
  if (!results) return [];
  return TOLD[node.kind].flatMap((metric) => {
    const key = `${node.name}.${metric}`;
    const estimate = results.metrics[key];
    if (!estimate || estimate.n === 0 || (RARE.includes(metric) && estimate.mean === 0)) return [];
    const scale = scaleFor(estimate.unit, estimate.mean);
    const { name, definition } = entryOf(metric);
    return [{ name: name.toLowerCase(), definition, value: asked(session, key, estimate, scale, results), unit: scale.unit }];
  });
}

/** What is under the pointer, or selected, in a line. */
export function toldLine(session: Session): TemplateResult | typeof nothing {
  const { hovered, selected, plan, stale, thing } = session.state;
  const name = hovered.value ?? selected.value;
  const node = plan.value?.nodes.find((one) => one.name === name);
  // Its card says the same at length.
  if (!node || (thing.value && 'element' in thing.value && thing.value.element === name)) return nothing;
  return html`<div class="told small ${stale.value ? 'stale' : ''}">
    <strong>${node.name}</strong> <span class="muted">${node.kind}</span>
    ${figuresOf(session, node).map(({ name: figure, value, unit }) => html`<span>${figure} ${value} ${unit}</span>`)}
  </div>`;
}
