/** Scenes in and out of the page: a file, a drop, a paste, a link, an address. */
import { LINK_LIMIT, linkTo, readLink } from './link.ts';
import { whole } from './quantity.ts';
import { messageOf, type Session, type Wanted } from './session.ts';

/** Asks for a file and loads it. */
export function openFile(session: Session): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => input.files?.[0] && void loadFile(session, input.files[0]));
  input.click();
}

async function loadFile(session: Session, file: File): Promise<void> {
  try {
    if (await session.load(await file.text(), file.name, { wanted: {}, fresh: true })) session.notify(`${file.name} is loaded.`);
  } catch (error) {
    session.notify(`${file.name} cannot be read: ${messageOf(error)}`);
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
    const link = await linkTo(location.href, state.scene.value, settings, state.watched.value.replication);
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
    if (link.scene !== undefined && (await session.load(link.scene, 'the scene of this link', { wanted, fresh: true }))) return;
    const address = new URLSearchParams(location.search).get('scene');
    if (link.scene === undefined && address !== null) {
      const text = await fetchScene(address).catch((error: unknown) => {
        throw new Error(`${messageOf(error)} The default scene is shown.`);
      });
      if (await session.load(text, address, { wanted, fresh: true })) return;
    }
  } catch (error) {
    session.notify(messageOf(error));
  }
  const failed = session.state.rejected.value;
  await session.load(fallback, 'the default scene', { wanted, fresh: failed === undefined });
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
    const file = event.dataTransfer?.files[0];
    const text = event.dataTransfer?.getData('text/plain');
    if (file) void loadFile(session, file);
    else if (text) void session.load(text, 'The dropped text', { wanted: {}, fresh: true });
  });
  window.addEventListener('paste', (event) => {
    if (isTyping(event.target)) return;
    const file = event.clipboardData?.files[0];
    const text = event.clipboardData?.getData('text/plain');
    if (file) void loadFile(session, file);
    else if (text?.trim()) void session.load(text, 'The pasted text', { wanted: {}, fresh: true });
  });
  window.addEventListener('hashchange', () => void loadFromAddress(session, session.state.scene.value));
}

/** Whether keys and pastes belong to the element itself. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input:not([type=range]), textarea, select, [contenteditable]') !== null;
}
