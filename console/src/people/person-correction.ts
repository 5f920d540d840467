// What is put right of who a person is, as it is typed: which fields differ, what is wrong with them, and the act itself by the version
// that was seen. It must not know the dialog.
import { api, answer, versioned } from '../api/client';
import type { Person, PersonCorrection } from '../api/types';
import type { Seen } from './state-change';
import { say, type Word } from '../words/say';

export interface Typed {
  name: string;
  /** This and the phone are empty where they stay: what stands is only shown masked. */
  number: string;
  phone: string;
  card: 'stays' | 'none' | 'other';
  card_number: string;
}

export type CorrectedFields = Omit<PersonCorrection, 'reason'>;

/** Only what differs. */
export function wantedOf(person: Pick<Person, 'name'>, typed: Typed): CorrectedFields {
  const name = typed.name.trim();
  const number = typed.number.trim();
  const phone = typed.phone.trim();
  const card = typed.card_number.trim();
  return {
    ...(name !== person.name && { name }),
    ...(number !== '' && { number }),
    ...(phone !== '' && { phone }),
    ...(typed.card === 'none' && { card_number: null }),
    ...(typed.card === 'other' && { card_number: card }),
  };
}

/** Field by field; the server looks at them again. */
export function faultsOf(typed: Typed): Partial<Record<'name' | 'phone' | 'card_number', Word>> {
  const phone = typed.phone.replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');
  return {
    ...(typed.name.trim() === '' && { name: 'registrations.name_wrong' as const }),
    ...(phone !== '' && !/^1[3-9]\d{9}$/.test(phone) && { phone: 'people.phone_wrong' as const }),
    ...(typed.card === 'other' &&
      !/^[\dA-Za-z-]{4,32}$/.test(typed.card_number.trim()) && { card_number: 'people.card_wrong' as const }),
  };
}

/** What it comes to, said before it is done. */
export const does = (wanted: CorrectedFields): string[] => [
  ...(wanted.phone === undefined ? [] : [say('people.does_phone')]),
  ...(wanted.phone === undefined && wanted.name === undefined && wanted.number === undefined
    ? []
    : [say('people.does_sessions')]),
  ...(wanted.card_number === undefined ? [] : [say('people.does_card')]),
];

export const correct = ({ id, version }: Seen, body: PersonCorrection) =>
  versioned(
    api.POST('/api/v1/people/{id}/corrections', {
      params: { path: { id }, header: { 'If-Match': version } },
      body,
    }),
  );

export const phoneChanges = (id: number, signal: AbortSignal) =>
  answer(api.GET('/api/v1/people/{id}/phone-changes', { params: { path: { id } }, signal }));
