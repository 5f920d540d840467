-- Jobs: work that outlives its request and its process. The queue is the schema `graphile_worker`, which the library of that
-- name makes before these files run; nothing but these functions and the library itself speaks of its tables. Their bodies are
-- read when they are called, so that the library may change its tables in a later release.

-- Adds a job in the caller's transaction. Of each key one job waits or runs at a time: adding it again changes nothing, except
-- that one which has failed for good is tried anew. `only_on` names the nodes that may take it.
-- The payload holds ids and nothing of a person: UUIDs, and numbers that are shorter than a phone number.
create function enqueue_job (job text, payload jsonb, job_key text, tries integer, only_on text) returns bigint
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
        flags => case when enqueue_job.only_on is not null then array[enqueue_job.only_on] end,
        job_key_mode => 'unsafe_dedupe'
    ) as added;
    return queued;
end
$$;

-- Whether the job with this key has failed for good.
create function job_has_failed (job_key text) returns boolean
language plpgsql stable as $$
begin
    return exists (
        select from graphile_worker._private_jobs as jobs
        where jobs.key = job_has_failed.job_key and jobs.locked_at is null and jobs.attempts >= jobs.max_attempts
    );
end
$$;

-- What somebody should look at: jobs that have failed for good, that are due for long and were not begun (late), and that run
-- for long (hanging). Not those that a newer one of their key has replaced.
create function stuck_jobs () returns table (
    id bigint, job text, state text, since timestamptz, tries integer, most_tries integer, error text, added_at timestamptz
)
language plpgsql stable as $$
begin
    return query
    select jobs.id, tasks.identifier, judged.state, judged.since, jobs.attempts::integer, jobs.max_attempts::integer,
        jobs.last_error, jobs.created_at
    from graphile_worker._private_jobs as jobs
    join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
    cross join lateral (
        select case
            when jobs.locked_at is not null then 'hanging'
            when jobs.attempts >= jobs.max_attempts then 'failed'
            else 'late'
        end as state,
        case
            when jobs.locked_at is not null then jobs.locked_at
            -- A failure plans the next try, and the last one no other: it was e to the power of the tries before.
            when jobs.attempts >= jobs.max_attempts then jobs.run_at - exp(least(jobs.attempts, 10)) * interval '1 second'
            else jobs.run_at
        end as since
    ) as judged
    where not exists (select from graphile_worker._private_job_retirements as retired where retired.id = jobs.id)
      and case judged.state
          when 'hanging' then jobs.locked_at < now() - interval '1 hour'
          when 'failed' then true
          else jobs.run_at < now() - interval '5 minutes'
      end;
end
$$;

-- How many jobs of each kind wait and run, besides those that are stuck.
create function count_jobs () returns table (job text, waiting bigint, running bigint)
language plpgsql stable as $$
begin
    return query
    select tasks.identifier,
        count(*) filter (where jobs.locked_at is null and jobs.attempts < jobs.max_attempts),
        count(*) filter (where jobs.locked_at is not null)
    from graphile_worker._private_jobs as jobs
    join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
    group by 1;
end
$$;

-- Tries a job anew that has failed for good or is late: at once, by any node. Its kind; none if it is not there or is running.
create function retry_job (job_id bigint) returns text
language plpgsql as $$
declare
    retried text;
begin
    update graphile_worker._private_jobs as jobs
    set attempts = 0, run_at = now(), last_error = null, updated_at = now(),
        flags = case when node_of_job(jobs.flags) then null else jobs.flags end
    from graphile_worker._private_tasks as tasks
    where jobs.id = retry_job.job_id and tasks.id = jobs.task_id and jobs.locked_at is null
      and not exists (select from graphile_worker._private_job_retirements as retired where retired.id = jobs.id)
    returning tasks.identifier into retried;
    return retried;
end
$$;

-- Whether a job is meant for one node.
create function node_of_job (flags jsonb) returns boolean
language sql immutable as $$ select exists (select from jsonb_object_keys(flags) as flag where flag like 'node:%') $$;

-- Lets any node take what its own node has not begun within half a minute, or has begun and not done.
create function free_jobs_of_nodes () returns void
language plpgsql as $$
begin
    update graphile_worker._private_jobs as jobs set flags = null
    where jobs.flags is not null and node_of_job(jobs.flags) and jobs.locked_at is null
      and (jobs.attempts > 0 or jobs.run_at < now() - interval '30 seconds');
end
$$;

-- Forgets jobs that a newer one of their key has replaced and that nobody runs any more.
create function forget_replaced_jobs () returns void
language plpgsql as $$
begin
    delete from graphile_worker._private_jobs as jobs
    using graphile_worker._private_job_retirements as retired
    where retired.id = jobs.id and jobs.locked_at is null;
end
$$;

-- Exports of the release before that are not made yet: whichever node comes first makes them.
do $$
begin
    perform enqueue_job('make_export', jsonb_build_object('export', exports.id), 'export:' || exports.id, 3, null)
    from exports where exports.state in ('queued', 'running');
end
$$;
