// The back camera as an object: its stream, its torch, its zoom, and why it would not open.
// It must not know what is looked for in the picture.

import type { CameraFault } from '@zaichang/core';

export interface ZoomRange {
  min: number;
  max: number;
  step: number;
}

export interface Lens {
  stream: MediaStream;
  /** Null where the camera has none. */
  zoom_range: ZoomRange | null;
  has_torch: boolean;
  zoom(to: number): void;
  torch(on: boolean): void;
  close(): void;
}

/** Constraints and capabilities that cameras have and the DOM's types do not. */
interface PhoneCapabilities {
  torch?: boolean;
  zoom?: { min: number; max: number; step?: number };
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  // A code across a hall is small: as many points as a phone gives without effort.
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } },
};

/** `ended` is called when the camera is taken away: by another app, or by the system while the page was hidden. */
export async function open_lens(window: Window, ended = (): void => {}): Promise<Lens | CameraFault> {
  const devices = window.navigator.mediaDevices as MediaDevices | undefined;
  if (!window.isSecureContext || devices?.getUserMedia === undefined) return 'insecure';
  try {
    const stream = await devices.getUserMedia(WANTED);
    stream.getTracks().forEach((track) => track.addEventListener('ended', ended));
    return lens_of(stream);
  } catch (fault) {
    return fault_of((fault as { name?: string } | null)?.name ?? '');
  }
}

function lens_of(stream: MediaStream): Lens {
  const track = stream.getVideoTracks()[0];
  const can = (track?.getCapabilities?.() ?? {}) as PhoneCapabilities;
  const set = (change: PhoneCapabilities | { zoom: number }): void => {
    // A refused torch or zoom leaves the picture as it is; no message is shown.
    void track?.applyConstraints({ advanced: [change as MediaTrackConstraintSet] }).catch(() => {});
  };
  return {
    stream,
    zoom_range: can.zoom && can.zoom.max > can.zoom.min ? { step: 0.1, ...can.zoom } : null,
    has_torch: can.torch === true,
    zoom: (to) => set({ zoom: to }),
    torch: (on) => set({ torch: on }),
    close: () => stream.getTracks().forEach((each) => each.stop()),
  };
}

function fault_of(name: string): CameraFault {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return 'in_use';
}
