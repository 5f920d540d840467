// Transfers in words: how each state looks, and what a unit sends of one. It must not know how they are asked for.
import type { QueryKey } from '@tanstack/vue-query';
import type { ChipLook } from '../frame/StateChip.vue';
import type { TransferState } from '../api/types';

export const looksOfTransfer = {
  waits: 'waits',
  taken_in: 'passed',
  cancelled: 'plain',
  expired: 'plain',
} as const satisfies Record<TransferState, ChipLook>;

/** What the cache has kept and is true no longer. */
export const changed: readonly QueryKey[] = [['person-transfers'], ['people']];
