/** Everything in a scene that has a name, for the tree, the palette and the numbers: elements from the plan, the rest from the scene's text. */
import type { FloorNode, FloorPlan } from '../engine/trace.ts';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { isWay } from '../view/plan.ts';
import { transferName, writtenAt, type Kind } from './scene-text.ts';

export interface Item {
  name: string;
  kind: Kind;
  note: string;
  /** What the note says, in words. */
  meaning: string;
}

/** `tree` is undefined where the text is too long to be read on the page; then only what the plan holds is listed. */
export function itemsOf(plan: FloorPlan, tree: Node | undefined): Item[] {
  const nodes = plan.nodes.filter((node) => !isWay(node));
  const stations = new Set(namesUnder(tree, 'stations'));
  return [
    // A station with unlimited servers holds its parts as a transfer does, and is a station all the same.
    ...nodes.map((node): Item => ({ name: node.name, kind: stations.has(node.name) ? 'station' : node.kind, ...noteOf(node) })),
    ...plan.products.map(({ name }): Item => ({ name, kind: 'product', ...productNote(tree, name) })),
    ...transfers(tree),
    ...namesUnder(tree, 'people').map((name): Item => ({ name, kind: 'pool', ...poolNote(tree, name) })),
    ...namesUnder(tree, 'calendars').map(
      (name): Item => ({ name, kind: 'calendar', note: writtenAt(tree, ['calendars', name, 'cycle']), meaning: 'length of its cycle' }),
    ),
    ...namesUnder(tree, 'limits').map((name): Item => {
      const kind = writtenAt(tree, ['limits', name, 'kind']);
      return { name, kind: 'limit', note: writtenAt(tree, ['limits', name, 'cards']), meaning: `cards${kind ? ` of this ${kind}` : ''}` };
    }),
  ];
}

function namesUnder(tree: Node | undefined, key: string): string[] {
  const found = tree && findNodeAtLocation(tree, [key]);
  return (found?.type === 'object' ? (found.children ?? []) : []).map((property) => String(property.children?.[0]?.value));
}

function noteOf(node: FloorNode): Pick<Item, 'note' | 'meaning'> {
  if (node.kind === 'buffer') return { note: Number.isFinite(node.capacity) ? `${node.capacity}` : '∞', meaning: 'capacity' };
  if (node.kind === 'conveyor') return { note: `${node.capacity}`, meaning: 'parts that find room on it' };
  if (node.kind === 'transfer') return { note: '∞', meaning: 'servers' };
  return { note: node.kind === 'station' && node.servers > 1 ? `×${node.servers}` : '', meaning: 'servers' };
}

function productNote(tree: Node | undefined, name: string): Pick<Item, 'note' | 'meaning'> {
  const priority = writtenAt(tree, ['products', name, 'priority']);
  const due = tree && findNodeAtLocation(tree, ['products', name, 'due']);
  const allowed = due === undefined ? '' : due.type === 'object' ? 'random' : String(due.value);
  const words = [...(allowed ? [`due after ${allowed}`] : []), ...(priority ? [`priority ${priority}`] : [])];
  const note = [...(allowed ? [`due ${allowed}`] : []), ...(priority ? [`p ${priority}`] : [])].join(', ');
  return { note, meaning: words.join(', ') };
}

function poolNote(tree: Node | undefined, name: string): Pick<Item, 'note' | 'meaning'> {
  const skills = tree && findNodeAtLocation(tree, ['people', name, 'skills']);
  const list = (skills?.children ?? []).map((skill) => String(skill.value)).join(', ') || name;
  const count = writtenAt(tree, ['people', name, 'count']);
  return { note: count ? `×${count}` : 'by shifts', meaning: `people; skills: ${list}` };
}

function transfers(tree: Node | undefined): Item[] {
  const list = tree && findNodeAtLocation(tree, ['transfers']);
  return (list?.type === 'array' ? (list.children ?? []) : []).map((_, index): Item => {
    const time = findNodeAtLocation(tree!, ['transfers', index, 'time']);
    const note = time === undefined || time.type === 'object' ? '' : String(time.value);
    return { name: transferName(tree!, index), kind: 'transfer', note, meaning: 'travelling time' };
  });
}
