-- Takes back a job that nobody needs any more and that has not been begun: one that only nodes could take which have gone.
create function withdraw_job (job_key text) returns void
language plpgsql as $$
begin
    delete from graphile_worker._private_jobs as jobs where jobs.key = withdraw_job.job_key and jobs.locked_at is null;
end
$$;
