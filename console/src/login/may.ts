// What the account that is signed in may do, as the server's table says. What it would be refused is not offered.
// It must not know any page, nor a role; the server judges every act again.
import { computed } from 'vue';
import { admin } from './session';
import type { Act } from '../api/types';

const allowed = computed(() => new Set<Act>(admin.value?.may ?? []));

/** Whether the act is offered; templates that call it follow a change of the account. */
export function may(act: Act): boolean {
  return allowed.value.has(act);
}
