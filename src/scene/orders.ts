/** Lists of orders, as JSON or as CSV → orders by release. */
import Papa from 'papaparse';
import type { ElementText, Values } from './normalise-values.ts';
import { didYouMean, type Path, shown } from './problems.ts';
import type { Order } from './scene.ts';
import { DURATION } from '../clock.ts';

type OrderText = Exclude<NonNullable<ElementText<'sources'>['orders']>, string>[number];

const COLUMNS = ['product', 'quantity', 'release', 'due', 'priority'] as const;
const MOST_ORDERS = 1_000_000;
/** What a whole-number column may hold. */
const BOUNDS = { quantity: [1, 1_000_000], priority: [-1000, 1000] } as const;

export function ordersOf(values: Values, text: string | OrderText[], path: Path): Order[] {
  const texts = typeof text === 'string' ? fromCsv(values, text, path) : text.map((order, i) => ({ order, where: [...path, i] }));
  const orders = texts.map(({ order, where }): Order => {
    const { product, quantity = 1, release = 0, due } = order;
    const released = values.duration(release, [...where, 'release']);
    const dueAt = due === undefined ? undefined : values.duration(due, [...where, 'due']);
    return {
      product,
      quantity,
      release: released,
      due: dueAt,
      priority: order.priority ?? ownPriority(values, product),
    };
  });
  return orders.sort((a, b) => a.release - b.release);
}

function ownPriority(values: Values, product: string): number {
  const { products } = values.text;
  return Object.hasOwn(products, product) ? (products[product]?.priority ?? 0) : 0;
}

/** Orders of a CSV text (RFC 4180, or with semicolons), each with the path of its line. */
function fromCsv(values: Values, text: string, path: Path): { order: OrderText; where: Path }[] {
  const { findings } = values;
  const products = Object.keys(values.text.products);
  const found: { order: OrderText; where: Path }[] = [];
  let names: string[] | undefined;
  let line = 1;
  let begins = 1;
  let at = 0;
  let count = 0;
  let mended = true;
  const refuse = (message: string): void => {
    findings.add(path, `line ${begins}: ${message}`);
    mended = false;
  };
  Papa.parse<string[]>(text, {
    delimitersToGuess: [',', ';', '\t'],
    step({ data, errors, meta }, parser) {
      // A field in quotes may hold line breaks, so lines are counted in the text.
      begins = line;
      for (; at < meta.cursor; at++) if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) line++;
      const cells = data.map((cell) => cell.trim());
      const error = errors.find(({ type }) => type === 'Quotes');
      if (error) return refuse('found a field whose quotation marks do not match; expected "…" with "" for a quotation mark inside');
      if (cells.every((cell) => cell === '')) return;
      if (!names) {
        names = cells;
        const unknown = cells.findIndex((cell) => !(COLUMNS as readonly string[]).includes(cell));
        if (unknown !== -1)
          refuse(
            `found the column ${shown(cells[unknown])}; expected ${COLUMNS.join(', ')}${didYouMean(cells[unknown] as string, COLUMNS)}`,
          );
        else if (new Set(cells).size < cells.length) refuse('found a column twice; expected each once');
        else if (!cells.includes('product')) refuse(`found no column "product"; expected the names of the columns: ${COLUMNS.join(', ')}`);
        if (!mended) parser.abort();
        return;
      }
      if (cells.length !== names.length) return refuse(`found ${cells.length} fields; expected ${names.length}, one for each column`);
      if (++count > MOST_ORDERS) {
        refuse(`more than ${MOST_ORDERS.toLocaleString('en')} orders; the limit is ${MOST_ORDERS.toLocaleString('en')}`);
        return parser.abort();
      }
      const order: Record<string, string | number> = {};
      names.forEach((name, i) => {
        const cell = cells[i] as string;
        if (cell === '') return;
        const number = /^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?$/.test(cell) ? Number(cell) : undefined;
        if (name === 'quantity' || name === 'priority') {
          const [least, most] = BOUNDS[name];
          if (number === undefined || !Number.isInteger(number) || number < least || number > most)
            refuse(
              `found ${shown(cell)} as ${name}; expected a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`,
            );
          else order[name] = number;
        } else if (name === 'release' || name === 'due') {
          if (!(number !== undefined && number >= 0) && !DURATION.test(cell))
            refuse(`found ${shown(cell)} as ${name}; expected a duration: a number of at least 0, or a text such as 1.5 h`);
          else order[name] = number ?? cell;
        } else if (!products.includes(cell)) {
          refuse(`found ${shown(cell)}; expected the name of a product${didYouMean(cell, products)}`);
        } else order[name] = cell;
      });
      if (cells[names.indexOf('product')] === '') refuse('found no product; expected the name of one');
      found.push({ order: order as unknown as OrderText, where: path });
    },
  });
  if (mended && found.length === 0)
    findings.add(path, 'found no order; expected a line with the names of the columns and a line for each order');
  return mended ? found : [];
}
