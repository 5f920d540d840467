//! Opening and closing screens: the acts of an admin, each in one transaction with its entry in the audit log. What an admin has
//! opened is closed with their account.

use futures_util::future::BoxFuture;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgPool};

use super::{Error, sql};
use crate::display::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, ScreenNumber};
use zaichang_hosting::project::Course;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Account, Token, of_unit};
use zaichang_platform::authority::Act;

/// How long a ticket waits for its page.
const TICKET_LIFE: SignedDuration = SignedDuration::from_secs(60);
/// More open screens than any venue has: a runaway script is stopped here.
const MOST: i64 = 50;

/// A screen with the ticket that opens its page, once, within 60 seconds.
pub struct Ticketed {
    pub screen: ScreenNumber,
    pub ticket: Token,
    pub expires_at: Timestamp,
}

impl Ticketed {
    /// The page's address; the ticket is in its fragment, which is never sent to any server.
    pub fn address(&self, public_url: &str) -> String {
        format!("{public_url}/display/{}#ticket={}", self.screen, self.ticket.expose())
    }
}

/// Opens a screen of the course for today.
pub async fn open(
    pool: &PgPool,
    by: &Account,
    course: &Course,
    place: &str,
    now: Timestamp,
) -> Result<Ticketed, Error> {
    let mut transaction = pool.begin().await?;
    let screen = insert(&mut transaction, by, course, place, now).await?;
    let ticketed = ticket(&mut transaction, screen, now).await?;
    transaction.commit().await?;
    Ok(ticketed)
}

/// The same without a ticket, in the caller's transaction.
pub(super) async fn insert(
    connection: &mut PgConnection,
    by: &Account,
    course: &Course,
    place: &str,
    now: Timestamp,
) -> Result<ScreenNumber, Error> {
    still_may(connection, by, Act::OpenScreen).await?;
    // A project whose review has not passed cannot be held, so its code cannot be shown.
    course.project.state.shows_codes().map_err(Error::Refused)?;
    let today = day_of(now);
    if sql::open_screens(connection, course.id, today).await? >= MOST {
        return Err(Error::TooMany);
    }
    let screen = sql::insert_screen(connection, course.id, today, place, by.id, now).await?;
    let detail = serde_json::json!({ "course": course.id, "place": place });
    let act = Entry { action: "open_screen", noun: "screen", noun_id: screen.stored(), detail };
    audit::record(connection, by, now, act).await?;
    Ok(screen)
}

/// Another page for an open screen.
pub(super) async fn ticket_for(
    pool: &PgPool,
    by: &Account,
    screen: ScreenNumber,
    now: Timestamp,
) -> Result<Ticketed, Error> {
    let mut transaction = pool.begin().await?;
    still_may(&mut transaction, by, Act::IssueTicket).await?;
    let ticketed = ticket(&mut transaction, screen, now).await?;
    let act = Entry {
        action: "issue_ticket",
        noun: "screen",
        noun_id: screen.stored(),
        detail: serde_json::json!({}),
    };
    audit::record(&mut transaction, by, now, act).await?;
    transaction.commit().await?;
    Ok(ticketed)
}

/// Closes a screen on every node; closing a closed one changes nothing.
pub(super) async fn close(
    pool: &PgPool,
    by: &Account,
    screen: ScreenNumber,
    now: Timestamp,
) -> Result<(), Error> {
    let mut transaction = pool.begin().await?;
    if sql::close_screen(&mut transaction, screen, by.id, now).await?.is_some() {
        let act = Entry {
            action: "close_screen",
            noun: "screen",
            noun_id: screen.stored(),
            detail: serde_json::json!({}),
        };
        audit::record(&mut transaction, by, now, act).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Closes a screen whose code leaks and opens another in its place: one act, so that the hall is never without one.
pub(super) async fn replace(
    pool: &PgPool,
    by: &Account,
    leaking: ScreenNumber,
    day: Date,
    now: Timestamp,
) -> Result<Ticketed, Error> {
    let mut transaction = pool.begin().await?;
    still_may(&mut transaction, by, Act::ReplaceScreen).await?;
    let closed = sql::close_screen(&mut transaction, leaking, by.id, now).await?;
    let (course, place) = closed.ok_or(Error::Refused(refusals::SCREEN_CLOSED))?;
    let screen = sql::insert_screen(&mut transaction, course, day, &place, by.id, now).await?;
    let ticketed = ticket(&mut transaction, screen, now).await?;
    let detail = serde_json::json!({ "course": course, "place": place, "in_place_of": leaking });
    let act = Entry { action: "replace_screen", noun: "screen", noun_id: screen.stored(), detail };
    audit::record(&mut transaction, by, now, act).await?;
    transaction.commit().await?;
    Ok(ticketed)
}

/// That who acts is not disabled at this moment, nor loses the right: a screen that they open now would not be seen by who closes
/// theirs.
async fn still_may(connection: &mut PgConnection, by: &Account, act: Act) -> Result<(), Error> {
    let may = of_unit::still_may(connection, by, act).await?;
    if may { Ok(()) } else { Err(Error::Refused(refusals::LOGIN_REQUIRED)) }
}

/// Closes the screens of today that this account has opened, or opened a page of: pages stay open without a login, and a person who
/// keeps one can pass its codes on. Gives how many.
pub(super) fn close_all_of<'a>(
    connection: &'a mut PgConnection,
    account: AccountId,
    by: &'a Account,
    now: Timestamp,
) -> BoxFuture<'a, sqlx::Result<u64>> {
    Box::pin(async move {
        let today = day_of(now);
        let closed = sql::close_screens_of(connection, account, today, by.id, now).await?;
        for (screen, opener) in &closed {
            let detail = serde_json::json!({ "opener": opener });
            let act = Entry { action: "close_screen", noun: "screen", noun_id: screen.stored(), detail };
            audit::record(connection, by, now, act).await?;
        }
        Ok(closed.len() as u64)
    })
}

/// A ticket for a screen.
pub(super) async fn ticket(
    connection: &mut PgConnection,
    screen: ScreenNumber,
    now: Timestamp,
) -> Result<Ticketed, Error> {
    let ticket = Token::random()?;
    let expires_at = now + TICKET_LIFE;
    sql::insert_ticket(connection, &ticket.hash(), screen, expires_at).await?;
    Ok(Ticketed { screen, ticket, expires_at })
}
