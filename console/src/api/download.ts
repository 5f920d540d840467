// Fetches a file and hands it to the browser to keep. Through fetch and not a link, so that a refusal is shown instead of saved.
// It must not know what is in the file.
import { reach, refused } from './client';
import { ownRefusal, refusalOf } from './refusal';
import { localeTag } from '../words/locale';

/** How long the server may take to begin; then the file takes as long as the connection needs. */
const limitMs = 30_000;

/** The name the file was kept under. */
export async function download(
  address: string,
  fallbackName: string,
  method: 'GET' | 'POST' = 'GET',
  body?: object,
): Promise<string> {
  const request = new Request(address, {
    method,
    headers: {
      'Accept-Language': localeTag(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await reach(request, limitMs);
  if (!response.ok) throw refused(refusalOf(response.status, await response.json().catch(() => null)));
  const name = nameIn(response.headers.get('Content-Disposition')) ?? fallbackName;
  const file = await response.blob().catch(() => {
    throw ownRefusal('offline');
  });
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return name;
}

/** The file's name as the server gave it: `filename*` in UTF-8, else plain `filename`. */
export function nameIn(disposition: string | null): string | null {
  const coded = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (coded !== undefined) {
    try {
      return decodeURIComponent(coded.trim());
    } catch {
      // A badly coded name: the plain one may do.
    }
  }
  return /filename\s*=\s*"?([^";]+)"?/i.exec(disposition ?? '')?.[1]?.trim() ?? null;
}
