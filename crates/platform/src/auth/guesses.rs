//! How often may be guessed, asked before anything is judged. Four budgets: of an address, of a phone across its codes, of an
//! account across addresses, and of the node in all; attendees' logins and admins' have an address' and the node's apart. A fresh
//! scan and a known device open budgets of their own, and proved work stands in for a spent one, so that no login is refused for
//! what a neighbour does. It must not know what is guessed. docs/operating/logins.en.md has the table.

mod admitted;
mod work;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use self::admitted::Admitted;
use self::admitted::OfScreen;
use self::work::Worked;
pub use self::work::{Among, Tried};
use super::known::Mark;
use crate::http::Problem;
use crate::http::budget::{Budget, Wait, Waits};
use crate::http::failures::network;
use zaichang_core::clock::Clock;
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::Keys;

/// Wrong guesses of an address at once, and how soon one is earned back: a campus' honest mistakes fit in.
const OF_ADDRESS: u32 = 300;
const OF_ADDRESS_EACH: Duration = Duration::from_secs(2);
/// The same of all addresses together. Beyond it only scans, known devices and work are judged, and an alert is raised. As many
/// may be wrong of scans and work before an alert is raised; they are refused for nothing, and take nothing from strangers.
const OF_NODE: u32 = 6000;
const OF_NODE_EACH: Duration = Duration::from_millis(50);
/// The same of a device with a fresh scan, however many passes it fetches.
const OF_SCANNER: u32 = 10;
const OF_SCANNER_EACH: Duration = Duration::from_mins(1);
/// Devices of a screen that may open such a budget at once and in a minute: three halls of 3,000. Beyond it a scan opens none,
/// since the holder of a fresh code can make up as many devices as they like.
const SCANNERS_OF_SCREEN: u32 = 10_000;
const SCANNERS_OF_SCREEN_EACH: Duration = Duration::from_millis(6);
/// Wrong passwords and wrong codes of all scans of a screen: a hall's mistypings. Beyond them its scans count as strangers, so
/// that one leaked code neither fills the password lane of all halls nor guesses the logins of a list of colleagues.
const PASSWORDS_OF_SCREEN: u32 = 300;
const PASSWORDS_OF_SCREEN_EACH: Duration = Duration::from_millis(200);
const CODES_OF_SCREEN: u32 = 600;
const CODES_OF_SCREEN_EACH: Duration = Duration::from_secs(10);
/// Right logins of an account: its password neither holds up the logins of others nor fills the table of sessions.
const RIGHT: u32 = 30;
const RIGHT_EACH: Duration = Duration::from_mins(1);
/// The same of a device that has logged in here before.
const OF_KNOWN_DEVICE: u32 = 20;
const OF_KNOWN_DEVICE_EACH: Duration = Duration::from_mins(5);
/// Tries of a phone's codes, by scanners and by strangers. It is more than strangers can ask for codes of five tries, so that the
/// owner's own is never refused for theirs.
const OF_PHONE: u32 = 50;
const OF_PHONE_EACH: Duration = Duration::from_mins(30);
/// Wrong passwords of an account that are free; then each wait is twice the one before.
const OF_ACCOUNT: u32 = 5;
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// Keys that a budget remembers.
const ENTRIES_OF_NODE: usize = 4;
const ENTRIES: usize = 1 << 16;
const ENTRIES_OF_MANY: usize = 1 << 17;
const ENTRIES_OF_SCREENS: usize = 1 << 12;

/// What may still be guessed, of one node.
pub struct Guesses {
    clock: Clock,
    addresses: Budget,
    node: Budget,
    scanners: Budget,
    screens: Budget,
    known: Budget,
    phones: Budget,
    passwords_of_screens: Budget,
    codes_of_screens: Budget,
    accounts: Waits,
    right: Budget,
    worked: Worked,
}

/// Whose logins are guessed at. Neither takes anything from what may be guessed at the other's: a hall that mistypes costs no admin
/// their login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logins {
    Attendees,
    Admins,
}

/// What of a node a wrong guess is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum OfNode {
    /// Of users with neither a scan nor a known device, who are refused once it is spent.
    Strangers(Logins),
    /// Of scans and work.
    Apart(Logins),
}

/// Who guesses.
#[derive(Clone, Debug)]
pub struct Guesser {
    pub logins: Logins,
    pub address: IpAddr,
    pub scan: Option<FreshScan>,
    /// Whether this device has logged in before as whom it says.
    pub known: Option<Mark>,
    /// What may be worked for where budgets are spent; none where work stands in for nothing.
    pub tried: Option<Tried>,
}

/// An anonymous pass of the guesser's own device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshScan {
    pub screen: ScreenNumber,
    pub device: [u8; 16],
}

/// What a guess was admitted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    KnownDevice(Mark),
    Scan(FreshScan),
    Address(IpAddr),
    /// Proved work, with a fresh scan or without.
    Work {
        address: IpAddr,
        scanned: bool,
    },
}

impl Guesses {
    pub fn new(clock: Clock, keys: Arc<Keys>) -> Self {
        Self {
            clock,
            addresses: Budget::new(OF_ADDRESS, OF_ADDRESS_EACH, ENTRIES),
            node: Budget::new(OF_NODE, OF_NODE_EACH, ENTRIES_OF_NODE),
            scanners: Budget::new(OF_SCANNER, OF_SCANNER_EACH, ENTRIES_OF_MANY),
            screens: Budget::new(SCANNERS_OF_SCREEN, SCANNERS_OF_SCREEN_EACH, ENTRIES_OF_SCREENS),
            known: Budget::new(OF_KNOWN_DEVICE, OF_KNOWN_DEVICE_EACH, ENTRIES),
            phones: Budget::new(OF_PHONE, OF_PHONE_EACH, ENTRIES_OF_MANY),
            passwords_of_screens: Budget::new(
                PASSWORDS_OF_SCREEN,
                PASSWORDS_OF_SCREEN_EACH,
                ENTRIES_OF_SCREENS,
            ),
            codes_of_screens: Budget::new(CODES_OF_SCREEN, CODES_OF_SCREEN_EACH, ENTRIES_OF_SCREENS),
            right: Budget::new(RIGHT, RIGHT_EACH, ENTRIES),
            accounts: Waits::new(OF_ACCOUNT, FIRST_WAIT, LONGEST_WAIT, ENTRIES),
            worked: Worked::new(keys),
        }
    }

    /// Whether a guess may be judged, before anything is looked up.
    pub fn admit(&self, guesser: Guesser) -> Result<Admitted<'_>, Problem> {
        let by = self.by(&guesser, self.clock.now())?;
        Ok(Admitted::new(self, by, guesser))
    }

    fn by(&self, guesser: &Guesser, now: Timestamp) -> Result<By, Problem> {
        if let Some(mark) = guesser.known
            && self.known.admit(mark, now).is_ok()
        {
            return Ok(By::KnownDevice(mark));
        }
        if let Some(scan @ FreshScan { screen, device }) = guesser.scan
            && (self.scanners.knows(device, now) || self.screens.admit(screen, now).is_ok())
            && self.scanners.admit(device, now).is_ok()
        {
            return Ok(By::Scan(scan));
        }
        let address = network(guesser.address);
        self.by_address(guesser.logins, address, guesser.scan.is_some(), guesser.tried.as_ref(), now)
    }

    fn of_screen(&self, guess: OfScreen) -> &Budget {
        match guess {
            OfScreen::Password(_) => &self.passwords_of_screens,
            OfScreen::Code(_) => &self.codes_of_screens,
        }
    }

    /// By what its address may still guess, else by proved work.
    fn by_address(
        &self,
        logins: Logins,
        address: IpAddr,
        scanned: bool,
        tried: Option<&Tried>,
        now: Timestamp,
    ) -> Result<By, Problem> {
        let Err((budget, wait)) = self.spend(logins, address, now) else { return Ok(By::Address(address)) };
        met_empty(budget);
        let Some(tried) = tried else { return Err(wait.into()) };
        let of_node = [OfNode::Strangers(logins), OfNode::Apart(logins)];
        let node_is_spent = of_node.iter().any(|of_node| self.node.left(of_node, now) == 0);
        if self.worked.is_proved(tried, address, node_is_spent, now) {
            return Ok(By::Work { address, scanned });
        }
        let challenge = self.worked.challenge(tried, address, node_is_spent, now);
        Err(Problem { challenge: Some(challenge), ..wait.into() })
    }

    /// One of the address' and of the node's.
    fn spend(&self, logins: Logins, address: IpAddr, now: Timestamp) -> Result<(), (&'static str, Wait)> {
        self.addresses.admit((logins, address), now).map_err(|wait| ("address", wait))?;
        self.node.admit(OfNode::Strangers(logins), now).map_err(|wait| {
            self.addresses.give_back((logins, address), now);
            ("node", wait)
        })
    }
}

fn met_empty(budget: &'static str) {
    metrics::counter!("zaichang_guesses_limited_total", "budget" => budget).increment(1);
}

#[cfg(test)]
mod tests;
