// A list of the server, page by page: asked for by the filter and the page in the address, and kept while the next is on its
// way. For lists that do not change by themselves while they are read; live ones use live/use-live.ts with the same filter.
// It must not filter, sort or count: the server does.
import { computed, type ComputedRef, type Ref } from 'vue';
import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/vue-query';
import { freshMs, queryClient } from '../api/query';
import { Refusal } from '../api/refusal';
import { locale } from '../words/locale';
import { useAddressFilter, type AddressFilter, type FilterForm } from './address-filter';

/** A page of a list, as the server answers it. */
export interface Page<Item> {
  items: readonly Item[];
  /** Where the next page begins; nothing where this is the last. */
  next?: string | null;
}

export interface List<Filter, P> extends AddressFilter<Filter> {
  page: ComputedRef<P | null>;
  refusal: ComputedRef<Refusal | null>;
  /** The page of the filter before this one is still shown. */
  behind: Ref<boolean>;
  refresh(): void;
}

interface ListOptions<Filter, P> extends FilterForm<Filter> {
  /** What the cache calls it: an act that changes these rows names the same (`changes` of useAct). */
  key: () => QueryKey;
  load(filter: Filter, after: string | null, signal: AbortSignal): Promise<P>;
  /** How long a page of this filter counts as new, in milliseconds; longer where reading it takes long. */
  freshMsOf?: (filter: Filter) => number;
}

export function useList<Filter extends object, P extends Page<unknown>>({
  key,
  load,
  freshMsOf = () => freshMs,
  ...form
}: ListOptions<Filter, P>): List<Filter, P> {
  const address = useAddressFilter(form);
  const { filter, after } = address;
  const { data, error, isPlaceholderData, refetch } = useQuery<P>(
    {
      // The server's sentences among the rows are in the reader's language.
      queryKey: computed(() => [...key(), filter.value, after.value, locale.value]),
      queryFn: ({ signal }) => load(filter.value, after.value, signal),
      placeholderData: keepPreviousData,
      staleTime: () => freshMsOf(filter.value),
    },
    queryClient,
  );
  return {
    ...address,
    page: computed(() => data.value ?? null),
    refusal: computed(() => (error.value instanceof Refusal ? error.value : null)),
    behind: isPlaceholderData,
    refresh: () => void refetch(),
  };
}
