//! Links for the admins of the deployment's authority: who makes one has a shell on a node. One lives at a time, for an hour, and
//! works once. The token is with its holder; we keep its SHA-256. It must not know where a link is written, nor what it opens.

use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgPool};
use strum::IntoStaticStr;

use super::{Error, sql};
use zaichang_core::keys::Keys;
use zaichang_platform::auth::{Token, TokenHash};

/// What the tokens of links are signed for.
const PURPOSE: &[u8] = b"zaichang/admin-link/v1";

/// A new link's token.
pub(super) fn token(keys: &Keys) -> Result<Token, Error> {
    Token::signed(keys, PURPOSE).map_err(|error| Error::Auth(error.into()))
}

/// Whether this may be a link's token: what no key of this node has signed is made up by a stranger, or of a node with other keys.
pub(crate) fn is_of_a_link(token: &str, keys: &Keys) -> bool {
    Token::is_signed(token, keys, PURPOSE)
}

/// How long a link lives.
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Who made a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MadeBy {
    /// `zaichang serve`, on a database without an admin.
    Start,
    /// `zaichang admin create`.
    Command(Runner),
}

/// Who ran a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runner {
    /// The user of the process, as the kernel says; with `sudo` that is root.
    pub uid: Option<u32>,
    /// What the system's list of users calls them.
    pub os_user: Option<String>,
    /// What the environment says: the user who runs the command may write anything there.
    pub claimed_user: Option<String>,
}

#[derive(IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum MakerWord {
    Start,
    Command,
}

impl MadeBy {
    /// The word in SQL, in a column with the constraint `admin_link_maker_is_known`.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Start => MakerWord::Start.into(),
            Self::Command(_) => MakerWord::Command.into(),
        }
    }

    /// No user in particular of a start.
    pub(super) fn runner(&self) -> Runner {
        match self {
            Self::Start => Runner::default(),
            Self::Command(runner) => runner.clone(),
        }
    }
}

/// A link that has just been made, or that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub expires_at: Timestamp,
}

/// What a start finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Offer {
    /// There is an admin already, or the data are the demo's.
    NotNeeded,
    /// The link was made and kept now.
    Made(Link),
    /// The link that is kept here lives.
    Kept(Link),
    /// A link lives that is kept elsewhere: by another node, or by a command.
    Elsewhere(Link),
}

/// Makes a link where no admin can log in yet, unless one lives. `kept` is the link that this node keeps, `keep` is to keep a
/// new one where its user alone can read it, before it is valid. Two nodes that start at once make one.
pub async fn offer<E: From<Error>>(
    pool: &PgPool,
    keys: &Keys,
    now: Timestamp,
    kept: Option<TokenHash>,
    keep: impl FnOnce(&Token, Timestamp) -> Result<(), E>,
) -> Result<Offer, E> {
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    sql::lock(&mut transaction).await.map_err(Error::from)?;
    if !sql::lacks_an_admin(&mut transaction).await.map_err(Error::from)? {
        return Ok(Offer::NotNeeded);
    }
    let living = sql::living(&mut transaction, now).await.map_err(Error::from)?;
    if let Some((hash, expires_at)) = living {
        let link = Link { expires_at };
        return Ok(if kept == Some(hash) { Offer::Kept(link) } else { Offer::Elsewhere(link) });
    }
    let link = insert(&mut transaction, Some(keys), &MadeBy::Start, now, keep).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(Offer::Made(link))
}

/// Makes a link whatever there is; an earlier one that lives is replaced. One that is made without the nodes' keys waits among what
/// strangers send.
pub async fn make<E: From<Error>>(
    pool: &PgPool,
    keys: Option<&Keys>,
    by: &MadeBy,
    now: Timestamp,
    keep: impl FnOnce(&Token, Timestamp) -> Result<(), E>,
) -> Result<Link, E> {
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    sql::lock(&mut transaction).await.map_err(Error::from)?;
    let link = insert(&mut transaction, keys, by, now, keep).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(link)
}

async fn insert<E: From<Error>>(
    transaction: &mut PgConnection,
    keys: Option<&Keys>,
    by: &MadeBy,
    now: Timestamp,
    keep: impl FnOnce(&Token, Timestamp) -> Result<(), E>,
) -> Result<Link, E> {
    let token = match keys {
        Some(keys) => token(keys)?,
        None => Token::random().map_err(|error| Error::Auth(error.into()))?,
    };
    let expires_at = now + LIFE;
    sql::end_all(transaction, now).await.map_err(Error::from)?;
    sql::insert(transaction, &token.hash(), by, now..expires_at).await.map_err(Error::from)?;
    keep(&token, expires_at)?;
    Ok(Link { expires_at })
}
