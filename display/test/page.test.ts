// The page's knowledge and its look: each state, each mood, and the order of frames.
import { describe, expect, it } from 'vitest';
import { look, UNNOTICED_MS } from '../src/look';
import {
  emptyPage,
  type Event,
  FIRST_CODE_WITHIN_MS,
  NEXT_CODE_WITHIN_MS,
  type Page,
  reduce,
} from '../src/page';
import { type Frame, parseFrame } from '../src/protocol';
import { frames, START } from './world';

const heard = (frame: object): Event => ({
  type: 'frame',
  frame: parseFrame(JSON.stringify(frame)) as Frame,
  askedAt: null,
});
const after = (...events: Event[]): Page =>
  events.reduce((page, event) => reduce(page, event, START), emptyPage);

const welcome = heard(frames.welcome(START));
const open = heard(frames.state(1, 'open'));
const code = heard(frames.code(2, START, START + 3_000));
const pong = heard(frames.pong(START));
const lost: Event = { type: 'lost' };

describe('the mood', () => {
  const moodAt = (now: number | null, ...events: Event[]) => look(after(...events), now).mood;

  it('is connecting until the first state, and down when that fails', () => {
    expect(moodAt(null)).toBe('connecting');
    expect(moodAt(START, welcome)).toBe('connecting');
    expect(moodAt(null, lost)).toBe('down');
  });

  it('is the state of the screen while the line holds', () => {
    for (const state of ['open', 'full', 'closed', 'not_open'] as const) {
      expect(moodAt(START, welcome, heard(frames.state(1, state)), code)).toBe(state);
    }
  });

  it('is refused or closed when all is over, whatever was known before', () => {
    expect(moodAt(START, welcome, open, code, { type: 'refused' })).toBe('refused');
    expect(moodAt(START, welcome, open, code, { type: 'ended' })).toBe('closed');
  });

  it('stays closed when the line of a closed screen is lost', () => {
    expect(moodAt(START, welcome, heard(frames.state(1, 'closed')), lost)).toBe('closed');
  });

  it('waits for the first code as long as the longest step, then says that the line is down', () => {
    expect(moodAt(START + FIRST_CODE_WITHIN_MS - 1, welcome, open)).toBe('open');
    expect(moodAt(START + FIRST_CODE_WITHIN_MS, welcome, open)).toBe('down');
  });

  it('waits a moment for the next code, then says that the line is down', () => {
    expect(moodAt(START + 3_000 + NEXT_CODE_WITHIN_MS - 1, welcome, open, code)).toBe('open');
    expect(moodAt(START + 3_000 + NEXT_CODE_WITHIN_MS, welcome, open, code)).toBe('down');
  });

  it('keeps a code that is still good when the line is lost, and is down the moment it ends', () => {
    expect(moodAt(START + 2_999, welcome, open, code, lost)).toBe('open');
    expect(moodAt(START + 3_000, welcome, open, code, lost)).toBe('down');
  });

  it('does not alarm anyone for a blink of the line before the opening', () => {
    const early = [welcome, heard(frames.state(1, 'not_open')), lost];
    expect(moodAt(START + UNNOTICED_MS - 1, ...early)).toBe('not_open');
    expect(moodAt(START + UNNOTICED_MS, ...early)).toBe('down');
    expect(moodAt(START + UNNOTICED_MS, ...early, lost)).toBe('down');
  });

  it('is down while the time is unknown: nothing dated can be shown', () => {
    expect(moodAt(null, welcome, open, code, { type: 'time_lost' })).toBe('down');
    expect(moodAt(null, welcome, heard(frames.state(1, 'not_open')), { type: 'time_lost' })).toBe('down');
  });

  it('of a page where all is over is not changed by a sleep', () => {
    expect(moodAt(null, welcome, open, { type: 'ended' }, { type: 'time_lost' })).toBe('closed');
    expect(moodAt(null, { type: 'refused' }, { type: 'time_lost' })).toBe('refused');
  });

  it('begins anew with a new ticket', () => {
    const page = after(welcome, open, code, { type: 'refused' }, { type: 'restarted' });
    expect(look(page, START)).toMatchObject({ mood: 'connecting', code: null });
    expect(page.course?.venue).toBe('国际会议中心');
  });
});

describe('the spot check', () => {
  const spotCheck = heard(frames.spotCheck(3, START + 2_000, START));
  const lookAt = (now: number | null, ...events: Event[]) => look(after(...events), now);

  it('is the mood while it is on, and ends by itself to the millisecond', () => {
    const on = [welcome, open, code, spotCheck];
    expect(lookAt(START, ...on)).toMatchObject({ mood: 'spot_check', closesIn: 2_000 });
    expect(lookAt(START + 1_999, ...on).mood).toBe('spot_check');
    expect(lookAt(START + 2_000, ...on)).toMatchObject({ mood: 'open', closesIn: 0 });
  });

  it('leaves the code where it is, also when the cap is reached', () => {
    expect(lookAt(START, welcome, open, code, spotCheck).code?.seq).toBe(2);
    const full = heard(frames.state(4, 'full'));
    expect(lookAt(START, welcome, full, code, spotCheck).mood).toBe('spot_check');
    expect(lookAt(START + 2_000, welcome, full, code, spotCheck).mood).toBe('full');
  });

  it('is over at a frame without an end, and a stale frame does not bring it back', () => {
    const over = heard(frames.spotCheck(4, null, START));
    expect(lookAt(START, welcome, open, code, spotCheck, over).mood).toBe('open');
    expect(lookAt(START, welcome, open, code, over, spotCheck).mood).toBe('open');
  });

  it('is asked for on no screen without a code, and never without a server clock', () => {
    for (const state of ['closed', 'not_open'] as const) {
      expect(lookAt(START, welcome, heard(frames.state(1, state)), spotCheck).mood).toBe(state);
    }
    expect(lookAt(START + 1_000, welcome, open, spotCheck).mood).toBe('spot_check');
    expect(lookAt(null, welcome, open, code, spotCheck)).toMatchObject({ mood: 'down', closesIn: 0 });
  });

  it('stays through a blink of the line', () => {
    const back = [welcome, open, code, spotCheck, lost, welcome];
    expect(lookAt(START, ...back).mood).toBe('spot_check');
    expect(lookAt(START, ...back, open, spotCheck, code, pong).mood).toBe('spot_check');
  });

  it('that was cancelled while the line was away is gone as soon as the server has told all', () => {
    const back = [welcome, open, code, spotCheck, lost, welcome];
    expect(lookAt(START, ...back, pong).mood).toBe('spot_check');
    expect(lookAt(START, ...back, open, code, pong).mood).toBe('open');
  });
});

describe('the code', () => {
  const codeAt = (now: number | null, ...events: Event[]) => look(after(...events), now).code;

  it('is seen until its last millisecond and not in the next', () => {
    expect(codeAt(START + 2_999, welcome, open, code)).not.toBeNull();
    expect(codeAt(START + 3_000, welcome, open, code)).toBeNull();
  });

  it('is never seen without a server clock, or on a screen that is not open', () => {
    expect(codeAt(null, welcome, open, code)).toBeNull();
    expect(codeAt(START, welcome, code)).toBeNull();
    for (const state of ['closed', 'not_open']) {
      expect(codeAt(START, welcome, open, code, heard(frames.state(3, state)))).toBeNull();
      expect(codeAt(START, welcome, heard(frames.state(1, state)), code)).toBeNull();
    }
  });

  it('stays when the cap is reached, so that people can sign out', () => {
    expect(codeAt(START, welcome, open, code, heard(frames.state(3, 'full')))).not.toBeNull();
  });

  it('of before the closing does not come back with the opening', () => {
    const reopened = [welcome, open, code, heard(frames.state(3, 'closed')), heard(frames.state(4, 'open'))];
    expect(codeAt(START, ...reopened)).toBeNull();
  });

  it('that arrived just before its state is seen as soon as the state is open', () => {
    const before = [welcome, heard(frames.state(1, 'not_open')), code];
    expect(codeAt(START, ...before)).toBeNull();
    expect(codeAt(START, ...before, heard(frames.state(3, 'open')))).not.toBeNull();
  });

  it('runs down from one to nothing', () => {
    const page = after(welcome, open, code);
    expect(look(page, START).left).toBe(1);
    expect(look(page, START + 1_500).left).toBe(0.5);
    expect(look(page, START + 3_000).left).toBe(0);
    expect(look(page, START - 500).left).toBe(1);
  });
});

describe('the order of frames', () => {
  it('lets numbers leap: a slow page skips to the newest', () => {
    const page = after(welcome, heard(frames.count(5, 10, START)), heard(frames.count(900, 250, START)));
    expect(page.count?.attendees).toBe(250);
  });

  it('never goes back, and a repeated frame changes nothing', () => {
    const page = after(welcome, heard(frames.count(9, 12, START)), heard(frames.count(8, 11, START)));
    expect(page.count?.attendees).toBe(12);
    const late = after(welcome, open, heard(frames.code(9, START, START + 3_000)), code);
    expect(late.code?.seq).toBe(9);
    const state = after(welcome, heard(frames.state(9, 'closed')), heard(frames.state(9, 'open')));
    expect(state.screen?.state).toBe('closed');
  });

  it('is kept by each kind for itself', () => {
    const page = after(welcome, heard(frames.state(50, 'open')), heard(frames.count(7, 3, START)), code);
    expect(page).toMatchObject({ count: { attendees: 3 }, code: { seq: 2 } });
  });

  it('starts again with every welcome: the server may have begun to count from one', () => {
    const first = [welcome, heard(frames.state(500, 'open')), heard(frames.count(501, 40, START))];
    const again = [lost, welcome, heard(frames.state(1, 'full')), heard(frames.count(2, 41, START)), code];
    expect(after(...first, ...again)).toMatchObject({
      line: 'up',
      screen: { state: 'full' },
      count: { attendees: 41 },
      code: { seq: 2 },
    });
  });

  it('keeps what is known while the line is away', () => {
    const page = after(welcome, open, heard(frames.count(3, 77, START)), lost, welcome);
    expect(page).toMatchObject({ screen: { state: 'open' }, count: { attendees: 77 } });
  });

  it('is not disturbed by a pong', () => {
    const page = after(welcome, open, code);
    expect({ ...reduce(page, heard(frames.pong(START)), START), heardAt: 0 }).toEqual({
      ...page,
      heardAt: 0,
    });
  });
});
