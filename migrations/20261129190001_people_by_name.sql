-- People of one name, the first of them: thousands bear the same in a whole country, and none of them needs to be read.
create index people_by_name_and_id on people (name, id);
drop index people_by_name;
