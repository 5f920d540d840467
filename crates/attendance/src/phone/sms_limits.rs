//! Limits on requests for SMS codes, counted on this node before Postgres is asked: by phone and device, device, number,
//! screen, address, and in all. What a number may be sent a day holds on every node: Postgres counts that (`auth::sms_code`).
//! It must not know how a message is sent. docs/operating/sms-codes.en.md has the table.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use zaichang_core::ids::ScreenNumber;
use zaichang_platform::auth::sms_code::{A_DAY, AskedBy, Owner};
use zaichang_platform::http::budget::{Budget, Wait};
use zaichang_platform::http::failures::network;

/// Keys that each budget remembers; 16 bytes each.
const ENTRIES: usize = 65_536;
/// Strangers have a fifth of what a node may send in a minute, so that a flood of theirs does not delay a hall.
const STRANGERS_SHARE: u32 = 5;

/// What a number may be sent a day for one kind of asker.
const OF_NUMBER: u32 = A_DAY as u32;

/// The budgets of one node.
pub struct SmsLimits {
    /// A phone from a device. Repeated requests do not reach Postgres.
    pairs: Budget,
    devices: Budget,
    /// Requests for a number, by scans and by others. Those beyond its daily messages use no budget of other senders.
    numbers: Budget,
    /// Scans of a screen: a fresh code can be scanned with as many made-up devices as its holder likes.
    screens: Budget,
    /// Strangers' requests from an address. A hall of 3,000 phones shares one, so a scan is not counted.
    addresses: Budget,
    strangers: Budget,
    all: Budget,
    /// Where the strangers' share is spent, Postgres is asked as often as there may be messages whether a device is known.
    look_ups: Budget,
    /// How often the log says that the limit over all holds.
    said: Budget,
}

/// A request for a code.
#[derive(Clone, Copy)]
pub struct CodeRequest<'a> {
    pub owner: Owner<'a>,
    pub address: IpAddr,
    /// The screen that this device has just scanned.
    pub scanned: Option<ScreenNumber>,
    /// Whether work has been proved.
    pub worked: bool,
}

/// Who may ask, as far as is known without Postgres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Scan,
    Stranger,
    /// The address has had what strangers may ask for; a device that is known may still ask.
    OnlyKnown(Wait),
    /// The number has been asked for by others more often than it is sent messages; a device that is known may still ask.
    OnlyKnownNumber,
}

/// A request that may go on to Postgres. Its message is spent already, so that many at once are no more than may be sent; what
/// was not sent is given back.
#[must_use]
pub struct Admission<'a> {
    limits: &'a SmsLimits,
    pub allowed: Allowed,
    now: Timestamp,
    sent: Option<AskedBy>,
}

/// Why a request goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Work has to be proved first.
    Unproved,
    TooOften(Wait),
}

impl From<Wait> for Limited {
    fn from(wait: Wait) -> Self {
        Self::TooOften(wait)
    }
}

impl SmsLimits {
    pub fn new(messages_a_minute: u32) -> Self {
        let a_minute = |messages: u32| Budget::new(messages, Duration::from_mins(1) / messages, 16);
        Self {
            pairs: Budget::new(3, Duration::from_mins(1), ENTRIES),
            devices: Budget::new(5, Duration::from_mins(6), ENTRIES),
            numbers: Budget::new(2 * OF_NUMBER, Duration::from_hours(24) / OF_NUMBER, ENTRIES),
            screens: Budget::new(3000, Duration::from_secs(1), ENTRIES),
            addresses: Budget::new(200, Duration::from_hours(1) / 200, ENTRIES),
            strangers: a_minute((messages_a_minute / STRANGERS_SHARE).max(1)),
            all: a_minute(messages_a_minute),
            look_ups: a_minute(messages_a_minute),
            said: Budget::new(1, Duration::from_mins(1), 16),
        }
    }

    /// Whether this may go on to Postgres. A sender who is held has spent nothing of other senders' budgets.
    pub fn admit(&self, asked: CodeRequest<'_>, now: Timestamp) -> Result<Admission<'_>, Limited> {
        if asked.scanned.is_none() && !asked.worked {
            return Err(Limited::Unproved);
        }
        self.all.admit((), now).map_err(|wait| self.braked(wait, now))?;
        let mut admission = Admission { limits: self, allowed: Allowed::Scan, now, sent: None };
        admission.allowed = self.allowed(asked, now)?;
        Ok(admission)
    }

    fn allowed(&self, asked: CodeRequest<'_>, now: Timestamp) -> Result<Allowed, Limited> {
        let Owner { phone_index, device } = asked.owner;
        self.pairs.admit((phone_index, device), now)?;
        self.devices.admit(device, now)?;
        let number = (phone_index, asked.scanned.is_some());
        if self.numbers.admit(number, now).is_err() {
            return Ok(Allowed::OnlyKnownNumber);
        }
        // A sender with a scan and proved work is not limited by an address that they share with a hall.
        if let Some(ScreenNumber(screen)) = asked.scanned
            && (self.screens.admit(screen, now).is_ok() || asked.worked)
        {
            return Ok(Allowed::Scan);
        }
        if !asked.worked {
            self.numbers.give_back(number, now);
            return Err(Limited::Unproved);
        }
        if let Err(wait) = self.addresses.admit(network(asked.address), now) {
            return Ok(Allowed::OnlyKnown(wait));
        }
        let Err(wait) = self.strangers.admit((), now) else { return Ok(Allowed::Stranger) };
        let wait = self.braked(wait, now);
        self.look_ups.admit((), now)?;
        Ok(Allowed::OnlyKnown(wait))
    }

    fn braked(&self, wait: Wait, now: Timestamp) -> Wait {
        metrics::counter!("zaichang_sms_braked_total").increment(1);
        if self.said.admit((), now).is_ok() {
            tracing::error!(
                "more SMS codes are asked for than this node may send in a minute: some are not sent"
            );
        }
        wait
    }
}

impl Admission<'_> {
    /// The message is on its way.
    pub fn sent(mut self, by: AskedBy) {
        self.sent = Some(by);
        metrics::counter!("zaichang_sms_codes_total", "asked_by" => by.word()).increment(1);
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        let Self { limits, allowed, now, sent } = *self;
        if sent.is_none() {
            limits.all.give_back((), now);
        }
        // A known device has asked for none of the strangers' messages.
        if allowed == Allowed::Stranger && sent != Some(AskedBy::Stranger) {
            limits.strangers.give_back((), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    const HALL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 1));

    /// The phone and device of this number.
    fn with<T>(number: u32, then: impl FnOnce(Owner<'_>) -> T) -> T {
        let (mut phone_index, mut device) = ([0; 32], [0; 16]);
        phone_index[..4].copy_from_slice(&number.to_be_bytes());
        device[..4].copy_from_slice(&number.to_be_bytes());
        then(Owner { phone_index: &phone_index, device: &device })
    }

    fn stranger(owner: Owner<'_>) -> CodeRequest<'_> {
        CodeRequest { owner, address: HALL, scanned: None, worked: true }
    }

    /// From an address of its own.
    fn anywhere(owner: Owner<'_>) -> CodeRequest<'_> {
        let number: [u8; 4] = owner.phone_index[..4].try_into().unwrap();
        CodeRequest { address: std::net::Ipv4Addr::from(number).into(), ..stranger(owner) }
    }

    fn in_the_hall(owner: Owner<'_>) -> CodeRequest<'_> {
        CodeRequest { scanned: Some(ScreenNumber(7)), worked: false, ..stranger(owner) }
    }

    /// Asks, and is sent a message where that may be.
    fn ask(limits: &SmsLimits, asked: CodeRequest<'_>, at: Timestamp) -> Result<Allowed, Limited> {
        let admission = limits.admit(asked, at)?;
        let allowed = admission.allowed;
        match allowed {
            Allowed::Scan => admission.sent(AskedBy::Scan),
            Allowed::Stranger => admission.sent(AskedBy::Stranger),
            Allowed::OnlyKnown(_) | Allowed::OnlyKnownNumber => drop(admission),
        }
        Ok(allowed)
    }

    #[test]
    fn three_thousand_phones_of_a_hall_are_let_in_behind_an_address_that_strangers_have_used_up() {
        let limits = SmsLimits::new(30_000);
        let ask_for = |number, asked: fn(Owner<'_>) -> CodeRequest<'_>| {
            with(number, |owner| ask(&limits, asked(owner), at(0)))
        };
        let strangers =
            (0..1000).filter(|number| ask_for(*number, stranger) == Ok(Allowed::Stranger)).count();
        assert_eq!(strangers, 200);
        assert!(
            matches!(ask_for(1000, stranger), Ok(Allowed::OnlyKnown(_))),
            "a known device is asked for all the same"
        );
        let hall =
            (10_000..13_000).filter(|number| ask_for(*number, in_the_hall) == Ok(Allowed::Scan)).count();
        assert_eq!(hall, 3000);
        // A scan beyond that needs proved work, and is still no stranger to the address.
        assert_eq!(ask_for(13_000, in_the_hall), Err(Limited::Unproved));
        let worked =
            with(13_001, |owner| ask(&limits, CodeRequest { worked: true, ..in_the_hall(owner) }, at(0)));
        assert_eq!(worked, Ok(Allowed::Scan));
        assert_eq!(with(13_002, |owner| ask(&limits, in_the_hall(owner), at(1))), Ok(Allowed::Scan));
    }

    #[test]
    fn one_number_asked_for_with_many_devices_takes_nothing_from_screen_and_address() {
        let limits = SmsLimits::new(30_000);
        let ask_with = |device: u32, asked: fn(Owner<'_>) -> CodeRequest<'_>| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&device.to_be_bytes());
            ask(&limits, asked(Owner { phone_index: &[9; 32], device: &id }), at(0))
        };
        let scans = (0..5000).filter(|device| ask_with(*device, in_the_hall) == Ok(Allowed::Scan)).count();
        let strangers =
            (5000..10_000).filter(|device| ask_with(*device, stranger) == Ok(Allowed::Stranger)).count();
        assert_eq!((scans, strangers), (10, 10));
        assert_eq!(
            ask_with(10_000, in_the_hall),
            Ok(Allowed::OnlyKnownNumber),
            "a known device is asked for all the same"
        );
        let hall = (20_000..22_990).filter(|number| {
            with(*number, |owner| ask(&limits, in_the_hall(owner), at(0))) == Ok(Allowed::Scan)
        });
        assert_eq!(hall.count(), 2990);
        let left = (30_000..30_190).filter(|number| {
            with(*number, |owner| ask(&limits, stranger(owner), at(0))) == Ok(Allowed::Stranger)
        });
        assert_eq!(left.count(), 190);
    }

    #[test]
    fn a_scan_buys_a_few_messages_whatever_numbers_they_are_for() {
        let limits = SmsLimits::new(3000);
        let device = [7; 16];
        let ask_at = |number: u8, seconds| {
            let owner = Owner { phone_index: &[number; 32], device: &device };
            ask(&limits, in_the_hall(owner), at(seconds))
        };
        let let_in = (0..100).filter(|number| ask_at(*number, 0).is_ok()).count();
        assert_eq!(let_in, 5);
        assert!(matches!(ask_at(100, 0), Err(Limited::TooOften(_))));
        assert_eq!(ask_at(101, 360), Ok(Allowed::Scan));
    }

    #[test]
    fn a_number_is_asked_for_from_one_device_thrice_and_then_once_a_minute() {
        let limits = SmsLimits::new(3000);
        let ask_at = |seconds| with(1, |owner| ask(&limits, stranger(owner), at(seconds)).is_ok());
        assert_eq!([0, 1, 2, 3, 60].map(ask_at), [true, true, true, false, true]);
    }

    #[test]
    fn strangers_have_a_fifth_of_what_a_node_sends_in_a_minute() {
        let limits = SmsLimits::new(100);
        let sent =
            |asked: fn(Owner<'_>) -> CodeRequest<'_>, allowed, numbers: std::ops::Range<u32>, seconds| {
                let asks = |number| with(number, |owner| ask(&limits, asked(owner), at(seconds)));
                numbers.filter(|number| asks(*number) == Ok(allowed)).count()
            };
        assert_eq!(sent(stranger, Allowed::Stranger, 0..150, 0), 20);
        assert_eq!(sent(in_the_hall, Allowed::Scan, 1000..2000, 0), 80);
        assert_eq!(sent(stranger, Allowed::Stranger, 3000..3010, 3), 1);
        assert_eq!(sent(in_the_hall, Allowed::Scan, 4000..5000, 3), 4);
        assert_eq!(with(1, |owner| ask(&SmsLimits::new(1), stranger(owner), at(0))), Ok(Allowed::Stranger));
    }

    #[test]
    fn many_at_once_reach_postgres_no_oftener_than_messages_may_be_sent_and_what_was_not_is_given_back() {
        let limits = SmsLimits::new(100);
        let at_once = |asked: fn(Owner<'_>) -> CodeRequest<'_>, numbers: std::ops::Range<u32>| {
            let asks =
                numbers.filter_map(|number| with(number, |owner| limits.admit(asked(owner), at(0)).ok()));
            asks.collect::<Vec<_>>()
        };
        let admitted = at_once(in_the_hall, 0..1000);
        assert_eq!(admitted.len(), 100);
        drop(admitted);
        // Strangers' share is spent as well; what then could only be known is looked up so often.
        let strangers = at_once(anywhere, 2000..2150);
        let known = |admission: &&Admission<'_>| matches!(admission.allowed, Allowed::OnlyKnown(_));
        assert_eq!((strangers.len(), strangers.iter().filter(known).count()), (100, 80));
        drop(strangers);
        let strangers = at_once(anywhere, 3000..3150);
        assert_eq!((strangers.len(), strangers.iter().filter(known).count()), (40, 20));
        // A message to a known device is none of the strangers'.
        let known = SmsLimits::new(100);
        for number in 0..20 {
            with(number, |owner| {
                known.admit(stranger(owner), at(0)).ok().unwrap().sent(AskedBy::KnownDevice);
            });
        }
        assert_eq!(known.strangers.left((), at(0)), 20);
        assert_eq!(known.all.left((), at(0)), 80);
    }
}
