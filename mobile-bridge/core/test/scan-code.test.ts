// What the camera may read, and what each text is taken for.

import { expect, it } from 'vitest';
import { read_scanned } from '../src/scan-code.ts';

const CODE = 'AAAAABYB3EL6ZLZFAY2MFOV5UGTBSNAOMTNA';

it.each([
  `HTTPS://ZC.EXAMPLE/C/${CODE}`,
  `https://zc.example/c/${CODE.toLowerCase()}`,
  `http://192.168.1.20:8080/C/${CODE}`,
  `https://zc.example/c/${CODE}?from=scan`,
  ` ${CODE}\n`,
])('reads the code out of %j', (text) => {
  expect(read_scanned(text)).toEqual({ is: 'code', code: CODE });
});

it.each([
  `https://zc.example/C/${CODE.slice(1)}`,
  `https://zc.example/C/${CODE}A`,
  `https://zc.example/C/${CODE.replace('B', '1')}`,
  'https://zc.example/C/',
])('calls %j damaged', (text) => {
  expect(read_scanned(text)).toEqual({ is: 'damaged' });
});

it.each([
  ['https://example.org/menu', 'address'],
  [`https://example.org/x/C/${CODE}`, 'address'],
  ['https://u.wechat.com/abc', 'wechat'],
  ['https://weixin.qq.com/r/abc', 'wechat'],
  ['wxp://f2f0abc', 'payment'],
  ['https://qr.alipay.com/abc', 'payment'],
  ['你好', 'text'],
  ['', 'text'],
  ['javascript:alert(1)', 'text'],
])('names %j as foreign: %s', (text, kind) => {
  expect(read_scanned(text)).toEqual({ is: 'foreign', kind });
});
