// What the account that is signed in may do. What the server would refuse to it is not offered.
// It must not know any page; the server judges every act again.
import { computed } from 'vue';
import { admin } from './session';
import type { Admin } from '../api/types';

/** A unit's own administrators run its courses; authorities look on. */
const runsCourses: Record<Admin['role'], boolean> = { unit_admin: true, authority_admin: false };

/** Whether screens, settings, spot checks, head counts, assisted check-ins and verdicts are offered. */
export const mayRunCourses = computed(() => (admin.value ? runsCourses[admin.value.role] : false));
