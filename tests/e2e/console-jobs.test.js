// Background jobs that are stuck: an authority reads what each is and why, and has one tried again once its cause is gone.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';

describe('background jobs at the console', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;

  before(async () => (offices = await openOffices()));
  after(endAll);
  afterEach(nobodyComplains);

  test('what is stuck is told with its cause, and is gone from the page once another try has done it', async () => {
    const { page, refused } = await offices.authority('jobs');
    await page.getByText('没有需要处理的任务').waitFor();
    await look(page, 'console-jobs-none');

    // An export whose filter no key opens; a job that no node knows; one whose node has been at it for an hour.
    await offices.sql(`
      with export as (
        insert into exports
          (id, course_id, account_id, format, filter, state, created_at, expires_at, worker, worker_until)
        select gen_random_uuid(), (select min(id) from courses), accounts.id, 'csv', '\\x00', 'queued', now(),
          now() + interval '1 day', gen_random_uuid(), now()
        from accounts where account = '${offices.server.welcome.account}'
        returning id
      )
      select enqueue_job('make_export', jsonb_build_object('export', id), 'export:' || id, 1, null) from export;
      select enqueue_job('planted', '{}', 'late', 3, null);
      select enqueue_job('planted', '{}', 'hanging', 3, null);
      update graphile_worker._private_jobs set run_at = now() - interval '6 minutes' where key = 'late';
      update graphile_worker._private_jobs set locked_at = now() - interval '61 minutes', locked_by = worker.id
        from (select id from graphile_worker._private_workers limit 1) worker where key = 'hanging'`);
    const jobs = page.locator('main').getByRole('listitem');
    const failed = jobs.filter({ hasText: '导出考勤明细' });
    await failed.filter({ hasText: '多次执行仍失败' }).waitFor();
    await failed.filter({ hasText: '已执行 1 次，最多 1 次' }).waitFor();
    await failed.filter({ hasText: '筛选条件无法解密，请检查主密钥' }).waitFor();
    const hanging = jobs.filter({ hasText: '执行已超过一小时' });
    await hanging.filter({ hasText: '后台任务 planted' }).waitFor();
    assert.equal(await hanging.getByRole('button').count(), 0, 'what is under way is not begun twice');
    await jobs.filter({ hasText: '到期未执行' }).waitFor();
    await look(page, 'console-jobs');

    await offices.sql(`delete from exports where state = 'failed'`);
    await page.getByRole('button', { name: '重新执行 导出考勤明细' }).click();
    await failed.waitFor({ state: 'detached' });
    assert.equal(await jobs.count(), 2);
    assert.deepEqual(refused, []);
    await page.close();
  });

  test('a unit’s administrator is told whom to ask', async () => {
    const { page, refused } = await offices.unitAdmin('jobs');
    await page.getByRole('heading', { name: '本账号不能使用此功能' }).waitFor();
    await page.getByText('此功能由行政部门管理员使用。如需处理，请联系上级行政部门。').waitFor();
    assert.equal(await page.getByRole('link', { name: '后台任务', exact: true }).count(), 0);
    assert.deepEqual(refused, []);
    await page.close();
  });
});
