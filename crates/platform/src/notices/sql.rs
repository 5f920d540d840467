//! The queries of notices and of what is sent of them. Those that write an act's notice run in its transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::{Notice, Quiet, Reader, Sms, Via};

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

/// Writes notices; what was written, in their order.
pub(super) async fn write(
    connection: &mut PgConnection,
    notices: &[Notice],
    now: Timestamp,
) -> sqlx::Result<Vec<Written>> {
    let readers = notices.iter().map(|notice| columns(notice.to));
    let (people, rest): (Vec<_>, Vec<_>) =
        readers.map(|(person, account, registration)| (person, (account, registration))).unzip();
    let (accounts, registrations): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
    let kinds: Vec<_> = notices.iter().map(|notice| notice.kind.word.to_owned()).collect();
    let units: Vec<_> = notices.iter().map(|notice| notice.unit.map(|unit| unit.0)).collect();
    let (nouns, ids): (Vec<_>, Vec<_>) =
        notices.iter().map(|notice| (notice.about.0.to_owned(), notice.about.1)).unzip();
    let parameters: Vec<_> = notices.iter().map(|notice| notice.parameters.clone()).collect();
    let rows = query!(
        r#"with told as materialized (
               select nextval(pg_get_serial_sequence('notices', 'id')) as id, told.*
               from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::jsonb[])
                   with ordinality told (kind, person_id, account_id, registration_id, unit_id, noun, noun_id, parameters, place)
           ), written as (
               insert into notices (id, kind, person_id, account_id, registration_id, unit_id, noun, noun_id, parameters, at)
               overriding system value
               select id, kind, person_id, account_id, registration_id, coalesce(
                   (select unit_id from people where people.id = told.person_id),
                   (select unit_id from accounts where accounts.id = told.account_id),
                   (select unit_id from registrations where registrations.id = told.registration_id), unit_id
               ), noun, noun_id, parameters, $9
               from told
           )
           select told.id as "id!", sms as "sms?", quiet_from as "quiet_from?", quiet_until as "quiet_until?"
           from told left join notice_preferences using (person_id) order by place"#,
        &kinds,
        &people as _,
        &accounts as _,
        &registrations as _,
        &units as _,
        &nouns,
        &ids,
        &parameters,
        now.to_sqlx() as _,
    );
    let rows = rows.fetch_all(connection).await?.into_iter().map(|row| Written {
        id: row.id,
        wants_sms: row.sms.unwrap_or(true),
        quiet: quiet(row.quiet_from, row.quiet_until),
    });
    Ok(rows.collect())
}

pub(super) fn quiet(from: Option<i16>, until: Option<i16>) -> Quiet {
    from.zip(until).map_or_else(Quiet::default, |(from, until)| Quiet { from, until })
}

/// Takes back what waits to be sent about the same thing as these newer notices, by the same template, and is no warning.
pub(super) async fn withdraw_waiting(
    connection: &mut PgConnection,
    newer: &[(&Notice, i64, &str)],
) -> sqlx::Result<()> {
    if newer.is_empty() {
        return Ok(());
    }
    let (mut nouns, mut ids, mut written, mut templates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut people, mut accounts) = (Vec::new(), Vec::new());
    for (notice, id, template) in newer {
        let (person, account, _) = columns(notice.to);
        nouns.push(notice.about.0.to_owned());
        ids.push(notice.about.1);
        written.push(*id);
        templates.push((*template).to_owned());
        people.push(person);
        accounts.push(account);
    }
    // Of one thing several may be told, each of their own; who registered has become a person.
    query!(
        "delete from notice_deliveries using notices
         join unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
             newer (noun, noun_id, id, template, person_id, account_id)
             on newer.noun = notices.noun and newer.noun_id = notices.noun_id
         where notices.id = notice_id and notice_id < newer.id and state = 'waiting'
             and notice_deliveries.template = newer.template and not to_former
             and (notices.person_id = newer.person_id or notices.account_id = newer.account_id or notices.registration_id is not null)",
        &nouns,
        &ids,
        &written,
        &templates,
        &people as _,
        &accounts as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A text message that is to be sent of a notice.
pub(super) struct Sent<'a> {
    pub notice: i64,
    pub sms: &'a Sms,
    pub due: Timestamp,
    pub via: &'a Via,
}

/// Has text messages sent; the deliveries, in their order.
pub(super) async fn deliver(connection: &mut PgConnection, sent: &[Sent<'_>]) -> sqlx::Result<Vec<i64>> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let (mut notices, mut templates, mut due) = (Vec::new(), Vec::new(), Vec::new());
    let (mut to_former, mut phones, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for sent in sent {
        let former = match sent.via {
            Via::Former(former) => Some(former),
            Via::Present | Via::InboxAlone => None,
        };
        notices.push(sent.notice);
        templates.push(sent.sms.template.to_owned());
        due.push(sent.due.to_sqlx());
        to_former.push(former.is_some());
        phones.push(former.map(|former| former.phone_sealed.clone()));
        keys.push(former.map(|former| former.key_id.clone()));
    }
    let deliveries = query_scalar!(
        r#"with sent as materialized (
               select nextval(pg_get_serial_sequence('notice_deliveries', 'id')) as id, sent.*
               from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bool[], $5::bytea[], $6::bytea[])
                   with ordinality sent (notice_id, template, due_at, to_former, phone, key_id, place)
           ), written as (
               insert into notice_deliveries (id, notice_id, channel, template, state, due_at, to_former, former_phone_sealed, former_key_id)
               overriding system value
               select id, notice_id, 'sms', template, 'waiting', due_at, to_former, phone, key_id from sent
           )
           select id as "id!" from sent order by place"#,
        &notices,
        &templates,
        &due as _,
        &to_former,
        &phones as _,
        &keys as _,
    );
    deliveries.fetch_all(connection).await
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
    (last, last_due): (Vec<String>, Timestamp),
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
        "update notice_deliveries set state = 'failed', answer = 'overdue', ended_at = due_at
         where state = 'waiting' and due_at < $1 and (template <> all($2) or due_at < $3)",
        due.to_sqlx() as _,
        &last,
        last_due.to_sqlx() as _,
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
