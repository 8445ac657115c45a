/**
 * A film where the browser cannot encode by itself: pictures of the floor, one after the other, onto a canvas that a MediaRecorder films. The
 * recorder keeps the time of the wall clock, so it is stopped while a picture is drawn, and runs for as long as the picture is to be seen.
 */
import type { FilmRequest } from '../view/view-worker.ts';
import type { Session } from './session.ts';

const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];

/** Rejects with `reason` where there is no recorder either. The clock of the twin stands afterwards where it stood before. */
export async function recordFilm(
  session: Session,
  request: FilmRequest,
  onProgress: (share: number) => void,
  signal: AbortSignal,
  reason: string,
): Promise<Blob> {
  const type = typeof MediaRecorder === 'undefined' ? undefined : TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  if (type === undefined) throw new Error(`${reason} And it cannot record a canvas either; another browser can.`);
  const { state, player } = session;
  const { seconds, framesPerSecond } = request;
  const frames = Math.max(1, Math.round(seconds * framesPerSecond));
  const size = request.width && request.height ? { width: request.width, height: request.height } : undefined;
  const from = state.tick.value;
  const ticksASecond = state.speed.value / (state.tracedPlan.value?.tickSeconds ?? 1);
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d')!;
  const chunks: Blob[] = [];
  let recorder: MediaRecorder | undefined;
  let track: MediaStreamTrack | undefined;
  try {
    for (let frame = 0; frame < frames; frame++) {
      signal.throwIfAborted();
      player.seek(from + (frame / framesPerSecond) * ticksASecond);
      const picture = await createImageBitmap(await player.picture(size));
      if (!recorder) {
        canvas.width = picture.width;
        canvas.height = picture.height;
        const stream = canvas.captureStream(0);
        [track] = stream.getVideoTracks();
        recorder = new MediaRecorder(stream, {
          mimeType: type,
          videoBitsPerSecond: picture.width * picture.height * framesPerSecond * 0.16,
        });
        recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data));
        recorder.start();
      } else recorder.resume();
      pen.drawImage(picture, 0, 0);
      picture.close();
      if (track && 'requestFrame' in track) (track as CanvasCaptureMediaStreamTrack).requestFrame();
      await new Promise((resolve) => setTimeout(resolve, 1000 / framesPerSecond));
      recorder.pause();
      onProgress((frame + 1) / frames);
    }
    const stopped = new Promise((resolve) => recorder!.addEventListener('stop', resolve, { once: true }));
    recorder!.stop();
    await stopped;
  } finally {
    if (recorder && recorder.state !== 'inactive') recorder.stop();
    track?.stop();
    player.seek(from);
  }
  return new Blob(chunks, { type });
}
