import { SERVICE } from './service.ts';
import { weigh } from './weigh.ts';

weigh('who is served when', SERVICE);
