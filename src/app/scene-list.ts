/** The scenes that come with the product. Their names are part of the page; a text is fetched when it is asked for. */
import { fetchScene } from './files.ts';
import { messageOf, type Session } from './session.ts';

const names = import.meta.glob<string>('../../scenes/**/*.json', { import: 'name', eager: true });
const addresses = import.meta.glob<string>('../../scenes/**/*.json', { import: 'default', query: '?url', eager: true });

interface ShippedScene {
  /** Its path in the folder of scenes. */
  path: string;
  name: string;
  address: string;
}

export const SCENES: ShippedScene[] = Object.entries(names)
  .map(([path, name]) => ({ path: path.replace(/^.*\/scenes\//, ''), name, address: addresses[path]! }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

/** Loads a scene of the list in place of what is loaded; undo brings that back. */
export async function openShipped(session: Session, { name, address }: ShippedScene): Promise<void> {
  try {
    await session.load(await fetchScene(address), name, {
      wanted: {},
      fresh: true,
      models: { base: new URL(address, document.baseURI).href, files: {} },
    });
  } catch (error) {
    session.notify(messageOf(error));
  }
}
