//! The one statement that writes a batch. Its columns are those of `columns.rs`, by their names.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query_as};

use super::columns::{Added, Columns, check_in_columns, tally_columns};
use crate::checkin::counts::Count;
use crate::checkin::record::NewCheckIn;
use zaichang_core::ids::CourseId;

/// A check-in that is to be written, and what it adds to the counts.
pub(in crate::checkin) struct Write<'a> {
    pub check_in: &'a NewCheckIn,
    pub first_today: bool,
    pub newcomer: bool,
}

/// What became of a write.
#[derive(Default)]
pub(in crate::checkin) struct Written {
    /// The courses that stood at the version that was expected; the rows of the others have not been written.
    pub as_expected: HashSet<CourseId>,
    pub counts: Vec<Count>,
}

/// A course whose version was counted up, and what its day has counted if there was anything to add to it.
struct Taken {
    course_id: i64,
    day: Option<jiff_sqlx::Date>,
    attendees: Option<i32>,
    check_ins: Option<i32>,
    seats_taken: Option<i64>,
}

impl Written {
    fn of(rows: Vec<Taken>, at: Timestamp) -> Self {
        let mut written = Self::default();
        for row in rows {
            let course = CourseId(row.course_id);
            written.as_expected.insert(course);
            if let (Some(day), Some(attendees), Some(check_ins), Some(seats_taken)) =
                (row.day, row.attendees, row.check_ins, row.seats_taken)
            {
                let day = day.to_jiff();
                written.counts.push(Count { course, day, attendees, check_ins, seats_taken, at });
            }
        }
        written
    }
}

/// The statement. Each column of the two tables gets the next number, first those of `check_ins`, then those of `tallies`; a
/// column that the text names itself is found in them by its name.
macro_rules! statement {
    (@check_ins $given:tt $($columns:tt)*) => {
        tally_columns!(statement @tallies $given {$($columns)*})
    };
    (@tallies $given:tt $check_ins:tt $($columns:tt)*) => {
        statement!(@deal $given
            ["$4" "$5" "$6" "$7" "$8" "$9" "$10" "$11" "$12" "$13" "$14" "$15" "$16" "$17" "$18" "$19" "$20" "$21" "$22"
             "$23" "$24" "$25" "$26" "$27" "$28" "$29" "$30" "$31" "$32" "$33" "$34" "$35" "$36"]
            $check_ins {} {$($columns)*} {})
    };
    (@deal $given:tt [$number:tt $($numbers:tt)*]
        {[$field:ident $name:tt $sql:tt $rust:tt] $($more:tt)*} {$($dealt:tt)*} $tallies:tt {}) => {
        statement!(@deal $given [$($numbers)*] {$($more)*} {$($dealt)* [$field $number $name $sql]} $tallies {})
    };
    (@deal $given:tt [$number:tt $($numbers:tt)*]
        {} $check_ins:tt {[$field:ident $name:tt $sql:tt $rust:tt] $($more:tt)*} {$($dealt:tt)*}) => {
        statement!(@deal $given [$($numbers)*] {} $check_ins {$($more)*} {$($dealt)* [$field $number $name $sql]})
    };
    (@deal ($courses:expr, $expected:expr, $recorded_at:expr, $columns:expr, $added:expr) $left:tt
        {} {
            [id $id:tt $id_name:tt $id_sql:tt]
            [person_id $person_id:tt $person_id_name:tt $person_id_sql:tt]
            [course_id $course_id:tt $course_id_name:tt $course_id_sql:tt]
            [assisted_by $assisted_by:tt $assisted_by_name:tt $assisted_by_sql:tt]
            [reason $reason:tt $reason_name:tt $reason_sql:tt]
            $([$field:ident $number:tt $name:tt $sql:tt])*
        }
        {} {
            [course_id $tally_course_id:tt $tally_course_id_name:tt $tally_course_id_sql:tt]
            $([$tally_field:ident $tally_number:tt $tally_name:tt $tally_sql:tt])*
        }) => {
        query_as!(
            Taken,
            r#"with locked as materialized (
               select course_id, turn from turns where course_id = any($1) order by course_id for no key update
           ), mine as materialized (
               select course_id from locked
               join unnest($1::bigint[], $2::bigint[]) expected (course_id, turn) using (course_id, turn)
           ), taken as (
               update turns set turn = turn + 1
               where course_id = any(array(select course_id from mine)) and course_id = any("# + $tally_course_id + r#")
           ), written as (
               insert into check_ins (recorded_at, id, person_id, course_id, assisted_by, reason"# $(+ ", " + $name)* + r#")
               select $3, id, person_id, course_id, assisted_by, reason"# $(+ ", " + $name)* + r#"
               from (
                   -- In the select list, and not in `from`: there each column would be laid by in a store of its own.
                   select unnest("# + $id + r#"::uuid[]) as id, unnest("# + $person_id + r#"::bigint[]) as person_id,
                       unnest("# + $course_id + r#"::bigint[]) as course_id,
                       unnest("# + $assisted_by + r#"::bigint[]) as assisted_by, unnest("# + $reason + r#"::text[]) as reason"#
                       $(+ ", unnest(" + $number + "::" + $sql + ") as " + $name)* + r#"
               ) arrived
               where course_id = any(array(select course_id from mine))
           ), audited as (
               -- Staff's word is an act of theirs: as one with its row, so that no record is without it. Whether there is any
               -- is known before a row is looked at: a batch of scans alone pays nothing.
               insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
               select $3, assisted_by, unit_id, 'assist_check_in', 'person', person_id,
                   jsonb_build_object('course', course_id, 'check_in', assisted.id, 'reason', reason)
               from (
                   select unnest("# + $id + r#"::uuid[]) as id, unnest("# + $person_id + r#"::bigint[]) as person_id,
                       unnest("# + $course_id + r#"::bigint[]) as course_id,
                       unnest("# + $assisted_by + r#"::bigint[]) as assisted_by, unnest("# + $reason + r#"::text[]) as reason
               ) assisted
               join accounts on accounts.id = assisted_by
               where array_remove("# + $assisted_by + r#"::bigint[], null) <> '{}' and course_id = any(array(select course_id from mine))
           ), tallied as (
               insert into tallies (course_id"# $(+ ", " + $tally_name)* + r#")
               select course_id"# $(+ ", " + $tally_name)* + r#"
               from unnest("# + $tally_course_id + r#"::bigint[]"# $(+ ", " + $tally_number + "::" + $tally_sql)* + r#")
                   added (course_id"# $(+ ", " + $tally_name)* + r#")
               where course_id = any(array(select course_id from mine))
               on conflict on constraint tally_is_once_per_day do update
               set attendees = tallies.attendees + excluded.attendees,
                   newcomers = tallies.newcomers + excluded.newcomers,
                   check_ins = tallies.check_ins + excluded.check_ins
               returning course_id, day, attendees, check_ins,
                   newcomers + coalesce((select sum(newcomers) from tallies every_day
                       where every_day.course_id = tallies.course_id and every_day.day <> tallies.day), 0) as seats_taken
           )
           select mine.course_id as "course_id!", tallied.day as "day?", tallied.attendees as "attendees?",
               tallied.check_ins as "check_ins?", tallied.seats_taken as "seats_taken?"
           from mine left join tallied using (course_id)"#,
            $courses,
            $expected,
            $recorded_at as _,
            &$columns.id as _,
            &$columns.person_id as _,
            &$columns.course_id as _,
            &$columns.assisted_by as _,
            &$columns.reason as _,
            $(&$columns.$field as _,)*
            &$added.course_id as _
            $(, &$added.$tally_field as _)*
        )
    };
}

/// Writes a batch in one statement, so that without a transaction around it one round trip commits it: locks the versions,
/// and where a course stands at the expected one, takes the next, adds the rows, the tallies they change, and to the audit
/// log what staff have vouched for.
pub(in crate::checkin) async fn write(
    connection: &mut PgConnection,
    versions: &HashMap<CourseId, i64>,
    writes: &[Write<'_>],
    recorded_at: Timestamp,
) -> sqlx::Result<Written> {
    let (columns, added) = (Columns::of(writes), Added::of(writes));
    let (courses, expected): (Vec<_>, Vec<_>) =
        versions.iter().map(|(course, version)| (course.0, *version)).unzip();
    let rows =
        check_in_columns!(statement @check_ins (&courses, &expected, recorded_at.to_sqlx(), columns, added));
    Ok(Written::of(rows.fetch_all(connection).await?, recorded_at))
}
