// What can be imported: the calls that do it, where it is kept and what the page calls it. It must not know how far an import is.
import { answer, api } from '../api/client';
import type { Import, ImportedRows } from '../api/types';
import type { Word } from '../words/say';

/** The body of a staged file: sent as it is. */
const asFile = (file: File) => ({
  body: file as never,
  bodySerializer: (body: unknown) => body as File,
  headers: { 'Content-Type': 'application/octet-stream' },
});
const at = (id: string) => ({ path: { import: id } });

export interface ImportKind {
  title: Word;
  lead: Word;
  limits: Word;
  /** The head of the column with what a row calls its thing. */
  head: Word;
  /** What is changed of what stands, before and after it was done. */
  change: { checked: Word; written: Word };
  /** Below this lie the template and the imports. */
  path: string;
  /** What the template and the marked file are saved as where the server does not say. */
  saved: { template: string; marked: string };
  /** What the cache has kept and is true no longer once it was carried out. */
  changes: readonly (readonly string[])[];
  look(id: string, signal: AbortSignal): Promise<Import>;
  send(file: File): Promise<Import>;
  write(id: string, rows: ImportedRows, plan: string): Promise<Import>;
}

export const kinds = {
  units: {
    title: 'import.title_units',
    lead: 'import.lead_units',
    limits: 'import.limits_units',
    head: 'units.head_unit',
    change: { checked: 'import.checked_change', written: 'import.written_change' },
    path: '/api/v1/unit-imports',
    saved: { template: 'units-template.xlsx', marked: 'units-checked.xlsx' },
    changes: [['units'], ['checklist']],
    look: (id, signal) => answer(api.GET('/api/v1/unit-imports/{import}', { params: at(id), signal })),
    send: (file) => answer(api.POST('/api/v1/unit-imports', asFile(file))),
    write: (id, rows, plan) =>
      answer(api.POST('/api/v1/unit-imports/{import}/writing', { params: at(id), body: { rows, plan } })),
  },
  people: {
    title: 'import.title_people',
    lead: 'import.lead_people',
    limits: 'import.limits_people',
    head: 'people.head_person',
    change: { checked: 'import.checked_fill', written: 'import.written_fill' },
    path: '/api/v1/people-imports',
    saved: { template: 'people-template.xlsx', marked: 'people-checked.xlsx' },
    changes: [['people'], ['units'], ['checklist']],
    look: (id, signal) => answer(api.GET('/api/v1/people-imports/{import}', { params: at(id), signal })),
    send: (file) => answer(api.POST('/api/v1/people-imports', asFile(file))),
    write: (id, rows, plan) =>
      answer(api.POST('/api/v1/people-imports/{import}/writing', { params: at(id), body: { rows, plan } })),
  },
} as const satisfies Record<string, ImportKind>;

export type ImportKindName = keyof typeof kinds;
