//! Links for the first admins of units that an import has entered, in a workbook to be handed out row by row. Each address stands
//! in it and nowhere else: what is kept of it is a hash.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use sqlx::PgPool;

use crate::admin_links::of_units::{self, Purpose};
use crate::units::{refusals, sql};
use zaichang_core::clock::SHANGHAI;
use zaichang_core::keys::Keys;
use zaichang_platform::audit;
use zaichang_platform::auth::{Account, of_unit};
use zaichang_platform::http::Problem;
use zaichang_platform::sheets::Column;
use zaichang_platform::sheets::imports::Added;

use super::Error;

/// Links that are made at a time.
const MOST: usize = 1000;
/// For whom a link is where the file does not say.
const FIRST: &str = "首位管理员";

pub(super) const COLUMNS: [Column; 5] = [
    Column::optional("单位名称", &[], "", 32.0),
    Column::optional("所在区划", &[], "", 28.0),
    Column::optional("交给", &[], "", 16.0),
    Column::optional("管理员链接", &[], "", 90.0),
    Column::optional("有效期至", &[], "", 20.0),
];

/// Makes a link for each of these units that has no admin, and none on the way: their rows, the address among them.
pub(super) async fn make(
    pool: &PgPool,
    keys: &Keys,
    by: &Account,
    added: &[Added],
    public_url: &str,
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, Problem> {
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    if !of_unit::hold(&mut transaction, by.id, by.id).await.map_err(|_| refusals::FORBIDDEN)? {
        return Err(refusals::FORBIDDEN.into());
    }
    let ids: Vec<_> = added.iter().map(|added| added.id).collect();
    let bare =
        sql::without_admins(&mut transaction, by.unit.id, &ids, now, MOST).await.map_err(Error::from)?;
    let (mut rows, mut acts) = (Vec::with_capacity(bare.len()), Vec::with_capacity(bare.len()));
    for (unit, name, division) in bare {
        let contact =
            added.iter().find(|added| added.id == unit.0).and_then(|added| added.contact.as_deref());
        let meant_for = contact.unwrap_or(FIRST);
        let purpose = Purpose::Admin(None);
        let made = of_units::make(&mut transaction, keys, unit, meant_for, purpose, by, now).await;
        let (link, token) = made.map_err(|error| {
            tracing::warn!(%error, "a link for a unit's first admin could not be made");
            Error::Interrupted
        })?;
        acts.push((
            unit.0,
            json!({ "meant_for": meant_for, "rights": link.rights, "expires_at": link.expires_at }),
        ));
        let until =
            link.expires_at.to_zoned(TimeZone::fixed(SHANGHAI)).strftime("%Y-%m-%d %H:%M").to_string();
        let address = format!("{public_url}/console/start#{}", token.expose());
        rows.push([name, division.unwrap_or_default(), meant_for.to_owned(), address, until]);
    }
    audit::record_all(&mut transaction, by, now, "make_admin_link", "unit", &acts)
        .await
        .map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(rows)
}
