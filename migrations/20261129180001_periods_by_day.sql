-- The courses of a day are found by the day, for whoever sees a whole province; a unit's own by the unit. The planner guesses
-- a thousand rows of a function unless told: below a hospital lie its departments, above it three or four authorities.
create index periods_by_day on periods using gist (daterange(first_day, last_day, '[]'));

alter function unit_and_below (bigint) rows 64;
alter function unit_and_above (bigint) rows 5;
