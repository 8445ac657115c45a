import { RESOURCES } from './resources.ts';
import { weigh } from './weigh.ts';

weigh('people, shifts, wear', RESOURCES);
