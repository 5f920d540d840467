// Who people say they are: what is tidied, and what is called a fault.

import { expect, it } from 'vitest';
import { id_number_fault, name_fault, tidy_id_number, tidy_name } from '../src/person-fields.ts';

it.each([
  ['11010519491231002X', null],
  ['440524188001010014', null],
  ['', 'id_number_missing'],
  ['11010519491231002', 'id_number_length'],
  ['110105194912310021', 'id_number_form'],
  ['11010519491231002A', 'id_number_form'],
])('judges the ID number %s: %s', (id_number, fault) => {
  expect(id_number_fault(id_number)).toBe(fault);
});

it('reads an ID number as keyboards and clipboards write it', () => {
  expect(tidy_id_number(' 110105 19491231 002x ')).toBe('11010519491231002X');
  expect(tidy_id_number('１１０１０５１９４９１２３１００２ｘ')).toBe('11010519491231002X');
});

it.each([
  [' 王 小明 ', '王小明'],
  ['买买提•艾力', '买买提·艾力'],
  ['John  Smith', 'John Smith'],
])('tidies the name %j', (text, name) => {
  expect(tidy_name(text)).toBe(name);
  expect(name_fault(name)).toBeNull();
});

it.each([
  ['', 'name_missing'],
  ['王小明1', 'name_form'],
  ['<b>', 'name_form'],
])('calls the name %j a fault: %s', (name, fault) => {
  expect(name_fault(name)).toBe(fault);
});
