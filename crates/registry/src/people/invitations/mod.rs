//! Invitations to log in: people who were entered from a file and have never logged in get a text message, some of a unit or all of them, once
//! a week at most. It must not send anything itself: it writes notices, in the act's transaction.

mod act;
mod notice;
mod routes;
mod sql;

pub(super) use notice::KINDS;
pub(super) use routes::{budget, routes};
pub(super) use sql::free;

use jiff::SignedDuration;

/// People who are invited by one act; who are more are invited by the next.
const MOST: u16 = 2000;

/// Before somebody is invited again.
const AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);
