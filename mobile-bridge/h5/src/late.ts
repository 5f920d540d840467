// Views whose code is loaded when it is needed. While it loads nothing is shown; when the connection has dropped,
// the page says so and the person can try again. It must not know what the views show.

import { h, shallowRef, type Component, type FunctionalComponent } from 'vue';
import { use_context, type Context } from './context.ts';
import NotLoaded from './parts/not-loaded.vue';

export type Load = (context: Context) => Promise<{ default: Component }>;

/**
 * A component in the place of one that is still to come, with the same props, events and slots.
 * `instead` is shown when the connection has dropped; null where the page does without it.
 */
export function late(load: Load, instead: Component | null = NotLoaded): FunctionalComponent {
  const view = shallowRef<Component | null>(null);
  const progress = shallowRef<'idle' | 'loading' | 'failed'>('idle');

  async function fetch(context: Context): Promise<void> {
    progress.value = 'loading';
    try {
      view.value = (await load(context)).default;
    } catch {
      progress.value = 'failed';
    }
  }

  const placed: FunctionalComponent = (_, { attrs, slots }) => {
    if (view.value !== null) return h(view.value, attrs, slots);
    const context = use_context();
    if (progress.value === 'idle') void fetch(context);
    return progress.value === 'failed' && instead ? h(instead, { onPress: () => fetch(context) }) : null;
  };
  placed.inheritAttrs = false;
  return placed;
}
