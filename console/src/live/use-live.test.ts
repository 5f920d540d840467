// Checks what a page shows while answers come, fail and change their subject. It must not wait for real time.
import { effectScope, nextTick, ref } from 'vue';
import { expect, test } from 'vitest';
import { Refusal, ownRefusal } from '../api/refusal';
import { useLive } from './use-live';
import type { Surroundings } from './poll';

function setting(hold = false) {
  const waits: (() => void)[] = [];
  const surroundings: Surroundings = {
    hidden: () => false,
    listen: () => () => {},
    after(_, act) {
      waits.push(act);
      return () => waits.splice(waits.indexOf(act), 1);
    },
  };
  const subject = ref('a');
  const asked: {
    subject: string;
    signal: AbortSignal;
    answer: (value: string) => void;
    refuse: (why: Refusal) => void;
  }[] = [];
  const load = (signal: AbortSignal) =>
    new Promise<string>((answer, refuse) => asked.push({ subject: subject.value, signal, answer, refuse }));
  const scope = effectScope();
  const live = scope.run(() => useLive(load, { subject, hold, surroundings }))!;
  return { live, asked, subject, scope, elapse: () => waits.shift()?.(), waiting: () => waits.length };
}

const settle = async () => {
  await new Promise<void>((done) => setImmediate(done));
  await nextTick();
};

test('figures stay with the time they were true while the line is down', async () => {
  const { live, asked, elapse } = setting();
  asked[0]!.answer('128');
  await settle();
  const trueAt = live.at.value;
  elapse();
  asked[1]!.refuse(ownRefusal('offline'));
  await settle();
  expect(live.data.value).toBe('128');
  expect(live.at.value).toBe(trueAt);
  expect(live.refusal.value?.code).toBe('offline');
  elapse();
  asked[2]!.answer('131');
  await settle();
  expect(live.data.value).toBe('131');
  expect(live.refusal.value).toBeNull();
});

test('another subject starts from nothing, and a late answer about the old one is not shown', async () => {
  const { live, asked, subject } = setting();
  asked[0]!.answer('course a');
  await settle();
  subject.value = 'b';
  await nextTick();
  expect(live.data.value).toBeNull();
  subject.value = 'c';
  await nextTick();
  expect(asked[1]!.signal.aborted).toBe(true);
  asked[1]!.answer('course b');
  await settle();
  expect(live.data.value).toBeNull();
  asked[2]!.answer('course c');
  await settle();
  expect(live.data.value).toBe('course c');
});

test('held data stays until the new is there, and is known to be behind', async () => {
  const { live, asked, subject } = setting(true);
  asked[0]!.answer('page 1');
  await settle();
  subject.value = 'b';
  await nextTick();
  expect([live.data.value, live.behind.value]).toEqual(['page 1', true]);
  asked[1]!.answer('page 2');
  await settle();
  expect([live.data.value, live.behind.value]).toEqual(['page 2', false]);
});

test('a refusal that cannot pass by itself ends the asking', async () => {
  const { live, asked, waiting } = setting();
  asked[0]!.refuse(new Refusal('not_found', '未找到相关内容', '', 404));
  await settle();
  expect(live.refusal.value?.code).toBe('not_found');
  expect(waiting()).toBe(0);
  live.refresh();
  expect(asked).toHaveLength(2);
});

test('a page that is left asks no more', async () => {
  const { asked, scope, waiting } = setting();
  scope.stop();
  expect(asked[0]!.signal.aborted).toBe(true);
  await settle();
  expect(waiting()).toBe(0);
});
