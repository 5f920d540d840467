// The server's clock: set by messages, kept on the monotonic counter, lost in a sleep.
import { describe, expect, it } from 'vitest';
import { createServerClock } from '../src/clock';
import { Machine, START } from './world';

function setUp() {
  const machine = new Machine();
  return { machine, clock: createServerClock(machine.mono, machine.wall) };
}

describe('the server clock', () => {
  it('does not know the time before the first message', () => {
    expect(setUp().clock.now()).toBeNull();
  });

  it('is the same however wrong the local clock is', () => {
    for (const wrong of [-400 * 86_400_000, -61_000, 0, 3_600_000, 90 * 86_400_000]) {
      const machine = new Machine();
      machine.wallNow += wrong;
      const clock = createServerClock(machine.mono, machine.wall);
      clock.observe(START, machine.mono());
      machine.pass(2_500);
      expect(clock.now()).toBe(START + 2_500);
    }
  });

  it('puts an answer in the middle of its round trip', () => {
    const { machine, clock } = setUp();
    const askedAt = machine.mono();
    machine.pass(200);
    clock.observe(START, askedAt);
    expect(clock.now()).toBe(START + 100);
  });

  it('comes closer with every quicker answer, and no slow one spoils it', () => {
    const { machine, clock } = setUp();
    const truth = () => START + machine.mono();
    const answer = (outward: number, back: number) => {
      const askedAt = machine.mono();
      machine.pass(outward);
      const stamp = truth();
      machine.pass(back);
      clock.observe(stamp, askedAt);
      return Math.abs(clock.now()! - truth());
    };
    expect(answer(10, 400)).toBeLessThanOrEqual(205);
    expect(answer(10, 14)).toBeLessThanOrEqual(3);
    expect(answer(10, 3_000)).toBeLessThanOrEqual(4);
  });

  it('is not pulled back by a message that lay about before it was sent', () => {
    const { machine, clock } = setUp();
    clock.observe(START, machine.mono());
    clock.observe(START - 2_900, null);
    expect(clock.now()).toBe(START);
  });

  it('is pushed on by a message that proves it late', () => {
    const { machine, clock } = setUp();
    const askedAt = machine.mono();
    machine.pass(1_000);
    clock.observe(START, askedAt);
    clock.observe(START + 900, null);
    expect(clock.now()).toBe(START + 950);
  });

  it('follows a server whose own clock was set', () => {
    for (const step of [-3_600_000, 3_600_000]) {
      const { machine, clock } = setUp();
      clock.observe(START, machine.mono());
      machine.pass(1_000);
      clock.observe(START + 1_000 + step, machine.mono());
      expect(clock.now()).toBe(START + 1_000 + step);
    }
  });

  it('lets a drifting counter be corrected by later answers', () => {
    const { machine, clock } = setUp();
    clock.observe(START, machine.mono());
    machine.pass(3_600_000);
    clock.observe(START + 3_600_000 - 300, machine.mono());
    expect(Math.abs(clock.now()! - (START + 3_600_000 - 300))).toBeLessThan(1);
  });

  it('notices once that the machine slept', () => {
    const { machine, clock } = setUp();
    machine.pass(60_000);
    expect(clock.slept()).toBe(false);
    machine.sleep(45_000);
    expect(clock.slept()).toBe(true);
    expect(clock.slept()).toBe(false);
  });

  it('takes a clock set by hand for a sleep, in either direction', () => {
    for (const step of [-7_200_000, 1_000]) {
      const { machine, clock } = setUp();
      machine.wallNow += step;
      expect(clock.slept()).toBe(true);
    }
  });

  it('is not troubled by a wall clock that is slewed a little at a time', () => {
    const { machine, clock } = setUp();
    for (let i = 0; i < 1_000; i++) {
      machine.pass(16);
      machine.wallNow += 1;
      expect(clock.slept()).toBe(false);
    }
  });

  it('knows nothing any more once it forgot', () => {
    const { machine, clock } = setUp();
    clock.observe(START, machine.mono());
    clock.forget();
    expect(clock.now()).toBeNull();
    clock.observe(START + 9_000, machine.mono());
    expect(clock.now()).toBe(START + 9_000);
  });
});
