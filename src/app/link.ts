/**
 * Links that carry everything: `#s=<scene, deflate-raw, base64url>&seed=…&n=…&twin=…&from=<where its models lie>`. The fragment is never sent to a server.
 */
import type { RunSettings } from './state.ts';

export interface Linked {
  scene: string | undefined;
  seed: number | undefined;
  replications: number | undefined;
  twin: number | undefined;
  /** The address that the scene came from: its models lie beside it. */
  from: string | undefined;
}

/** Beyond this many characters, mail programs and chats begin to cut a link. */
export const LINK_LIMIT = 8192;
const UNPACKED_LIMIT = 64_000_000;

/** The page's address with the scene, the run and the watched twin in its fragment. Throws where the browser cannot compress. */
export async function linkTo(
  page: string,
  scene: string,
  settings: Omit<RunSettings, 'engine'>,
  twin: number,
  from?: string,
): Promise<string> {
  const url = new URL(page);
  url.searchParams.delete('scene');
  const fields = [`s=${await pack(scene)}`];
  if (settings.seed !== undefined) fields.push(`seed=${settings.seed}`);
  if (settings.replications !== undefined) fields.push(`n=${settings.replications}`);
  fields.push(`twin=${twin}`);
  if (from !== undefined) fields.push(`from=${encodeURIComponent(from)}`);
  url.hash = fields.join('&');
  return url.href;
}

/** Reads a fragment. Throws an Error that says what is wrong with the packed scene. */
export async function readLink(fragment: string): Promise<Linked> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const packed = fields.get('s');
  return {
    scene: packed === null ? undefined : await unpack(packed),
    seed: whole(fields.get('seed'), 0, 0xffffffff),
    replications: whole(fields.get('n'), 1, 16_777_216),
    twin: whole(fields.get('twin'), 0, 16_777_215),
    from: webAddress(fields.get('from')),
  };
}

function webAddress(text: string | null): string | undefined {
  return text !== null && /^https?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}

function whole(text: string | null, low: number, high: number): number | undefined {
  if (text === null || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= low && value <= high ? value : undefined;
}

async function pack(text: string): Promise<string> {
  const bytes = await collect(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')), Number.POSITIVE_INFINITY);
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

async function unpack(packed: string): Promise<string> {
  try {
    const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new TextDecoder('utf-8', { fatal: true }).decode(await collect(stream, UNPACKED_LIMIT));
  } catch (error) {
    throw new Error('The scene in this link cannot be read: the link was probably cut on its way. Ask for it again, or for the file.', {
      cause: error,
    });
  }
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new Error(`more than ${limit} bytes`);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
