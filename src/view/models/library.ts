/** Fetches the models that a plan needs: those that come with the view, and those that its scene names, from where the scene came. */
import type { FloorPlan, Look } from '../../engine/trace.ts';
import { LOOKS, lookOf, ownName, partName } from '../looks/names.ts';
import type { Model, Models } from '../model.ts';
import type { ModelSource } from '../things.ts';
import { type Decode, readModel } from './glb.ts';
import { type Beside, LIMITS, ModelError } from './gltf-file.ts';
import { fused, grounded } from './reshape.ts';
import { SHIPPED, type ShippedName } from './shipped.ts';

/** Triangles of all models of one scene. */
const MOST_TRIANGLES = 2_000_000;

type OwnLook = Exclude<Look, string>;

/** A model that was read, and the bytes of all files that it was read from. */
interface Kept {
  model: Model;
  from: Map<string, Uint8Array>;
  /** The same in sizes and turns, by `ownName`. */
  shapes: Map<string, Model>;
}

/** Where the shipped models lie, as seen from this script: beside the folder of scripts, or, where it is served as it stands here, beside src. */
export function shippedAt(): string {
  const here = new URL(import.meta.url);
  return new URL(here.pathname.endsWith('/src/view/models/library.ts') ? '../../../models/' : '../models/', here).href;
}

export class Library {
  private readonly home: string;
  private readonly get: typeof fetch;
  private readonly shipped = new Map<ShippedName, Promise<Model>>();
  private readonly kept = new Map<string, Kept>();

  /** `home`: the address of public/models, ending in a slash. */
  constructor(home: string, get: typeof fetch = (...asked) => fetch(...asked)) {
    this.home = home;
    this.get = get;
  }

  /** Models by name, and a sentence for each that is missing: what stands in its place is a plain shape. Never rejects. */
  async load(plan: FloorPlan, source: ModelSource): Promise<{ models: Models; problems: string[] }> {
    const models: Record<string, Model> = {};
    const problems: string[] = [];
    await Promise.all(
      shippedFor(plan).map(async (name) => {
        try {
          models[name] = await this.ship(name);
        } catch (error) {
          problems.push(
            `The model ${SHIPPED[name].file} of this page cannot be shown: ${reasonOf(error)}. Plain shapes stand in its place.`,
          );
        }
      }),
    );
    // One after the other: each may be large.
    let triangles = 0;
    const read = new Map<string, Kept | string>();
    for (const { element, look, part } of ownLooks(plan)) {
      let found = read.get(look.model);
      if (found === undefined) {
        try {
          found = await this.own(look.model, source);
          triangles += found.model.indices.length / 3;
          if (triangles > MOST_TRIANGLES)
            found = `with it the models of the scene have more than ${MOST_TRIANGLES.toLocaleString('en')} triangles`;
        } catch (error) {
          found = reasonOf(error);
        }
        read.set(look.model, found);
      }
      if (typeof found === 'string') {
        problems.push(`The model of ${element}, ${look.model}, cannot be shown: ${found}. A plain shape stands in its place.`);
        continue;
      }
      const name = ownName(look);
      const still = part || Object.keys(found.model.clips).length === 0;
      const key = `${still} ${name}`;
      let shape = found.shapes.get(key);
      if (!shape)
        found.shapes.set(key, (shape = grounded(still ? fused(found.model) : found.model, look.scale, (look.turn * Math.PI) / 180)));
      models[part ? partName(look) : name] = shape;
    }
    return { models, problems };
  }

  private ship(name: ShippedName): Promise<Model> {
    let coming = this.shipped.get(name);
    if (!coming) {
      const { file, ready } = SHIPPED[name];
      coming = this.fetched(new URL(file, this.home), file)
        .then((bytes) => readModel(bytes, refuse, undefined))
        .then(ready);
      this.shipped.set(name, coming);
      // What failed is tried again the next time.
      coming.catch(() => this.shipped.delete(name));
    }
    return coming;
  }

  private async own(name: string, source: ModelSource): Promise<Kept> {
    const file = given(source.files, name);
    const base = file ? undefined : folderOf(source.base);
    if (!file && !base) {
      throw new ModelError(
        Object.keys(source.files).length > 0
          ? 'it is not among the files that were opened together with the scene'
          : 'the scene came alone: open its models together with it',
      );
    }
    const read = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
      const blob = given(source.files, path);
      if (blob) return bytesOf(blob, path);
      if (!base) throw new ModelError(`${path}, which it names, is not among the files that were opened`);
      return this.fetched(within(base, path), path);
    };
    const key = base ? within(base, name).href : `file ${name}`;
    const kept = this.kept.get(key);
    // What came from an address holds as long as the page; files may have been changed, and are at hand.
    if (kept && (base || (await unchanged(kept, read)))) return kept;
    const from = new Map<string, Uint8Array>();
    const once = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = await read(path);
      from.set(path, bytes);
      return bytes;
    };
    const model = await readModel(await once(name), (uri) => once(joined(name, uri)), decode);
    const fresh = { model, from, shapes: new Map<string, Model>() };
    this.kept.set(key, fresh);
    return fresh;
  }

  private async fetched(url: URL, name: string): Promise<Uint8Array<ArrayBuffer>> {
    let answer: Response;
    try {
      // A redirection could lead out of where models may come from.
      answer = await this.get(url, { redirect: 'error' });
    } catch {
      throw new ModelError(`${name} could not be fetched`);
    }
    if (!answer.ok) throw new ModelError(`${name} could not be fetched (the server answers ${answer.status})`);
    if (!answer.body) return new Uint8Array(0);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    const reader = answer.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      total += piece.value.length;
      if (total > LIMITS.bytes) {
        void reader.cancel();
        throw tooLarge(name);
      }
      pieces.push(piece.value);
    }
    const bytes = new Uint8Array(total);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

const refuse: Beside = (uri) => Promise.reject(new ModelError(`it names ${uri}, and should be in one piece`));

const tooLarge = (name: string) => new ModelError(`${name} is larger than ${LIMITS.bytes / 2 ** 20} MiB, which is the most that is taken`);

/** In a browser pictures are decoded by it; elsewhere they are left out. */
const decode: Decode | undefined =
  typeof createImageBitmap === 'function'
    ? async (bytes) => {
        try {
          return await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
        } catch {
          throw new ModelError('one of its pictures cannot be decoded');
        }
      }
    : undefined;

function reasonOf(error: unknown): string {
  if (error instanceof ModelError) return error.message;
  return `it is broken (${error instanceof Error ? error.message : String(error)})`;
}

/** The shipped models that a plan's looks are made of. */
function shippedFor({ nodes, products }: FloorPlan): ShippedName[] {
  const names = new Set<ShippedName>();
  for (const node of nodes) {
    if (node.kind === 'station' && lookOf('station', node.look) === 'robot') names.add('robotArm');
    if (node.kind === 'station' && lookOf('station', node.look) === 'inspection') names.add('scanner');
    if (node.kind === 'conveyor' && lookOf('conveyor', node.look) === 'rollers') names.add('rollers');
  }
  if (products.some(({ look }) => lookOf('product', look) === LOOKS.product[0])) names.add('box');
  return [...names];
}

function ownLooks({ nodes, products }: FloorPlan): { element: string; look: OwnLook; part: boolean }[] {
  const named = [
    ...nodes.map(({ name, look }) => ({ element: JSON.stringify(name), look, part: false })),
    ...products.map(({ name, look }) => ({ element: `product ${JSON.stringify(name)}`, look, part: true })),
  ];
  return named.flatMap(({ element, look, part }) => (typeof look === 'object' ? [{ element, look, part }] : []));
}

/** The folder that a scene came from, where that is an address that anything can be fetched from. */
function folderOf(base: string | undefined): URL | undefined {
  if (base === undefined || !URL.canParse(base)) return undefined;
  const url = new URL('.', base);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

/** The address of a file in a folder or below it. Anything else is refused: nobody who opens a scene shall be led elsewhere by it. */
function within(folder: URL, path: string): URL {
  const refused = new ModelError(`${path} does not lie beside the scene; models are only fetched from ${folder.href} and folders in it`);
  if (!URL.canParse(path, folder)) throw refused;
  const url = new URL(path, folder);
  // Some servers take an escaped slash for one.
  const plain = !/%2f|%5c/i.test(url.pathname) && url.username === '' && url.password === '';
  if (url.origin !== folder.origin || !url.pathname.startsWith(folder.pathname) || !plain) throw refused;
  return url;
}

/** A path as seen from the file that names it. */
function joined(from: string, uri: string): string {
  if (URL.canParse(uri)) return uri;
  return from.slice(0, from.lastIndexOf('/') + 1) + uri;
}

/** A file by its path, or by its bare name where that is told apart: files that are dropped come without their folders. */
function given(files: Record<string, Blob>, path: string): Blob | undefined {
  const tidy = (name: string) => {
    const parts: string[] = [];
    for (const part of unescaped(name).replaceAll('\\', '/').split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts;
  };
  const wanted = tidy(path);
  const all = Object.entries(files).map(([name, blob]) => ({ parts: tidy(name), blob }));
  const exact = all.find(({ parts }) => parts.join('/') === wanted.join('/'));
  const bare = all.filter(({ parts }) => parts[parts.length - 1] === wanted[wanted.length - 1]);
  return exact?.blob ?? (bare.length === 1 ? bare[0]!.blob : undefined);
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function bytesOf(blob: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (blob.size > LIMITS.bytes) throw tooLarge(name);
  return new Uint8Array(await blob.arrayBuffer());
}

/** Whether all files that a model was read from still hold the same bytes. */
async function unchanged({ from }: Kept, read: Beside): Promise<boolean> {
  for (const [path, before] of from) {
    const now = await read(path).catch(() => undefined);
    if (now?.length !== before.length || now.some((byte, i) => byte !== before[i])) return false;
  }
  return true;
}
