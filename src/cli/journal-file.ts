/**
 * A journal in a file, to be resumed, merged and reported from: one line of JSON that says which study it is of, then chunks of outcomes, each of
 * 16 bytes (u32 mark, bytes that follow, their CRC-32, replications inside; little-endian) and what `pack` makes. A run that broke off in mid-write
 * leaves a tail that is not whole: it is left out, said in a warning, and cut off when the file is gone on with.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { JOURNAL_VERSION, textDigest } from '../experiment/journal.ts';
import { type Entry, Kept, pack, twinsIn } from '../experiment/journal-chunks.ts';
import type { Journal } from '../experiment/trials.ts';
import type { Order } from '../search/search.ts';

const FORMAT = 'millwright journal';
const MARK = 0x314a574d; // "MWJ1"
const FRAME = 16;
/** A header holds the scene's text; more than this is none. */
const LONGEST_HEADER = 256e6;

/** What a journal's first line says, and by which files are told to belong together. */
export interface Header {
  format: string;
  version: number;
  /** 16 hexadecimal digits over the scene's text. */
  scene: string;
  experiment: string;
  seed: number;
  /** Which share of each round was run into this file: [i, n]; null for all of it, or a merger. */
  shard: [number, number] | null;
  /** The scene's text, so that a file alone says what it is of. */
  text: string;
}

/** Files that do not belong together, or are no journals. */
export class Mismatch extends Error {}

export function headerOf(text: string, experiment: string, seed: number, shard: [number, number] | null): Header {
  return { format: FORMAT, version: JOURNAL_VERSION, scene: textDigest(text), experiment, seed, shard, text };
}

export class JournalFile implements Journal {
  readonly path: string;
  readonly header: Header;
  /** What had to be left out, in words. */
  readonly warnings: string[] = [];
  private readonly file: number;
  private readonly start: number;
  /** Where the next chunk goes: behind the last one that is whole. */
  private end: number;

  private constructor(path: string, file: number, header: Header, start: number) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.start = start;
    this.end = start;
  }

  /** Opens a file to read. @throws Mismatch where it is no journal, or one of another version. */
  static read(path: string): JournalFile {
    return JournalFile.opened(path, 'r');
  }

  /** Opens a file to go on with, or begins it. @throws Mismatch where it is there and of something else. */
  static resume(path: string, header: Header): JournalFile {
    // An empty file is one that broke off before its first line.
    if (!existsSync(path) || statSync(path).size === 0) return JournalFile.begin(path, header);
    const journal = JournalFile.opened(path, 'r+');
    belongs(journal, header);
    if (JSON.stringify(journal.header.shard) !== JSON.stringify(header.shard)) {
      throw new Mismatch(`${path}: found ${shardText(journal.header.shard)}; expected ${shardText(header.shard)}`);
    }
    ftruncateSync(journal.file, journal.end);
    return journal;
  }

  /** Begins a file; one of that name is replaced. */
  static begin(path: string, header: Header): JournalFile {
    const line = Buffer.from(`${JSON.stringify(header)}\n`);
    const file = openSync(path, 'w+');
    writeAll(file, line, 0);
    return new JournalFile(path, file, header, line.length);
  }

  private static opened(path: string, flags: 'r' | 'r+'): JournalFile {
    let file: number;
    try {
      file = openSync(path, flags);
    } catch (error) {
      throw new Mismatch(`${path}: ${(error as Error).message}`);
    }
    const { header, length } = readHeader(path, file);
    const journal = new JournalFile(path, file, header, length);
    journal.seek();
    return journal;
  }

  async *load(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { end } = this;
    for (let at = this.start; at < end; ) {
      const chunk = this.chunkAt(at, end);
      if (chunk === undefined) throw new Error(`${this.path}: it changed while it was read`);
      yield chunk;
      at += FRAME + chunk.length;
    }
  }

  async append(entries: Iterable<Entry>): Promise<void> {
    for (const chunk of pack(entries)) {
      const frame = new DataView(new ArrayBuffer(FRAME));
      [MARK, chunk.length, crc32(chunk), twinsIn(chunk)].forEach((word, i) => frame.setUint32(4 * i, word, true));
      writeAll(this.file, Buffer.concat([new Uint8Array(frame.buffer), chunk]), this.end);
      this.end += FRAME + chunk.length;
    }
    fdatasyncSync(this.file);
  }

  async clear(): Promise<void> {
    ftruncateSync(this.file, this.start);
    this.end = this.start;
  }

  close(): void {
    closeSync(this.file);
  }

  /** Finds the end of what is whole. */
  private seek(): void {
    const { size } = fstatSync(this.file);
    this.end = this.start;
    while (this.end < size) {
      const chunk = this.chunkAt(this.end, size);
      if (chunk === undefined) {
        this.warnings.push(
          `${this.path}: the last ${size - this.end} bytes are not whole, as after a crash; they are left out, and what they held is to be run again`,
        );
        break;
      }
      this.end += FRAME + chunk.length;
    }
  }

  private chunkAt(at: number, size: number): Uint8Array<ArrayBuffer> | undefined {
    if (at + FRAME > size) return undefined;
    const frame = readAll(this.file, at, FRAME);
    const view = new DataView(frame.buffer);
    const length = view.getUint32(4, true);
    if (view.getUint32(0, true) !== MARK || at + FRAME + length > size) return undefined;
    const chunk = readAll(this.file, at + FRAME, length);
    return crc32(chunk) === view.getUint32(8, true) ? chunk : undefined;
  }
}

/**
 * Joins journals of one study into one, in an order of its own: the same outcomes give the same file, byte for byte, however they were split.
 * @throws Mismatch where they are of different studies, or hold different outcomes of the same twins.
 */
export async function mergeFiles(
  paths: readonly string[],
  out: string,
): Promise<{ journal: JournalFile; warnings: string[]; twins: number }> {
  const merged = new Kept();
  const warnings: string[] = [];
  /** Of each chunk. */
  const source: string[] = [];
  let header: Header | undefined;
  for (const path of paths) {
    const journal = JournalFile.read(path);
    if (header === undefined) header = { ...journal.header, shard: null };
    else belongs(journal, header);
    const differs = ({ point, first, count }: Order, chunk: number): void => {
      throw new Mismatch(
        `${path}: found other outcomes of twins ${first} to ${first + count - 1} of the design (${point.join(', ')}); expected those of ${source[chunk]}`,
      );
    };
    for await (const chunk of journal.load()) {
      source.push(path);
      merged.add(chunk, differs);
    }
    warnings.push(...journal.warnings);
    journal.close();
  }
  if (header === undefined) throw new Mismatch('expected journals to merge');
  // The name may be that of a file that was read: it is whole at any moment.
  const part = `${out}.part`;
  const written = JournalFile.begin(part, header);
  await written.append(merged.inOrder());
  written.close();
  renameSync(part, out);
  return { journal: JournalFile.read(out), warnings, twins: merged.twins };
}

/** @throws Mismatch where a file is of another study than a header says, or of another version. */
export function belongs({ path, header: found }: JournalFile, expected: Header): void {
  for (const field of ['version', 'scene', 'experiment', 'seed'] as const) {
    if (found[field] === expected[field]) continue;
    const what = { version: 'a journal of version', scene: 'a scene with the digest', experiment: 'the experiment', seed: 'the seed' }[
      field
    ];
    throw new Mismatch(`${path}: found ${what} ${JSON.stringify(found[field])}; expected ${JSON.stringify(expected[field])}`);
  }
}

function shardText(shard: [number, number] | null): string {
  return shard === null ? 'a journal of no shard' : `a journal of shard ${shard.join('/')}`;
}

function readHeader(path: string, file: number): { header: Header; length: number } {
  const none = new Mismatch(`${path}: found no journal; expected a file that --out or merge wrote`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let end = -1; end < 0; ) {
    const part = new Uint8Array(65_536);
    const count = readSync(file, part, 0, part.length, length);
    end = part.subarray(0, count).indexOf(10);
    // A file of something else may have no lines at all.
    if (count === 0 || length > LONGEST_HEADER || (length === 0 && part[0] !== 0x7b)) throw none;
    parts.push(part.subarray(0, end < 0 ? count : end));
    length += end < 0 ? count : end + 1;
  }
  try {
    const header = JSON.parse(Buffer.concat(parts).toString('utf8')) as Header;
    if (header.format !== FORMAT) throw none;
    if (header.version !== JOURNAL_VERSION) {
      throw new Mismatch(`${path}: found a journal of version ${header.version}; expected version ${JOURNAL_VERSION}`);
    }
    return { header, length };
  } catch (error) {
    throw error instanceof Mismatch ? error : none;
  }
}

function readAll(file: number, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = readSync(file, bytes, done, length - done, at + done);
    if (count === 0) throw new Error('A journal became shorter while it was read.');
    done += count;
  }
  return bytes;
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}
