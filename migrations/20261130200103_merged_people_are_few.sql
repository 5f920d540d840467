-- A column that is new has no statistics: until autovacuum comes by, Postgres takes every two hundredth of the people for a merged one.
analyze people (merged_into);
