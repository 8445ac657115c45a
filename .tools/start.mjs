/** `npm start [-- --port N --host H]`: installs what is missing, builds the page and serves it until Ctrl-C. */
import { parseArgs } from 'node:util';
import { install, ROOT } from './install.mjs';

const usage = 'npm start -- [--port N] [--host NAME]   (default: the first free port from 4173, this machine only)';

/** @returns {{ port: number, host: string }} */
function options() {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: '4173' }, host: { type: 'string', default: '127.0.0.1' } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`--port: expected 1 to 65535, found "${values.port}"`);
    return { port, host: values.host };
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n${usage}`);
    return process.exit(2);
  }
}

const { port, host } = options();
install();
const { build, preview } = await import('vite');
console.log('Building the page');
await build({ root: ROOT, logLevel: 'warn' });
const server = await preview({ root: ROOT, logLevel: 'warn', preview: { port, host, strictPort: false } });
const address = server.httpServer.address();
const taken = typeof address === 'object' && address ? address.port : port;
// Browsers give WebGPU to localhost without https, to other names only with it.
const name = ['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost'].includes(host) ? 'localhost' : host;
console.log(`Millwright runs at http://${name}:${taken}/`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
// npm's shell does not hand a signal on: without this, ending npm from outside would leave the server behind.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
}
