//! How often may be guessed, asked before anything is judged. Four budgets: of an address, of a phone across its codes, of an
//! account across addresses, and of the node in all. A fresh scan and a known device open budgets of their own, and proved
//! work stands in for a spent one, so that no login is refused for what a neighbour does. It must not know what is guessed.
//! docs/logins.md has the table.

mod work;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

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
/// The same of all addresses together. Beyond it only scans and known devices are judged, and an alert is raised.
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

/// Who guesses.
#[derive(Clone, Debug)]
pub struct Guesser {
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

/// What is guessed at, of all scans of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OfScreen {
    Password(ScreenNumber),
    Code(ScreenNumber),
}

/// A guess that may be judged. It counts as wrong until it is settled as right: hanging up does not avoid that.
#[must_use]
pub struct Admitted<'a> {
    guesses: &'a Guesses,
    by: By,
    address: IpAddr,
    tried: Option<Tried>,
    of_screen: Option<OfScreen>,
    phone: Option<Vec<u8>>,
    account: Option<(&'static str, Vec<u8>)>,
    /// Whose right login this will be.
    whose: Option<(&'static str, Vec<u8>)>,
    wrong: bool,
    right: bool,
}

impl Guesses {
    pub fn new(clock: Clock, keys: Arc<Keys>) -> Self {
        Self {
            clock,
            addresses: Budget::new(OF_ADDRESS, OF_ADDRESS_EACH, ENTRIES),
            node: Budget::new(OF_NODE, OF_NODE_EACH, 1),
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
        let (by, address) = (self.by(&guesser, self.clock.now())?, network(guesser.address));
        let (of_screen, phone, account, whose) = (None, None, None, None);
        Ok(Admitted {
            guesses: self,
            by,
            address,
            tried: guesser.tried,
            of_screen,
            phone,
            account,
            whose,
            wrong: true,
            right: false,
        })
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
        self.by_address(network(guesser.address), guesser.scan.is_some(), guesser.tried.as_ref(), now)
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
        address: IpAddr,
        scanned: bool,
        tried: Option<&Tried>,
        now: Timestamp,
    ) -> Result<By, Problem> {
        let Err((budget, wait)) = self.spend(address, now) else { return Ok(By::Address(address)) };
        met_empty(budget);
        let Some(tried) = tried else { return Err(wait.into()) };
        if self.worked.is_proved(tried, address, now) {
            return Ok(By::Work { address, scanned });
        }
        let challenge = self.worked.challenge(tried, address, self.node.left((), now) == 0, now);
        Err(Problem { challenge: Some(challenge), ..wait.into() })
    }

    /// One of the address' and of the node's.
    fn spend(&self, address: IpAddr, now: Timestamp) -> Result<(), (&'static str, Wait)> {
        self.addresses.admit(address, now).map_err(|wait| ("address", wait))?;
        self.node.admit((), now).map_err(|wait| {
            self.addresses.give_back(address, now);
            ("node", wait)
        })
    }
}

impl OfScreen {
    fn screen(self) -> ScreenNumber {
        match self {
            Self::Password(screen) | Self::Code(screen) => screen,
        }
    }
}

impl Admitted<'_> {
    pub fn by(&self) -> By {
        self.by
    }

    pub fn is_by_known_device(&self) -> bool {
        matches!(self.by, By::KnownDevice(_))
    }

    /// Whether a code of this phone, given by its blind index, may be tried. To be asked once it is known that there is one:
    /// otherwise a client without a code would use up the owner's tries.
    pub fn tries_code_of(&mut self, phone_index: &[u8]) -> Result<(), Problem> {
        self.of_screen(OfScreen::Code)?;
        let lane: u8 = match self.by {
            By::KnownDevice(_) => return Ok(()),
            By::Scan(_) | By::Work { scanned: true, .. } => 1,
            By::Address(_) | By::Work { scanned: false, .. } => 0,
        };
        let key = [&[lane], phone_index].concat();
        self.guesses.phones.admit(&key, self.guesses.clock.now()).map_err(|wait| limited("phone", wait))?;
        self.phone = Some(key);
        Ok(())
    }

    /// The code was gone when it came to trying it: nothing of the owner's tries is spent.
    pub fn found_no_code(&mut self) {
        if let Some(phone) = self.phone.take() {
            self.guesses.phones.give_back(phone, self.guesses.clock.now());
        }
    }

    /// A scan of a screen from which too much was wrong is judged as a stranger from its address, or by its work.
    fn of_screen(&mut self, guess: fn(ScreenNumber) -> OfScreen) -> Result<(), Problem> {
        let By::Scan(FreshScan { screen, device }) = self.by else { return Ok(()) };
        let now = self.guesses.clock.now();
        let guess = guess(screen);
        if self.guesses.of_screen(guess).admit(screen, now).is_ok() {
            self.of_screen = Some(guess);
            return Ok(());
        }
        met_empty("screen");
        self.by = self.guesses.by_address(self.address, true, self.tried.as_ref(), now)?;
        self.guesses.scanners.give_back(device, now);
        Ok(())
    }

    /// Whether this account of this kind may be guessed at, whichever address or scan is behind it.
    pub fn guesses_at(&mut self, kind: &'static str, account: &[u8]) -> Result<(), Problem> {
        self.of_screen(OfScreen::Password)?;
        let key = (kind, account.to_vec());
        let now = self.guesses.clock.now();
        // Apart for known devices: who holds the password alone does not keep its owner from their own computer.
        let lane = [u8::from(self.is_by_known_device())];
        let whose = (kind, [account, &lane].concat());
        self.guesses.right.admit(&whose, now).map_err(|wait| limited("right", wait))?;
        self.whose = Some(whose);
        if self.is_by_known_device() {
            return Ok(());
        }
        self.guesses
            .accounts
            .admit(&key, self.guesses.clock.now())
            .map_err(|wait| limited("account", wait))?;
        self.account = Some(key);
        Ok(())
    }

    /// What became of it: all but a wrong guess is given back. Right logins have a budget of their own, `RIGHT`.
    pub fn settle<T>(mut self, judged: Result<T, Problem>) -> Result<T, Problem> {
        self.wrong = judged.as_ref().is_err_and(|problem| problem.refusal.is_wrong_guess());
        self.right = judged.is_ok();
        judged
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        let (guesses, now) = (self.guesses, self.guesses.clock.now());
        match (self.wrong, self.by) {
            // A scan is not refused for what the node has spent, nor is work, but they spend.
            (true, By::Scan(_) | By::Work { .. }) => {
                guesses.node.count((), now);
                if guesses.node.left((), now) == 0 {
                    met_empty("node");
                }
            }
            (true, _) => {}
            (false, By::KnownDevice(mark)) => guesses.known.give_back(mark, now),
            (false, By::Scan(FreshScan { device, .. })) => guesses.scanners.give_back(device, now),
            (false, By::Address(address)) => {
                guesses.addresses.give_back(address, now);
                guesses.node.give_back((), now);
            }
            (false, By::Work { address, .. }) => {
                guesses.worked.was_not_wrong(self.tried.as_ref(), address, self.right, now);
            }
        }
        if !self.right {
            self.whose.iter().for_each(|whose| guesses.right.give_back(whose, now));
        }
        if !self.wrong {
            self.of_screen.iter().for_each(|guess| guesses.of_screen(*guess).give_back(guess.screen(), now));
            self.phone.iter().for_each(|phone| guesses.phones.give_back(phone, now));
            self.account.iter().for_each(|account| guesses.accounts.give_back(account, now));
        }
    }
}

fn limited(budget: &'static str, wait: Wait) -> Problem {
    met_empty(budget);
    wait.into()
}

fn met_empty(budget: &'static str) {
    metrics::counter!("zaichang_guesses_limited_total", "budget" => budget).increment(1);
}

#[cfg(test)]
mod tests;
