// What an act on a unit will do to what hangs on it, asked of the server when its dialog opens. It must not guess.
import { onMounted, shallowRef, type ShallowRef } from 'vue';
import { answer, api } from '../api/client';
import { asRefusal, type Refusal } from '../api/refusal';
import type { UnitEffects } from '../api/types';

interface Effects {
  effects: ShallowRef<UnitEffects | null>;
  refusal: ShallowRef<Refusal | null>;
  look(): Promise<void>;
}

export function useEffects(id: number): Effects {
  const effects = shallowRef<UnitEffects | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  async function look(): Promise<void> {
    refusal.value = null;
    try {
      effects.value = await answer(api.GET('/api/v1/units/{id}/effects', { params: { path: { id } } }));
    } catch (thrown) {
      refusal.value = asRefusal(thrown);
    }
  }
  onMounted(look);
  return { effects, refusal, look };
}
