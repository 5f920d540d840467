// Checks the order of events around a new window. It must not need a browser.
import { expect, test } from 'vitest';
import { openWindow } from './new-window';

function fakePage() {
  const log: string[] = [];
  const page = {
    opener: {} as unknown,
    document: { title: '' },
    location: { replace: (address: string) => log.push(`replace ${address}`) },
    close: () => log.push('close'),
  };
  return { page, log };
}

test('the window is opened empty, without a way back, and sent on when the address is known', () => {
  const { page, log } = fakePage();
  const opened = openWindow('正在打开', { open: () => page as unknown as Window });
  expect(page.opener).toBeNull();
  expect(page.document.title).toBe('正在打开');
  opened?.goTo('https://cme.example/display/7#ticket=t');
  expect(log).toEqual(['replace https://cme.example/display/7#ticket=t']);
});

test('a window for which no ticket came is closed again', () => {
  const { page, log } = fakePage();
  openWindow('', { open: () => page as unknown as Window })?.giveUp();
  expect(log).toEqual(['close']);
});

test('a blocked window is reported instead of failing', () => {
  expect(openWindow('', { open: () => null })).toBeNull();
});
