//! The queries of notices and of what is sent of them. Those that write an act's notice run in its transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::{Notice, Quiet, Reader, Via};

/// The phone that somebody had, as it lay in their row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub phone_sealed: Vec<u8>,
    pub key_id: Vec<u8>,
}

/// A notice that was written, and how its reader wants to be told.
pub(super) struct Written {
    pub id: i64,
    pub wants_sms: bool,
    pub quiet: Quiet,
}

/// The columns of a reader: person, account, registration.
pub(super) const fn columns(reader: Reader) -> (Option<i64>, Option<i64>, Option<i64>) {
    match reader {
        Reader::Person(id) => (Some(id.0), None, None),
        Reader::Account(id) => (None, Some(id.0), None),
        Reader::Applicant(id) => (None, None, Some(id.0)),
    }
}

pub(super) async fn write(
    connection: &mut PgConnection,
    notice: &Notice,
    parameters: &Value,
    now: Timestamp,
) -> sqlx::Result<Written> {
    let (person, account, registration) = columns(notice.to);
    let row = query!(
        r#"with written as (
               insert into notices (kind, person_id, account_id, registration_id, unit_id, noun, noun_id, parameters, at)
               values ($1, $2, $3, $4, coalesce(
                   (select unit_id from people where id = $2), (select unit_id from accounts where id = $3),
                   (select unit_id from registrations where id = $4), $5
               ), $6, $7, $8, $9)
               returning id, person_id
           )
           select written.id as "id!", sms as "sms?", quiet_from as "quiet_from?", quiet_until as "quiet_until?"
           from written left join notice_preferences using (person_id)"#,
        notice.kind.word,
        person,
        account,
        registration,
        notice.unit.map(|unit| unit.0),
        notice.about.0,
        notice.about.1,
        parameters,
        now.to_sqlx() as _,
    );
    let row = row.fetch_one(connection).await?;
    Ok(Written {
        id: row.id,
        wants_sms: row.sms.unwrap_or(true),
        quiet: quiet(row.quiet_from, row.quiet_until),
    })
}

pub(super) fn quiet(from: Option<i16>, until: Option<i16>) -> Quiet {
    from.zip(until).map_or_else(Quiet::default, |(from, until)| Quiet { from, until })
}

/// Takes back what waits to be sent about the same thing by the same template, and is no warning.
pub(super) async fn withdraw_waiting(
    connection: &mut PgConnection,
    notice: &Notice,
    newer: i64,
    template: &str,
) -> sqlx::Result<()> {
    let (person, account, _) = columns(notice.to);
    // Of one thing several may be told, each of their own; who registered has become a person.
    query!(
        "delete from notice_deliveries using notices
         where notices.id = notice_id and noun = $1 and noun_id = $2 and notice_id < $3 and state = 'waiting' and template = $4 and not to_former
             and (person_id = $5 or account_id = $6 or registration_id is not null)",
        notice.about.0,
        notice.about.1,
        newer,
        template,
        person,
        account,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Has a text message sent of it.
pub(super) async fn deliver(
    connection: &mut PgConnection,
    notice: i64,
    template: &str,
    due: Timestamp,
    via: &Via,
) -> sqlx::Result<i64> {
    let former = match via {
        Via::Former(former) => Some(former),
        Via::Present | Via::InboxAlone => None,
    };
    let delivery = query_scalar!(
        "insert into notice_deliveries (notice_id, channel, template, state, due_at, to_former, former_phone_sealed, former_key_id)
         values ($1, 'sms', $2, 'waiting', $3, $4, $5, $6) returning id",
        notice,
        template,
        due.to_sqlx() as _,
        former.is_some(),
        former.map(|former| former.phone_sealed.as_slice()),
        former.map(|former| former.key_id.as_slice()),
    );
    delivery.fetch_one(connection).await
}

/// Whom these messages are for.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        r#"select notice_deliveries.id, coalesce(people.name, accounts.name) as "name!"
           from notice_deliveries join notices on notices.id = notice_id
           left join people on people.id = person_id left join accounts on accounts.id = account_id
           where notice_deliveries.id = any($1) and coalesce(people.name, accounts.name) is not null"#,
        &ids,
    );
    Ok(rows.fetch_all(&pool).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Takes away the phones of warnings older than a day, gives up what has been due for long, and forgets old notices.
pub(super) async fn sweep(
    pool: &PgPool,
    warned: Timestamp,
    due: Timestamp,
    old: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update notice_deliveries set former_phone_sealed = null, former_key_id = null from notices
         where notices.id = notice_id and former_phone_sealed is not null and at < $1",
        warned.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    query!(
        "update notice_deliveries set state = 'failed', answer = 'overdue', ended_at = due_at where state = 'waiting' and due_at < $1",
        due.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    // A bounded number at a time, so that no request waits for their locks.
    query!(
        "delete from notices where id in (select id from notices where at < $1 order by at limit 50000)",
        old.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
