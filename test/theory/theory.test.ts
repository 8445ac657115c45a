import { FAILURES } from './failures.ts';
import { LINES } from './lines.ts';
import { QUEUES } from './queues.ts';
import { weigh } from './weigh.ts';

weigh('queues, lines, machines that fail', [...QUEUES, ...LINES, ...FAILURES]);
