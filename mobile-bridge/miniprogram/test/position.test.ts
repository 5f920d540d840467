// How far from the hall: asked over a receipt, sent once, and nothing depends on it.

import { afterEach, expect, it } from 'vitest';
import { BUILT, BUILT_TO_LOCATE } from './places.ts';
import { begin, end, pass, q_of, type Stage } from './stage.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const HERE = { latitude: 28.19409, longitude: 112.97228, accuracy: 35 };

let stage: Stage;
afterEach(end);

/** A logged-in person has scanned, in a course whose organiser asks for distances. */
async function checked_in(built: string, position: typeof HERE | null): Promise<void> {
  stage = begin(built);
  stage.service.core.show(CODE);
  stage.service.asks_position = true;
  stage.wechat.position = position;
  await stage.log_in();
  await stage.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
  expect(stage.wechat.text).toContain('签到');
  await pass(60_000);
}

it('is told as maps in China give it, once, and the person reads that it was', async () => {
  await checked_in(BUILT_TO_LOCATE, HERE);
  const { latitude, longitude, accuracy: accuracy_m } = HERE;
  expect(stage.service.positions).toEqual([
    { receipt: stage.service.core.rows[0]?.receipt, latitude, longitude, accuracy_m },
  ]);
  expect(stage.wechat.located).toEqual([{ type: 'gcj02' }]);
  expect(stage.wechat.text).toContain('位置本身不保存');
});

it('is asked for once, and a person who declines is checked in all the same', async () => {
  await checked_in(BUILT_TO_LOCATE, null);
  expect(stage.wechat.located).toHaveLength(1);
  expect(stage.service.positions).toEqual([]);
  expect(stage.wechat.text).not.toContain('位置');
  expect(stage.service.core.rows).toHaveLength(1);
});

it('is not told of before the check-in, nor where nobody asks', async () => {
  stage = begin(BUILT_TO_LOCATE);
  stage.service.core.show(CODE);
  stage.wechat.position = HERE;
  await stage.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
  await pass(60_000);
  expect(stage.wechat.located).toEqual([]);
});

it('is never asked for by a build that may not', async () => {
  await checked_in(BUILT, HERE);
  expect(stage.wechat.located).toEqual([]);
  expect(stage.service.positions).toEqual([]);
});

it('is named on the privacy page of a build that may ask, and not on the other’s', async () => {
  stage = begin(BUILT_TO_LOCATE);
  await stage.wechat.launch('privacy');
  expect(stage.wechat.text).toContain('与会场的距离');
  expect(stage.wechat.text).not.toContain('不收集位置');
  end();
  stage = begin(BUILT);
  await stage.wechat.launch('privacy');
  expect(stage.wechat.text).not.toContain('与会场的距离');
  expect(stage.wechat.text).toContain('不收集位置');
});
