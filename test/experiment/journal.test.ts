/** Journals: what is kept reads back to the same bits, and a study that broke off anywhere ends as if it had not. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Browser } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf, JournalFile, mergeFiles } from '../../src/cli/journal-file.ts';
import { journaled, share, studyKey } from '../../src/experiment/journal.ts';
import { type Entry, Kept, pack } from '../../src/experiment/journal-chunks.ts';
import { conclude } from '../../src/search/search.ts';
import { openBrowser } from '../browser.ts';
import { adaptiveSearch, explore, MemoryJournal, outcomeOf, staticSearch, StubTrials } from './stub-study.ts';

/** What both searches say when nothing stands between them and the outcomes. */
const ADAPTIVE = conclude(adaptiveSearch(), (orders) => orders.map(outcomeOf));
const STATIC = conclude(staticSearch(), (orders) => orders.map(outcomeOf));

const twinsOf = (entries: readonly Entry[]): number => entries.reduce((sum, { order }) => sum + order.count, 0);

const anyEntry = fc
  .record({
    point: fc.array(fc.double({ noNaN: true }), { maxLength: 5 }),
    first: fc.integer({ min: 0, max: 0xffffffff }),
    count: fc.integer({ min: 0, max: 0xffffffff }),
    outcome: fc.array(fc.double(), { maxLength: 9 }),
  })
  .map(({ outcome, ...order }): Entry => ({ order, outcome: Float64Array.from(outcome) }));

function kept(chunks: Iterable<Uint8Array<ArrayBuffer>>): Kept {
  const all = new Kept();
  for (const chunk of chunks) all.add(chunk);
  return all;
}

/** Orders are one where all their numbers are; 0 and −0 are. */
const nameOf = ({ order: { point, first, count } }: Entry): string => `${point.join(' ')}|${first}|${count}`;

describe('chunks', () => {
  it('read back to the same bits, in one order whatever they came in', () => {
    const some = fc.uniqueArray(anyEntry, { maxLength: 20, selector: nameOf });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 20 }), (entries, size) => {
        const all = kept(pack(entries));
        expect([all.size, all.twins]).toEqual([entries.length, twinsOf(entries)]);
        for (const { order, outcome } of entries) expect(all.outcomeOf(order)).toEqual(outcome);
        const inOrder = [...all.inOrder()];
        expect(new Set(inOrder)).toEqual(new Set(entries));
        const pieces = Array.from({ length: Math.ceil(entries.length / size) }, (_, i) => entries.slice(i * size, (i + 1) * size));
        expect([...kept(pieces.toReversed().flatMap((piece) => [...pack(piece)])).inOrder()]).toEqual(inOrder);
      }),
    );
  });

  it('find nothing that was not put in', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 20 }), anyEntry, (entries, other) => {
        const there = entries.find((entry) => nameOf(entry) === nameOf(other));
        expect(kept(pack(entries)).outcomeOf(other.order)).toEqual(there?.outcome);
      }),
    );
  });

  it('tell what contradicts them; what comes first stands', () => {
    const entry = (x: number): Entry => ({ order: { point: [0, Number.NaN], first: 1, count: 2 }, outcome: Float64Array.of(x) });
    const all = kept(pack([entry(1)]));
    const told: unknown[] = [];
    for (const x of [1, 2]) for (const chunk of pack([entry(x)])) all.add(chunk, (...what) => told.push(what));
    expect(told).toEqual([[entry(0).order, 0]]);
    expect(all.outcomeOf({ point: [-0, Number.NaN], first: 1, count: 2 })).toEqual(Float64Array.of(1));
    expect(all.size).toBe(1);
  });

  it('are bounded in size, and cost little more than their numbers', () => {
    const order = (i: number) => ({ point: [i, 1, 2, 3, 4], first: 0, count: 10 });
    const chunks = [
      ...pack(Array.from({ length: 200_000 }, (_, i): Entry => ({ order: order(i), outcome: new Float64Array(10).fill(i) }))),
    ];
    const all = kept(chunks);
    expect([all.size, all.outcomeOf(order(123_456))?.[9], all.outcomeOf(order(200_000))]).toEqual([200_000, 123_456, undefined]);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(4_100_000);
    // 15 numbers an order, and 16 bytes.
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBeLessThan(200_000 * (15 * 8 + 17));
  });

  it('that are none are refused', () => {
    const [chunk] = pack([{ order: { point: [1], first: 0, count: 1 }, outcome: Float64Array.of(2) }]) as Iterable<Uint8Array<ArrayBuffer>>;
    for (let length = 0; length < chunk!.length; length++) expect(() => kept([chunk!.slice(0, length)])).toThrow('journal');
    expect(() => kept([new Uint8Array(64).fill(255)])).toThrow('journal');
  });
});

describe('journaled', () => {
  it('changes no outcome, and keeps all of them', async () => {
    const [journal, trials] = [new MemoryJournal(), new StubTrials()];
    let told = 0;
    expect(await explore(adaptiveSearch(), journaled(trials, journal), (twins) => (told = twins))).toBe(ADAPTIVE);
    expect(twinsOf(journal.entries)).toBe(16 * 50 + 8 * 100 + 4 * 200 + 2 * 400);
    expect(told).toBe(2 * 400);

    const again = new StubTrials();
    const recalling = journaled(again, journal);
    expect(await explore(adaptiveSearch(), recalling)).toBe(ADAPTIVE);
    expect(again.ran).toEqual([]);
    expect([recalling.recalled, recalling.missing]).toEqual([3200, 0]);
  });

  it('cuts large orders, the same way whoever runs them', async () => {
    const journal = new MemoryJournal();
    await journaled(new StubTrials(), journal).run([
      { point: [1, 2], first: 1000, count: 200 },
      { point: [3, 4], first: 7, count: 3 },
    ]);
    expect(journal.entries.map(({ order }) => [order.first, order.count])).toEqual([
      [1000, 64],
      [1064, 64],
      [1128, 64],
      [1192, 8],
      [7, 3],
    ]);
  });

  it('goes on from wherever it was stopped', async () => {
    for (const bound of [0, 1, 700, 1601, 3100]) {
      const journal = new MemoryJournal();
      expect(await explore(adaptiveSearch(), journaled(new StubTrials(0, bound), journal))).toBeUndefined();
      const kept = twinsOf(journal.entries);
      expect(kept).toBeGreaterThanOrEqual(bound);
      const rest = new StubTrials();
      const again = journaled(rest, journal);
      expect(await explore(adaptiveSearch(), again)).toBe(ADAPTIVE);
      expect(again.recalled).toBe(kept);
      expect(rest.twins).toBe(3200 - kept);
    }
  });

  it('keeps what came back before the engine failed', async () => {
    const journal = new MemoryJournal();
    const failing = new StubTrials();
    let batches = 0;
    const run = failing.run.bind(failing);
    failing.run = (orders, onProgress) => (++batches > 1 ? Promise.reject(new Error('The device is lost.')) : run(orders, onProgress));
    await expect(explore(adaptiveSearch(), journaled(failing, journal))).rejects.toThrow('lost');
    expect(twinsOf(journal.entries)).toBe(failing.twins);
    expect(failing.twins).toBeGreaterThan(0);
    expect(await explore(adaptiveSearch(), journaled(new StubTrials(), journal))).toBe(ADAPTIVE);
  });

  it('stops within a batch, and says what is missing', async () => {
    const journal = new MemoryJournal();
    const trials = journaled(new StubTrials(2), journal);
    setTimeout(() => trials.stop(), 15);
    expect(await explore(staticSearch(), trials)).toBeUndefined();
    expect(trials.ordered).toBe(3000);
    expect(trials.missing).toBe(3000 - twinsOf(journal.entries));
    expect(trials.missing).toBeGreaterThan(0);
  });

  it('shares out a round so that every piece is run once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 200 }),
        async (n, designs, replications) => {
          const all = new MemoryJournal();
          const sizes: number[] = [];
          for (let i = 1; i <= n; i++) {
            const trials = new StubTrials();
            await explore(staticSearch(designs, replications), journaled(trials, new MemoryJournal(), share(i, n)));
            sizes.push(trials.ran.length);
            await all.append(trials.ran.map((order) => ({ order, outcome: outcomeOf(order) })));
          }
          expect(twinsOf(all.entries)).toBe(designs * replications);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          const nobody = journaled(new StubTrials(), all, () => false);
          expect(await explore(staticSearch(designs, replications), nobody)).toBe(
            conclude(staticSearch(designs, replications), (orders) => orders.map(outcomeOf)),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('tells studies apart', () => {
    const keys = [studyKey('a', 'b', 1), studyKey('a', 'b', 2), studyKey('a', 'c', 1), studyKey('ab', '', 1), studyKey('a ', 'b', 1)];
    expect(new Set(keys).size).toBe(5);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a journal in a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-journal-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const header = headerOf('{"name": "plant"}\n', 'buffers', 7, null);

  it('is gone on with after a crash at any byte', async () => {
    const path = join(folder, 'whole.mwj');
    const file = JournalFile.resume(path, header);
    expect(await explore(adaptiveSearch(), journaled(new StubTrials(), file))).toBe(ADAPTIVE);
    file.close();
    const { length } = readFileSync(path);
    const begin = readFileSync(path).indexOf(10) + 1;
    const cuts = [begin, begin + 1, begin + 15, begin + 16, length - 1, length];
    for (let cut = begin + 100; cut < length; cut += 6151) cuts.push(cut);
    for (const cut of cuts) {
      const torn = join(folder, 'torn.mwj');
      copyFileSync(path, torn);
      truncateSync(torn, cut);
      const resumed = JournalFile.resume(torn, header);
      expect(await explore(adaptiveSearch(), journaled(new StubTrials(), resumed))).toBe(ADAPTIVE);
      resumed.close();
      // What was torn off is gone from the file, so that all of it can be read now.
      const read = JournalFile.read(torn);
      expect(read.warnings).toEqual([]);
      const trials = new StubTrials();
      expect(await explore(adaptiveSearch(), journaled(trials, read))).toBe(ADAPTIVE);
      expect(trials.twins).toBe(0);
      read.close();
    }
  });

  it('says what it left out', async () => {
    const path = join(folder, 'damaged.mwj');
    const file = JournalFile.begin(path, header);
    await file.append([{ order: { point: [1], first: 0, count: 1 }, outcome: Float64Array.of(1) }]);
    await file.append([{ order: { point: [2], first: 0, count: 1 }, outcome: Float64Array.of(2) }]);
    file.close();
    const bytes = readFileSync(path);
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(path, bytes);
    const read = JournalFile.read(path);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of read.load()) chunks.push(chunk);
    expect([...kept(chunks).inOrder()].map(({ order }) => order.point)).toEqual([[1]]);
    expect(read.warnings).toEqual([expect.stringMatching(/damaged\.mwj: the last 56 bytes are not whole/)]);
    read.close();
  });

  it('is refused where it is of something else', () => {
    const path = join(folder, 'other.mwj');
    JournalFile.resume(path, header).close();
    const expected: [string, ReturnType<typeof headerOf>, RegExp][] = [
      ['experiment', headerOf(header.text, 'machines', 7, null), /other\.mwj: found the experiment "buffers"; expected "machines"/],
      ['seed', headerOf(header.text, 'buffers', 8, null), /found the seed 7; expected 8/],
      ['scene', headerOf('{}', 'buffers', 7, null), /found a scene with the digest "[0-9a-f]{16}"; expected "[0-9a-f]{16}"/],
      ['shard', headerOf(header.text, 'buffers', 7, [2, 3]), /found a journal of no shard; expected a journal of shard 2\/3/],
      ['version', { ...header, version: 99 }, /version 1; expected 99/],
    ];
    for (const [, other, message] of expected) expect(() => JournalFile.resume(path, other)).toThrow(message);
    for (const [name, text] of [
      ['scene.json', '{"millwright": 1}\n'],
      ['nothing', '\n'],
      ['picture', '\u0089PNG'],
    ] as const) {
      writeFileSync(join(folder, name), text);
      expect(() => JournalFile.read(join(folder, name))).toThrow(/found no journal; expected/);
    }
    expect(() => JournalFile.read(join(folder, 'missing'))).toThrow(/missing/);
  });

  it('merges to the same bytes however the study was split', async () => {
    const split = async (n: number): Promise<Buffer> => {
      const paths: string[] = [];
      for (let i = 1; i <= n; i++) {
        const path = join(folder, `part-${i}-${n}.mwj`);
        const file = JournalFile.resume(path, headerOf(header.text, 'buffers', 7, [i, n]));
        await explore(staticSearch(), journaled(new StubTrials(), file, share(i, n)));
        file.close();
        paths.push(path);
      }
      const out = join(folder, `merged-${n}.mwj`);
      const { journal } = await mergeFiles(paths.reverse(), out);
      expect(
        await explore(
          staticSearch(),
          journaled(new StubTrials(), journal, () => false),
        ),
      ).toBe(STATIC);
      journal.close();
      return readFileSync(out);
    };
    const one = await split(1);
    for (const n of [2, 3, 7]) expect((await split(n)).equals(one)).toBe(true);
  });

  it('does not merge what contradicts itself', async () => {
    const order = { point: [1, 2], first: 64, count: 1 };
    const paths = [1, 2].map((x) => {
      const path = join(folder, `saying-${x}.mwj`);
      const file = JournalFile.begin(path, header);
      void file.append([{ order, outcome: Float64Array.of(x) }]);
      file.close();
      return path;
    });
    await expect(mergeFiles(paths, join(folder, 'both.mwj'))).rejects.toThrow(
      /saying-2\.mwj: found other outcomes of twins 64 to 64 of the design \(1, 2\); expected those of .*saying-1\.mwj/,
    );
  });
});

describe('a journal in a browser', () => {
  let server: ViteDevServer;
  let browser: Browser;
  let origin: string;
  beforeAll(async () => {
    server = await createServer({
      server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
      optimizeDeps: { include: ['idb'], noDiscovery: true },
      cacheDir: 'node_modules/.vite/journal-test',
      logLevel: 'error',
    });
    await server.listen();
    const bound = server.httpServer!.address();
    if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
    origin = `http://127.0.0.1:${bound.port}`;
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A worker that explores the stub over IndexedDB, tells when it stalls after so many batches, or at last the digest and how much was recalled. */
  const WORKER = `
    self.onmessage = async ({ data: [origin, scene, batches] }) => {
      try {
        const { BrowserJournal, keptStudies } = await import(origin + '/src/experiment/journal-idb.ts');
        const { journaled } = await import(origin + '/src/experiment/journal.ts');
        const { adaptiveSearch, explore, StubTrials } = await import(origin + '/test/experiment/stub-study.ts');
        const troubles = [];
        const journal = await BrowserJournal.open(scene, 'halving', 3, (message) => troubles.push(message));
        const stub = new StubTrials();
        const run = stub.run.bind(stub);
        stub.run = (orders, onProgress) => {
          if (batches-- > 0) return run(orders, onProgress);
          postMessage({ stalled: stub.twins });
          return new Promise(() => undefined);
        };
        const trials = journaled(stub, journal);
        const digest = await explore(adaptiveSearch(), trials);
        await journal.complete();
        postMessage({ digest, recalled: trials.recalled, troubles, kept: await keptStudies() });
      } catch (error) {
        postMessage({ failure: String(error && error.stack) });
      }
    };`;

  it('takes up a study after a reload, to the same digest', async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/public/icon.svg`);
    const run = (scene: string, batches: number): Promise<Record<string, unknown>> =>
      page.evaluate(
        ([source, origin, scene, batches]) =>
          new Promise<Record<string, unknown>>((resolve) => {
            const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
            worker.addEventListener('message', ({ data }) => resolve(data));
            worker.postMessage([origin, scene, batches]);
          }),
        [WORKER, origin, scene, batches] as const,
      );
    const { stalled } = await run('a plant', 3);
    expect(stalled).toBeGreaterThan(0);
    expect(stalled).toBeLessThan(3200);
    await page.reload();
    const second = await run('a plant', Infinity);
    expect(second).toMatchObject({ digest: ADAPTIVE, troubles: [] });
    // What came back last may have been on its way to the disk still.
    expect(second.recalled).toBeGreaterThan(0);
    expect(second.recalled).toBeLessThanOrEqual(stalled as number);
    expect(second.kept).toMatchObject([{ scene: 'a plant', experiment: 'halving', seed: 3, twins: 3200, complete: true }]);
    expect(await run('a plant', Infinity)).toMatchObject({ digest: ADAPTIVE, recalled: 3200 });
    // Another study does not see it.
    expect(await run('another plant', Infinity)).toMatchObject({
      digest: ADAPTIVE,
      recalled: 0,
      kept: [{ scene: 'another plant' }, { scene: 'a plant' }],
    });
    await page.close();
  });

  it('makes room among old studies, and never drops the one at hand', async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/public/icon.svg`);
    // Studies of 150 MB by their account: two of them have no room. As text, for the page has no modules of its own here.
    const kept = await page.evaluate(`(async () => {
      const { BrowserJournal, keptStudies } = await import('${origin}/src/experiment/journal-idb.ts');
      const entry = (size) => ({ order: { point: [1], first: 0, count: 64 }, outcome: new Float64Array(size) });
      const trouble = [];
      const open = (scene) => BrowserJournal.open(scene, 'e', 1, (message) => trouble.push(message));
      const claim = () => new Promise((resolve) => {
        indexedDB.open('millwright').onsuccess = ({ target: { result: database } }) => {
          const transaction = database.transaction('studies', 'readwrite');
          transaction.objectStore('studies').openCursor().onsuccess = ({ target: { result: cursor } }) => {
            if (cursor === null) return;
            cursor.update({ ...cursor.value, bytes: 150e6 });
            cursor.continue();
          };
          transaction.oncomplete = () => { database.close(); resolve(); };
        };
      });
      const names = async () => (await keptStudies()).map(({ scene }) => scene);
      const after = [];
      for (const scene of ['oldest', 'older', 'old']) {
        const journal = await open(scene);
        await journal.append([entry(1)]);
        after.push(await names());
        journal.close();
        await claim();
      }
      // The one at hand is the least recently used now, and grows past the next look.
      const journal = await open('old');
      await new Promise((resolve) => setTimeout(resolve, 2));
      const other = await open('new');
      after.push(await names());
      await other.append([entry(1)]);
      await journal.append([entry(3e6)]);
      const lengths = async () => {
        const all = [];
        for await (const chunk of journal.load()) all.push(chunk.length);
        return all;
      };
      after.push(await names(), await lengths());
      await journal.clear();
      after.push(await names(), await lengths(), trouble);
      return after;
    })()`);
    expect(kept).toEqual([
      ['oldest'],
      ['older', 'oldest'],
      // Two of 150 MB: the older one of them went when the third was opened.
      ['old', 'older'],
      ['old'],
      ['old', 'new'],
      // 24 bytes a chunk and entry, then numbers of 8.
      [24 + 16, 24 + 8 * 3_000_001],
      ['new'],
      [],
      [],
    ]);
    await page.close();
  });
});
