// The page's words: the right ones for each mood, both languages, and a screen reader that is not flooded.
import { describe, expect, it } from 'vitest';
import { COUNT_EVERY_MS, createAnnouncer } from '../src/announcer';
import type { Look, Mood } from '../src/look';
import { actionFor, noticeFor } from '../src/notice';
import { emptyPage } from '../src/page';
import { type Words, words } from '../src/words';
import { Machine, START } from './world';

const screen = { type: 'state' as const, seq: 1, state: 'open' as const, reason: null, opensAt: null };
const count = (attendees: number) => ({
  type: 'count' as const,
  seq: 1,
  attendees,
  checkIns: attendees,
  seatsTaken: attendees,
  cap: null,
  at: START,
});

function lookIn(mood: Mood, page: Partial<Look['page']> = {}, now: number | null = START): Look {
  return { mood, now, code: null, left: 0, closesIn: 0, page: { ...emptyPage, ...page } };
}
const moods: Mood[] = ['connecting', 'not_open', 'open', 'full', 'spot_check', 'closed', 'down', 'refused'];

describe('the notice', () => {
  it('tells the time that is left and the hour of the opening', () => {
    const opensAt = START + 27 * 60_000 + 13_000;
    const notice = noticeFor(lookIn('not_open', { screen: { ...screen, state: 'not_open', opensAt } }));
    expect(notice).toMatchObject({ title: words.notOpen, clock: '00:27:13' });
    expect(notice?.days).toBeUndefined();
    expect(notice?.details[0]?.zh).toBe('09:27 开始');
  });

  it('adds the date when the opening is on another day', () => {
    const opensAt = START + 2 * 86_400_000 + 60_000;
    const notice = noticeFor(lookIn('not_open', { screen: { ...screen, state: 'not_open', opensAt } }));
    expect(notice).toMatchObject({ days: { zh: '2 天', en: '2 days' }, clock: '00:01:00' });
    expect(notice?.details[0]).toEqual({ zh: '11月23日 09:01 开始', en: 'Opens at 09:01, 23 Nov' });
  });

  it('does not count below nothing', () => {
    const notice = noticeFor(
      lookIn('not_open', { screen: { ...screen, state: 'not_open', opensAt: START } }),
    );
    expect(notice).toMatchObject({ title: words.opening, details: [] });
    expect(notice?.clock).toBeUndefined();
  });

  it('says nothing of the hour when it is not known', () => {
    expect(noticeFor(lookIn('not_open', { screen }))?.clock).toBeUndefined();
    expect(
      noticeFor(lookIn('not_open', { screen: { ...screen, opensAt: START + 5 } }, null))?.clock,
    ).toBeUndefined();
  });

  it.each(['screen_closed', 'course_over', 'outside_period', 'project_not_approved'])(
    'gives the reason %s',
    (reason) => {
      const notice = noticeFor(lookIn('closed', { screen: { ...screen, state: 'closed', reason } }));
      expect(notice?.details).toHaveLength(1);
    },
  );

  it('knows why when the server hung up without a word, and is silent about reasons it has not learnt', () => {
    expect(noticeFor(lookIn('closed', { line: 'ended', screen }))?.details[0]?.zh).toBe('本屏幕已关闭');
    const unknown = { ...screen, state: 'closed' as const, reason: 'constructor' };
    expect(noticeFor(lookIn('closed', { screen: unknown }))?.details).toEqual([]);
  });

  it('tells when the line was last heard', () => {
    const notice = noticeFor(lookIn('down', { heardAt: START + 133_000 }));
    expect(notice?.details.map(({ zh }) => zh)).toEqual(['与服务器的连接已中断', '最后更新 09:02:13']);
  });

  it('leaves the card alone while the next code is a moment late', () => {
    const code = {
      type: 'code' as const,
      seq: 1,
      size: 29,
      path: 'M0 0h1',
      validFrom: 0,
      validUntil: 1,
      serverNow: 0,
    };
    expect(noticeFor(lookIn('open', { code }))).toBeNull();
    expect(noticeFor(lookIn('open'))?.title).toBe(words.codeComing);
  });

  it('says what to do in every mood, and what is the matter in every mood without a code', () => {
    for (const mood of moods) {
      expect(actionFor(lookIn(mood)).action.zh).not.toBe('');
      expect(noticeFor(lookIn(mood))?.title.en).not.toBe('');
    }
  });
});

describe('the words', () => {
  it('are Chinese and English, without exclamation marks', () => {
    for (const { zh, en } of Object.values(words)) {
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).toMatch(/^[\x20-\x7e]+$/);
      expect(zh + en).not.toMatch(/[!！]/);
    }
  });
});

describe('the announcer', () => {
  function setUp() {
    const machine = new Machine();
    const said: Words[] = [];
    return { machine, said, announce: createAnnouncer(machine.mono, (what) => void said.push(what)) };
  }

  it('tells a change of mood at once, and only once', () => {
    const { announce, said } = setUp();
    for (const mood of ['connecting', 'connecting', 'open', 'open', 'down'] as const) announce(lookIn(mood));
    expect(said).toEqual([words.connecting, words.scan, words.down]);
  });

  it('asks for a spot check once, in the words that are on the wall', () => {
    const { machine, announce, said } = setUp();
    for (let second = 0; second < 180; second++) {
      announce(lookIn('spot_check'));
      machine.pass(1_000);
    }
    expect(said).toEqual([words.spotCheck]);
    expect(words.spotCheck.zh).toBe('抽查：请所有在场人员重新扫码');
  });

  it('tells the count now and then, never for every person', () => {
    const { machine, announce, said } = setUp();
    announce(lookIn('open', { count: count(0) }));
    for (let person = 1; person <= 300; person++) {
      machine.pass(200);
      announce(lookIn('open', { count: count(person) }));
    }
    expect(said).toHaveLength(1 + (300 * 200) / COUNT_EVERY_MS);
    expect(said[said.length - 1]).toEqual({ zh: '今日签到 300 人', en: '300 checked in today' });
  });

  it('does not repeat a count that has not changed', () => {
    const { machine, announce, said } = setUp();
    announce(lookIn('open', { count: count(5) }));
    for (let i = 0; i < 10; i++) {
      machine.pass(COUNT_EVERY_MS);
      announce(lookIn('open', { count: count(5) }));
    }
    expect(said).toHaveLength(2);
  });
});
