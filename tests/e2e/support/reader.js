// Reads a QR code from a picture with zbar, an independent reader.
// It must not know what the text means.

import { spawn } from 'node:child_process';

/** The text of the one code in a PNG; null when zbar sees none. @param {Buffer} png @returns {Promise<string | null>} */
export function readQr(png) {
  return new Promise((resolve, reject) => {
    const zbar = spawn('zbarimg', ['--raw', '--quiet', '--nodbus', '-Sdisable', '-Sqrcode.enable', 'png:-']);
    let text = '';
    let fault = '';
    zbar.stdout.on('data', (chunk) => (text += chunk));
    zbar.stderr.on('data', (chunk) => (fault += chunk));
    zbar.once('error', () => reject(new Error('zbarimg is missing: apt-get install zbar-tools')));
    zbar.once('close', (status) => {
      if (status === 0) return resolve(text.trimEnd());
      // 4: it looked and found nothing.
      if (status === 4) return resolve(null);
      reject(new Error(`zbarimg ended with ${status}: ${fault}`));
    });
    zbar.stdin.on('error', () => undefined);
    zbar.stdin.end(png);
  });
}
