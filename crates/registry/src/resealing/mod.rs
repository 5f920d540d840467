//! After a rotation of master keys: everything that older keys sealed in Postgres is sealed again with the newest, people, admins'
//! accounts and open registrations alike, so that an older key may be dropped once all of it is. A row that cannot be stops none
//! of the others.

mod module;

pub use module::MODULE;

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool};
use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

use crate::people::{self, Left};
use crate::registration;
use zaichang_core::seal::{self, Sealer};
use zaichang_platform::auth::{self, accounts};

/// A table with sealed rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Table {
    People,
    Accounts,
    /// Open ones: what was approved lies with its person.
    Registrations,
}

impl Table {
    /// The table's name, in SQL and in metrics.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a re-sealing came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    pub rows: BTreeMap<Table, u64>,
    /// How many are left, by why.
    pub left: BTreeMap<(Table, Left), u64>,
}

/// What of a table is still sealed by older keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Behind {
    pub rows: i64,
    /// Of the first so many those that cannot be sealed again: the row's id, why, and with which row it collides.
    pub cannot: Vec<(i64, Left, Option<i64>)>,
}

/// Why nothing can be sealed again now.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    People(#[from] people::Error),
    #[error(transparent)]
    Accounts(#[from] auth::Error),
    #[error(transparent)]
    Registrations(#[from] registration::Error),
}

impl Error {
    /// That of Postgres, if it is one.
    pub fn of_database(self) -> Result<sqlx::Error, Self> {
        match self {
            Self::People(people::Error::Database(error))
            | Self::Accounts(auth::Error::Database(error))
            | Self::Registrations(registration::Error::Database(error)) => Ok(error),
            error => Err(error),
        }
    }
}

/// Seals every row again that an older key sealed and that can be. Several nodes may do it at once.
pub async fn reseal(pool: &PgPool, sealer: &Sealer) -> Result<Resealed, Error> {
    let mut resealed = Resealed::default();
    // The admins first: without them the rest cannot be looked after.
    let accounts = accounts::reseal(pool, sealer).await?;
    let mut of_accounts = BTreeMap::new();
    for (_, error) in accounts.left {
        *of_accounts.entry(why(error)?).or_default() += 1;
    }
    let people = people::reseal(pool, sealer).await?;
    let (registrations, of_registrations) = registration::reseal(pool, sealer).await?;
    for (table, rows, left) in [
        (Table::Accounts, accounts.accounts, of_accounts),
        (Table::People, people.people, people.left),
        (Table::Registrations, registrations, of_registrations),
    ] {
        resealed.rows.insert(table, rows);
        resealed.left.extend(left.into_iter().map(|(why, rows)| ((table, why), rows)));
    }
    for (table, why) in Table::iter().flat_map(|table| Left::iter().map(move |why| (table, why))) {
        let rows = u32::try_from(resealed.left.get(&(table, why)).copied().unwrap_or(0)).unwrap_or(u32::MAX);
        metrics::gauge!("zaichang_rows_not_resealed", "table" => table.word(), "why" => <&str>::from(why))
            .set(f64::from(rows));
    }
    Ok(resealed)
}

/// What of this table older keys still seal, and of the first `look` rows those that cannot be sealed again. It changes nothing.
pub async fn left_behind(
    connection: &mut PgConnection,
    sealer: &Sealer,
    table: Table,
    look: i64,
) -> Result<Behind, Error> {
    Ok(match table {
        Table::People => {
            let (rows, cannot) = people::left_behind(connection, sealer, look).await?;
            let cannot = cannot.into_iter().map(|(id, why, other)| (id.0, why, other.map(|other| other.0)));
            Behind { rows, cannot: cannot.collect() }
        }
        Table::Accounts => {
            let (rows, cannot) = accounts::left_behind(connection, sealer).await?;
            let cannot = cannot.into_iter().map(|(id, error)| Ok::<_, Error>((id.0, why(error)?, None)));
            Behind { rows, cannot: cannot.collect::<Result<_, Error>>()? }
        }
        Table::Registrations => {
            let (rows, cannot) = registration::left_behind(connection, sealer, look).await?;
            let cannot = cannot.into_iter().map(|(id, why)| (id.0, why, None));
            Behind { rows, cannot: cannot.collect() }
        }
    })
}

fn why(error: seal::Error) -> Result<Left, Error> {
    match error {
        seal::Error::UnknownKey(_) => Ok(Left::UnknownKey),
        seal::Error::Altered => Ok(Left::Altered),
        error @ seal::Error::NoRandomness => Err(auth::Error::from(error).into()),
    }
}
