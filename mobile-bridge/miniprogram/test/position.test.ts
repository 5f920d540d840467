// How far from the hall: asked over a receipt, sent once, and nothing depends on it.

import { afterEach, expect, it } from 'vitest';
import { BUILT, BUILT_TO_LOCATE } from './places.ts';
import { begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const CONTEXT = { latitude: 28.19409, longitude: 112.97228, accuracy: 35 };

let setup: Setup;
afterEach(end);

/** A logged-in person has scanned, in a course whose organiser asks for distances. */
async function checked_in(built: string, position: typeof CONTEXT | null): Promise<void> {
  setup = begin(built);
  setup.service.core.show(CODE);
  setup.service.asks_position = true;
  setup.wechat.position = position;
  await setup.log_in();
  await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
  expect(setup.wechat.text).toContain('签到');
  await pass(60_000);
}

it('is told as maps in China give it, once, and the person reads that it was', async () => {
  await checked_in(BUILT_TO_LOCATE, CONTEXT);
  const { latitude, longitude, accuracy: accuracy_m } = CONTEXT;
  expect(setup.service.positions).toEqual([
    { receipt: setup.service.core.rows[0]?.receipt, latitude, longitude, accuracy_m },
  ]);
  expect(setup.wechat.located).toEqual([{ type: 'gcj02' }]);
  expect(setup.wechat.text).toContain('位置本身不保存');
});

it('is asked for once, and a person who declines is checked in all the same', async () => {
  await checked_in(BUILT_TO_LOCATE, null);
  expect(setup.wechat.located).toHaveLength(1);
  expect(setup.service.positions).toEqual([]);
  expect(setup.wechat.text).not.toContain('位置');
  expect(setup.service.core.rows).toHaveLength(1);
});

it('is not told of before the check-in, nor where it is not asked for', async () => {
  setup = begin(BUILT_TO_LOCATE);
  setup.service.core.show(CODE);
  setup.wechat.position = CONTEXT;
  await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
  await pass(60_000);
  expect(setup.wechat.located).toEqual([]);
});

it('is never asked for by a build that may not', async () => {
  await checked_in(BUILT, CONTEXT);
  expect(setup.wechat.located).toEqual([]);
  expect(setup.service.positions).toEqual([]);
});

it('is named on the privacy page of a build that may ask, and not on the other’s', async () => {
  setup = begin(BUILT_TO_LOCATE);
  await setup.wechat.launch('privacy');
  expect(setup.wechat.text).toContain('与会场的距离');
  expect(setup.wechat.text).not.toContain('不收集位置');
  end();
  setup = begin(BUILT);
  await setup.wechat.launch('privacy');
  expect(setup.wechat.text).not.toContain('与会场的距离');
  expect(setup.wechat.text).toContain('不收集位置');
});
