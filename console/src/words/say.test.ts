// Checks the catalogue as a whole and how values are put in. It must not repeat the sentences themselves.
import { expect, test } from 'vitest';
import { catalogue } from './catalogue';
import { knownWord, sentence, type Word } from './say';

const words = Object.keys(catalogue) as Word[];
const blanks = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();

test('every sentence exists in Chinese and in English', () => {
  for (const word of words) {
    const [zh, en] = catalogue[word];
    expect(zh.trim(), word).not.toBe('');
    expect(en.trim(), word).not.toBe('');
    expect(en, word).not.toMatch(/[一-鿿]/);
  }
});

test('both languages ask for the same values', () => {
  for (const word of words) {
    const [zh, en] = catalogue[word];
    expect([...new Set(blanks(en))], word).toEqual([...new Set(blanks(zh))]);
  }
});

test('no sentence shouts', () => {
  for (const word of words) expect(catalogue[word].join(''), word).not.toMatch(/[!！]/);
});

test('values are put in and English minds one and many', () => {
  expect(sentence('records.totals', 'zh', { attendees: 1, check_ins: 3 })).toBe('1 人，3 人次');
  expect(sentence('records.totals', 'en', { attendees: 1, check_ins: 3 })).toBe('1 person, 3 records');
});

test('a value that is missing stays visible as its name instead of vanishing', () => {
  expect(sentence('frame.updated', 'en')).toBe('Updated {time}');
});

test('a word the catalogue does not hold is known as unknown', () => {
  expect(knownWord('refusal.other')).toBe('refusal.other');
  expect(knownWord('refusal.toString')).toBeNull();
  expect(knownWord('toString')).toBeNull();
});
