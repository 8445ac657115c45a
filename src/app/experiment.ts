/** The part of the page for experiments: it comes after the rest of the page, or when it is asked for. */
import './experiment-dialogs.ts';
import './experiment-panel.ts';
import './experiments.css';

export { Study } from './experiment-study.ts';
