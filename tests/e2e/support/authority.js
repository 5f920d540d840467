// The demo's authority, whose password is not printed: it is given the unit admin's. It must not know what an authority may do.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const AUTHORITY = 'xiaoxiang-wjw';

/** @param {string} databaseUrl @param {string} admin whose password it gets */
export async function letInAuthority(databaseUrl, admin) {
  const sql = `update accounts set password_hash = (select password_hash from accounts where account = :'admin')
    where account = :'authority'`;
  const words = ['-v', 'ON_ERROR_STOP=1', '-v', `admin=${admin}`, '-v', `authority=${AUTHORITY}`];
  const psql = run('psql', [databaseUrl, ...words]);
  psql.child.stdin?.end(sql);
  await psql;
}
