//! Text messages of notices that want somebody: the provider refused them, or did not say whether it has taken them. Admins of the
//! reader's unit of today, and of those above it, see them and may have one sent again: nothing here does so by itself.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, PgPool, query, query_scalar};
use strum::{EnumString, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

use super::kind::Kinds;
use super::{Error, sending};
use crate::audit::{self, Entry};
use crate::auth::Account;
use crate::authority::{Addressed, OfUnit};
use crate::db;
use crate::http::language::Language;
use crate::http::{IfMatch, Meanwhile, Problem, Version};
use crate::list::{self, COUNTED, Count, List};
use zaichang_core::ids::UnitId;

/// A call to the provider ends before this.
const CALL: SignedDuration = SignedDuration::from_mins(1);

/// What is with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = NoticeDeliveryState)]
pub(super) enum State {
    /// It was not sent.
    Failed,
    /// The provider was called, and whether it has taken the message is not known.
    Unknown,
    /// It is to be sent.
    Waiting,
    /// The provider has taken it.
    Sent,
}

/// Why a message wants somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(super) enum Wants {
    Failed,
    Unknown,
}

/// Which messages are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<Wants>,
}

/// The id below which the next lie.
impl list::Filter for DeliveryQuery {
    type Keyset = i64;
}

/// A text message of a notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoticeDelivery)]
pub(super) struct DeliveryBody {
    id: i64,
    /// Of this message: for `If-Match`.
    #[schema(value_type = String, example = "\"1\"")]
    pub version: Version,
    state: State,
    /// What the notice is called, in the reader's language; null of a kind that this release does not know.
    title: Option<String>,
    /// Who is told: a person or an admin; null of somebody who registers.
    name: Option<String>,
    /// The reader's unit.
    unit: Option<String>,
    /// The provider's code, or a word: `timeout`, `daily_limit`, `no_phone`, `overdue`; null where the node that called it died.
    #[schema(example = "timeout")]
    answer: Option<String>,
    /// When what it tells was done.
    at: Timestamp,
    /// How often the provider was called, and when last.
    calls: i32,
    called_at: Option<Timestamp>,
}

pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<DeliveryQuery>,
    (kinds, language): (&Kinds, Language),
    now: Timestamp,
) -> sqlx::Result<(list::Page<DeliveryBody, i64>, Count)> {
    let state: Option<&str> = list.filter.state.map(Into::into);
    // A call that may still be answered is not listed.
    let called = now - CALL;
    let rows = query!(
        r#"select deliveries.id, deliveries.state, notices.kind, parameters, coalesce(people.name, accounts.name) as name,
               units.name as "unit?", answer, at, calls, begun_at
           from notice_deliveries deliveries
           join notices on notices.id = notice_id
           left join people on people.id = person_id
           left join accounts on accounts.id = account_id
           left join units on units.id = coalesce(people.unit_id, accounts.unit_id, notices.unit_id)
           where deliveries.state in ('failed', 'unknown') and ($2::text is null or deliveries.state = $2)
               and (deliveries.state = 'failed' or begun_at < $5) and coalesce(people.unit_id, accounts.unit_id, notices.unit_id) in (select unit_and_below($1))
               and ($3::bigint is null or deliveries.id < $3)
           order by deliveries.id desc limit $4"#,
        above.0,
        state,
        list.after,
        list.rows(),
        called.to_sqlx() as _,
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let rows = rows.into_iter().map(|row| {
        Ok(DeliveryBody {
            id: row.id,
            version: Version(row.calls.into()),
            state: db::word("notice_deliveries", "state", row.id, &row.state)?,
            title: kinds.of(&row.kind).map(|kind| kind.words(&row.parameters, language).title),
            name: row.name,
            unit: row.unit,
            answer: row.answer,
            at: row.at.to_jiff(),
            calls: row.calls,
            called_at: row.begun_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    let page = list.page(rows.collect::<sqlx::Result<Vec<_>>>()?, |row| row.id);
    let in_all = query_scalar!(
        r#"select count(*) as "in_all!" from (
               select from notice_deliveries deliveries join notices on notices.id = notice_id
               left join people on people.id = person_id left join accounts on accounts.id = account_id
               where deliveries.state in ('failed', 'unknown') and ($2::text is null or deliveries.state = $2)
                   and (deliveries.state = 'failed' or begun_at < $4) and coalesce(people.unit_id, accounts.unit_id, notices.unit_id) in (select unit_and_below($1))
               limit $3::bigint + 1
           ) counted"#,
        above.0,
        state,
        COUNTED,
        called.to_sqlx() as _,
    );
    let in_all = in_all.fetch_one(connection).await?;
    Ok((page, in_all.into()))
}

/// One message as it stands.
pub(super) async fn one(
    connection: &mut PgConnection,
    delivery: &Delivery,
    (kinds, language): (&Kinds, Language),
) -> Result<DeliveryBody, Error> {
    let row = query!(
        r#"select deliveries.id, deliveries.state, notices.kind, parameters, coalesce(people.name, accounts.name) as name,
               units.name as "unit?", answer, at, calls, begun_at
           from notice_deliveries deliveries
           join notices on notices.id = notice_id
           left join people on people.id = person_id
           left join accounts on accounts.id = account_id
           left join units on units.id = coalesce(people.unit_id, accounts.unit_id, notices.unit_id)
           where deliveries.id = $1"#,
        delivery.id,
    );
    let row = row.fetch_optional(connection).await?.ok_or(Error::NotFound)?;
    Ok(DeliveryBody {
        id: row.id,
        version: Version(row.calls.into()),
        state: db::word("notice_deliveries", "state", row.id, &row.state)?,
        title: kinds.of(&row.kind).map(|kind| kind.words(&row.parameters, language).title),
        name: row.name,
        unit: row.unit,
        answer: row.answer,
        at: row.at.to_jiff(),
        calls: row.calls,
        called_at: row.begun_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// A message, as an address names it.
pub(super) struct Delivery {
    id: i64,
    unit: UnitId,
}

#[derive(Deserialize)]
pub(super) struct DeliveryPath {
    id: i64,
}

impl OfUnit for Delivery {
    fn unit(&self) -> UnitId {
        self.unit
    }
}

impl Addressed for Delivery {
    type Path = DeliveryPath;

    async fn find(pool: &PgPool, DeliveryPath { id }: DeliveryPath) -> Result<Option<Self>, Problem> {
        let unit = query_scalar!(
            "select coalesce(people.unit_id, accounts.unit_id, notices.unit_id) as unit_id
             from notice_deliveries join notices on notices.id = notice_id
             left join people on people.id = person_id left join accounts on accounts.id = account_id
             where notice_deliveries.id = $1",
            id
        );
        let unit = unit.fetch_optional(pool).await.map_err(Error::from)?.flatten();
        Ok(unit.map(|unit| Self { id, unit: UnitId(unit) }))
    }
}

/// Why it is not sent again.
pub(super) enum Refused {
    Error(Error),
    /// It was called since it was seen.
    Meanwhile(Meanwhile),
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Error(error) => error.into(),
            Refused::Meanwhile(meanwhile) => meanwhile.into(),
        }
    }
}

/// Has a message sent once more, as an admin has seen it; gives it as it waits. It is in the log.
pub(super) async fn send_again(
    pool: &PgPool,
    by: &Account,
    delivery: &Delivery,
    seen: &IfMatch,
    words: (&Kinds, Language),
    now: Timestamp,
) -> Result<DeliveryBody, Refused> {
    let mut transaction = pool.begin().await?;
    let row = query!(
        "select notice_deliveries.state, calls, begun_at, answer, to_former, former_phone_sealed is not null as \"has_former!\", notices.kind
         from notice_deliveries join notices on notices.id = notice_id
         where notice_deliveries.id = $1 for update of notice_deliveries",
        delivery.id,
    );
    let row = row.fetch_optional(&mut *transaction).await?.ok_or(Error::NotFound)?;
    let version = Version(row.calls.into());
    if !seen.admits(version) {
        let current = json!({ "state": row.state, "calls": row.calls, "answer": row.answer });
        let changed_at = row.begun_at.map(jiff_sqlx::Timestamp::to_jiff);
        return Err(Refused::Meanwhile(Meanwhile {
            version: Some(version),
            current,
            changed_by: None,
            changed_at,
        }));
    }
    let is_under_way = row.begun_at.is_some_and(|begun| begun.to_jiff() > now - CALL);
    match row.state.as_str() {
        "unknown" if is_under_way => return Err(Error::UnderWay.into()),
        "unknown" | "failed" => {}
        _ => return Err(Error::NotStuck.into()),
    }
    if row.to_former && !row.has_former {
        return Err(Error::PhoneForgotten.into());
    }
    query!(
        "update notice_deliveries set state = 'waiting', due_at = $2, answer = null, ended_at = null where id = $1",
        delivery.id,
        now.to_sqlx() as _,
    )
    .execute(&mut *transaction)
    .await?;
    let detail = json!({ "notice": row.kind, "before": { "delivery": row.state, "answer": row.answer }, "calls": row.calls });
    let entry = Entry { action: "send_notice_again", noun: "notice_delivery", noun_id: delivery.id, detail };
    audit::record(&mut transaction, by, now, entry).await?;
    // Somebody waits for it.
    sending::enqueue(&mut transaction, [(delivery.id, row.calls, 0, now)], now).await?;
    // Read before the job can: what is not wanted any more it removes.
    let waiting = one(&mut transaction, delivery, words).await?;
    transaction.commit().await?;
    Ok(waiting)
}
