import { PULL } from './pull.ts';
import { weigh } from './weigh.ts';

weigh('pull, assembly, quality, belts', PULL);
