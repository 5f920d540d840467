// Checks that what the address says is what is asked for, and that a notice leads to its thing. It must not draw anything.
import { expect, test } from 'vitest';
import { deliveriesAddressOf, deliveriesFilterIn, inboxAddressOf, inboxFilterIn } from './filter';
import { placeOf } from './place';
import { unreadShown, unreadTold } from './unread';

test('filters go into the address and come back, and nonsense is no filter', () => {
  expect(inboxFilterIn(inboxAddressOf({ unread: true }) as never)).toEqual({ unread: true });
  expect(inboxAddressOf({ unread: false })).toEqual({});
  expect(inboxFilterIn({ show: 'nonsense' })).toEqual({ unread: false });
  expect(deliveriesFilterIn(deliveriesAddressOf({ state: 'unknown' }) as never)).toEqual({
    state: 'unknown',
  });
  expect(deliveriesFilterIn({ state: 'sent' })).toEqual({ state: null });
});

test('a notice leads to what it is about, and one of a newer release to nothing', () => {
  expect(placeOf({ noun: 'person', noun_id: 7 })).toEqual({ name: 'person', params: { person: '7' } });
  expect(placeOf({ noun: 'person_transfer', noun_id: 7 })).toEqual({ name: 'transfers' });
  expect(placeOf({ noun: 'something', noun_id: 7 })).toBeNull();
});

test('more than ninety-nine are not counted out', () => {
  expect([unreadShown(99), unreadShown(100)]).toEqual(['99', '99+']);
  expect([unreadTold(1), unreadTold(100)]).toEqual(['1 条未读', '99 条以上未读']);
});
