//! Each participant's behaviour as numbers: when they enter an act, how long a scan takes them, and the steps from screen to
//! the record. It must not send anything, so that a hall can also be computed without a server.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::assumptions as assumed;
use super::cast::{Actor, gateway, lone_address};
use super::method::Method;

/// A part of the day: the arrivals, or a spot check that opens at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Arrivals,
    SpotCheck,
}

/// How a scan becomes a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub presents_from: Ipv4Addr,
    /// Whether the scan carries the person's login.
    pub with_login: bool,
    /// Whether the person logs in before presenting the pass.
    pub logs_in: bool,
    /// From the scan to that login, or to the presentation.
    pub after: Duration,
}

/// When a participant enters an act; none if not at all. `together` is the same draw for a whole group.
pub fn entrance(
    actor: &Actor,
    act: Act,
    has_come: bool,
    dice: &mut fastrand::Rng,
    together: &mut fastrand::Rng,
) -> Option<Duration> {
    if act == Act::Arrivals {
        return Some(actor.comes_at);
    }
    if !has_come || actor.borrows {
        return None;
    }
    let heeds = assumed::HEEDS_SPOT_CHECK;
    let (comes, after) = match actor.method {
        Method::Relay => (together.f64() < assumed::RELAY_HEEDS, heeds.draw(together)),
        Method::SentOn => (together.f64() < assumed::SENT_ON_HEEDS, heeds.draw(together)),
        Method::Video => (dice.f64() < assumed::VIDEO_HEEDS, heeds.draw(dice) + Duration::from_secs(10)),
        Method::Honest | Method::Accounts => (dice.f64() >= assumed::MISSES_SPOT_CHECK, heeds.draw(dice)),
        // A person who got in with a photo from the album does so again.
        _ => (dice.f64() < assumed::VIDEO_HEEDS, heeds.draw(dice)),
    };
    comes.then_some(after)
}

/// From the code on the screen to the request at the server.
pub fn latency(actor: &Actor, dice: &mut fastrand::Rng) -> Duration {
    let scans = if actor.mini_program { assumed::MINI_PROGRAM } else { assumed::BROWSER };
    let own = scans.draw(dice) + if actor.slow { assumed::SLOW_MORE.draw(dice) } else { Duration::ZERO };
    let (from_s, to_s) = match actor.method {
        Method::Photo => assumed::PHOTO_S,
        // A script sends by itself, without a person's reaction time.
        Method::Relay => return assumed::between(dice, assumed::RELAY_S.0, assumed::RELAY_S.1),
        Method::Video => assumed::VIDEO_S,
        Method::Album => assumed::ALBUM_S,
        _ => return own,
    };
    own + assumed::between(dice, from_s, to_s)
}

/// The steps of a scan made `at` after the act's beginning; none where exchange and check-in are one call.
pub fn way(
    actor: &Actor,
    act: Act,
    at: Duration,
    arrivals: Duration,
    dice: &mut fastrand::Rng,
) -> Option<Way> {
    let logs_in = act == Act::Arrivals && !actor.logged_in;
    match actor.method {
        Method::Honest => {
            let takes = if logs_in { assumed::LOGIN } else { assumed::PRESENTS };
            let usual = Way {
                presents_from: moved(actor, dice),
                with_login: !logs_in && dice.f64() >= assumed::TWO_PAGES,
                logs_in,
                after: takes.draw(dice),
            };
            let left = outage(act, at, arrivals).map(|until| until.saturating_sub(at));
            Some(match left {
                Some(left) => Way {
                    with_login: usual.with_login && dice.f64() >= assumed::UNKNOWN_IN_OUTAGE,
                    after: left + assumed::PRESENTS_LATE.draw(dice),
                    ..usual
                },
                None => usual,
            })
        }
        Method::SentOn => {
            let script = dice.f64() < assumed::SENT_BY_SCRIPT;
            let (from_s, to_s) = if script { assumed::RELAY_S } else { assumed::SENT_ON_S };
            let sent = assumed::between(dice, from_s, to_s);
            let takes = if logs_in { assumed::LOGIN.draw(dice) } else { Duration::ZERO };
            Some(Way { presents_from: actor.address, with_login: false, logs_in, after: sent + takes })
        }
        _ => None,
    }
}

/// The end of the outage, if there was one at that time of the arrivals.
fn outage(act: Act, at: Duration, arrivals: Duration) -> Option<Duration> {
    let began = arrivals.mul_f64(assumed::OUTAGE_FROM);
    let ended = began + arrivals.mul_f64(assumed::OUTAGE_LASTS).min(assumed::OUTAGE_AT_MOST);
    (act == Act::Arrivals && (began..ended).contains(&at)).then_some(ended)
}

/// The network over which a person in the hall presents their scan.
fn moved(actor: &Actor, dice: &mut fastrand::Rng) -> Ipv4Addr {
    let changes = if actor.on_wifi() { assumed::LEAVES_WIFI } else { assumed::CHANGES_GATEWAY };
    match () {
        () if dice.f64() >= changes => actor.address,
        () if dice.f64() < assumed::ODD_NETWORK => lone_address(dice),
        () => gateway(dice),
    }
}
