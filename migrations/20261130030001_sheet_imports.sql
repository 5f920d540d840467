-- Files that were sent to be imported: staged and sealed, checked by one job and carried out by another, gone after a day.

create table sheet_imports (
    id uuid primary key,
    -- What its rows are of.
    noun text not null constraint sheet_import_noun_is_known check (noun in ('unit', 'person')),
    account_id bigint not null references accounts (id),
    state text not null constraint sheet_import_state_is_known check (state in
        ('checking', 'checked', 'writing', 'written', 'refused', 'failed')),
    -- The file as it was sent, sealed.
    source bytea not null,
    -- What the rows come to and what is wrong with them, as JSON, sealed.
    outcome bytea,
    -- Why the file could not be read: the code of a refusal.
    refusal text,
    -- Which rows are to be carried out, and the plan that who wants it has seen.
    wanted text constraint sheet_import_wanted_is_known check (wanted in ('all', 'good')),
    plan text,
    rows integer not null default 0,
    rows_done integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null constraint sheet_import_expires_after_it_was_made check (expires_at > created_at),
    constraint sheet_import_is_checked_with_its_outcome check (state not in ('checked', 'writing', 'written') or outcome is not null),
    constraint sheet_import_is_refused_for_a_reason check ((state = 'refused') = (refusal is not null)),
    constraint sheet_import_is_written_as_wanted check (state not in ('writing', 'written') or (wanted is not null and plan is not null))
);

create index sheet_imports_of_an_account on sheet_imports (account_id, expires_at);
create index sheet_imports_expire on sheet_imports (expires_at);
