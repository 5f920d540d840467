// The whole page without its drawing, against a server that breaks in every way: no old code is ever drawn.
import { describe, expect, it } from 'vitest';
import { CAP_MS } from '../src/backoff';
import { HEARD_WITHIN_MS, WELCOME_WITHIN_MS } from '../src/line';
import { FIRST_CODE_WITHIN_MS, NEXT_CODE_WITHIN_MS } from '../src/page';
import { frames, World } from './world';

/** Every look drawn so far obeyed the one rule, judged by the time the look itself was drawn for. */
function noOldCodeWasDrawn(world: World): void {
  for (const { code, now } of world.looks) {
    if (code) expect(now).toBeLessThan(code.validUntil);
  }
}

describe('a page that is opened with a ticket', () => {
  it('connects, shows the code and the count, and never sends the ticket twice', () => {
    const world = new World();
    expect(world.look.mood).toBe('connecting');
    world.opens();
    expect(world.look).toMatchObject({ mood: 'open', left: 1, page: { count: { attendees: 128 } } });
    expect(world.look.code).not.toBeNull();
    world.socket.closes(1001);
    world.machine.pass(500);
    world.socket.opens();
    expect(world.socket.sent[0]).toEqual({ type: 'hello', resume: 'resume-7' });
  });

  it('takes a new ticket when its old one was refused', () => {
    const world = new World();
    world.socket.opens();
    world.socket.closes(4401);
    expect(world.look.mood).toBe('refused');
    world.app.offer('ticket-2');
    expect(world.look.mood).toBe('connecting');
    world.opens();
    expect(world.look.mood).toBe('open');
  });

  it('says at once that a ticket is missing', () => {
    expect(new World({ ticket: null }).look.mood).toBe('refused');
  });
});

describe('no code is drawn after its end', () => {
  it('when the server falls silent', () => {
    const world = new World();
    world.opens();
    world.machine.pass(2_999);
    expect(world.look.code).not.toBeNull();
    world.machine.pass(1);
    expect(world.look.code).toBeNull();
    noOldCodeWasDrawn(world);
  });

  it('when no frame is painted: a timer of its own removes it', () => {
    const world = new World();
    world.opens();
    world.machine.pass(10_000);
    expect(world.look).toMatchObject({ mood: 'down', code: null });
    noOldCodeWasDrawn(world);
  });

  it('when every timer is throttled: the first beat afterwards removes it', () => {
    const world = new World();
    world.opens();
    world.machine.stall(3_000);
    world.app.beat();
    expect(world.look.code).toBeNull();
    world.machine.stall(60_000);
    world.app.wake();
    noOldCodeWasDrawn(world);
  });

  it('when the tab is hidden: it is gone at once and only a good one returns', () => {
    const world = new World();
    world.opens();
    world.shown = false;
    world.app.wake();
    expect(world.look).toMatchObject({ mood: 'open', code: null });
    world.machine.pass(1_000);
    world.shown = true;
    world.app.wake();
    expect(world.look.code?.seq).toBe(10);
    world.shown = false;
    world.app.wake();
    world.machine.stall(2_000);
    world.shown = true;
    world.app.wake();
    expect(world.look.code).toBeNull();
    noOldCodeWasDrawn(world);
  });

  it('when the machine slept and its counter stood still', () => {
    const world = new World();
    world.opens();
    world.machine.pass(500);
    world.machine.sleep(3_600_000);
    world.app.beat();
    expect(world.look).toMatchObject({ code: null, now: null });
    expect(world.sockets).toHaveLength(2);
    world.opens(10);
    expect(world.look).toMatchObject({ mood: 'open', code: { seq: 10 } });
    expect(world.look.now).toBe(world.serverNow);
    noOldCodeWasDrawn(world);
  });

  it('when the machine slept and its counter went on', () => {
    const world = new World();
    world.opens();
    world.machine.stall(3_600_000);
    world.app.beat();
    expect(world.look).toMatchObject({ mood: 'down', code: null });
    noOldCodeWasDrawn(world);
  });

  it('when it was already old on arrival', () => {
    const world = new World();
    world.connects();
    world.socket.says(frames.state(1, 'open'));
    world.socket.says(
      frames.code(2, world.serverNow - 9_000, world.serverNow - 6_000, world.serverNow - 9_000),
    );
    expect(world.looks.every(({ code }) => code === null)).toBe(true);
  });

  it('when the local clock is hours wrong, and none is removed too early either', () => {
    for (const serverAhead of [-30 * 86_400_000, -7_200_000, 0, 7_200_000, 365 * 86_400_000]) {
      const world = new World({ serverAhead });
      world.opens();
      expect(world.look.now).toBe(world.serverNow);
      world.machine.pass(2_990);
      expect(world.look.mood).toBe('open');
      world.app.beat();
      expect(world.look.code?.seq).toBe(10);
      world.machine.pass(20);
      expect(world.look.code).toBeNull();
      noOldCodeWasDrawn(world);
    }
  });

  it('when somebody sets the local clock while it is shown', () => {
    for (const step of [-86_400_000, 86_400_000]) {
      const world = new World();
      world.opens();
      world.machine.wallNow += step;
      world.serverAhead -= step;
      world.app.beat();
      expect(world.look.code).toBeNull();
      world.opens();
      expect(world.look.code).not.toBeNull();
      world.machine.pass(3_000);
      expect(world.look.code).toBeNull();
    }
  });

  it('when the screen is closed in the middle of a step', () => {
    const world = new World();
    world.opens();
    world.socket.says(frames.state(11, 'closed', { reason: 'screen_closed' }));
    expect(world.look).toMatchObject({ mood: 'closed', code: null });
    world.socket.closes(4410);
    expect(world.look).toMatchObject({ mood: 'closed', code: null, page: { line: 'ended' } });
  });

  it('through a day of codes on a line that breaks at every moment of a step', () => {
    const world = new World();
    world.opens(1);
    for (let seq = 2; seq < 400; seq++) {
      world.chance = (seq * 0.37) % 1;
      world.machine.pass((seq * 131) % 3_500);
      world.app.beat();
      if (seq % 7 === 0) world.socket.closes(1006);
      else if (seq % 11 === 0) world.machine.stall(5_000);
      else if (seq % 13 === 0) world.machine.sleep(20_000);
      else if (world.socket.onopen && world.look.page.line !== 'up') world.opens(seq);
      else world.socket.says(frames.code(seq, world.serverNow, world.serverNow + 3_000));
      const drawn = world.look.code;
      if (drawn) expect(drawn.validUntil).toBeGreaterThan(world.look.now!);
    }
    noOldCodeWasDrawn(world);
    expect(world.looks.some(({ code }) => code !== null)).toBe(true);
  });
});

describe('a line that breaks', () => {
  it('is not noticed in the hall when it is back before the code ends', () => {
    const world = new World();
    world.opens();
    world.socket.closes(1001);
    expect(world.look).toMatchObject({ mood: 'open', page: { line: 'lost' } });
    world.machine.pass(500);
    world.opens(1);
    expect(world.looks.slice(4).every(({ mood }) => mood === 'open')).toBe(true);
    expect(world.look.code?.seq).toBe(1);
  });

  it('is called down as soon as the code ends, and heals without a touch', () => {
    const world = new World();
    world.opens();
    world.socket.closes(1006);
    for (let i = 0; i < 40; i++) {
      world.machine.pass(5_000);
      world.app.beat();
      if (world.socket.onclose) world.socket.closes(1006);
    }
    expect(world.look).toMatchObject({ mood: 'down', page: { count: { attendees: 128 } } });
    while (!world.socket.onclose) world.machine.pass(100);
    world.opens(1);
    expect(world.look).toMatchObject({ mood: 'open', page: { line: 'up' } });
  });

  it('is found when it is half open', () => {
    const world = new World();
    world.opens();
    world.machine.pass(2 * HEARD_WITHIN_MS);
    expect(world.look).toMatchObject({ mood: 'down', page: { line: 'lost' } });
    world.machine.pass(WELCOME_WITHIN_MS + CAP_MS);
    expect(world.sockets.length).toBeGreaterThan(1);
  });

  it('is given up when it answers pings but brings no code', () => {
    const world = new World();
    world.opens();
    const first = world.sockets.length;
    for (let t = 0; t <= 3_000 + NEXT_CODE_WITHIN_MS; t += 500) {
      world.machine.pass(500);
      world.answersPings();
      world.app.beat();
    }
    expect(world.look).toMatchObject({ mood: 'down', code: null, page: { line: 'lost' } });
    world.machine.pass(500);
    expect(world.sockets.length).toBe(first + 1);
  });

  it('is given up when the first code never comes', () => {
    const world = new World();
    world.connects();
    world.socket.says(frames.state(1, 'open'));
    for (let t = 0; t <= FIRST_CODE_WITHIN_MS; t += 500) {
      world.machine.pass(500);
      world.answersPings();
      world.app.beat();
    }
    expect(world.look).toMatchObject({ mood: 'down', page: { line: 'lost' } });
  });

  it('comes back at once when the network does', () => {
    const world = new World();
    world.opens();
    world.socket.closes(1006);
    const tries = world.sockets.length;
    world.app.wake();
    expect(world.sockets.length).toBe(tries + 1);
  });
});

describe('a page where all is over', () => {
  it('stays closed through sleep, waking and the passing of a day', () => {
    const world = new World();
    world.opens();
    world.socket.says(frames.state(11, 'closed', { reason: 'screen_closed' }));
    world.socket.closes(4410);
    world.machine.sleep(3_600_000);
    world.app.beat();
    world.machine.pass(86_400_000);
    world.app.wake();
    expect(world.look.mood).toBe('closed');
    expect(world.sockets).toHaveLength(1);
  });
});

describe('the countdown', () => {
  it('becomes the code at the opening, without a touch', () => {
    const world = new World();
    world.connects();
    const opensAt = new Date(world.serverNow + 2_000).toISOString();
    world.socket.says(frames.state(1, 'not_open', { opens_at: opensAt }));
    expect(world.look.mood).toBe('not_open');
    world.answersPings();
    world.machine.pass(2_000);
    world.socket.says(frames.state(2, 'open'));
    world.socket.says(frames.code(3, world.serverNow, world.serverNow + 3_000));
    expect(world.look).toMatchObject({ mood: 'open', code: { seq: 3 } });
  });
});

describe('a spot check', () => {
  it('comes and goes by the server’s clock, whatever this machine’s says', () => {
    const world = new World({ serverAhead: -7_200_000 });
    world.opens();
    world.socket.says(frames.spotCheck(11, world.serverNow + 2_500, world.serverNow));
    expect(world.look).toMatchObject({ mood: 'spot_check', closesIn: 2_500, code: { seq: 10 } });
    world.machine.pass(2_499);
    world.app.beat();
    expect(world.look.mood).toBe('spot_check');
    world.machine.pass(1);
    world.app.beat();
    expect(world.look).toMatchObject({ mood: 'open', code: { seq: 10 } });
  });

  it('shows no code past its end either', () => {
    const world = new World();
    world.opens();
    world.socket.says(frames.spotCheck(11, world.serverNow + 60_000, world.serverNow));
    world.machine.pass(10_000);
    expect(world.look).toMatchObject({ mood: 'down', code: null });
    noOldCodeWasDrawn(world);
  });
});

describe('a page that works for hours', () => {
  it('never has more than a handful of timers', () => {
    const world = new World();
    world.opens(1);
    for (let seq = 2; seq < 1_200; seq++) {
      world.machine.pass(3_000);
      world.answersPings();
      world.socket.says(frames.code(seq, world.serverNow, world.serverNow + 3_000));
      world.app.beat();
    }
    expect(world.sockets).toHaveLength(1);
    expect(world.machine.timersPending).toBeLessThanOrEqual(2);
  });
});
