// The filters of the list of transfers: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { TransferState } from '../api/types';

export const states = [
  'waits',
  'taken_in',
  'cancelled',
  'expired',
] as const satisfies readonly TransferState[];

export interface TransfersFilter {
  text: string;
  state: TransferState | null;
}

export const everyTransfer: TransfersFilter = { text: '', state: null };

export const filterIn = (query: LocationQuery): TransfersFilter => ({
  text: textIn(query['q']),
  state: choiceIn(query['state'], states),
});

export const addressOf = ({ text, state }: TransfersFilter): LocationQueryRaw => queryOf({ q: text, state });

/** As the server is asked. */
export const askedWith = ({ text, state }: TransfersFilter): { q?: string; state?: TransferState } => ({
  ...(text === '' ? {} : { q: text }),
  ...(state === null ? {} : { state }),
});

export const isNarrowed = ({ text, state }: TransfersFilter): boolean => text !== '' || state !== null;
