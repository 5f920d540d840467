// Writes what the pages know of the API, from openapi.json: its types (src/openapi.ts), and every refusal with its
// sentences (src/refusals.ts). With --check nothing is written: it fails where a file does not say what the document says.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../../openapi.json', import.meta.url);
const WRITTEN = '// Written by `npm run types` from openapi.json. What is changed here by hand is lost.\n';

/** What is asked without a login and not by a phone: screens, logins and links of admins, whether the server lives. */
const NOT_A_PHONE = /^\/(api\/v1\/(pairings|screens|admin-sessions|admin-links)\b|healthz|readyz)/;

/** Whether phones ask it: with a phone's cookie, or with none. */
function is_asked_by_phones(path, { security = [{}] }) {
  const ways = security.flatMap(Object.keys);
  const by_cookie = ways.some((way) => way === 'phone_cookie' || way === 'registration_cookie');
  return by_cookie || (ways.length === 0 && !NOT_A_PHONE.test(path));
}

/** The codes that an operation may be refused with: its responses name them, with remarks between. */
function codes_of({ responses }, known) {
  const refusing = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
  return refusing.flatMap(([, { description }]) =>
    (description.match(/[a-z_]+/g) ?? []).filter((word) => known.has(word)),
  );
}

function refusals({ paths, components }) {
  const code = components.schemas.Problem.properties.code;
  const known = new Set(code.enum);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.values(item)
      .filter(({ responses }) => responses !== undefined)
      .map((operation) => [path, operation]),
  );
  const by_phones = operations.filter(([path, operation]) => is_asked_by_phones(path, operation));
  const on_phones = new Set(by_phones.flatMap(([, operation]) => codes_of(operation, known)));
  const union = [...on_phones].sort().map((word) => `\n  | '${word}'`);
  const pair = (zh, en) => `[${JSON.stringify(zh)}, ${JSON.stringify(en)}]`;
  const sentences = code.enum.map((word) => {
    const { zh, en } = code['x-sentences'][word];
    return `  ${word}: {\n    title: ${pair(zh.title, en.title)},\n    detail: ${pair(zh.detail, en.detail)},\n  },\n`;
  });
  return `${WRITTEN}import type { components } from './openapi.ts';
import type { Sentence } from './sentence.ts';

/** Why the server refuses. */
export type RefusalCode = components['schemas']['Problem']['code'];

/** The refusals of what phones ask. */
export type PhoneRefusalCode =${union.join('')};

/** What happened, and what to do next. */
export interface RefusalSentences {
  readonly title: Sentence;
  readonly detail: Sentence;
}

/** Every refusal in the server's own words. */
export const REFUSAL_SENTENCES: Readonly<Record<RefusalCode, RefusalSentences>> = {
${sentences.join('')}};
`;
}

const files = {
  '../src/openapi.ts': WRITTEN + astToString(await openapiTS(document)),
  '../src/refusals.ts': refusals(JSON.parse(readFileSync(document, 'utf8'))),
};

for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`pages-shared/${name.slice(3)} is not what openapi.json says: npm run types`);
    process.exitCode = 1;
  }
}
