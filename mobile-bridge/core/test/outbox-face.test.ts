// Stories of a scan that needs a face check, on a platform that can run one; and of sessions that end unnoticed.

import { beforeEach, describe, expect, it } from 'vitest';
import type { NeedsFace } from '../src/attempt.ts';
import { Hand } from './hand.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const ANN = 12;
const BOB = 34;

let hand: Hand;

beforeEach(() => {
  hand = new Hand(() => 0.5, 'mini_program');
  hand.server.face = true;
  hand.server.show(CODE);
});

const newest = () => hand.pages[hand.pages.length - 1]!.outbox;
const state_of = (): string | undefined => newest().find(CODE)?.state;
const at = (): NeedsFace['at'] => (newest().find(CODE) as NeedsFace).at;
const trouble = (): string | undefined => {
  const step = at();
  return step.step === 'waits' ? step.trouble?.code : step.step;
};

async function scan_as(person: number): Promise<void> {
  hand.become(person);
  hand.open_code(CODE);
  await hand.phone.pass(0);
}

async function tap(): Promise<void> {
  newest().try_now(CODE);
  await hand.phone.pass(0);
}

describe('a scan that needs a face check', () => {
  it('waits for the person, and is then checked in as of the time of the scan', async () => {
    const scanned_at = hand.phone.now;
    await scan_as(ANN);
    expect(state_of()).toBe('needs_face');
    await hand.phone.pass(900_000);
    expect(hand.server.face_checks).toHaveLength(0);
    await tap();
    expect(state_of()).toBe('recorded');
    expect(hand.server.rows[0]?.check_in.at).toBe(new Date(scanned_at).toISOString());
  });

  it('asks for the login first', async () => {
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('needs_login');
    hand.log_in(ANN);
    expect(state_of()).toBe('needs_face');
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('is not asked for again by the day’s next scan', async () => {
    await scan_as(ANN);
    await tap();
    const later = CODE.replace(/A$/, 'B');
    await hand.phone.pass(900_000);
    hand.server.show(later);
    newest().scan(later);
    await hand.phone.pass(0);
    expect(newest().find(later)?.state).toBe('recorded');
  });

  it('may be tried again after it failed', async () => {
    await scan_as(ANN);
    hand.face = 'failed';
    await tap();
    expect(trouble()).toBe('face_not_passed');
    hand.face = 'passed';
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('waits for a provider that has not decided, and then for the person', async () => {
    await scan_as(ANN);
    hand.face = 'pending';
    await tap();
    expect(at()).toMatchObject({ step: 'asks', tries: 1 });
    await hand.phone.pass(120_000);
    expect(trouble()).toBe('face_unfinished');
    expect(hand.phone.requests.filter(({ path }) => path.endsWith('/result'))).toHaveLength(5);
    hand.face = 'passed';
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('asks what came of the check when it was closed while the provider’s page was open', async () => {
    await scan_as(ANN);
    hand.face = 'killed';
    await tap();
    expect(at().step).toBe('looks');
    hand.server.face_checks[0]!.said = 'passed';
    hand.close_all();
    hand.open();
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
    expect(hand.server.face_checks).toHaveLength(1);
  });

  it('says that there was no line when the check could not begin', async () => {
    await scan_as(ANN);
    hand.phone.line = 'down';
    await tap();
    expect(trouble()).toBe('no_answer');
    hand.phone.line = 'up';
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('goes on asking for the result by itself when the line dropped after the check', async () => {
    await scan_as(ANN);
    hand.phone.latency_ms = 100;
    newest().try_now(CODE);
    await hand.phone.pass(50);
    hand.phone.line = 'down';
    await hand.phone.pass(60_000);
    expect(at().step).toBe('asks');
    hand.phone.line = 'up';
    hand.pages[0]?.wake('line');
    await hand.phone.pass(3_000);
    expect(state_of()).toBe('recorded');
  });

  it('is learnt of at the check-in when the place could not be told before', async () => {
    hand.server.mood = 'storage_away';
    await scan_as(ANN);
    expect(state_of()).toBe('deferred');
    hand.server.mood = 'well';
    await hand.phone.pass(60_000);
    expect(state_of()).toBe('needs_face');
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('begins anew when the server no longer knows the check', async () => {
    await scan_as(ANN);
    hand.face = 'killed';
    await tap();
    hand.server.face_checks = [];
    hand.close_all();
    hand.open();
    await hand.phone.pass(0);
    expect(trouble()).toBe('face_unfinished');
    hand.face = 'passed';
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('ends with the reason when the server refuses to begin another one', async () => {
    await scan_as(ANN);
    const answer = hand.server.answer.bind(hand.server);
    hand.server.answer = (request, session) =>
      request.path.endsWith('/face-checks')
        ? { status: 403, json: { code: 'face_failed' } }
        : answer(request, session);
    await tap();
    expect(hand.answers(CODE)).toEqual(['face_failed']);
  });

  it('is sent as it is when the course no longer asks for a check', async () => {
    await scan_as(ANN);
    hand.server.face = false;
    await tap();
    expect(state_of()).toBe('recorded');
    expect(hand.server.face_checks).toHaveLength(0);
  });

  it('waits for its own person when somebody else logs in', async () => {
    await scan_as(ANN);
    hand.log_out();
    hand.log_in(BOB);
    await tap();
    expect(state_of()).toBe('needs_login');
    hand.log_out();
    hand.log_in(ANN);
    await tap();
    expect(state_of()).toBe('recorded');
    expect(hand.server.strangers_passes).toBe(0);
  });

  it('asks for the login again when the session ended meanwhile', async () => {
    await scan_as(ANN);
    hand.session_ends();
    await tap();
    expect(state_of()).toBe('needs_login');
    hand.log_in(ANN);
    await tap();
    expect(state_of()).toBe('recorded');
  });

  it('is refused in a browser, which cannot run one', async () => {
    hand = new Hand(() => 0.5, 'browser');
    hand.server.face = true;
    hand.server.show(CODE);
    hand.server.session = ANN;
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(hand.answers(CODE)).toEqual(['face_required']);
  });
});

describe('a session that has ended without the phone knowing', () => {
  it('does not cost the scan: it is exchanged without one, and waits for the login', async () => {
    hand.server.face = false;
    hand.become(ANN);
    hand.session_ends();
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(state_of()).toBe('needs_login');
    expect(hand.phone.requests.map(({ bearer }) => bearer)).toEqual(['token-1', undefined]);
    hand.log_in(ANN);
    await hand.phone.pass(0);
    expect(state_of()).toBe('recorded');
  });

  it('leaves nothing of itself on the phone', async () => {
    hand.become(ANN);
    hand.session_ends();
    hand.open_code(CODE);
    await hand.phone.pass(0);
    expect(JSON.stringify([...hand.phone.stored])).not.toContain('token-1');
  });

  it('travels in its own field only, never in an address or a body', async () => {
    await scan_as(ANN);
    await tap();
    for (const { bearer, ...rest } of hand.phone.requests) {
      expect(bearer).toBe('token-1');
      expect(JSON.stringify(rest)).not.toContain('token-1');
    }
  });
});
