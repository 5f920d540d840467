// The demo data as the binary prints it: logins from what `serve --demo` prints, ids and sessions from `demo --json`.
// It must not make data of its own.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * @typedef {{ account: string, password: string, people: { name: string, phone: string, account: string, password: string }[] }} Welcome
 * @typedef {{ unit_admin: { session: string }, courses: { id: number, title: string, cap: number | null }[], people: { id: number, session: string }[] }} Demo
 */

/** Printed once, after the server is ready. @param {ReturnType<typeof import('./log.js').createLog>} log */
export async function readWelcome(log) {
  const last = (/** @type {import('./log.js').Line} */ { text }) => text.includes('Courses today');
  if (!log.lines.some(last)) await log.next(last);
  const texts = log.lines.map(({ text }) => text);
  const after = (/** @type {string} */ word) =>
    texts.map((text) => new RegExp(`^ +\\S+ ${word} +(\\S+)$`).exec(text)?.[1]).find(Boolean) ?? '';
  const person = /^ +(\S+) +手机 (\d{11}) +账号 (\S+) +密码 (\S+)/;
  const people = texts.flatMap((text) => {
    const [, name = '', phone = '', account = '', password = ''] = person.exec(text) ?? [];
    return name ? [{ name, phone, account, password }] : [];
  });
  return { account: after('account'), password: after('password'), people };
}

/** @param {string} binary @param {Record<string, string | undefined>} env @param {number} people @returns {Promise<Demo>} */
export async function fillDemo(binary, env, people) {
  const { stdout } = await run(binary, ['demo', '--people', String(people), '--json'], {
    env,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

/** The ID number of one of the demo's first people, by the rule that makes them all. @param {string} phone 199 and their place */
export function idNumberOf(phone) {
  const place = Number(phone.slice(3));
  const first = `43010218800101${String(place + 1).padStart(3, '0')}`;
  const sum = [...first].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0);
  return first + '10X98765432'[sum % 11];
}
