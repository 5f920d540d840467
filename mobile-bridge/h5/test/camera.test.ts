// The camera: which reader is taken, and why there may be no picture.

import { afterEach, expect, it, vi } from 'vitest';
import { open_lens } from '../src/camera/lens.ts';
import { open_reader } from '../src/camera/reader.ts';

const served = vi.hoisted(() => ({ ready: vi.fn(), options: null as unknown }));
vi.mock('barcode-detector/ponyfill', () => ({
  prepareZXingModule: served.ready,
  BarcodeDetector: class {
    constructor(options: unknown) {
      served.options = options;
    }
    detect = async () => [{ rawValue: 'served' }];
  },
}));
vi.mock('zxing-wasm/reader/zxing_reader.wasm?url', () => ({ default: '/assets/h5/reader.wasm' }));

afterEach(() => {
  vi.clearAllMocks();
  vi.unstubAllGlobals();
});

const read = async (): Promise<string | undefined> => {
  const reader = await open_reader(window);
  return (await reader?.detect(document.createElement('canvas')))?.[0]?.rawValue;
};

class Native {
  static formats = ['qr_code'];
  static getSupportedFormats = async () => Native.formats;
  detect = async () => [{ rawValue: 'native' }];
}

it('takes the browser’s own reader when it reads QR codes', async () => {
  Native.formats = ['ean_13', 'qr_code'];
  vi.stubGlobal('BarcodeDetector', Native);
  expect(await read()).toBe('native');
  expect(served.ready).not.toHaveBeenCalled();
});

it('brings along for the served reader what old web views have not', async () => {
  const known = Object as { hasOwn?: unknown };
  const own = known.hasOwn;
  Native.formats = [];
  vi.stubGlobal('BarcodeDetector', Native);
  try {
    delete known.hasOwn;
    expect(await read()).toBe('served');
    const { hasOwn } = Object as unknown as { hasOwn(object: object, name: string): boolean };
    expect([hasOwn({ a: 1 }, 'a'), hasOwn({ a: 1 }, 'toString')]).toEqual([true, false]);
  } finally {
    known.hasOwn = own;
  }
});

it('takes the served reader when the browser’s own reads none, from our own address', async () => {
  Native.formats = [];
  vi.stubGlobal('BarcodeDetector', Native);
  expect(await read()).toBe('served');
  expect(served.options).toEqual({ formats: ['qr_code'] });
  const { overrides } = served.ready.mock.calls[0]?.[0] as { overrides: { locateFile(): string } };
  expect(overrides.locateFile()).toBe('/assets/h5/reader.wasm');
});

it('has no reader when the served one cannot start', async () => {
  served.ready.mockRejectedValueOnce(new Error('no WebAssembly here'));
  expect(await open_reader(window)).toBeNull();
});

const with_camera = (open: () => Promise<MediaStream>, secure = true): Window =>
  ({ isSecureContext: secure, navigator: { mediaDevices: { getUserMedia: open } } }) as unknown as Window;
const failing = (name: string) => () => Promise.reject(new DOMException('', name));

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['NotReadableError', 'in_use'],
])('reads %s as %s', async (name, fault) => {
  expect(await open_lens(with_camera(failing(name)))).toBe(fault);
});

it('names an address that may not use the camera', async () => {
  expect(await open_lens(with_camera(failing('never asked'), false))).toBe('insecure');
  expect(await open_lens({ isSecureContext: true, navigator: {} } as Window)).toBe('insecure');
});

it('offers torch and zoom where the camera has them, and lets go of it when closed', async () => {
  const applyConstraints = vi.fn(async () => {});
  const track = {
    getCapabilities: () => ({ torch: true, zoom: { min: 1, max: 8, step: 0.5 } }),
    applyConstraints,
    addEventListener: vi.fn(),
    stop: vi.fn(),
  };
  const stream = { getVideoTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream;
  const ended = vi.fn();
  const lens = await open_lens(
    with_camera(async () => stream),
    ended,
  );
  if (typeof lens === 'string') throw new Error(lens);
  expect(lens.zoom_range).toEqual({ min: 1, max: 8, step: 0.5 });
  lens.torch(true);
  lens.zoom(2);
  expect(applyConstraints.mock.calls).toEqual([
    [{ advanced: [{ torch: true }] }],
    [{ advanced: [{ zoom: 2 }] }],
  ]);
  expect(track.addEventListener).toHaveBeenCalledWith('ended', ended);
  lens.close();
  expect(track.stop).toHaveBeenCalled();
});
