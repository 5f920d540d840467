// Who is logged in on this phone: the name to show, kept beside the session so that a reopened program knows it at once.
// Never more than is shown: no number of any kind.

import type { Person, Session, Storage } from '@zaichang/core';

const ME = 'zaichang.me';

export type Me = Pick<Person, 'id' | 'name' | 'unit'> & { department: string };

export interface Who {
  read(): Me | null;
  keep(person: Person, token: string): void;
  forget(): void;
}

export function who_in(storage: Storage, session: Session): Who {
  return {
    read: () => (session.read() === null ? null : me_of(storage.read(ME))),
    keep({ id, name, unit, department }, token) {
      storage.write(ME, JSON.stringify({ id, name, unit, department: department ?? '' }));
      session.keep(token);
    },
    forget() {
      session.forget();
      storage.remove(ME);
    },
  };
}

function me_of(text: string | null): Me | null {
  try {
    const me = JSON.parse(text ?? 'null') as Partial<Me> | null;
    if (typeof me?.id !== 'number' || typeof me.name !== 'string') return null;
    return { id: me.id, name: me.name, unit: me.unit ?? '', department: me.department ?? '' };
  } catch {
    return null;
  }
}
