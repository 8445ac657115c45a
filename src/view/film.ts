/**
 * A film, drawn frame by frame at the film's own times and encoded by WebCodecs: a slow machine takes longer and makes the same film.
 * Where there is no encoder it says so; the page then has another way (src/app/pictures.ts).
 */
import { NO_ENCODER } from './film-words.ts';
import type { FilmRequest } from './view-worker.ts';
import { type EncodedFrame, type VideoTrack, webm } from './webm.ts';

/** What the film shows: ticks (with a fraction) from the first frame on, ticks that go by in a second of the film, and the last tick there is. */
export interface Reel {
  from: number;
  ticksASecond: number;
  end: number;
}

/** Seconds between pictures that stand for themselves. */
const KEY_SECONDS = 2;
/** Bits a pixel of a frame: lines and flat colours stay clean. */
const BITS_A_PIXEL = 0.16;
/** Frames that may wait for the encoder. */
const WAITING = 4;

/**
 * The WebM file. `draw` shows the moment `tick` + `fraction` (0 … 1) at the film's size, which is even both ways; what it returns is taken
 * before the next is drawn. Rejects with the signal's reason, with NO_ENCODER …, or with what `draw` throws. `onProgress` hears the share that
 * is drawn, 0 … 1.
 */
export async function film(
  request: FilmRequest & { width: number; height: number },
  reel: Reel,
  draw: (
    tick: number,
    fraction: number,
    width: number,
    height: number,
  ) => OffscreenCanvas | ImageBitmap | Promise<OffscreenCanvas | ImageBitmap>,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const { width, height } = filmSize(request.width, request.height);
  const { framesPerSecond } = request;
  const frames = Math.max(1, Math.round(request.seconds * framesPerSecond));
  const config = await encoding(width, height, framesPerSecond);
  const encoded: EncodedFrame[] = [];
  const failures: Error[] = [];
  const encoder = new VideoEncoder({
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      encoded.push({ data, at: chunk.timestamp / 1000, key: chunk.type === 'key' });
    },
    error: (error) => failures.push(error),
  });
  try {
    encoder.configure(config);
    for (let frame = 0; frame < frames; frame++) {
      signal.throwIfAborted();
      const moment = Math.min(reel.end, reel.from + (frame / framesPerSecond) * reel.ticksASecond);
      const tick = Math.floor(moment);
      const drawn = await draw(tick, moment - tick, width, height);
      const picture = new VideoFrame(drawn, {
        timestamp: Math.round((frame * 1e6) / framesPerSecond),
        duration: Math.round(1e6 / framesPerSecond),
      });
      if ('close' in drawn) drawn.close();
      encoder.encode(picture, { keyFrame: frame % Math.max(1, Math.round(KEY_SECONDS * framesPerSecond)) === 0 });
      picture.close();
      while (encoder.encodeQueueSize > WAITING && failures.length === 0 && !signal.aborted) await dequeued(encoder);
      if (failures[0]) throw failures[0];
      onProgress((frame + 1) / frames);
      // Messages, such as that nobody wants the film any more, come in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    signal.throwIfAborted();
    await encoder.flush();
  } finally {
    if (encoder.state !== 'closed') encoder.close();
  }
  const track: VideoTrack = {
    codec: config.codec === 'vp8' ? 'V_VP8' : 'V_VP9',
    width,
    height,
    duration: (1000 * frames) / framesPerSecond,
    frameDuration: 1000 / framesPerSecond,
  };
  return webm(track, encoded);
}

/** Encoders halve the resolution of colour: both sides are even, at least 16 pixels. */
function filmSize(width: number, height: number): { width: number; height: number } {
  const even = (pixels: number) => Math.max(16, 2 * Math.floor(pixels / 2));
  return { width: even(width), height: even(height) };
}

function dequeued(encoder: VideoEncoder): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(late);
      encoder.removeEventListener('dequeue', done);
      resolve();
    };
    // Not every browser tells; looking again after a moment serves too.
    const late = setTimeout(done, 50);
    encoder.addEventListener('dequeue', done);
  });
}

/**
 * VP9 profile 0, 8 bits, at the level that so many pixels a second ask for (VP9 levels, as in the WebM project's "VP Codec ISO Media File Format
 * Binding": luma samples a second of levels 3.1, 4, 4.1, 5, 5.1, 5.2); else VP8. AV1 is left out: it would be smaller, and take many times as long.
 */
async function encoding(width: number, height: number, framerate: number): Promise<VideoEncoderConfig> {
  if (typeof VideoEncoder === 'undefined') throw new Error(`${NO_ENCODER}.`);
  const rate = width * height * framerate;
  const levels: [rate: number, level: string][] = [
    [36_864_000, '31'],
    [83_558_400, '40'],
    [160_432_128, '41'],
    [311_951_360, '50'],
    [588_251_136, '51'],
  ];
  const level = levels.find(([most]) => rate <= most)?.[1] ?? '52';
  for (const codec of [`vp09.00.${level}.08`, 'vp8']) {
    const config: VideoEncoderConfig = {
      codec,
      width,
      height,
      framerate,
      bitrate: Math.round(rate * BITS_A_PIXEL),
      latencyMode: 'quality',
    };
    if ((await VideoEncoder.isConfigSupported(config).catch(() => undefined))?.supported) return config;
  }
  throw new Error(`${NO_ENCODER} of ${width} × ${height} pixels.`);
}
