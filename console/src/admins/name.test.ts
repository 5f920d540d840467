// Checks which names are taken. It must not need the page.
import { expect, test } from 'vitest';
import { nameFits } from './name';

test('a name is of letters and neither too short nor too long', () => {
  for (const good of ['何建国', ' 买买提·吐尔逊 ', 'Anna Maria']) expect(nameFits(good), good).toBe(true);
  for (const wrong of ['', '何', '何1', '13800001234', '何'.repeat(51)])
    expect(nameFits(wrong), wrong).toBe(false);
});
