-- Judging projects is a right of its own: who is given an authority's hosting was not meant to judge.

alter table accounts drop constraint account_rights_are_known;
alter table accounts add constraint account_rights_are_known
    check (rights <@ array['hosting', 'people', 'desk', 'judging', 'credits', 'reading']);
alter table admin_links drop constraint admin_link_rights_are_known;
alter table admin_links add constraint admin_link_rights_are_known
    check (rights <@ array['hosting', 'people', 'desk', 'judging', 'credits', 'reading']);
