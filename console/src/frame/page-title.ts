// The name of the page in the browser's tab: the course first, so that several tabs can be distinguished.
// It must not know which page sets it.
import { onScopeDispose, shallowRef, watchEffect } from 'vue';
import { say } from '../words/say';

const subject = shallowRef('');

/** The page's own part of the title, for as long as the page lives. */
export function titled(name: () => string): void {
  watchEffect(() => (subject.value = name()));
  onScopeDispose(() => (subject.value = ''));
}

/** Keeps the document's title in step; called once by the console itself. */
export function keepTitle(): void {
  watchEffect(() => {
    const brand = say('brand.title');
    document.title = subject.value === '' ? brand : `${subject.value} · ${brand}`;
  });
}
