/** A small reader of WebM files, for tests: elements by RFC 8794, their meaning by RFC 9559. */

interface Element {
  id: number;
  at: number;
  end: number;
}

interface Film {
  docType: string;
  codec: string;
  width: number;
  height: number;
  /** Milliseconds. */
  duration: number;
  frames: { at: number; key: boolean; data: Uint8Array<ArrayBuffer> }[];
  /** Each cue, and the time of the cluster that stands where it points to. */
  cues: { at: number; clusterAt: number }[];
}

export function readWebm(bytes: Uint8Array<ArrayBuffer>): Film {
  const elements = (from: number, to: number): Element[] => {
    const found: Element[] = [];
    for (let at = from; at < to; ) {
      const idLength = Math.clz32(bytes[at]!) - 23;
      let id = 0;
      for (let i = 0; i < idLength; i++) id = id * 256 + bytes[at++]!;
      const sizeLength = Math.clz32(bytes[at]!) - 23;
      let size = bytes[at++]! & ((1 << (8 - sizeLength)) - 1);
      for (let i = 1; i < sizeLength; i++) size = size * 256 + bytes[at++]!;
      found.push({ id, at, end: at + size });
      at += size;
      if (at > to) throw new Error(`the element ${id.toString(16)} is longer than what it stands in`);
    }
    return found;
  };
  const inside = (element: Element) => elements(element.at, element.end);
  const one = (list: Element[], id: number): Element => {
    const found = list.find((element) => element.id === id);
    if (!found) throw new Error(`there is no element ${id.toString(16)}`);
    return found;
  };
  const number = ({ at, end }: Element) => bytes.subarray(at, end).reduce((sum, byte) => sum * 256 + byte, 0);
  const text = ({ at, end }: Element) => new TextDecoder().decode(bytes.subarray(at, end));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  const top = elements(0, bytes.length);
  const segment = one(top, 0x18538067);
  const parts = inside(segment);
  const info = inside(one(parts, 0x1549a966));
  if (number(one(info, 0x2ad7b1)) !== 1_000_000) throw new Error('times are not in milliseconds');
  const track = inside(one(inside(one(parts, 0x1654ae6b)), 0xae));
  const video = inside(one(track, 0xe0));
  const timeOf = (cluster: Element) => number(one(inside(cluster), 0xe7));
  return {
    docType: text(one(inside(one(top, 0x1a45dfa3)), 0x4282)),
    codec: text(one(track, 0x86)),
    width: number(one(video, 0xb0)),
    height: number(one(video, 0xba)),
    duration: view.getFloat64(one(info, 0x4489).at),
    frames: parts
      .filter(({ id }) => id === 0x1f43b675)
      .flatMap((cluster) =>
        inside(cluster)
          .filter(({ id }) => id === 0xa3)
          .map(({ at, end }) => ({
            at: timeOf(cluster) + view.getInt16(at + 1),
            key: (bytes[at + 3]! & 0x80) !== 0,
            data: bytes.slice(at + 4, end),
          })),
      ),
    cues: inside(one(parts, 0x1c53bb6b)).map((point) => {
      const target = number(one(inside(one(inside(point), 0xb7)), 0xf1));
      const cluster = parts.find(({ at, id }) => id === 0x1f43b675 && at === segment.at + target + 12);
      return { at: number(one(inside(point), 0xb3)), clusterAt: cluster ? timeOf(cluster) : Number.NaN };
    }),
  };
}
