/** A thread of the reference engine in Node. */
import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Twins } from '../experiment/twins.ts';

if (parentPort === null) throw new Error('this file is a worker');
expose(new Twins(), nodeEndpoint(parentPort));
