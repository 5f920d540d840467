// The connection while it holds, when it breaks and how it returns: heartbeat, jitter, and what counts as received.
import { describe, expect, it } from 'vitest';
import { HEARD_WITHIN_MS, STEADY_MS, WELCOME_WITHIN_MS } from '../src/line';
import { lineAlone, types } from './line-alone';
import { frames, START } from './world';

describe('coming back', () => {
  it('waits inside the doubling bound, drawn anew each time', () => {
    const { machine, sockets, socket, chance } = lineAlone();
    const draws = [0.99, 0.01, 0.5, 0.99, 0.3, 0.99, 0.99, 0.99];
    const bounds = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000];
    draws.forEach((draw, i) => {
      chance.value = draw;
      socket().closes(1006);
      machine.pass(draw * bounds[i]! - 1);
      expect(sockets).toHaveLength(i + 1);
      machine.pass(2);
      expect(sockets).toHaveLength(i + 2);
    });
  });

  it('counts from nothing again after a line that held', () => {
    const { machine, sockets, socket, chance, welcome } = lineAlone();
    chance.value = 0;
    for (let i = 0; i < 6; i++) {
      socket().closes(1006);
      machine.pass(0);
    }
    chance.value = 0.99;
    welcome();
    for (let t = 0; t < STEADY_MS; t += 1_000) {
      machine.pass(1_000);
      socket().says(frames.pong(START));
    }
    socket().closes(1001);
    machine.pass(495);
    expect(sockets).toHaveLength(8);
  });

  it('takes the time that a node of many pages asks for, when the node ends and not when this page lost its line', () => {
    for (const [lose, bound] of [
      ['the node', 3_000],
      ['this page', 500],
    ] as const) {
      const { machine, sockets, socket, chance, welcome, line } = lineAlone();
      welcome();
      socket().says({ ...frames.pong(START), reconnect_within_ms: 3_000 });
      chance.value = 0.99;
      if (lose === 'the node') socket().closes(1006);
      else line.giveUp();
      machine.pass(0.99 * bound - 1);
      expect(sockets).toHaveLength(1);
      machine.pass(2);
      expect(sockets).toHaveLength(2);
    }
  });

  it('goes on counting after a line that did not hold', () => {
    const { machine, sockets, socket, chance, welcome } = lineAlone();
    chance.value = 0;
    for (let i = 0; i < 6; i++) {
      socket().closes(1006);
      machine.pass(0);
    }
    chance.value = 0.99;
    welcome();
    machine.pass(1_000);
    socket().closes(1001);
    machine.pass(7_000);
    expect(sockets).toHaveLength(7);
  });

  it('does not wait when the browser says that the network is back', () => {
    const { machine, sockets, socket, chance, line } = lineAlone();
    chance.value = 0.99;
    socket().closes(1006);
    line.nudge();
    expect(sockets).toHaveLength(2);
    machine.pass(WELCOME_WITHIN_MS - 1);
    expect(sockets).toHaveLength(2);
  });

  it('hears nothing more from a socket it left', () => {
    const { machine, sockets, socket, events, line, welcome } = lineAlone();
    welcome();
    const old = socket();
    line.renew();
    old.says(frames.count(9, 9, START));
    old.closes(4410);
    old.closes(1006);
    machine.pass(1);
    expect(old.left).toBe(true);
    expect(types(events)).toEqual(['welcome']);
    expect(sockets).toHaveLength(2);
  });
});

describe('the heartbeat', () => {
  it('pings at once after the welcome, then again and again', () => {
    const { machine, socket, welcome } = lineAlone();
    welcome();
    expect(socket().pings).toBe(1);
    for (let i = 2; i < 10; i++) {
      socket().says(frames.pong(START));
      machine.pass(HEARD_WITHIN_MS);
      expect(socket().pings).toBe(i);
    }
  });

  it('finds a line that carries nothing, though the socket says it is open', () => {
    const { machine, socket, events, welcome } = lineAlone();
    welcome();
    const dead = socket();
    machine.pass(HEARD_WITHIN_MS);
    expect(dead.left).toBe(true);
    expect(types(events)).toEqual(['welcome', 'lost']);
  });

  it('takes any frame for a sign of life, even one it cannot read', () => {
    for (const sign of [frames.count(5, 1, START), '{"type":"later"}', '{{{']) {
      const { machine, socket, events, welcome } = lineAlone();
      welcome();
      for (let i = 0; i < 20; i++) {
        machine.pass(HEARD_WITHIN_MS / 2);
        socket().says(sign);
      }
      expect(types(events)).not.toContain('lost');
    }
  });

  it('asks one question at a time, so that an answer is measured against its own question', () => {
    const { machine, socket, events, welcome } = lineAlone();
    welcome();
    const askedAt = machine.mono();
    machine.pass(3_000);
    socket().says(frames.count(5, 1, START));
    machine.pass(HEARD_WITHIN_MS);
    socket().says(frames.count(6, 1, START));
    expect(socket().pings).toBe(1);
    socket().says(frames.pong(START));
    const last = events[events.length - 1];
    expect(last).toMatchObject({ type: 'frame', askedAt });
  });

  it('does not mistake a throttled tab for a dead line', () => {
    const { machine, socket, events, welcome } = lineAlone();
    welcome();
    for (let minute = 0; minute < 10; minute++) {
      machine.stall(100);
      socket().says(frames.pong(START));
      machine.stall(59_900);
      machine.pass(0);
    }
    expect(types(events)).not.toContain('lost');
    expect(socket().pings).toBe(11);
  });

  it('proves a quiet line at once when the tab is shown again', () => {
    const { machine, socket, welcome, line } = lineAlone();
    welcome();
    socket().says(frames.pong(START));
    machine.pass(1_000);
    line.nudge();
    expect(socket().pings).toBe(2);
    line.nudge();
    expect(socket().pings).toBe(2);
  });

  it('gives up a line on request, and comes back with the usual wait', () => {
    const { machine, sockets, events, welcome, line } = lineAlone();
    welcome();
    line.giveUp();
    expect(types(events)).toEqual(['welcome', 'lost']);
    machine.pass(500);
    expect(sockets).toHaveLength(2);
  });
});

describe('what is heard', () => {
  it('counts for nothing before the welcome, and a second welcome neither', () => {
    const { socket, events } = lineAlone();
    socket().opens();
    socket().says(frames.count(1, 5, START));
    socket().says(frames.welcome(START));
    socket().says(frames.welcome(START));
    expect(types(events)).toEqual(['welcome']);
  });

  it('is passed on whole, and faulty frames are not passed on', () => {
    const { socket, events, welcome } = lineAlone();
    welcome();
    socket().says({ type: 'code', seq: 1 });
    socket().says('not json');
    socket().says(frames.count(7, 5, START));
    expect(types(events)).toEqual(['welcome', 'count']);
  });
});
