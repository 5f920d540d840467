// How the mini-program was opened, as WeChat says it, told with the scan it opened: 1011 a camera, 1012 and 1013 a picture.
// The phone's word: the server weighs it and refuses nobody for it alone.

/** Undefined once the scan at hand was made by our own scanner: how the program was opened says nothing about that one. */
let scene: number | undefined = undefined;

export const scene_of_scan = (): number | undefined => scene;

export function opened_by(options: { scene?: number } | undefined): void {
  scene = typeof options?.scene === 'number' ? options.scene : undefined;
}

export function scanned_here(): void {
  scene = undefined;
}
