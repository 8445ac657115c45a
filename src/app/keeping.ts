/** The last changed scene, kept by the browser where it may keep anything: nothing that was made is lost by closing a tab. */

const KEY = 'millwright.scene';

export interface Kept {
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

export function keep(text: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ text, at: Date.now() } satisfies Kept));
  } catch {
    // No storage, or it is full: the page works without; Save and Share remain.
  }
}

/** What was kept; undefined where there is nothing, or nothing that can be read. */
export function recall(): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Kept> | null;
    return typeof kept?.text === 'string' && typeof kept.at === 'number' ? { text: kept.text, at: kept.at } : undefined;
  } catch {
    return undefined;
  }
}
