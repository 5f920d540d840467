//! The unit whose admins are kept, and the links that wait for theirs, each proved to lie under the admin's own.

use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::Error;
use crate::admin_links::of_units::{self, Waiting};
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::{Account, AccountUnit, Role};
use zaichang_platform::authority::{Addressed, OfUnit};
use zaichang_platform::http::Problem;

/// A unit whose admins are kept.
#[derive(Clone, Debug)]
pub(super) struct UnitOfAdmins {
    /// An authority as it calls itself.
    pub unit: AccountUnit,
    /// What its admins are.
    pub role: Role,
    /// Not a department, and not closed.
    pub takes_admins: bool,
}

#[derive(Deserialize)]
pub(super) struct UnitPath {
    id: i64,
}

impl OfUnit for UnitOfAdmins {
    fn unit(&self) -> UnitId {
        self.unit.id
    }
}

impl Addressed for UnitOfAdmins {
    type Path = UnitPath;

    async fn find(pool: &PgPool, path: UnitPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        Ok(read(&mut connection, UnitId(path.id)).await.map_err(Error::from)?)
    }
}

async fn read(connection: &mut PgConnection, id: UnitId) -> sqlx::Result<Option<UnitOfAdmins>> {
    let row = query!(
        r#"select id, coalesce(authority, name) as "name!", kind in ('province', 'city', 'county') as "is_region!",
               kind <> 'department' and closed_at is null as "takes_admins!"
           from units where id = $1"#,
        id.0,
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| UnitOfAdmins {
        unit: AccountUnit { id: UnitId(row.id), name: row.name },
        role: if row.is_region { Role::AuthorityAdmin } else { Role::UnitAdmin },
        takes_admins: row.takes_admins,
    }))
}

/// The unit as it stands while the transaction lasts: it is not closed meanwhile, and links to it are made one after the other.
pub(super) async fn held(connection: &mut PgConnection, id: UnitId) -> Result<UnitOfAdmins, Error> {
    query!("select id from units where id = $1 for no key update", id.0)
        .fetch_optional(&mut *connection)
        .await?;
    read(connection, id).await?.ok_or(Error::NotFound)
}

/// Whether there are units below an authority, and none of them has a full admin who can log in: by the role's word, which is another
/// of accounts that may do less.
pub(super) async fn await_their_admin(pool: &PgPool, authority: UnitId) -> sqlx::Result<bool> {
    let awaited = query_scalar!(
        r#"select exists (
                   select from units
                   where id in (select unit_and_below($1)) and kind = 'unit' and closed_at is null
               ) and not exists (
                   select from accounts
                   where unit_id in (select unit_and_below($1)) and role = 'unit_admin' and disabled_at is null
               ) as "awaited!""#,
        authority.0,
    );
    awaited.fetch_one(pool).await
}

/// To a unit's admin an authority is above, whatever region it stands at.
pub(super) fn is_kept_by(role: Role, by: &Account) -> Result<(), Error> {
    if role == Role::AuthorityAdmin && by.role == Role::UnitAdmin { Err(Error::NotFound) } else { Ok(()) }
}

/// A link that waits.
pub(super) struct WaitingLink(pub Waiting);

#[derive(Deserialize)]
pub(super) struct LinkPath {
    id: i64,
}

impl OfUnit for WaitingLink {
    fn unit(&self) -> UnitId {
        self.0.unit
    }
}

impl Addressed for WaitingLink {
    type Path = LinkPath;

    /// One that was used or taken back is there no more.
    async fn find(pool: &PgPool, path: LinkPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        Ok(of_units::one(&mut connection, path.id).await.map_err(Error::from)?.map(Self))
    }
}
