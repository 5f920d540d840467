-- Which rows of files have told an account today of somebody who is not its own: the same row is no news in the next check, nor when the
-- file is looked at anew. By a hash of the blind indexes of its numbers; how many there are stands in import_answers.
-- Without a reference: accounts are never deleted.
create table import_told (
    account_id bigint not null,
    day date not null,
    row_hash bytea not null,
    constraint import_row_is_told_once_a_day primary key (account_id, day, row_hash),
    constraint import_row_told_is_a_hash check (octet_length(row_hash) = 8)
);
