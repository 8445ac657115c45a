/** A thread of the reference engine in a page. */
import { expose } from 'comlink';
import { Twins } from './twins.ts';

expose(new Twins());
