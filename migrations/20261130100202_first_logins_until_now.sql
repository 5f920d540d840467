-- Those whose sessions are still there, in a file of its own: sessions are opened meanwhile. Nobody was imported before sessions were kept.
insert into first_logins (person_id, at)
select person_id, min(created_at) from sessions where person_id is not null group by person_id
on conflict (person_id) do nothing;
