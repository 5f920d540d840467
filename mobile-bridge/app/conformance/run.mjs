#!/usr/bin/env node
// Examines an app's side of the bridge: open the address that is printed in the app's web view, and watch the table.
// Ends with 0 when everything holds, with 1 when anything does not.

import { parseArgs } from 'node:util';
import { Fault, appAt } from './app.mjs';
import { CHECKS } from './checks.mjs';
import { openServer } from './server.mjs';

const USAGE = `用法 · usage: npm run conformance -- --server https://cme.example.cn [--host 0.0.0.0] [--port 8765] [--skip scan,haptic]
  --server  在场服务的公网地址，须已配置应用的公钥 · the service, with the app's key in ZAICHANG_APP_KEYS
  --host    在哪个地址等待应用 · where to wait for the app; 0.0.0.0 for a phone on the same network (default 127.0.0.1)
  --port    端口；下一个端口用于陌生网页 · the port; the one after it is the stranger's (default 8765; 0 takes any)
  --skip    不检验的项目，以逗号分隔 · checks to leave out, by name; scan leaves out all that need the scanner`;

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8765' },
    skip: { type: 'string', default: '' },
    wait: { type: 'string', default: '600' },
  },
});
if (!values.server) {
  console.error(USAGE);
  process.exit(2);
}

const audience = new URL(values.server).origin;
const skipped = new Set(values.skip.split(',').filter(Boolean));
const stand = await openServer({ host: values.host, port: Number(values.port), audience });
const app = appAt(stand);
const exam = { app, stand, audience, known: { can: [] }, server };
let faults = 0;

console.log(
  `请在应用的网页视图中打开 · open this in the app's web view, as the page of the service: ${stand.address}`,
);
try {
  await app.opened(Number(values.wait) * 1000, 0);
  for (const { name, what, needs, check } of CHECKS) {
    if (skipped.has(name) || skipped.has(needs ?? name)) row('–', name, what, 'left out');
    else await examine(name, what, check);
  }
} catch (reason) {
  if (!(reason instanceof Fault)) throw reason;
  faults += 1;
  row('✗', 'there', 'the page is opened in the app, and the app goes on answering', reason.message);
}
await stand.close();
console.log(
  faults === 0 ? '通过 · everything holds' : `未通过 · ${faults} ${faults === 1 ? 'does' : 'do'} not hold`,
);
process.exit(faults === 0 ? 0 : 1);

async function examine(name, what, check) {
  try {
    row('✓', name, what, (await check(exam)) ?? '');
  } catch (reason) {
    if (!(reason instanceof Fault)) throw reason;
    faults += 1;
    row('✗', name, what, reason.message);
    // Stops when the app has fallen silent.
    if (name !== 'hello' && name !== 'close') await app.ok('hello', { versions: [1] });
  }
}

function row(sign, name, what, note) {
  console.log(`${sign} ${name.padEnd(21)} ${what}${note ? `\n  ${' '.repeat(21)} → ${note}` : ''}`);
}

async function server(method, path, body, session) {
  const headers = {
    'content-type': 'application/json',
    ...(session && { authorization: `Bearer ${session}` }),
  };
  const response = await fetch(new URL(path, values.server), { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  try {
    return { status: response.status, json: JSON.parse(text) };
  } catch {
    return { status: response.status, json: null };
  }
}
