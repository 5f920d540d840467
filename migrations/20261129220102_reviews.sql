-- Reviews: where each stands, and every step that was taken in one. What is reviewed belongs to another table, which is named
-- by its noun; a new proposal about the same thing is a new review.

create table reviews (
    id bigint generated always as identity primary key,
    noun text not null,
    noun_id bigint not null,
    state text not null default 'draft',
    -- The level whose verdict is waited for, or which gave the last one; null of what has never been submitted, or was withdrawn.
    level smallint,
    -- How many levels must approve.
    levels smallint not null default 1,
    -- Why it was returned or rejected.
    reason text,
    -- What is in force, if anything is, and what is proposed.
    before jsonb,
    after jsonb not null,
    -- The step by which it was last submitted: the order in which reviews wait.
    submission bigint,
    created_at timestamptz not null default now(),
    constraint review_state_is_known check (state in ('draft', 'submitted', 'returned', 'rejected', 'approved')),
    constraint review_level_is_one_of_its_levels check (levels between 1 and 9 and level between 1 and levels),
    constraint review_that_is_judged_has_a_level check ((state in ('submitted', 'returned', 'rejected')) = (level is not null)),
    constraint review_sent_back_has_a_reason check ((state in ('returned', 'rejected')) = (reason is not null))
);

-- What has been proposed is decided before something else is.
create unique index review_is_the_only_open_one_of_its_noun on reviews (noun, noun_id)
where state in ('draft', 'submitted', 'returned');

create index reviews_by_noun on reviews (noun, noun_id, id);

-- The queue of what waits for a verdict.
create index reviews_that_wait on reviews (noun, submission) where state = 'submitted';

create table review_steps (
    id bigint generated always as identity primary key,
    review_id bigint not null references reviews (id),
    step text not null,
    level smallint,
    reason text,
    account_id bigint not null references accounts (id),
    at timestamptz not null,
    before jsonb,
    after jsonb not null,
    constraint review_step_is_known check (step in ('submit', 'withdraw', 'approve', 'return', 'reject')),
    constraint review_step_back_has_a_reason check ((step in ('return', 'reject')) = (reason is not null))
);

create index review_steps_by_review on review_steps (review_id, id);

alter table reviews add constraint review_was_submitted_by_a_step foreign key (submission) references review_steps (id);

create trigger review_steps_are_only_added_to before update or delete or truncate on review_steps
for each statement execute function refuse_change ();
