/** Scenes in and out of the page: a file, a drop, a paste, a link, an address. */
import { LINK_LIMIT, linkTo, readLink } from './link.ts';
import { whole } from './quantity.ts';
import { messageOf, type Session, type Wanted } from './session.ts';

/** Ends of the names of files that a model consists of; all else is a scene. */
const MODEL_FILES = new Set(['glb', 'gltf', 'bin', 'png', 'jpg', 'jpeg', 'webp']);

/** Asks for a file and loads it, with the models that are chosen besides. */
export function openFile(session: Session): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = `.json,application/json,${[...MODEL_FILES].map((end) => `.${end}`).join(',')}`;
  input.addEventListener('change', () => void loadFiles(session, [...(input.files ?? [])]));
  input.click();
}

/** A scene, and models of its own given together with it; models alone are for the scene that is loaded. */
async function loadFiles(session: Session, files: File[]): Promise<void> {
  const isModel = ({ name }: File): boolean => MODEL_FILES.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  const models = Object.fromEntries(files.filter(isModel).map((file) => [file.name, file]));
  const [scene, ...more] = files.filter((file) => !isModel(file));
  if (!scene) {
    if (files.length > 0) session.addModels(models);
    return;
  }
  try {
    const options = { wanted: {}, fresh: true, models: { base: undefined, files: models } };
    if (!(await session.load(await scene.text(), scene.name, options))) return;
    const besides = Object.keys(models).length === 0 ? '' : ` with ${Object.keys(models).join(', ')}`;
    const left = more.length === 0 ? '' : ` One scene at a time: ${more.map(({ name }) => name).join(', ')} was left out.`;
    session.notify(`${scene.name} is loaded${besides}.${left}`);
  } catch (error) {
    session.notify(`${scene.name} cannot be read: ${messageOf(error)}`);
  }
}

/** Downloads the scene's text, byte for byte as it is. */
export function saveFile(session: Session): void {
  const { scene, plan } = session.state;
  const name = (plan.value?.name ?? 'scene').replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-|-$/g, '') || 'scene';
  download(new Blob([scene.value], { type: 'application/json' }), `${name}.json`);
}

export function download(file: Blob, name: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(file);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}

/** Copies a link that carries the scene, the seed, the number of twins and the watched twin. */
export async function shareLink(session: Session): Promise<void> {
  const { state } = session;
  try {
    const settings = { seed: session.seed, replications: session.replications };
    const link = await linkTo(location.href, state.scene.value, settings, state.watched.value.replication, state.models.value.base);
    if (link.length > LINK_LIMIT) {
      session.notify(
        `The link would have ${whole(link.length)} characters; beyond ${whole(LINK_LIMIT)} it may be cut on its way. Send the file instead.`,
        { label: 'Save file', run: () => saveFile(session) },
      );
      return;
    }
    try {
      await navigator.clipboard.writeText(link);
      session.notify(`A link to this scene, seed and twin was copied (${whole(link.length)} characters).`);
    } catch {
      // Without a secure context there is no clipboard: the address line then holds the link.
      history.replaceState(null, '', link);
      session.notify('The address line now holds the link to this scene, seed and twin; copy it from there.');
    }
  } catch (error) {
    session.notify(`No link can be made here: ${messageOf(error)}`, { label: 'Save file', run: () => saveFile(session) });
  }
}

/**
 * Loads what the page's address asks for: the scene in its fragment, else the one at `?scene=`, else `fallback`. Where the address asks for
 * something that cannot be had, it says so and loads the fallback.
 */
export async function loadFromAddress(session: Session, fallback: string): Promise<void> {
  let wanted: Wanted = {};
  try {
    const link = await readLink(location.hash);
    wanted = link;
    const besides = (base: string | undefined) => ({ wanted, fresh: true, models: { base, files: {} } });
    if (link.scene !== undefined && (await session.load(link.scene, 'the scene of this link', besides(link.from)))) return;
    const address = new URLSearchParams(location.search).get('scene');
    if (link.scene === undefined && address !== null) {
      const text = await fetchScene(address).catch((error: unknown) => {
        throw new Error(`${messageOf(error)} The default scene is shown.`);
      });
      if (await session.load(text, address, besides(new URL(address, document.baseURI).href))) return;
    }
  } catch (error) {
    session.notify(messageOf(error));
  }
  const failed = session.state.rejected.value;
  await session.load(fallback, 'the default scene', { wanted, fresh: failed === undefined, models: session.state.models.value });
  if (failed) session.state.rejected.value = failed;
}

/** The text at an address; an Error says in words why there is none. */
export async function fetchScene(address: string): Promise<string> {
  const url = new URL(address, document.baseURI);
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error(`${url.href} cannot be fetched: no answer, or the server forbids other pages to read it.`);
  }
  if (!response.ok) throw new Error(`${url.href} answered ${response.status} ${response.statusText}.`);
  return response.text();
}

/** Takes scenes dropped anywhere, pasted anywhere outside an input, and followed as links on this page. */
export function listenForScenes(session: Session, root: HTMLElement): void {
  // A text dragged into an input belongs to the input; a file anywhere, and a text elsewhere, is a scene.
  const isScene = (event: DragEvent) => event.dataTransfer?.types.includes('Files') || !isTyping(event.target);
  root.addEventListener('dragover', (event) => {
    if (!isScene(event)) return;
    event.preventDefault();
    root.dataset['drop'] = '';
  });
  root.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) delete root.dataset['drop'];
  });
  root.addEventListener('drop', (event) => {
    if (!isScene(event)) return;
    event.preventDefault();
    delete root.dataset['drop'];
    const files = [...(event.dataTransfer?.files ?? [])];
    const text = event.dataTransfer?.getData('text/plain');
    if (files.length > 0) void loadFiles(session, files);
    else if (text) void session.load(text, 'The dropped text', { wanted: {}, fresh: true });
  });
  window.addEventListener('paste', (event) => {
    if (isTyping(event.target)) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData('text/plain');
    if (files.length > 0) void loadFiles(session, files);
    else if (text?.trim()) void session.load(text, 'The pasted text', { wanted: {}, fresh: true });
  });
  window.addEventListener('hashchange', () => void loadFromAddress(session, session.state.scene.value));
}

/** Whether keys and pastes belong to the element itself. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input:not([type=range]), textarea, select, [contenteditable]') !== null;
}
