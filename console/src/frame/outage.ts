// The refusal that keeps the console from knowing who is signed in, or null. The frame shows it instead of a page.
// It must not hold the refusals of single pages.
import { shallowRef } from 'vue';
import type { Refusal } from '../api/refusal';

export const outage = shallowRef<Refusal | null>(null);
