// The addresses of these pages, read and written. Pure text.
// It must not know how a page looks or when one is left.

export type Route =
  | { page: 'home'; camera: boolean }
  | { page: 'scan'; code: string }
  | { page: 'records' }
  | { page: 'login'; back: string }
  | { page: 'receipt'; receipt: string };

/** Null for an address that is not one of these pages: the server knows what to do with it. */
export function route_of(address: string): Route | null {
  const [, path = '/', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(address) ?? [];
  const scan = /^\/c\/([^/]*)\/?$/i.exec(path);
  if (scan) return { page: 'scan', code: (scan[1] ?? '').toUpperCase() };
  const receipt = /^\/v\/([^/]+)$/.exec(path);
  if (receipt) return { page: 'receipt', receipt: receipt[1] ?? '' };
  if (path === '/records') return { page: 'records' };
  if (path === '/login') return { page: 'login', back: back_of(search) };
  return path === '/' ? { page: 'home', camera: hash === CAMERA_HASH } : null;
}

/** The camera is a view of the start page, so that the back button closes it. */
const CAMERA_HASH = '#scan';
export const CAMERA_ADDRESS = `/${CAMERA_HASH}`;

export const scan_address = (code: string): string => `/C/${code}`;
export const receipt_address = (receipt: string): string => `/v/${receipt}`;
export const login_address = (back: string): string => `/login?back=${encodeURIComponent(back)}`;

/** Only one of these pages: a link from outside must not send people elsewhere after their login. */
function back_of(search: string): string {
  const wanted = /[?&]back=([^&]*)/.exec(search)?.[1] ?? '';
  const back = decode(wanted);
  const known = back.startsWith('/') && !back.startsWith('//') && route_of(back.split('?')[0] ?? '') !== null;
  return known && !back.startsWith('/login') ? back : '/';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
