-- Exports: what was asked for, how far it is, and where its file lies. Rows go a day after their files.

create table exports (
    id uuid primary key,
    course_id bigint not null references courses (id),
    account_id bigint not null references accounts (id),
    format text not null constraint export_format_is_known check (format in ('csv', 'xlsx')),
    -- The filter as JSON, sealed: it holds what somebody typed into a search field.
    filter bytea not null,
    state text not null constraint export_state_is_known check (state in ('queued', 'running', 'ready', 'failed')),
    created_at timestamptz not null,
    -- From then on there is no file.
    expires_at timestamptz not null constraint export_expires_after_it_was_made check (expires_at > created_at),
    -- Which process makes it, and until when others leave it alone: one that died keeps nobody waiting for longer.
    worker uuid not null,
    worker_until timestamptz not null,
    tries smallint not null default 0,
    -- The file's name, new with each try: a name is a key, and no key seals twice.
    file uuid,
    rows bigint,
    bytes bigint,
    sha256 bytea,
    constraint export_is_ready_with_its_file check (
        state <> 'ready' or (file is not null and rows is not null and bytes is not null and sha256 is not null)
    )
);

create index exports_wait on exports (created_at) where state in ('queued', 'running');
create index exports_of_an_account on exports (account_id, expires_at);
create index exports_expire on exports (expires_at);
