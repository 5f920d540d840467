// Checks what an edit of a unit sends. It must not need a server.
import { expect, test } from 'vitest';
import type { Unit } from '../api/types';
import { namesIn, unitEdit } from './unit-edit';

const unit = {
  name: '岳麓人民医院',
  division: [
    { code: '430000', name: '湖南省', level: 'province' },
    { code: '430104', name: '岳麓区', level: 'county' },
  ],
  category: 'general',
  grade: 'city',
  hospital_class: 'third',
  aliases: ['岳麓医院', '区医院'],
} as unknown as Unit;
const draft = unitEdit.draftOf(unit);

test('names stand in one line, each once', () => {
  expect(namesIn(' 市一、市 一医院，市一;  ')).toEqual(['市一', '市 一医院']);
  expect(namesIn('')).toEqual([]);
});

test('only what was changed is sent, and blanks change nothing', () => {
  expect(unitEdit.changesOf(unit, draft)).toEqual({});
  expect(unitEdit.changesOf(unit, { ...draft, name: ' 岳麓人民医院 ', aliases: '岳麓医院，区医院' })).toEqual(
    {},
  );
  expect(unitEdit.changesOf(unit, { ...draft, grade: 'province', aliases: '' })).toEqual({
    grade: 'province',
    aliases: [],
  });
});

test('a name that is none and too many aliases are said before they are sent', () => {
  expect(unitEdit.faultsOf({ ...draft, name: '院' })).toEqual({ name: 'units.name_wrong' });
  const many = Array.from({ length: 11 }, (_, n) => `别名${n}`).join('、');
  expect(unitEdit.faultsOf({ ...draft, aliases: many })).toEqual({ aliases: 'units.aliases_wrong' });
  expect(unitEdit.faultsOf(draft)).toEqual({});
});
