// Who is signed in to the console, as the server says. The cookie itself is never seen here.
// It must not know any page, nor the router.
import { shallowRef } from 'vue';
import { answer, api } from '../api/client';
import { forgetAnswers } from '../api/query';
import { Refusal } from '../api/refusal';
import { withWork } from '../api/with-work';
import type { Admin } from '../api/types';

/** The admin signed in; null when no admin is; undefined until the server was asked. */
export const admin = shallowRef<Admin | null | undefined>(undefined);

/** Asks the server once; a refusal other than "not signed in" is thrown, so that an outage never looks like a logout. */
export async function whoIsIt(): Promise<Admin | null> {
  if (admin.value !== undefined) return admin.value;
  try {
    admin.value = await answer(api.GET('/api/v1/admin/me'));
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.status !== 401) throw thrown;
    admin.value = null;
  }
  return admin.value;
}

/** Somebody else may be signed in now: by an admin link, which logs its new admin in. */
export async function askAgain(): Promise<Admin | null> {
  forgetAnswers();
  admin.value = undefined;
  return whoIsIt();
}

/** `code`: the second step, where the server has asked for one. */
export async function signIn(account: string, password: string, code: string | null): Promise<Admin> {
  const body = { account, password, ...(code === null ? {} : { one_time_code: code }) };
  const session = await withWork((proof) =>
    answer(api.POST('/api/v1/admin-sessions', { body: proof === null ? body : { ...body, proof } })),
  );
  admin.value = session.account;
  return session.account;
}

export async function signOut(): Promise<void> {
  await answer(api.DELETE('/api/v1/admin-sessions/current'));
  forget();
}

/** The session is over. */
export function forget(): void {
  admin.value = null;
  forgetAnswers();
}
