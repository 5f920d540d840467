// Reads the camera's picture again and again until the caller accepts a text.
// One look at a time: a slow phone looks less often instead of falling behind.

import type { QrReader } from './reader.ts';

/** Between two looks: often enough to feel instant, seldom enough to keep the phone cool. */
const PAUSE_MS = 80;

export interface Watching {
  stop(): void;
}

/** `saw` returns true when the text was accepted: then reading stops. */
export function watch_picture(
  video: HTMLVideoElement,
  reader: QrReader,
  saw: (text: string) => boolean,
): Watching {
  const middle = document.createElement('canvas');
  let stopped = false;
  let looks = 0;

  async function look(): Promise<void> {
    if (stopped) return;
    if (video.readyState >= video.HAVE_CURRENT_DATA && !document.hidden) {
      // Every second look takes the middle at twice the size: a far screen is small, and people aim at it.
      looks += 1;
      const picture = looks % 2 === 0 ? middle_of(video, middle) : video;
      const found = await reader.detect(picture).catch(() => []);
      if (stopped) return;
      stopped = found.some(({ rawValue }) => rawValue !== '' && saw(rawValue));
    }
    if (!stopped) window.setTimeout(() => void look(), PAUSE_MS);
  }

  void look();
  return { stop: () => void (stopped = true) };
}

function middle_of(video: HTMLVideoElement, canvas: HTMLCanvasElement): CanvasImageSource {
  const width = Math.floor(video.videoWidth / 2);
  const height = Math.floor(video.videoHeight / 2);
  canvas.width = width * 2;
  canvas.height = height * 2;
  const left = (video.videoWidth - width) / 2;
  const top = (video.videoHeight - height) / 2;
  canvas.getContext('2d')?.drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return canvas;
}
