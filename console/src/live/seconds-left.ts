// How many whole seconds are left until an instant, by the server's clock, while the component is shown.
// It must not read the browser's wall clock.
import { onScopeDispose, ref, watchEffect, type Ref } from 'vue';
import { serverClock } from '../time/server-clock';

/** `round`: a ticket is over with its last whole second, a countdown shows the one that has begun. */
export function useSecondsLeft(until: () => string, round = Math.floor): Ref<number> {
  const left = ref(0);
  const look = () => (left.value = round(serverClock.leftMs(until()) / 1000));
  watchEffect(look);
  const handle = setInterval(look, 250);
  onScopeDispose(() => clearInterval(handle));
  return left;
}
