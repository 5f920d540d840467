// Every refusal a phone can meet, Chinese and English, by the server's code: one that is missing does not compile.
// Codes of a newer server that are not here read as `unknown`, with the server's own title.

import { ABOUT_COURSE } from './about-course.ts';
import { ABOUT_PERSON } from './about-person.ts';
import { ABOUT_SCAN } from './about-scan.ts';
import { ABOUT_SERVICE } from './about-service.ts';
import type { RefusalWords, Worded } from './refusal-words.ts';

export const REFUSALS: Readonly<Record<Worded, RefusalWords>> = {
  ...ABOUT_SCAN,
  ...ABOUT_PERSON,
  ...ABOUT_COURSE,
  ...ABOUT_SERVICE,
};
