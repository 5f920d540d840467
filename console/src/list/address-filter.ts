// The filter of a list and the page of it that is shown, kept in the address: a list can be linked to, reloaded and gone back
// to. It must not know what is filtered.
import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw, type Router } from 'vue-router';
import { textIn } from '../frame/address';
import { goingOf } from '../frame/going';

/** The longest cursor that the server gives. */
const cursorAtMost = 500;

export interface AddressFilter<Filter> {
  filter: ComputedRef<Filter>;
  /** Where the shown page begins: the server's cursor, or null for the first. */
  after: ComputedRef<string | null>;
  /** Another filter begins at its first page. */
  narrow(change: Partial<Filter>): void;
}

/** How a list's filter is read from an address, where anything may stand, and written into one. */
export interface FilterForm<Filter> {
  filterIn(query: LocationQuery): Filter;
  addressOf(filter: Filter): LocationQueryRaw;
}

export function useAddressFilter<Filter extends object>({
  filterIn,
  addressOf,
}: FilterForm<Filter>): AddressFilter<Filter> {
  const route = useRoute();
  const router = useRouter();
  const filter = computed(() => filterIn(route.query));
  const replace = replacing(router, addressOf);
  return {
    filter,
    after: computed(() => cursorIn(route.query)),
    narrow: (change) => replace({ ...filter.value, ...change }),
  };
}

/** Writes a filter into the address of the page, unless that is being left: a search that is still being typed may settle while the
    next page is on its way, and must not take the click back. */
export function replacing<Filter>(
  router: Router,
  addressOf: (filter: Filter) => LocationQueryRaw,
): (filter: Filter) => void {
  const isGoing = goingOf(router);
  return (filter) => {
    if (!isGoing()) void router.replace({ query: addressOf(filter) });
  };
}

export function cursorIn(query: LocationQuery): string | null {
  const after = textIn(query['after'], cursorAtMost);
  return after === '' ? null : after;
}
