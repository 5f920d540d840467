// What a scan hands to the page: an address in `q`, encoded once by WeChat; or a code of ours, from our own scanner.
// `scancode_time` comes along and is not read: a phone's clock proves nothing.

import { read_scanned, type Scanned } from '@zaichang/core';

export interface ScanQuery {
  q?: string;
  code?: string;
  scancode_time?: string;
}

export function scanned_in({ q, code }: ScanQuery): Scanned {
  const text = q === undefined ? (code ?? '') : decoded_once(q);
  return text === null ? { is: 'damaged' } : read_scanned(text);
}

/** Once and no more: a code that only appears after a second decoding was not in what the camera read. */
function decoded_once(q: string): string | null {
  try {
    return decodeURIComponent(q);
  } catch {
    return null;
  }
}

/** The text that WeChat's scanner read; null when the person came back without one. */
export function scan_with_wechat(): Promise<{ is: 'text'; text: string } | { is: 'cancelled' | 'failed' }> {
  return new Promise((resolve) => {
    wx.scanCode({
      onlyFromCamera: true,
      scanType: ['qrCode'],
      success: ({ result }) => resolve({ is: 'text', text: result }),
      fail: ({ errMsg }) => resolve({ is: /cancel/.test(errMsg) ? 'cancelled' : 'failed' }),
    });
  });
}
