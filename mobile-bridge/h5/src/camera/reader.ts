// Finds a QR code in a picture: by the browser's own detector where it reads QR, else by the WebAssembly one we serve.
// It must not know what the text means.

import reader_wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** The one call both detectors share. */
export interface QrReader {
  detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]>;
}

interface NativeDetector {
  new (options: { formats: string[] }): QrReader;
  getSupportedFormats(): Promise<string[]>;
}

const QR = 'qr_code';

/** Null when this browser can read QR codes in no way. */
export async function open_reader(window: Window): Promise<QrReader | null> {
  return (await native_reader(window)) ?? (await served_reader(window as unknown as Newer));
}

async function native_reader(window: Window): Promise<QrReader | null> {
  const Detector = (window as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
  try {
    // Present but empty on machines without the system service: it would never find anything.
    if (!Detector || !(await Detector.getSupportedFormats()).includes(QR)) return null;
    return new Detector({ formats: [QR] });
  } catch {
    return null;
  }
}

interface Newer {
  globalThis?: unknown;
  Object: { hasOwn?: (object: object, name: PropertyKey) => boolean };
}

/** What the served reader asks for and old web views have not: Object.hasOwn came with Chromium 93 and iOS 15.4. */
function bring_along(window: Newer): void {
  window.globalThis ??= window;
  window.Object.hasOwn ??= (object, name) => Object.prototype.hasOwnProperty.call(object, name);
}

async function served_reader(window: Newer): Promise<QrReader | null> {
  bring_along(window);
  try {
    const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
    await prepareZXingModule({ overrides: { locateFile: () => reader_wasm }, fireImmediately: true });
    const reader = new BarcodeDetector({ formats: [QR] });
    return { detect: (picture) => reader.detect(picture as HTMLVideoElement) };
  } catch {
    return null;
  }
}
