// The filters of the inbox and of messages that were not sent: kept in the address, sent to the server. It must not know how they
// are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf } from '../frame/address';
import type { NoticeDeliveryWants } from '../api/types';

export interface InboxFilter {
  unread: boolean;
}

export const allNotices: InboxFilter = { unread: false };

export const inboxFilterIn = (query: LocationQuery): InboxFilter => ({
  unread: choiceIn(query['show'], ['unread']) !== null,
});

export const inboxAddressOf = ({ unread }: InboxFilter): LocationQueryRaw =>
  queryOf({ show: unread ? 'unread' : null });

export const deliveryStates = ['unknown', 'failed'] as const satisfies readonly NoticeDeliveryWants[];

export interface DeliveriesFilter {
  state: NoticeDeliveryWants | null;
}

export const allDeliveries: DeliveriesFilter = { state: null };

export const deliveriesFilterIn = (query: LocationQuery): DeliveriesFilter => ({
  state: choiceIn(query['state'], deliveryStates),
});

export const deliveriesAddressOf = ({ state }: DeliveriesFilter): LocationQueryRaw => queryOf({ state });
