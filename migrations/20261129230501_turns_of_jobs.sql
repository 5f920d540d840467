-- Jobs in turn: who asks for fifty exports keeps nobody from a first.

-- As the one of five arguments, which nodes of the release before call; of the jobs that are due, those of a lower turn come first.
create function enqueue_job (job text, payload jsonb, job_key text, tries integer, only_on text, turn smallint) returns bigint
language plpgsql as $$
declare
    queued bigint;
begin
    if exists (
        select from jsonb_each(enqueue_job.payload) as part (name, value)
        where not case jsonb_typeof(part.value)
            when 'number' then (part.value #>> '{}')::numeric between 0 and 9999999999
            when 'string' then part.value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            else false
        end
    ) then
        raise exception 'the payload of the job % holds something else than ids', job
            using errcode = 'check_violation', constraint = 'job_payload_holds_ids_alone';
    end if;
    update graphile_worker._private_jobs as jobs
    set attempts = 0, run_at = now(), last_error = null, updated_at = now()
    where jobs.key = enqueue_job.job_key and jobs.locked_at is null and jobs.attempts >= jobs.max_attempts;
    select added.id into queued from graphile_worker.add_job(
        identifier => enqueue_job.job,
        payload => enqueue_job.payload::json,
        max_attempts => enqueue_job.tries,
        job_key => enqueue_job.job_key,
        priority => enqueue_job.turn::integer,
        flags => case when enqueue_job.only_on is not null then array[enqueue_job.only_on] end,
        job_key_mode => 'unsafe_dedupe'
    ) as added;
    return queued;
end
$$;

create or replace function enqueue_job (job text, payload jsonb, job_key text, tries integer, only_on text) returns bigint
language sql as $$ select enqueue_job(job, payload, job_key, tries, only_on, 0::smallint) $$;

-- Tries a job anew that has failed for good or is late. One that is late keeps its place: who asks again and again must not
-- put it off for ever. Its kind; none if it is not there or is running.
create or replace function retry_job (job_id bigint) returns text
language plpgsql as $$
declare
    retried text;
begin
    update graphile_worker._private_jobs as jobs
    set attempts = 0, last_error = null, updated_at = now(),
        run_at = case when jobs.attempts >= jobs.max_attempts then now() else least(jobs.run_at, now()) end,
        flags = case when node_of_job(jobs.flags) then null else jobs.flags end
    from graphile_worker._private_tasks as tasks
    where jobs.id = retry_job.job_id and tasks.id = jobs.task_id and jobs.locked_at is null
      and not exists (select from graphile_worker._private_job_retirements as retired where retired.id = jobs.id)
    returning tasks.identifier into retried;
    return retried;
end
$$;
