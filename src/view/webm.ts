/**
 * A WebM file of one silent video track, from encoded frames: the few elements of Matroska (RFC 9559; EBML itself is RFC 8794) that players
 * ask for, all sizes known, with cues, so that a player can seek.
 */

export interface EncodedFrame {
  data: Uint8Array<ArrayBuffer>;
  /** Shown from then on, ms from the beginning of the film. */
  at: number;
  key: boolean;
}

export interface VideoTrack {
  codec: 'V_VP9' | 'V_VP8';
  width: number;
  height: number;
  /** Milliseconds that the film and one frame last. */
  duration: number;
  frameDuration: number;
}

/** Element IDs, with their length marker, as RFC 9559 section 5.1 lists them. */
const ID = {
  EBML: 0x1a45dfa3,
  EBMLVersion: 0x4286,
  EBMLReadVersion: 0x42f7,
  EBMLMaxIDLength: 0x42f2,
  EBMLMaxSizeLength: 0x42f3,
  DocType: 0x4282,
  DocTypeVersion: 0x4287,
  DocTypeReadVersion: 0x4285,
  Segment: 0x18538067,
  Info: 0x1549a966,
  TimestampScale: 0x2ad7b1,
  Duration: 0x4489,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,
  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackUID: 0x73c5,
  TrackType: 0x83,
  FlagLacing: 0x9c,
  DefaultDuration: 0x23e383,
  CodecID: 0x86,
  Video: 0xe0,
  PixelWidth: 0xb0,
  PixelHeight: 0xba,
  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
  Cues: 0x1c53bb6b,
  CuePoint: 0xbb,
  CueTime: 0xb3,
  CueTrackPositions: 0xb7,
  CueTrack: 0xf7,
  CueClusterPosition: 0xf1,
} as const;

/** A SimpleBlock's time is a signed 16-bit number of milliseconds from its cluster's. */
const CLUSTER_MS = 30_000;

type Bytes = Uint8Array<ArrayBuffer>;

/** A number in as few big-endian bytes as hold it; at least `least`. */
function whole(value: number, least = 1): Bytes {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length < least; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

const text = (words: string): Bytes => new TextEncoder().encode(words);

function float(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

const lengthOf = (pieces: readonly Bytes[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** An element as pieces that follow one another, so that no picture is copied. Its size always takes eight bytes: positions do not depend on sizes. */
function element(id: number, ...content: Bytes[]): Bytes[] {
  const size = whole(lengthOf(content), 8);
  size[0] = 0x01;
  return [whole(id), size, ...content];
}

/** The file. Frames are in order, and the first of them is a key frame. */
export function webm(track: VideoTrack, frames: readonly EncodedFrame[]): Blob {
  const header = element(
    ID.EBML,
    ...element(ID.EBMLVersion, whole(1)),
    ...element(ID.EBMLReadVersion, whole(1)),
    ...element(ID.EBMLMaxIDLength, whole(4)),
    ...element(ID.EBMLMaxSizeLength, whole(8)),
    ...element(ID.DocType, text('webm')),
    ...element(ID.DocTypeVersion, whole(4)),
    ...element(ID.DocTypeReadVersion, whole(2)),
  );
  const info = element(
    ID.Info,
    ...element(ID.TimestampScale, whole(1_000_000)),
    ...element(ID.Duration, float(track.duration)),
    ...element(ID.MuxingApp, text('Millwright')),
    ...element(ID.WritingApp, text('Millwright')),
  );
  const tracks = element(
    ID.Tracks,
    ...element(
      ID.TrackEntry,
      ...element(ID.TrackNumber, whole(1)),
      ...element(ID.TrackUID, whole(1)),
      ...element(ID.TrackType, whole(1)),
      ...element(ID.FlagLacing, whole(0)),
      ...element(ID.DefaultDuration, whole(Math.round(track.frameDuration * 1e6))),
      ...element(ID.CodecID, text(track.codec)),
      ...element(ID.Video, ...element(ID.PixelWidth, whole(track.width)), ...element(ID.PixelHeight, whole(track.height))),
    ),
  );
  const body: Bytes[] = [...info, ...tracks];
  const cues: Bytes[] = [];
  let open: { at: number; blocks: Bytes[] } | undefined;
  const close = () => {
    if (!open) return;
    cues.push(
      ...element(
        ID.CuePoint,
        ...element(ID.CueTime, whole(open.at)),
        ...element(ID.CueTrackPositions, ...element(ID.CueTrack, whole(1)), ...element(ID.CueClusterPosition, whole(lengthOf(body)))),
      ),
    );
    body.push(...element(ID.Cluster, ...element(ID.Timestamp, whole(open.at)), ...open.blocks));
    open = undefined;
  };
  for (const frame of frames) {
    const at = Math.round(frame.at);
    // A cluster begins with a key frame, so that a player can begin there too.
    if (!open || frame.key || at - open.at >= CLUSTER_MS) {
      close();
      open = { at, blocks: [] };
    }
    const since = whole(at - open.at, 2);
    open.blocks.push(...element(ID.SimpleBlock, Uint8Array.from([0x81, since[0]!, since[1]!, frame.key ? 0x80 : 0]), frame.data));
  }
  close();
  return new Blob([...header, ...element(ID.Segment, ...body, ...element(ID.Cues, ...cues))], { type: 'video/webm' });
}
