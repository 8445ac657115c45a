/** What theory says of the vocabulary of production, by subject. Sources have names of their own throughout: streams of draws belong to names. */
import type { Experiment } from './experiment.ts';
import { PULL } from './pull.ts';
import { RESOURCES } from './resources.ts';
import { SERVICE } from './service.ts';

export const PRODUCTION: Experiment[] = [...SERVICE, ...RESOURCES, ...PULL];
