//! A guess that was admitted, until it is settled: what else is asked before it is judged, and what becomes of the budgets that it
//! was taken from. It must not know what is guessed, nor how budgets are divided.

use std::net::IpAddr;

use super::{By, FreshScan, Guesser, Guesses, Logins, OfNode, Tried, met_empty};
use crate::http::Problem;
use crate::http::budget::Wait;
use crate::http::failures::network;
use zaichang_core::ids::ScreenNumber;

/// What is guessed at, of all scans of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfScreen {
    Password(ScreenNumber),
    Code(ScreenNumber),
}

/// A guess that may be judged. It counts as wrong until it is settled as right: hanging up does not avoid that.
#[must_use]
pub struct Admitted<'a> {
    guesses: &'a Guesses,
    logins: Logins,
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

impl OfScreen {
    fn screen(self) -> ScreenNumber {
        match self {
            Self::Password(screen) | Self::Code(screen) => screen,
        }
    }
}

impl<'a> Admitted<'a> {
    pub(super) fn new(guesses: &'a Guesses, by: By, guesser: Guesser) -> Self {
        Self {
            guesses,
            logins: guesser.logins,
            by,
            address: network(guesser.address),
            tried: guesser.tried,
            of_screen: None,
            phone: None,
            account: None,
            whose: None,
            wrong: true,
            right: false,
        }
    }

    pub fn logins(&self) -> Logins {
        self.logins
    }

    pub fn by(&self) -> By {
        self.by
    }

    pub fn is_by_known_device(&self) -> bool {
        matches!(self.by, By::KnownDevice(_))
    }

    /// Whether codes may be guessed at by this scan. To be asked before it is looked up whether there is one: scans of a screen
    /// look up no more codes than they may guess at.
    pub fn guesses_at_codes(&mut self) -> Result<(), Problem> {
        self.of_screen(OfScreen::Code)
    }

    /// Whether a code of this phone, given by its blind index, may be tried. To be asked once it is known that there is one:
    /// otherwise a client without a code would use up the owner's tries.
    pub fn tries_code_of(&mut self, phone_index: &[u8]) -> Result<(), Problem> {
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
        self.by = self.guesses.by_address(self.logins, self.address, true, self.tried.as_ref(), now)?;
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
        let (guesses, logins, now) = (self.guesses, self.logins, self.guesses.clock.now());
        match (self.wrong, self.by) {
            // Neither is refused for what the node has seen of them, but they are counted.
            (true, By::Scan(_) | By::Work { .. }) => {
                if let By::Work { address, .. } = self.by {
                    guesses.worked.was_wrong(address, now);
                }
                guesses.node.count(OfNode::Apart(logins), now);
                if guesses.node.left(OfNode::Apart(logins), now) == 0 {
                    met_empty("node");
                }
            }
            (true, By::KnownDevice(_) | By::Address(_)) => {}
            (false, By::KnownDevice(mark)) => guesses.known.give_back(mark, now),
            (false, By::Scan(FreshScan { device, .. })) => guesses.scanners.give_back(device, now),
            (false, By::Address(address)) => {
                guesses.addresses.give_back((logins, address), now);
                guesses.node.give_back(OfNode::Strangers(logins), now);
            }
            (false, By::Work { .. }) if self.right => {}
            (false, By::Work { .. }) => guesses.worked.was_not_judged(self.tried.as_ref(), now),
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
