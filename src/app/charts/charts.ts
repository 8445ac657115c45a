/** All charts of the experiment view, defined at once: imported by its first opening, not with the page. */
import './active-periods.ts';
import './effects.ts';
import './mser.ts';
import './parallel.ts';
import './scatter.ts';
import './sensitivity.ts';
import './tornado.ts';
import './variance.ts';

export type { MserSeries } from './mser.ts';
export type { GainRow, SwingRow } from './tornado.ts';
