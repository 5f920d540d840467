// Frames: valid ones become types, all others are dropped.
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../src/protocol';
import { course, frames, START } from './world';

const parse = (frame: unknown) => parseFrame(JSON.stringify(frame));

const sound = {
  welcome: frames.welcome(START),
  code: frames.code(41, START, START + 3_000),
  count: frames.count(42, 128, START),
  state: frames.state(43, 'not_open', { reason: 'outside_period', opens_at: '2026-11-22T07:00:00+08:00' }),
  spotCheck: frames.spotCheck(44, START + 180_000, START),
  pong: frames.pong(START),
};

describe('a sound frame', () => {
  it('becomes a welcome with its course', () => {
    expect(parse(sound.welcome)).toEqual({
      type: 'welcome',
      resume: 'resume-7',
      serverNow: START,
      course: {
        title: course.title,
        projectNumber: course.project_number,
        projectName: course.project_name,
        venue: course.venue,
        place: course.place,
        period: [{ from: 20_777, to: 20_779 }],
        cap: 300,
        opens: '07:00',
        closes: '18:00',
      },
    });
  });

  it('becomes a code, without the address inside it', () => {
    const code = parse(sound.code);
    expect(code).toEqual({
      type: 'code',
      seq: 41,
      size: 29,
      path: 'M0 12h7v1h-7z',
      validFrom: START,
      validUntil: START + 3_000,
      serverNow: START,
    });
  });

  it('becomes a spot check, which is over when it has no end to come', () => {
    const spotCheck = { type: 'spot_check', seq: 44, closesAt: START + 180_000, serverNow: START };
    expect(parse(sound.spotCheck)).toEqual(spotCheck);
    expect(parse({ ...sound.spotCheck, closes_at: null })).toEqual({ ...spotCheck, closesAt: 0 });
  });

  it('becomes a count, a state or a pong', () => {
    expect(parse(sound.count)).toEqual({
      type: 'count',
      seq: 42,
      attendees: 128,
      checkIns: 131,
      seatsTaken: 133,
      cap: 300,
      at: START,
    });
    expect(parse(sound.state)).toEqual({
      type: 'state',
      seq: 43,
      state: 'not_open',
      reason: 'outside_period',
      opensAt: Date.parse('2026-11-21T23:00:00Z'),
    });
    expect(parse(sound.pong)).toEqual({ type: 'pong', serverNow: START, reconnectWithinMs: 0 });
    expect(parse({ ...sound.pong, reconnect_within_ms: 3_000 })).toMatchObject({ reconnectWithinMs: 3_000 });
  });

  it('may know more than this page does', () => {
    expect(parse({ ...sound.pong, later: { version: 2 } })).not.toBeNull();
  });

  it('may leave out what a course need not have', () => {
    const welcome = parse({ ...sound.welcome, course: { title: '多发伤', period: [], cap: null } });
    expect(welcome).toMatchObject({ course: { venue: '', place: '', opens: '', cap: null, period: [] } });
  });

  it('takes nanoseconds and offsets in its instants', () => {
    expect(parse({ type: 'pong', server_now: '2026-11-21T09:00:00.123456789+08:00' })).toEqual({
      type: 'pong',
      serverNow: START + 123,
      reconnectWithinMs: 0,
    });
  });
});

describe('a frame with a fault is no frame', () => {
  it.each([
    ['nothing', ''],
    ['half a frame', '{"type":"pong"'],
    ['a text', '"pong"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['bytes', new ArrayBuffer(4)],
    ['undefined', undefined],
  ])('%s', (_, text) => {
    expect(parseFrame(text)).toBeNull();
  });

  it.each([
    ['an unknown type', { ...sound.pong, type: 'tea_break' }],
    ['a type that every object has', { ...sound.pong, type: 'constructor' }],
    ['no type', { server_now: sound.pong.server_now }],
    ['a welcome without a resume', { ...sound.welcome, resume: '' }],
    ['a welcome without a course', { ...sound.welcome, course: null }],
    ['a course without a title', { ...sound.welcome, course: { ...course, title: '' } }],
    ['a title that is a number', { ...sound.welcome, course: { ...course, title: 7 } }],
    ['a cap that is a text', { ...sound.welcome, course: { ...course, cap: '300' } }],
    ['a period that is no list', { ...sound.welcome, course: { ...course, period: { from: '2026-11-20' } } }],
    [
      'a day that does not exist',
      { ...sound.welcome, course: { ...course, period: [{ from: '2026-02-29', to: '2026-03-01' }] } },
    ],
    [
      'a period that ends before it begins',
      { ...sound.welcome, course: { ...course, period: [{ from: '2026-11-22', to: '2026-11-20' }] } },
    ],
    ['a code without a path', { ...sound.code, path: '' }],
    ['a path that does not begin with a move', { ...sound.code, path: 'h7v1h-7z' }],
    ['a path with anything but a path in it', { ...sound.code, path: 'M0 0h7<script>' }],
    ['a path with an address in it', { ...sound.code, path: 'M0 0 url(https://example.com)' }],
    ['a path longer than any code', { ...sound.code, path: `M0 0${'h1'.repeat(40_000)}` }],
    ['a size no code has', { ...sound.code, size: 30 }],
    ['a size too small', { ...sound.code, size: 17 }],
    ['a size too large', { ...sound.code, size: 181 }],
    ['a code that ends before it begins', { ...sound.code, valid_until: sound.code.valid_from }],
    ['a code without an end', { ...sound.code, valid_until: undefined }],
    ['a code without a number', { ...sound.code, seq: undefined }],
    ['a spot check without a number', { ...sound.spotCheck, seq: undefined }],
    ['a spot check that ends in three minutes', { ...sound.spotCheck, closes_at: 180 }],
    ['an instant without a zone', { ...sound.code, valid_until: '2026-11-21T01:00:03' }],
    ['an instant in milliseconds', { ...sound.pong, server_now: START }],
    ['an instant that does not exist', { ...sound.pong, server_now: '2026-11-21T25:00:00Z' }],
    ['a count below nothing', { ...sound.count, attendees: -1 }],
    ['half a person', { ...sound.count, attendees: 1.5 }],
    ['seats that are no number', { ...sound.count, seats_taken: '290' }],
    ['more people than numbers', { ...sound.count, check_ins: 2 ** 60 }],
    ['a count without its time', { ...sound.count, at: null }],
    ['an unknown state', { ...sound.state, state: 'ajar' }],
    ['a state hidden inside a text', { ...sound.state, state: 'open\nfull' }],
    ['an opening that is no instant', { ...sound.state, opens_at: '07:00' }],
  ])('%s', (_, frame) => {
    expect(parse(frame)).toBeNull();
  });
});
