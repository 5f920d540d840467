-- Risk ranks: how risky WeChat last found a person who logged in by the mini-program. A hint that is weighed with other evidence.

create table risk_ranks (
    person_id bigint primary key references people (id),
    rank smallint not null,
    asked_at timestamptz not null,
    constraint risk_rank_is_0_to_4 check (rank between 0 and 4)
);
