-- Files: what is kept as bytes outside the database, and what is known of each. The row comes first: a file without one is
-- nobody's, and is deleted.

create table files (
    -- The file's name where it lies; random, and never used twice: a sealed file's key is made from it.
    id uuid primary key,
    -- What it is, in the words of the module that keeps it.
    kind text not null,
    account_id bigint not null references accounts (id),
    -- The key of the job that writes it.
    job text,
    sealed boolean not null,
    created_at timestamptz not null,
    -- From then on it is not opened any more, and is deleted soon.
    expires_at timestamptz not null constraint file_expires_after_it_was_begun check (expires_at > created_at),
    -- When it was whole; before that it is being written.
    kept_at timestamptz,
    bytes bigint,
    sha256 bytea,
    constraint file_is_kept_with_its_sum check (kept_at is null or (bytes is not null and sha256 is not null))
);

-- However many nodes try, a job keeps one file.
create unique index file_is_kept_once_by_its_job on files (job) where kept_at is not null;
create index files_expire on files (expires_at);
create index files_of_an_account on files (account_id);
