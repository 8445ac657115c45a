/** Buffers of capacity "none": parts go straight through, as though the elements on both sides were linked directly. So an experiment may take a buffer away. */
import type { Findings } from './problems.ts';
import type { Link, Scene } from './scene.ts';

/** Takes such buffers (capacity 0) out of a scene and joins their links. Where something else hangs on such a buffer, that is a finding. */
export function elide(scene: Scene, findings: Findings): void {
  const none = new Set(scene.buffers.flatMap(({ name, capacity }) => (capacity === 0 ? [name] : [])));
  if (none.size === 0) return;
  const onward = new Map<string, string>();
  for (const name of none) {
    const needed = (why: string): void =>
      findings.add(['buffers', name, 'capacity'], `found "none" (no buffer: parts go straight through); expected at least 1, as ${why}`);
    const links = scene.links.filter(({ from }) => from === name);
    const [link] = links;
    if (links.length !== 1 || link === undefined || link.to.length !== 1 || link.products !== undefined)
      needed('it does not lead to one element alone');
    else onward.set(name, link.to[0] as string);
    if (scene.limits.some(({ elements }) => elements.includes(name))) needed('a limit counts the parts in it');
    if (scene.transfers.some(({ from, to }) => from.includes(name) || to.includes(name))) needed('a transfer names it');
    if (
      scene.stations.some(({ dispatch }) =>
        dispatch.some(({ program }) =>
          program.code.some(({ operand }) => typeof operand === 'object' && 'node' in operand && operand.node === name),
        ),
      )
    )
      needed('a dispatch rule counts the parts in it');
  }
  if (findings.count > 0) return;
  const end = (name: string): string => {
    let at = name;
    for (let i = 0; i <= none.size && onward.has(at); i++) at = onward.get(at) as string;
    return at;
  };
  for (const name of none)
    if (onward.has(end(name)))
      findings.add(['buffers', name, 'capacity'], 'found "none" in a ring of buffers without places; expected at least 1 in one of them');
  scene.buffers = scene.buffers.filter(({ name }) => !none.has(name));
  scene.links = scene.links
    .filter(({ from }) => !none.has(from))
    .map((link): Link => {
      const to = link.to.map(end);
      if (new Set(to).size < to.length && link.to.some((name) => none.has(name))) {
        findings.add(
          ['buffers'],
          `"${link.from}" leads to "${to.find((name, i) => to.indexOf(name) < i)}" twice, as a buffer between has no place; expected at least 1`,
        );
      }
      return { ...link, to };
    });
}
