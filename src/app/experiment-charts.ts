/** Which charts answer which question; they come when there is something to draw. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Question, StudyReport } from '../experiment/study-protocol.ts';
import './charts/charts.ts';
import type { Study } from './experiment-study.ts';

/** Designs whose lines are drawn anew with every partial answer; of more, only once it is there. */
const MOST_LINES_RUNNING = 500;

type Name = 'scatter' | 'front' | 'effects' | 'parallel' | 'tornado' | 'periods' | 'sensitivity' | 'variance';

const ANSWERS: Record<Question, Name[]> = {
  'what limits': ['tornado', 'periods'],
  best: ['scatter', 'effects', 'parallel'],
  'trade-off': ['front', 'parallel', 'effects'],
  sensitivity: ['sensitivity', 'effects', 'scatter'],
  uncertainty: ['variance', 'scatter'],
  compare: ['scatter', 'effects', 'parallel'],
};

/** `onPick` is told the design that was pointed out. */
export function chartsOf(report: StudyReport, study: Study, onPick: (id: number) => void): (TemplateResult | typeof nothing)[] {
  const selected = [...study.pinned];
  const pick = (event: CustomEvent<{ id: number }>) => onPick(event.detail.id);
  const brush = (event: CustomEvent<{ ids: number[]; brushed: boolean }>) => {
    study.brushed.value = event.detail.brushed ? new Set(event.detail.ids) : undefined;
  };
  const drawn: Record<Name, () => TemplateResult | typeof nothing> = {
    scatter: () =>
      report.designs.length > 1 && report.factors.length > 0
        ? html`<mw-scatter .report=${report} .selected=${selected} .x=${report.factors[0]?.name ?? ''} @pick=${pick}></mw-scatter>`
        : nothing,
    front: () => html`<mw-front .report=${report} .selected=${selected} @pick=${pick}></mw-front>`,
    effects: () =>
      report.effects.length > 0 && report.designs.length > 1 ? html`<mw-main-effects .report=${report}></mw-main-effects>` : nothing,
    parallel: () =>
      report.designs.length > 1 && report.factors.length > 0 && !(study.running.value && report.designs.length > MOST_LINES_RUNNING)
        ? html`<mw-parallel .report=${report} .selected=${selected} @pick=${pick} @brush=${brush}></mw-parallel>`
        : nothing,
    tornado: () => {
      const rows = report.interventions.map(({ element, change, gain, low, high }) => ({
        label: `${element}: ${change}`,
        gain,
        low,
        high,
        unit: report.responses[0]?.unit ?? '',
      }));
      const size = report.designs.find((row) => row.base)?.known[0]?.mean ?? 0;
      return html`<mw-tornado .rows=${rows} .size=${size}></mw-tornado>`;
    },
    periods: () =>
      report.activePeriods.length > 0
        ? html`<mw-active-periods .periods=${report.activePeriods} .interventions=${report.interventions}></mw-active-periods>`
        : nothing,
    sensitivity: () => html`<mw-sensitivity .report=${report}></mw-sensitivity>`,
    variance: () => html`${report.uncertainty.map((split) => html`<mw-variance .split=${split}></mw-variance>`)}`,
  };
  const warmup = report.warmupCheck === undefined ? nothing : html`<mw-mser .series=${report.warmupCheck}></mw-mser>`;
  return [...ANSWERS[report.question].map((name) => drawn[name]()), warmup];
}
