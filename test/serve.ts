/** A folder on a port of this machine, for a browser. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

export interface Served {
  port: number;
  /** With a slash at its end. */
  origin: string;
  close(): void;
}

/**
 * Serves the files of `folder`, asked for at the first request; `under` is the path in front of their names, with slashes at both ends.
 * `instead` holds texts by name that are served instead of files.
 */
export async function serve(
  folder: () => string | Promise<string>,
  { under = '/', instead = {} }: { under?: string; instead?: Record<string, string> } = {},
): Promise<Served> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const name = path.slice(under.length) || 'index.html';
    try {
      if (!path.startsWith(under)) throw new Error('outside');
      const body = instead[name] ?? (await readFile(join(await folder(), name)));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}${under}`, close: () => server.close() };
}
