import { expect, it } from 'vitest';
import { does, faultsOf, wantedOf, type Typed } from './person-correction';

const person = { name: '周小燕' };
const typed: Typed = { name: '周小燕', number: '', phone: '', card: 'stays', card_number: '' };

it('sends what differs, and a card that is taken away as nothing', () => {
  expect(wantedOf(person, typed)).toEqual({});
  expect(wantedOf(person, { ...typed, name: ' 周晓燕 ', phone: ' 13800001234 ', card: 'none' })).toEqual({
    name: '周晓燕',
    phone: '13800001234',
    card_number: null,
  });
  expect(wantedOf(person, { ...typed, card: 'other', card_number: ' a-12 ' })).toEqual({
    card_number: 'a-12',
  });
  expect(wantedOf(person, { ...typed, number: ' 43012119850512123x ' })).toEqual({
    number: '43012119850512123x',
  });
});

it('names what is wrong at its field', () => {
  expect(faultsOf(typed)).toEqual({});
  expect(faultsOf({ ...typed, phone: '+86 138-0000-1234' })).toEqual({});
  expect(faultsOf({ ...typed, name: ' ', phone: '1380000123', card: 'other', card_number: '卡' })).toEqual({
    name: 'registrations.name_wrong',
    phone: 'people.phone_wrong',
    card_number: 'people.card_wrong',
  });
});

it('says what becomes of logins where the name or the phone changes, and of nothing else', () => {
  expect(does({ card_number: null })).toHaveLength(1);
  expect(does({ name: '周晓燕' })).toHaveLength(1);
  expect(does({ number: '43012119850512123X' })).toHaveLength(1);
  expect(does({ phone: '13800001234' })).toHaveLength(2);
});
