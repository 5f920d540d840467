// Saying hello, being refused, and what each closing code asks of the page.
import { describe, expect, it } from 'vitest';
import { createCredentials } from '../src/credentials';
import { createLine, type LineEvent, WELCOME_WITHIN_MS } from '../src/line';
import { lineAlone, types } from './line-alone';
import { Machine, MemoryDrawer } from './world';

describe('saying hello', () => {
  it('sends the ticket first, and nothing before the socket is open', () => {
    const { socket } = lineAlone();
    expect(socket().sent).toEqual([]);
    socket().opens();
    expect(socket().sent).toEqual([{ type: 'hello', ticket: 'ticket-1' }]);
  });

  it('sends the resume after a loss, never the ticket again', () => {
    const { machine, sockets, socket, welcome } = lineAlone();
    welcome();
    socket().closes(1006);
    machine.pass(500);
    socket().opens();
    expect(sockets).toHaveLength(2);
    expect(socket().sent).toEqual([{ type: 'hello', resume: 'resume-7' }]);
  });

  it('tries the ticket again when the line broke before the welcome', () => {
    const { machine, socket } = lineAlone();
    socket().opens();
    socket().closes(1006);
    machine.pass(500);
    socket().opens();
    expect(socket().sent).toEqual([{ type: 'hello', ticket: 'ticket-1' }]);
  });

  it('is refused without a word when there is nothing to say', () => {
    const { sockets, events, machine } = lineAlone({ ticket: null });
    expect(sockets).toHaveLength(0);
    expect(types(events)).toEqual(['refused']);
    expect(machine.timersPending).toBe(0);
  });

  it('goes on with the resume when the ticket is refused', () => {
    const drawer = new MemoryDrawer();
    createCredentials(drawer, '7').welcomed('kept');
    const { socket, events } = lineAlone({ drawer, ticket: 'used' });
    socket().opens();
    socket().closes(4401);
    socket().opens();
    expect(socket().sent).toEqual([{ type: 'hello', resume: 'kept' }]);
    expect(events).toEqual([]);
  });

  it('stops for good when nothing it can say is accepted', () => {
    const { machine, sockets, socket, events, line } = lineAlone();
    socket().opens();
    socket().closes(4401);
    machine.pass(3_600_000);
    line.nudge();
    line.renew();
    expect(sockets).toHaveLength(1);
    expect(types(events)).toEqual(['refused']);
  });

  it('begins again when a new ticket is offered after a refusal', () => {
    const { socket, credentials, line } = lineAlone();
    socket().opens();
    socket().closes(4401);
    credentials.offer('ticket-2');
    line.start();
    socket().opens();
    expect(socket().sent).toEqual([{ type: 'hello', ticket: 'ticket-2' }]);
  });

  it('gives up on a server that never welcomes', () => {
    const { machine, sockets, socket, events, chance } = lineAlone();
    chance.value = 0;
    const first = socket();
    first.opens();
    machine.pass(WELCOME_WITHIN_MS);
    expect(first.left).toBe(true);
    expect(types(events)).toEqual(['lost']);
    machine.pass(0);
    expect(sockets).toHaveLength(2);
  });

  it('survives a browser that will not even open a socket', () => {
    const machine = new Machine();
    const events: LineEvent[] = [];
    const credentials = createCredentials(null, '7');
    credentials.offer('t');
    let tries = 0;
    createLine({
      open: () => {
        tries++;
        throw new Error('blocked');
      },
      timers: machine.timers,
      random: () => 0.5,
      mono: machine.mono,
      credentials,
      tell: (event) => void events.push(event),
    }).start();
    machine.pass(60_000);
    expect(tries).toBeGreaterThan(5);
    expect(new Set(types(events))).toEqual(new Set(['lost']));
  });
});

describe('the closing codes', () => {
  it.each([1000, 1001, 1005, 1006, 1011, 4400, 4408, 4429])('%i means: come back', (code) => {
    const { machine, sockets, socket, events, welcome } = lineAlone();
    welcome();
    socket().closes(code);
    machine.pass(500);
    expect(types(events)).toEqual(['welcome', 'lost']);
    expect(sockets).toHaveLength(2);
  });

  it('4410 means: this screen is closed, and its credential is forgotten', () => {
    const { machine, sockets, socket, events, welcome, credentials, line } = lineAlone();
    welcome();
    socket().closes(4410);
    machine.pass(3_600_000);
    line.nudge();
    expect(types(events)).toEqual(['welcome', 'ended']);
    expect(sockets).toHaveLength(1);
    expect(credentials.hello()).toBeNull();
    expect(machine.timersPending).toBe(0);
  });

  it('4401 on a resume means: refused', () => {
    const { machine, socket, events, welcome } = lineAlone();
    welcome();
    socket().closes(1001);
    machine.pass(500);
    socket().opens();
    socket().closes(4401);
    expect(types(events)).toEqual(['welcome', 'lost', 'refused']);
  });
});
