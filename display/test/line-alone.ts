// One connection by itself, without a page, on a fake socket.
// It must not decide what is right: it only simulates the browser and the server.
import { createCredentials, type Drawer } from '../src/credentials';
import { createLine, type LineEvent } from '../src/line';
import { FakeSocket, frames, Machine, MemoryDrawer, START } from './world';

export function lineAlone({
  ticket = 'ticket-1' as string | null,
  drawer = new MemoryDrawer() as Drawer,
} = {}) {
  const machine = new Machine();
  const sockets: FakeSocket[] = [];
  const events: LineEvent[] = [];
  const chance = { value: 0.5 };
  const credentials = createCredentials(drawer, '7');
  if (ticket !== null) credentials.offer(ticket);
  const line = createLine({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    timers: machine.timers,
    random: () => chance.value,
    mono: machine.mono,
    credentials,
    tell: (event) => void events.push(event),
  });
  line.start();
  const socket = () => sockets[sockets.length - 1]!;
  const welcome = () => {
    socket().opens();
    socket().says(frames.welcome(START));
  };
  return { machine, sockets, socket, events, chance, line, welcome, credentials };
}

/** The events reported, in order: frames by their type. */
export const types = (events: LineEvent[]) =>
  events.map((event) => (event.type === 'frame' ? event.frame.type : event.type));
