// Stories of one scan: the connection drops, the store goes away, the page closes, another person logs in.

import { beforeEach, describe, expect, it } from 'vitest';
import { Hand } from './hand.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const ANN = 12;
const BOB = 34;

let hand: Hand;

beforeEach(() => {
  hand = new Hand();
  hand.server.show(CODE);
});

const state_of = (code = CODE): string | undefined =>
  hand.pages[hand.pages.length - 1]?.outbox.find(code)?.state;

describe('a scan by somebody who is logged in', () => {
  beforeEach(() => {
    hand.server.session = ANN;
  });

  it('is checked in at once', async () => {
    hand.open_code(CODE);
    expect(state_of()).toBe('sending');
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('shows the same answer when its address is opened again, as an earlier one', async () => {
    hand.open_code(CODE);
    await hand.phone.pass(0);
    hand.pages[0]?.outbox.seen(CODE);
    hand.close_all();
    hand.open_code(CODE);
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('already');
    expect(hand.answers(CODE)).toHaveLength(1);
    expect(hand.phone.requests).toHaveLength(1);
  });

  it('is sent again and ends in one row when the reply is lost', async () => {
    hand.open_code(CODE, 'loses_replies');
    await hand.phone.pass(0);
    expect(state_of()).toBe('deferred');
    hand.phone.line = 'up';
    await hand.phone.pass(5_000);
    expect(state_of()).toBe('already');
    expect(hand.server.rows).toHaveLength(1);
  });

  it('keeps the time of the scan when the line was away for an hour', async () => {
    const scanned_at = hand.phone.now;
    hand.open_code(CODE, 'down');
    await hand.phone.pass(3_600_000);
    expect(state_of()).toBe('deferred');
    hand.phone.line = 'up';
    await hand.phone.pass(60_000);
    expect(hand.server.rows[0]?.check_in.at).toBe(new Date(scanned_at).toISOString());
  });

  it('goes on after the page was closed and another page of ours is opened', async () => {
    hand.server.mood = 'storage_away';
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('deferred');
    hand.close_all();
    await hand.phone.pass(3_600_000);
    hand.server.mood = 'well';
    hand.open();
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('never takes a captive portal’s page for success', async () => {
    hand.open_code(CODE, 'portal');
    await hand.phone.pass(10_000);
    expect(state_of()).toBe('deferred');
    expect(hand.answers(CODE)).toHaveLength(0);
  });

  it('waits at least as long as the server asked', async () => {
    hand.phone.latency_ms = 10;
    hand.open_code(CODE);
    hand.server.mood = 'storage_away';
    await hand.phone.pass(2_009);
    expect(state_of()).toBe('deferred');
    expect(hand.phone.requests).toHaveLength(1);
  });

  it('is tried within two seconds once the line is back, however long the pause had become', async () => {
    hand.open_code(CODE, 'down');
    await hand.phone.pass(600_000);
    hand.phone.line = 'up';
    hand.pages[0]?.wake('line');
    await hand.phone.pass(2_000);
    expect(state_of()).toBe('recorded');
  });

  it('does not stall when the phone’s clock is set back', async () => {
    hand.server.mood = 'storage_away';
    hand.open_code(CODE);
    await hand.phone.pass(0);
    hand.phone.now -= 86_400_000;
    hand.server.mood = 'well';
    hand.pages[0]?.wake('seen');
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('is refused once, with the reason, and stays refused', async () => {
    hand.server.refused_people.add(ANN);
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('refused');
    await hand.phone.pass(600_000);
    expect(hand.answers(CODE)).toEqual(['person_not_approved']);
    expect(hand.phone.requests).toHaveLength(1);
  });

  it('may be tried anew by opening the address again while its code is still fresh', async () => {
    hand.server.refused_people.add(ANN);
    hand.open_code(CODE);
    await hand.phone.pass(0);
    hand.server.refused_people.clear();
    hand.close_all();
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });
});

describe('a scan by somebody who is not logged in', () => {
  it('waits for the login and is then checked in at the time of the scan', async () => {
    const scanned_at = hand.phone.now;
    hand.open_code(CODE);
    expect(state_of()).toBe('needs_login');
    await hand.phone.pass(120_000);
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
    expect(hand.server.rows[0]?.check_in.at).toBe(new Date(scanned_at).toISOString());
  });

  it('goes on with the bound pass that the server gave while its store was away', async () => {
    hand.open_code(CODE);
    hand.server.mood = 'storage_away';
    hand.server.session = ANN;
    hand.pages[0]?.outbox.logged_in(ANN, null, null);
    await hand.phone.pass(600_000);
    expect(state_of()).toBe('deferred');
    hand.server.mood = 'well';
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('recorded');
  });

  it('is sent at once when the login came back before the exchange did', async () => {
    hand.phone.latency_ms = 50;
    hand.open()?.outbox.scan(CODE);
    hand.log_in(ANN);
    await hand.phone.pass(200);
    expect(state_of()).toBe('recorded');
  });

  it('is told to scan again when the login took longer than the pass lives', async () => {
    hand.open_code(CODE);
    await hand.phone.pass(200_000);
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(hand.answers(CODE)).toEqual(['pass_expired']);
  });

  it('survives the page being closed during the login', async () => {
    hand.open_code(CODE);
    hand.close_all();
    await hand.phone.pass(60_000);
    hand.open_code(CODE);
    expect(state_of()).toBe('needs_login');
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });
});

describe('a pass under way', () => {
  beforeEach(async () => {
    hand.server.session = ANN;
    hand.server.mood = 'storage_away';
    hand.open_code(CODE);
    await hand.phone.pass(0);
    hand.server.mood = 'well';
  });

  it('is not presented under another person’s login, and waits for its own', async () => {
    hand.log_out();
    hand.log_in(BOB);
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('needs_login');
    expect(hand.server.strangers_passes).toBe(0);
    hand.log_out();
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('asks for a login when the session has ended, and keeps the pass', async () => {
    hand.server.session = null;
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('needs_login');
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('is told to its own person only', async () => {
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('recorded');
    hand.log_out();
    hand.log_in(BOB);
    expect(state_of()).toBeUndefined();
    hand.log_out();
    hand.log_in(ANN);
    expect(state_of()).toBe('recorded');
  });

  it('is dropped from the phone two days after its answer', async () => {
    await hand.phone.pass(60_000);
    hand.close_all();
    await hand.phone.pass(49 * 3_600_000);
    hand.open();
    expect(state_of()).toBeUndefined();
    expect([...hand.phone.stored.keys()]).toEqual(['zaichang.person']);
  });

  it('ends in the same answer on every open page', async () => {
    hand.open();
    await hand.phone.pass(0);
    hand.pages[0]?.wake('storage');
    expect(hand.pages.map(({ outbox }) => outbox.find(CODE)?.state)).toEqual(['recorded', 'recorded']);
    expect(hand.answers(CODE)).toHaveLength(1);
    expect(hand.server.rows).toHaveLength(1);
  });
});

describe('a code read by the page’s own camera', () => {
  beforeEach(() => {
    hand.server.session = ANN;
  });

  it('is exchanged and checked in', async () => {
    hand.open()?.outbox.scan(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('is tried again while it can still be fresh', async () => {
    hand.open();
    hand.phone.line = 'down';
    hand.pages[0]?.outbox.scan(CODE);
    await hand.phone.pass(1_000);
    hand.phone.line = 'up';
    await hand.phone.pass(4_000);
    expect(state_of()).toBe('recorded');
  });

  it('is given up with a reason when the line stays away past the code’s life', async () => {
    hand.open();
    hand.phone.line = 'down';
    hand.pages[0]?.outbox.scan(CODE);
    await hand.phone.pass(60_000);
    expect(hand.answers(CODE)).toEqual(['line_lost']);
  });

  it('is not lost when the store is away: the pass given instead is presented later', async () => {
    const scanned_at = hand.phone.now;
    hand.server.mood = 'storage_away';
    hand.open()?.outbox.scan(CODE);
    await hand.phone.pass(600_000);
    expect(state_of()).toBe('deferred');
    hand.server.mood = 'well';
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('recorded');
    expect(hand.server.rows[0]?.check_in.at).toBe(new Date(scanned_at).toISOString());
  });

  it('seen twice by the camera is one scan', async () => {
    hand.open()?.outbox.scan(CODE);
    hand.pages[0]?.outbox.scan(CODE);
    await hand.phone.pass(0);
    expect(hand.phone.requests.map(({ path }) => path)).toEqual(['/api/v1/scans', '/api/v1/check-ins']);
  });
});
