// What a scanned QR says: one of our codes, or something foreign. Pure text, no judging: the server judges.
// It must not trust any host name: the same code is shown by test and production servers alike.

const CODE = /^[A-Z2-7]{36}$/;
const CODE_ADDRESS = /^https?:\/\/[^/?#\s]+\/c\/([a-z2-7]{36})\/?(?:[?#].*)?$/i;

export type Scanned =
  | { is: 'code'; code: string }
  /** An address of ours in form, but its code is not 36 characters of base32. */
  | { is: 'damaged' }
  | { is: 'foreign'; kind: 'address' | 'wechat' | 'payment' | 'text' };

export function read_scanned(text: string): Scanned {
  const trimmed = text.trim();
  const upper = trimmed.toUpperCase();
  if (CODE.test(upper)) return { is: 'code', code: upper };

  const address = CODE_ADDRESS.exec(trimmed);
  if (address?.[1]) return { is: 'code', code: address[1].toUpperCase() };
  if (/^https?:\/\/[^/?#\s]+\/c\/[^/?#]*$/i.test(trimmed)) return { is: 'damaged' };

  return { is: 'foreign', kind: kind_of(trimmed) };
}

function kind_of(text: string): 'address' | 'wechat' | 'payment' | 'text' {
  if (
    /^(wxp:|alipays?:|https?:\/\/(qr\.alipay\.com|payapp\.weixin\.qq\.com|wx\.tenpay\.com)\b)/i.test(text)
  ) {
    return 'payment';
  }
  if (/^(weixin:|https?:\/\/(u\.wechat\.com|weixin\.qq\.com)\b)/i.test(text)) return 'wechat';
  return /^https?:\/\//i.test(text) ? 'address' : 'text';
}
