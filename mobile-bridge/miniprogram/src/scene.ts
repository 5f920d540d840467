// How the mini-program was opened, as WeChat reports it, sent with the scan: 1011 a camera, 1012 and 1013 a picture.
// It is the phone's own claim: the server weighs it and refuses no scan for it alone.

/** Undefined once the scan at hand was made by our own scanner: how the program was opened says nothing about that one. */
let scene: number | undefined = undefined;

export const scene_of_scan = (): number | undefined => scene;

export function opened_by(options: { scene?: number } | undefined): void {
  scene = typeof options?.scene === 'number' ? options.scene : undefined;
}

export function scanned_here(): void {
  scene = undefined;
}
