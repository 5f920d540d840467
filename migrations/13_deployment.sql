-- The deployment: one row that says what this database is for, so that demo data is never poured over real data.

create table deployment (
    single boolean primary key default true,
    kind text not null,
    constraint deployment_is_one_row check (single),
    constraint deployment_kind_is_known check (kind in ('demo', 'real'))
);
