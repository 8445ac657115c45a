/** HTML and SVG as text, escaped by construction: whatever stands between the literal parts of a template is text, unless it is markup itself. */

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | undefined | readonly Part[];

/** Markup from a template. Strings and numbers in it are escaped for content and quoted attributes; lists are joined; undefined is nothing. */
export function markup(literals: TemplateStringsArray, ...parts: Part[]): Markup {
  let text = literals[0] as string;
  parts.forEach((part, i) => {
    text += written(part) + (literals[i + 1] as string);
  });
  return new Markup(text);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
