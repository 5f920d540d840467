//! Opening a screen on another computer: its page asks for six characters and shows them, an admin enters them for a course,
//! and the page collects the screen with a secret that it alone holds. The characters open nothing by themselves.

use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::screens::{self, Ticketed};
use super::{Error, sql};
use crate::display::refusals;
use zaichang_core::ids::{AccountId, ScreenNumber};
use zaichang_hosting::project::Course;
use zaichang_platform::auth::{Account, Token, TokenHash};
use zaichang_platform::http::budget::{Budget, Wait};
use zaichang_platform::http::failures::network;

/// Characters that are hard to confuse on a washed-out wall: no 0 O, 1 I L, 2 Z, 5 S, 8 B, and no U, which looks like V.
const ALPHABET: &[u8; 24] = b"34679ACDEFGHJKMNPQRTVWXY";
/// 191 million, of which at most 2,000 are in use.
const LENGTH: usize = 6;
/// How long characters wait for an admin.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// The most pairings that wait at a time, of all callers together: this bounds what strangers can fill.
const MOST: i64 = 2000;
/// How often other characters are drawn where these are taken.
const DRAWS: usize = 3;

/// An address may ask for so many at once, and earns one back in so long: a venue's computers share one.
const ADDRESS_BURST: u32 = 30;
const ADDRESS_EACH: Duration = Duration::from_secs(20);
/// An admin may enter so many at once, right or wrong, and earns one back in so long: with all 2,000 in use, constant
/// guessing finds one in 1,500 hours.
const ADMIN_BURST: u32 = 10;
const ADMIN_EACH: Duration = Duration::from_mins(1);
/// Addresses, and admins, that are remembered.
const ENTRIES: usize = 1 << 14;

/// Six characters as a page shows them, in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Characters(String);

impl Characters {
    fn random() -> Result<Self, getrandom::Error> {
        let mut drawn = String::with_capacity(LENGTH);
        while drawn.len() < LENGTH {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes)?;
            // Of five bits the first 24 values: each character is as likely as any other.
            let places = bytes.iter().map(|byte| usize::from(byte & 31));
            let letters = places.filter_map(|place| ALPHABET.get(place));
            drawn.extend(letters.take(LENGTH - drawn.len()).map(|letter| char::from(*letter)));
        }
        Ok(Self(drawn))
    }

    /// Reads what an admin has typed: either case, with spaces or a dash between.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > 4 * LENGTH {
            return None;
        }
        let letters: String =
            typed.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect::<String>().to_uppercase();
        let sound = letters.len() == LENGTH && letters.bytes().all(|letter| ALPHABET.contains(&letter));
        sound.then_some(Self(letters))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How often addresses may ask for characters and admins may enter them, of one node.
pub struct Limits {
    addresses: Budget,
    admins: Budget,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            addresses: Budget::new(ADDRESS_BURST, ADDRESS_EACH, ENTRIES),
            admins: Budget::new(ADMIN_BURST, ADMIN_EACH, ENTRIES),
        }
    }
}

impl Limits {
    /// Before anything is drawn or stored.
    pub fn address(&self, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        // One household of IPv6 holds 2⁶⁴ addresses: they count as one.
        self.addresses.admit(network(address), now)
    }

    /// Before what was entered is looked up.
    pub fn admin(&self, account: AccountId, now: Timestamp) -> Result<(), Wait> {
        self.admins.admit(account.0, now)
    }
}

/// What a page is given.
pub(super) struct NewPairing {
    pub characters: Characters,
    pub secret: Token,
    pub expires_at: Timestamp,
}

/// Draws characters for a page.
pub(super) async fn ask(pool: &PgPool, now: Timestamp) -> Result<NewPairing, Error> {
    let (secret, expires_at) = (Token::random()?, now + LIFE);
    for _ in 0..DRAWS {
        let characters = Characters::random()?;
        if sql::insert_pairing(pool, characters.as_str(), &secret.hash(), now, expires_at, MOST).await? {
            return Ok(NewPairing { characters, secret, expires_at });
        }
    }
    Err(Error::Refused(refusals::TOO_MANY_REQUESTS))
}

/// An admin enters characters for a course: a screen is opened, and the page will find it. Once.
pub(super) async fn enter(
    pool: &PgPool,
    by: &Account,
    course: &Course,
    place: &str,
    characters: &Characters,
    now: Timestamp,
) -> Result<ScreenNumber, Error> {
    let mut transaction = pool.begin().await?;
    // Its row is locked: entered twice at once, it opens one screen.
    if !sql::lock_pairing(&mut transaction, characters.as_str(), now).await? {
        return Err(Error::Refused(refusals::PAIRING_INVALID));
    }
    let screen = screens::insert(&mut transaction, by, course, place, now).await?;
    sql::pair(&mut transaction, characters.as_str(), screen).await?;
    transaction.commit().await?;
    Ok(screen)
}

/// What has become of a page's characters: the screen that they were entered for with a ticket for it, or none yet.
pub(super) async fn collect(
    pool: &PgPool,
    secret: &TokenHash,
    now: Timestamp,
) -> Result<Option<Ticketed>, Error> {
    let found = sql::pairing(pool, secret, now).await?;
    let entered_for = found.ok_or(Error::Refused(refusals::PAIRING_INVALID))?;
    let Some(screen) = entered_for else { return Ok(None) };
    let mut connection = pool.acquire().await?;
    Ok(Some(screens::ticket(&mut connection, screen, now).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_drawn_evenly_and_read_as_people_type_them() {
        let mut met = std::collections::HashMap::new();
        for _ in 0..4000 {
            let characters = Characters::random().unwrap();
            assert_eq!(Characters::read(characters.as_str()), Some(characters.clone()));
            characters.as_str().chars().for_each(|letter| *met.entry(letter).or_insert(0) += 1);
        }
        assert_eq!(met.len(), 24);
        assert!(met.values().all(|times| (800..1200).contains(times)), "{met:?}");
        let right = Characters::read("K7MQRF");
        assert!(right.is_some());
        for typed in ["k7mqrf", " K7M QRF ", "k7m-qrf"] {
            assert_eq!(Characters::read(typed), right, "{typed}");
        }
        for wrong in ["", "K7MQR", "K7MQRFF", "K7MQR0", "K7MQRI", "K7MQR签", &"K7MQRF ".repeat(9)] {
            assert_eq!(Characters::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_that_asks_on_and_on_and_an_admin_who_guesses_are_told_to_wait_and_others_are_not() {
        let (limits, now) = (Limits::default(), Timestamp::UNIX_EPOCH);
        let (stranger, venue) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let refused = (0..100).filter(|_| limits.address(stranger, now).is_err()).count();
        assert_eq!(refused, 70);
        assert!(limits.address(venue, now).is_ok());
        let refused = (0..100).filter(|_| limits.admin(AccountId(1), now).is_err()).count();
        assert_eq!(refused, 90);
        assert!(limits.admin(AccountId(2), now).is_ok());
    }
}
