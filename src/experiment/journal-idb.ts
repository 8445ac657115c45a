/**
 * The journal of a browser: IndexedDB, database `millwright`, one store of studies and one of their chunks of outcomes. A chunk and the study's
 * account of it are written in one transaction, so whatever broke off, what is there can be read. Only outcomes are kept here: all of it can be
 * run again, so the least recently used studies go when there is no room.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { studyKey } from './journal.ts';
import { type Entry, opened, pack } from './journal-chunks.ts';
import type { Journal } from './trials.ts';

const DATABASE = 'millwright';
/** Bytes of outcomes that are kept over all studies; the one at hand may be larger. */
const ROOM = 200e6;
/** Bytes appended between two looks at the room. */
const LOOK_EVERY = 16e6;

/** A study that something is kept of. */
export interface KeptStudy {
  /** `studyKey` of the next three. */
  key: string;
  scene: string;
  experiment: string;
  seed: number;
  /** When it was begun, and when it was last gone on with: milliseconds since 1970. */
  begun: number;
  used: number;
  twins: number;
  bytes: number;
  /** It came to its end. */
  complete: boolean;
}

interface Schema extends DBSchema {
  studies: { key: string; value: KeptStudy };
  chunks: { key: number; value: { study: string; bytes: Uint8Array<ArrayBuffer> }; indexes: { study: string } };
}

function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, 1, {
    upgrade(database) {
      database.createObjectStore('studies', { keyPath: 'key' });
      database.createObjectStore('chunks', { autoIncrement: true }).createIndex('study', 'study');
    },
    // A newer page in another tab wants the database in another form: it shall have it.
    blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
  });
}

export class BrowserJournal implements Journal {
  private readonly database: IDBPDatabase<Schema>;
  private readonly study: Pick<KeptStudy, 'key' | 'scene' | 'experiment' | 'seed'>;
  private readonly onTrouble: (message: string) => void;
  private unlooked = 0;
  /** No more is kept in this session: there was no room though all else had gone. */
  private full = false;

  private constructor(
    database: IDBPDatabase<Schema>,
    study: Pick<KeptStudy, 'key' | 'scene' | 'experiment' | 'seed'>,
    onTrouble: (message: string) => void,
  ) {
    this.database = database;
    this.study = study;
    this.onTrouble = onTrouble;
  }

  /**
   * Opens what is kept of a study, and makes room among the others.
   * @param onTrouble told in words when no more can be kept; the study itself goes on.
   * @throws where the browser keeps nothing (a private window, blocked storage).
   */
  static async open(scene: string, experiment: string, seed: number, onTrouble: (message: string) => void): Promise<BrowserJournal> {
    const database = await open();
    const journal = new BrowserJournal(database, { key: studyKey(scene, experiment, seed), scene, experiment, seed }, onTrouble);
    await prune(database, journal.study.key, ROOM);
    return journal;
  }

  async *load(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { key, scene, experiment, seed } = this.study;
    const study = await this.database.get('studies', key);
    if (study === undefined) return;
    // Sixty-four bits are not many enough to stake a study on.
    if (study.scene !== scene || study.experiment !== experiment || study.seed !== seed) {
      await this.clear();
      return;
    }
    try {
      const names = await this.database.getAllKeysFromIndex('chunks', 'study', key);
      for (const name of names) {
        const chunk = await this.database.get('chunks', name);
        if (chunk === undefined) continue;
        opened(chunk.bytes);
        yield chunk.bytes;
      }
    } catch (error) {
      this.onTrouble(`what was kept of this study cannot be read and is run again: ${(error as Error).message}`);
      await this.clear();
    }
  }

  async append(entries: readonly Entry[]): Promise<void> {
    if (this.full) return;
    const chunks = [...pack(entries)];
    const twins = entries.reduce((sum, { order }) => sum + order.count, 0);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    try {
      await this.write(chunks, twins, bytes);
    } catch {
      // Most likely the browser's own bound for this site: whatever else is here goes first.
      try {
        await prune(this.database, this.study.key, 0);
        await this.write(chunks, twins, bytes);
      } catch (error) {
        this.full = true;
        this.onTrouble(`the browser keeps no more of this study, so a reload would run the rest again: ${(error as Error).message}`);
        return;
      }
    }
    this.unlooked += bytes;
    if (this.unlooked > LOOK_EVERY) {
      this.unlooked = 0;
      await prune(this.database, this.study.key, ROOM).catch(() => undefined);
    }
  }

  async clear(): Promise<void> {
    await forgetStudy(this.database, this.study.key);
  }

  /** Says that the study came to its end, so that nobody is asked to go on with it. */
  async complete(): Promise<void> {
    const transaction = this.database.transaction('studies', 'readwrite');
    const study = await transaction.store.get(this.study.key);
    if (study !== undefined) await transaction.store.put({ ...study, used: Date.now(), complete: true });
    await transaction.done;
  }

  close(): void {
    this.database.close();
  }

  private async write(chunks: Uint8Array<ArrayBuffer>[], twins: number, bytes: number): Promise<void> {
    const { study } = this;
    const transaction = this.database.transaction(['studies', 'chunks'], 'readwrite');
    const studies = transaction.objectStore('studies');
    const now = Date.now();
    const before = (await studies.get(study.key)) ?? { begun: now, twins: 0, bytes: 0 };
    await Promise.all([
      studies.put({ ...study, begun: before.begun, used: now, twins: before.twins + twins, bytes: before.bytes + bytes, complete: false }),
      ...chunks.map((chunk) => transaction.objectStore('chunks').add({ study: study.key, bytes: chunk })),
      transaction.done,
    ]);
  }
}

/** All studies that something is kept of, the last used first; none where the browser keeps nothing. */
export async function keptStudies(): Promise<KeptStudy[]> {
  let database: IDBPDatabase<Schema> | undefined;
  try {
    database = await open();
    return (await database.getAll('studies')).sort((a, b) => b.used - a.used);
  } catch {
    return [];
  } finally {
    database?.close();
  }
}

/** Drops studies, the least recently used first, until all of them have room; never the one named. */
async function prune(database: IDBPDatabase<Schema>, current: string, room: number): Promise<void> {
  const studies = (await database.getAll('studies')).sort((a, b) => a.used - b.used);
  let bytes = studies.reduce((sum, study) => sum + study.bytes, 0);
  for (const study of studies) {
    if (bytes <= room) return;
    if (study.key === current) continue;
    await forgetStudy(database, study.key);
    bytes -= study.bytes;
  }
}

async function forgetStudy(database: IDBPDatabase<Schema>, key: string): Promise<void> {
  const transaction = database.transaction(['studies', 'chunks'], 'readwrite');
  const chunks = transaction.objectStore('chunks');
  const names = await chunks.index('study').getAllKeys(key);
  await Promise.all([transaction.objectStore('studies').delete(key), ...names.map((name) => chunks.delete(name)), transaction.done]);
}
