-- How many rows of files have told an account today of somebody who is not its own: registered at a unit that it does not see, or with this
-- phone or card. Beyond a number no file is answered, so that nobody tries out whole ranges of numbers by importing.
-- Without a reference: accounts are never deleted.
create table import_answers (
    account_id bigint not null,
    day date not null,
    told integer not null,
    constraint import_answers_are_counted_by_day primary key (account_id, day)
);
