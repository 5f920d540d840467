// What a tab may say hello with, and that nothing of it is lost in a reload or left in an address.
import { describe, expect, it } from 'vitest';
import { createCredentials, type Drawer, ticketIn } from '../src/credentials';
import { MemoryDrawer } from './world';

describe('the credentials of a tab', () => {
  it('are none in a tab that was opened without a ticket', () => {
    expect(createCredentials(new MemoryDrawer(), '7').hello()).toBeNull();
  });

  it('begin with the ticket and go on with the resume', () => {
    const credentials = createCredentials(new MemoryDrawer(), '7');
    credentials.offer('t');
    expect(credentials.hello()).toEqual({ ticket: 't' });
    credentials.welcomed('r');
    expect(credentials.hello()).toEqual({ resume: 'r' });
  });

  it('survive a reload, before the welcome and after it', () => {
    const drawer = new MemoryDrawer();
    createCredentials(drawer, '7').offer('t');
    const reloaded = createCredentials(drawer, '7');
    expect(reloaded.hello()).toEqual({ ticket: 't' });
    reloaded.welcomed('r');
    expect(createCredentials(drawer, '7').hello()).toEqual({ resume: 'r' });
    expect([...drawer.kept.values()]).toEqual(['r']);
  });

  it('of one screen are never said to another', () => {
    const drawer = new MemoryDrawer();
    createCredentials(drawer, '7').welcomed('r');
    expect(createCredentials(drawer, '8').hello()).toBeNull();
  });

  it('fall back to the resume when a ticket was used already', () => {
    const credentials = createCredentials(new MemoryDrawer(), '7');
    credentials.welcomed('r');
    credentials.offer('used');
    credentials.refused();
    expect(credentials.hello()).toEqual({ resume: 'r' });
    credentials.refused();
    expect(credentials.hello()).toBeNull();
  });

  it('leave nothing behind when they are forgotten', () => {
    const drawer = new MemoryDrawer();
    const credentials = createCredentials(drawer, '7');
    credentials.welcomed('r');
    credentials.offer('t');
    credentials.forget();
    expect(credentials.hello()).toBeNull();
    expect(drawer.kept.size).toBe(0);
  });

  it('work from memory where the browser refuses to store', () => {
    const refusing: Drawer = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => undefined,
    };
    for (const drawer of [null, refusing]) {
      const credentials = createCredentials(drawer, '7');
      credentials.offer('t');
      credentials.welcomed('r');
      expect(credentials.hello()).toEqual({ resume: 'r' });
    }
  });
});

describe('the ticket in an address', () => {
  it('is read from the fragment', () => {
    expect(ticketIn('#ticket=aB3-_9')).toBe('aB3-_9');
    expect(ticketIn('#theme=dark&ticket=x')).toBe('x');
  });

  it('is none when there is none', () => {
    for (const fragment of ['', '#', '#ticket=', '#tickets=x', '#noticket=x', '#/ticket']) {
      expect(ticketIn(fragment)).toBeNull();
    }
  });
});
