// Whether the window is too narrow for the rail, which is then a drawer. It must not know what is drawn.
import { onScopeDispose, ref, type Ref } from 'vue';

/** As the stylesheets say it. */
const query = '(max-width: 960px)';

export function useNarrow(): Ref<boolean> {
  const list = matchMedia(query);
  const narrow = ref(list.matches);
  const heed = (event: MediaQueryListEvent) => (narrow.value = event.matches);
  list.addEventListener('change', heed);
  onScopeDispose(() => list.removeEventListener('change', heed));
  return narrow;
}
