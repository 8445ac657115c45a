import { Markup } from './markup.ts';

/** How a report looks: on screen after the reader's own choice of light and dark, on paper always light, on A4. */
export const STYLE = new Markup(`
:root { color-scheme: light dark; --ground: #fbfbf9; --ink: #1b1f23; --muted: #59616a; --line: #dcdedf; --faint: #f0f1f0; --accent: #1a5fb4; --mark: #a33a00; --caution: #7a5200; --caution-soft: #fdf4dc; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --ink: #e4e7ea; --muted: #9ba4ad; --line: #2f353b; --faint: #22272c; --accent: #78b0f5; --mark: #ff9d66; --caution: #f0c265; --caution-soft: #332a12; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 47rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .6rem; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; padding-top: .7rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
.kicker, .muted, .evidence, .lead { color: var(--muted); }
.kicker { margin: 0 0 .2rem; }
.muted, .evidence { font-size: .87em; }
.insights { padding-left: 1.3rem; }
.insights > li { margin: .8rem 0; }
.insights p { margin: 0; }
.insights > li > p:first-child { font-weight: 600; }
.guarantee { border-left: 3px solid var(--accent); padding-left: .8rem; }
.caution { background: var(--caution-soft); color: var(--caution); padding: .5rem .8rem; border-radius: 4px; }
table { border-collapse: collapse; font-size: .87em; font-variant-numeric: tabular-nums; margin: .6rem 0; }
th, td { padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: baseline; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
th:first-child, .proof td, .marks { text-align: left; }
.proof td { overflow-wrap: anywhere; }
.wide td, .wide th { white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
thead th { border-bottom: 2px solid var(--line); }
.changed > * { font-weight: 700; }
.proof th { white-space: nowrap; color: var(--muted); }
.wide { overflow-x: auto; }
pre { background: var(--faint); border: 1px solid var(--line); border-radius: 4px; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.command { font-size: 13px; }
svg { max-width: 100%; height: auto; display: block; margin: .6rem 0; font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
svg text { fill: var(--muted); }
svg .label { fill: var(--ink); font-weight: 600; }
svg .grid { stroke: var(--line); fill: none; }
svg .zero { stroke: var(--ink); }
svg .whisker { stroke: var(--muted); opacity: .55; fill: none; }
svg .front { stroke: var(--accent); fill: none; stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .effect { stroke: var(--accent); fill: none; stroke-width: 1.5; }
svg .dot { fill: var(--accent); stroke: var(--ground); stroke-width: .8; }
svg .hollow { fill: var(--ground); stroke: var(--muted); stroke-width: 1.2; }
svg .base { fill: var(--ink); }
svg .chosen { fill: var(--mark); }
svg .bar { fill: var(--accent); opacity: .45; }
svg .at { stroke: var(--ink); stroke-width: 2; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .4rem 1rem; }
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --ink: #000000; --muted: #45494d; --line: #c9ccce; --faint: #f5f5f5; --accent: #1a5fb4; --mark: #a33a00; --caution: #5c3d00; --caution-soft: #ffffff; }
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  svg, tr, .insights > li, .guarantee, .caution { break-inside: avoid; }
  thead { display: table-header-group; }
  .multiples { grid-template-columns: repeat(3, 1fr); }
  .wide { overflow: visible; }
  .wide td, .wide th { white-space: normal; }
  .designs table { font-size: 7.5pt; }
  .designs th, .designs td { padding-right: .35rem; }
  pre { font-size: 7.5pt; }
  .caution { border: 1px solid var(--caution); }
  .scene { break-before: page; }
}
`);
