// Checks how the six characters are read. It must not need a server.
import { expect, test } from 'vitest';
import { areCharacters, charactersIn, charactersOf } from './pairing';

test('characters are read in either case, with spaces or a dash between', () => {
  for (const typed of ['K7MQRF', 'k7mqrf', ' k7m qrf', 'K7M-QRF']) {
    expect(charactersIn(typed)).toBe('K7MQRF');
    expect(areCharacters(typed)).toBe(true);
  }
  for (const wrong of ['', 'K7MQR', 'K7MQRFF', 'K7MQR0', 'K7MQRI']) expect(areCharacters(wrong)).toBe(false);
});

test('an address holds them in its fragment, or none', () => {
  expect(charactersOf('#K7MQRF')).toBe('K7MQRF');
  for (const hash of ['', '#', '#settings', '#K7MQR0']) expect(charactersOf(hash)).toBe('');
});
