import { expect, it } from 'vitest';
import type { Person } from '../api/types';
import { personChange } from './person-change';

const person = {
  id: 7,
  version: '"1"',
  name: '王伟',
  department: { id: 4, name: '急诊科' },
  title: '护师',
  title_series: null,
  title_level: null,
  title_from: null,
  specialty: '护理学',
  takes_part: true,
} as unknown as Person;

it('sends what differs, and a department that is taken away as nothing', () => {
  const draft = personChange.draftOf(person);
  expect(personChange.changesOf(person, draft)).toEqual({});
  expect(personChange.changesOf(person, { ...draft, department: null, specialty: ' 急诊护理 ' })).toEqual({
    department_id: null,
    specialty: '急诊护理',
  });
});

it('puts the day of a title right, and takes none away', () => {
  const dated = {
    ...person,
    title_series: 'nurse',
    title_level: 'junior',
    title_from: '2020-01-01',
  } as Person;
  const draft = personChange.draftOf(dated);
  expect(personChange.changesOf(dated, { ...draft, title_from: '2021-01-01' })).toEqual({
    title_from: '2021-01-01',
  });
  expect(personChange.changesOf(dated, { ...draft, title_from: null })).toEqual({});
});

it('asks for both halves of a title', () => {
  const draft = { ...personChange.draftOf(person), title_level: 'junior' as const };
  expect(personChange.faultsOf(draft)).toEqual({ title_series: 'people.title_whole' });
  expect(personChange.faultsOf({ ...draft, title_series: 'nurse' })).toEqual({});
});
