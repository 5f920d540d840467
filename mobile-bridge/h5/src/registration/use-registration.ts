// One registration on this page: read once, then every step saved by its version. What another device has changed meanwhile is
// taken in without losing what was typed. It must not know how a step looks.

import { FORM_REFUSALS, REGISTRATION, say, type Sentence } from '@zaichang/core';
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { use_context } from '../context.ts';
import { note_registering } from './address.ts';
import {
  registration_api,
  type Answer,
  type Entry,
  type NewClaim,
  type Registration,
  type RegistrationApi,
} from './api.ts';

/** A number that is taken, as it was entered: kept on this page alone. */
export type Taken = Omit<NewClaim, 'note'>;

export interface Registering {
  api: RegistrationApi;
  registration: ShallowRef<Registration | null>;
  /** Whether the phone has to be proved first. */
  unproved: Ref<boolean>;
  busy: Ref<boolean>;
  trouble: Ref<string | null>;
  /** The field that the server has found fault with. */
  faulty: Ref<string | null>;
  read(): Promise<void>;
  /** What was entered of a number that is somebody's already, until one goes back. */
  taken: ShallowRef<Taken | null>;
  /** What stands, as another part of the page was answered. */
  take(stands: Registration): void;
  withdraw_claim(): Promise<boolean>;
  /** True when it is saved. */
  enter(entry: Entry): Promise<boolean>;
  submit(): Promise<boolean>;
  withdraw(): Promise<boolean>;
  /** Ends the session on this phone, and goes to the start page. */
  leave(): Promise<void>;
}

export function use_registration(): Registering {
  const context = use_context();
  const { navigation, platform, preferences } = context;
  const api = registration_api(window, () => document.documentElement.lang);
  const registration = shallowRef<Registration | null>(null);
  const unproved = ref(false);
  const busy = ref(false);
  const trouble = ref<string | null>(null);
  const faulty = ref<string | null>(null);
  const taken = shallowRef<Taken | null>(null);

  const tell = (sentence: Sentence): void => void (trouble.value = say(sentence, preferences.language.value));

  async function ask<T>(call: () => Promise<Answer<T>>, take: (value: T) => void): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    trouble.value = faulty.value = null;
    const answer = await call();
    if (answer.is === 'value') take(answer.value);
    else if (answer.is === 'meanwhile') {
      registration.value = answer.current;
      tell(REGISTRATION.meanwhile);
    } else if (answer.is === 'refused' && answer.problem.code === 'registration_session_ended') {
      unproved.value = true;
      note_registering(platform.storage, false);
    } else if (answer.is === 'refused' && answer.problem.code in FORM_REFUSALS) {
      faulty.value = answer.problem.field ?? null;
      const { code, detail = '' } = answer.problem;
      const [chinese, english] = FORM_REFUSALS[code as keyof typeof FORM_REFUSALS];
      tell([chinese.replace('{detail}', detail), english.replace('{detail}', detail)]);
    } else {
      if (answer.is === 'refused') faulty.value = answer.problem.field ?? null;
      const { refusal_line } = await import('../refusal-line.ts');
      const problem = answer.is === 'refused' ? answer.problem : ({ code: 'no_answer', status: 0 } as const);
      trouble.value = refusal_line(problem, preferences.language.value, context.clock.now());
    }
    busy.value = false;
    return answer.is === 'value';
  }

  function take(stands: Registration): void {
    registration.value = stands;
    note_registering(platform.storage, stands.state !== 'approved');
  }
  const by_version = (call: (version: string) => Promise<Answer<Registration>>): Promise<boolean> =>
    ask(() => call(registration.value?.version ?? '*'), take);

  return {
    api,
    registration,
    unproved,
    busy,
    trouble,
    faulty,
    async read() {
      await ask(api.read, take);
    },
    taken,
    take,
    withdraw_claim: () => by_version(api.withdraw_claim),
    enter: (entry) =>
      by_version(async (version) => {
        const answer = await api.enter(version, entry);
        const { name = registration.value?.name, document, number } = entry;
        if (answer.is === 'refused' && answer.problem.code === 'number_taken' && name && document && number)
          taken.value = { name, document, number };
        return answer;
      }),
    submit: () => by_version(api.submit),
    withdraw: () => by_version(api.withdraw),
    async leave() {
      await ask(api.leave, () => {
        note_registering(platform.storage, false);
        navigation.replace('/');
      });
    },
  };
}
