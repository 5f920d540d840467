//! The queries of merges. Those that write run in a change, under the locks of both people.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::Built;
use super::body::Phone;
use super::effects::{Both, Held};
use crate::people::of_unit::Person;
use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, CourseId, PersonId};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::Reason;

/// Who is led to this one now.
pub(super) async fn led(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<i64>> {
    let led = query_scalar!("select id from people where merged_into = $1 order by id", person.0);
    led.fetch_all(connection).await
}

/// Who was merged into this one before it was merged itself: an undoing leads them back.
pub(super) async fn merged_before(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<i64>> {
    let before = query_scalar!(
        "with recursive before (id) as (
             select from_id from person_merges where into_id = $1 and undone_at is null
             union select from_id from person_merges join before on into_id = before.id where undone_at is null
         )
         select id as \"id!\" from before order by id",
        person.0
    );
    before.fetch_all(connection).await
}

/// Leads who was led to the one on to the other.
pub(super) async fn lead_on(
    connection: &mut PgConnection,
    from: PersonId,
    into: PersonId,
) -> sqlx::Result<()> {
    query!("update people set merged_into = $2 where merged_into = $1", from.0, into.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Leads who was merged into this one before it was merged itself back to it.
pub(super) async fn lead_back(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    let before = merged_before(connection, person).await?;
    query!("update people set merged_into = $1 where id = any($2)", person.0, &before)
        .execute(connection)
        .await?;
    Ok(())
}

/// Merges the person, or has them be themselves again. A new version either way.
pub(super) async fn set_merged(
    connection: &mut PgConnection,
    person: PersonId,
    into: Option<PersonId>,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set merged_into = $2, version = version + 1, changed_by = $3, changed_at = $4 where id = $1",
        person.0,
        into.map(|into| into.0),
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Who decides about the person next has seen that they were part of a merge.
pub(super) async fn count_version(
    connection: &mut PgConnection,
    person: PersonId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set version = version + 1, changed_by = $2, changed_at = $3 where id = $1",
        person.0,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the merge down, once both rows are written.
pub(super) async fn keep(
    connection: &mut PgConnection,
    (from, into): (&Person, &Person),
    phone: Phone,
    reason: &Reason,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    let id = query_scalar!(
        "insert into person_merges (from_id, into_id, phone, reason, from_seen, into_seen, into_version, merged_by, merged_at)
         select $1, $2, $3, $4, $5, $6, version, $7, $8 from people where id = $2 returning id",
        from.id.0,
        into.id.0,
        phone.word(),
        reason.as_str(),
        from.version.0,
        into.version.0,
        by.0,
        now.to_sqlx() as _,
    );
    id.fetch_one(connection).await
}

/// A merge that stands.
pub(super) struct Merge {
    pub id: i64,
    pub into: PersonId,
    pub phone: Phone,
    pub at: Timestamp,
    pub into_version: Version,
    from_seen: i64,
    into_seen: i64,
}

/// The merge by which this person is merged, if they are.
pub(super) async fn standing(connection: &mut PgConnection, from: PersonId) -> sqlx::Result<Option<Merge>> {
    let row = query!(
        "select id, into_id, phone, merged_at, from_seen, into_seen, into_version from person_merges
         where from_id = $1 and undone_at is null",
        from.0,
    );
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
    Ok(Some(Merge {
        phone: db::word("person_merges", "phone", row.id, &row.phone)?,
        id: row.id,
        into: PersonId(row.into_id),
        at: row.merged_at.to_jiff(),
        into_version: Version(row.into_version),
        from_seen: row.from_seen,
        into_seen: row.into_seen,
    }))
}

/// Writes down that a merge is undone. Merges of before, on whose people this one alone was built, can be undone after it.
pub(super) async fn keep_undone(
    connection: &mut PgConnection,
    merge: &Merge,
    from: PersonId,
    reason: &Reason,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update person_merges set undone_by = $2, undone_at = $3, undone_reason = $4 where id = $1",
        merge.id,
        by.0,
        now.to_sqlx() as _,
        reason.as_str(),
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "update person_merges before set into_version = people.version
         from people join unnest($1::bigint[], $2::bigint[]) seen (id, version) on seen.id = people.id
         where before.into_id = people.id and before.into_version = seen.version and before.undone_at is null",
        &[from.0, merge.into.0],
        &[merge.from_seen, merge.into_seen],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of what has made a new version of the person who stays, what has a place of its own.
pub(super) async fn built_since(
    connection: &mut PgConnection,
    merge: &Merge,
    into: PersonId,
) -> sqlx::Result<Vec<Built>> {
    let row = query!(
        r#"select
               exists (select from person_merges where into_id = $1 and id > $2 and undone_at is null) as "took_in!",
               exists (select from phone_changes where person_id = $1 and at > $3) as "phone!",
               exists (select from person_transfers where person_id = $1 and greatest(let_go_at, taken_in_at, cancelled_at) > $3) as "transfer!",
               exists (select from reviews join review_steps on review_id = reviews.id
                   where noun = 'person_state' and noun_id = $1 and at > $3) as "state!""#,
        into.0,
        merge.id,
        merge.at.to_sqlx() as _,
    );
    let row = row.fetch_one(connection).await?;
    let all = [
        (row.took_in, Built::TookIn),
        (row.phone, Built::Phone),
        (row.transfer, Built::Transfer),
        (row.state, Built::State),
    ];
    Ok(all.into_iter().filter_map(|(is_so, built)| is_so.then_some(built)).collect())
}

/// What check-ins have built on a merge. Rows of who stays may be of either human being since; and a scan of a slot in which a merged row
/// has a record was answered by that record, so that it has no row of its own.
pub(super) async fn came_since(
    connection: &mut PgConnection,
    merged: &[i64],
    into: PersonId,
    since: Timestamp,
) -> sqlx::Result<Vec<Built>> {
    let came = query!(
        r#"select exists (select from check_ins where person_id = $2 and recorded_at > $3) as "came!",
               exists (select from check_ins where person_id = any($1) and day >= $4) as "that_day!""#,
        merged,
        into.0,
        since.to_sqlx() as _,
        day_of(since).to_sqlx() as _,
    );
    let came = came.fetch_one(connection).await?;
    let all = [(came.came, Built::CheckIn), (came.that_day, Built::ThatDay)];
    Ok(all.into_iter().filter_map(|(is_so, built)| is_so.then_some(built)).collect())
}

/// Whether a transfer or a change of state of somebody waits.
pub(super) async fn waits(
    connection: &mut PgConnection,
    person: PersonId,
    today: Date,
) -> sqlx::Result<bool> {
    let waits = query_scalar!(
        r#"select exists (select from person_transfers held where person_id = $1 and taken_in_at is null and cancelled_at is null
                   and transfer_stands(held, $2) = 'waits')
               or exists (select from reviews where noun = 'person_state' and noun_id = $1 and state = 'submitted') as "waits!""#,
        person.0,
        today.to_sqlx() as _,
    );
    waits.fetch_one(connection).await
}

/// What hangs on somebody.
pub(super) async fn held(connection: &mut PgConnection, person: PersonId, today: Date) -> sqlx::Result<Held> {
    let row = query!(
        r#"select
               (select count(*) from check_ins where person_id in (select id from people where id = $1 or merged_into = $1)) as "check_ins!",
               (select count(distinct course_id) from check_ins where person_id in (select id from people where id = $1 or merged_into = $1))
                   as "courses!",
               (select count(*) from sessions where person_id = $1 and revoked_at is null and expires_at > now()) as "logins!",
               exists (select from wechat_bindings where person_id = $1 and ended_at is null) as "wechat!",
               exists (select from person_transfers held where person_id = $1 and taken_in_at is null and cancelled_at is null
                   and transfer_stands(held, $2) = 'waits') as "transfer_waits!",
               exists (select from reviews where noun = 'person_state' and noun_id = $1 and state = 'submitted') as "state_waits!",
               (select count(*) from person_titles where person_id = $1 and removed_at is null) as "titles!",
               (select count(*) from people where merged_into = $1) as "merged!""#,
        person.0,
        today.to_sqlx() as _,
    );
    let row = row.fetch_one(connection).await?;
    Ok(Held {
        check_ins: row.check_ins,
        courses: row.courses,
        logins: row.logins,
        wechat: row.wechat,
        transfer_waits: row.transfer_waits,
        state_waits: row.state_waits,
        titles: row.titles,
        merged: row.merged,
    })
}

/// Courses to which both came, the newest first, and how many there are.
pub(super) async fn of_both(
    connection: &mut PgConnection,
    from: PersonId,
    into: PersonId,
    most: i64,
) -> sqlx::Result<(Vec<Both>, i64)> {
    let rows = query!(
        r#"with slots as (
               select course_id, day, slot, count(*) filter (where of_from) as of_from, count(*) filter (where not of_from) as of_into
               from check_ins join (
                   select id, coalesce(merged_into, id) = $1 as of_from from people
                   where id in ($1, $2) or merged_into in ($1, $2)
               ) two on two.id = person_id
               group by course_id, day, slot
           ), both_came as (
               select course_id, array_agg(distinct day order by day) as days, sum(of_from)::bigint as of_from,
                   sum(of_into)::bigint as of_into, count(*) filter (where of_from > 0 and of_into > 0) as same_slots
               from slots group by course_id having sum(of_from) > 0 and sum(of_into) > 0
           )
           select course_id as "course_id!", title, days as "days!: Vec<jiff_sqlx::Date>", of_from as "of_from!", of_into as "of_into!",
               same_slots as "same_slots!", (select count(*) from both_came) as "in_all!"
           from both_came join courses on courses.id = course_id
           order by days[array_upper(days, 1)] desc, course_id desc limit $3"#,
        from.0,
        into.0,
        most,
    );
    let rows = rows.fetch_all(connection).await?;
    let in_all = rows.first().map_or(0, |row| row.in_all);
    let both = rows.into_iter().map(|row| Both {
        course_id: CourseId(row.course_id),
        title: row.title,
        days: row.days.into_iter().map(jiff_sqlx::Date::to_jiff).collect(),
        from_check_ins: row.of_from,
        into_check_ins: row.of_into,
        same_slots: row.same_slots,
    });
    Ok((both.collect(), in_all))
}
