// The registration's own calls: read, entered, submitted, withdrawn by its version, left; and the units to choose from. By fetch
// itself, as a scan's requests know no versions. It must not know how a form looks.

import { read_problem, type Problem } from '@zaichang/core';
import type { components } from '@zaichang/shared/openapi';

type Schemas = components['schemas'];

export type Registration = Schemas['MyRegistration'];
export type Claim = NonNullable<Registration['claim']>;
export type NewClaim = Schemas['NewNumberClaim'];
export type Entry = Schemas['RegistrationEntry'];
export type UnitChoices = Schemas['RegistrationUnits'];
export type KeptScans = Schemas['KeptScans'];
export type UnitChoice = Schemas['RegistrationUnit'];
export type UnitCategory = Schemas['UnitCategory'];
/** As it is entered. */
export type ProposedUnit = Schemas['NewProposedUnit'];
export type Divisions = Schemas['Divisions'];

export type Answer<T> =
  | { is: 'value'; value: T }
  /** Another device was quicker: what stands now. */
  | { is: 'meanwhile'; current: Registration }
  | { is: 'refused'; problem: Problem }
  | { is: 'no_answer' };

const NO_ANSWER_AFTER_MS = 15_000;
/** A photo takes a while on a slow line, and is scanned. */
const NO_ANSWER_TO_FILES_MS = 60_000;
const PATH = '/api/v1/registration';

export interface RegistrationApi {
  read(): Promise<Answer<Registration>>;
  enter(version: string, entry: Entry): Promise<Answer<Registration>>;
  submit(version: string): Promise<Answer<Registration>>;
  withdraw(version: string): Promise<Answer<Registration>>;
  /** Of a number that is taken: what is said with the photo, which hands it in. */
  begin_claim(version: string, claim: NewClaim): Promise<Answer<Registration>>;
  send_photo(version: string, photo: Blob): Promise<Answer<Registration>>;
  withdraw_claim(version: string): Promise<Answer<Registration>>;
  kept_scans(): Promise<Answer<KeptScans>>;
  /** Ends the session on this phone. */
  leave(): Promise<Answer<null>>;
  units(
    kind: 'division' | 'unit' | 'department',
    under: number | null,
    q: string,
  ): Promise<Answer<UnitChoices>>;
  /** The parts of a division, by its code. */
  divisions(below: string): Promise<Answer<Divisions>>;
}

export function registration_api(window: Window, language: () => string): RegistrationApi {
  async function call<T>(
    method: string,
    path: string,
    version?: string,
    body?: object | Blob,
  ): Promise<Answer<T>> {
    const is_file = body instanceof Blob;
    const giving_up = new AbortController();
    const timer = window.setTimeout(
      () => giving_up.abort(),
      is_file ? NO_ANSWER_TO_FILES_MS : NO_ANSWER_AFTER_MS,
    );
    try {
      const response = await window.fetch(path, {
        method,
        headers: {
          Accept: 'application/json',
          'Accept-Language': language(),
          ...(body && { 'Content-Type': is_file ? 'application/octet-stream' : 'application/json' }),
          ...(version !== undefined && { 'If-Match': version }),
        },
        body: body instanceof Blob ? body : body ? JSON.stringify(body) : null,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: giving_up.signal,
      });
      const json: unknown = response.status === 204 ? null : await response.json();
      if (response.ok) return { is: 'value', value: json as T };
      const problem = read_problem(json, response.status);
      const current = (json as { current?: Registration }).current;
      if (problem?.code === 'changed_meanwhile' && current) return { is: 'meanwhile', current };
      return problem ? { is: 'refused', problem } : { is: 'no_answer' };
    } catch {
      return { is: 'no_answer' };
    } finally {
      window.clearTimeout(timer);
    }
  }

  return {
    read: () => call('GET', PATH),
    enter: (version, entry) => call('PATCH', PATH, version, entry),
    submit: (version) => call('POST', `${PATH}/submission`, version),
    withdraw: (version) => call('DELETE', `${PATH}/submission`, version),
    begin_claim: (version, claim) => call('POST', `${PATH}/claim`, version, claim),
    send_photo: (version, photo) => call('POST', `${PATH}/claim/photo`, version, photo),
    withdraw_claim: (version) => call('DELETE', `${PATH}/claim`, version),
    kept_scans: () => call('GET', `${PATH}/kept-scans`),
    leave: () => call('DELETE', `${PATH}/session`),
    divisions: (below) => call('GET', `/api/v1/divisions?below=${below}`),
    units: (kind, under, q) =>
      call(
        'GET',
        `${PATH}/units?kind=${kind}${under === null ? '' : `&under=${under}`}${q === '' ? '' : `&q=${encodeURIComponent(q)}`}`,
      ),
  };
}
