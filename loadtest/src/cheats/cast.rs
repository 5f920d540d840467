//! All participants: their method, their device, their network, and when they first look at the screen.
//! It must not send anything.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::assumptions as assumed;
use super::method::Method;

/// One person of the demo with a method.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Group in the demo's people.
    pub person: usize,
    pub method: Method,
    /// People who cheat together share a code.
    pub group: usize,
    pub device: String,
    /// Where the person is.
    pub address: Ipv4Addr,
    /// Where the scan comes from: the person's own place, or the accomplice's.
    pub scans_from: Ipv4Addr,
    /// Whether the phone has a login from the beginning.
    pub logged_in: bool,
    pub mini_program: bool,
    pub slow: bool,
    /// Since the start.
    pub comes_at: Duration,
    /// Refused by design, and checked in by staff.
    pub borrows: bool,
}

/// How many of each.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    pub honest: usize,
    /// Of each way of cheating.
    pub cheats: usize,
}

const HALL: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);

impl Actor {
    pub fn on_wifi(&self) -> bool {
        self.address == HALL
    }
}

/// Creates all participants. The same seed gives the same hall.
pub fn cast(numbers: Numbers, arrivals: Duration, seed: u64) -> Vec<Actor> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut actors: Vec<_> = (0..numbers.honest).map(|person| honest(&mut dice, person, arrivals)).collect();
    for method in Method::CHEATS {
        let mut left = numbers.cheats;
        while left > 0 {
            let size = group_size(&mut dice, method).min(left);
            let group = actors.len();
            let comes_at = arrival(&mut dice, arrivals);
            let work = lone_address(&mut dice);
            let accomplice = in_the_hall(&mut dice);
            for _ in 0..size {
                let person = actors.len();
                let place = Group { comes_at, work, accomplice };
                actors.push(cheat(&mut dice, person, method, group, place));
            }
            left -= size;
        }
    }
    actors
}

fn arrival(dice: &mut fastrand::Rng, arrivals: Duration) -> Duration {
    let last = 1.0 - assumed::LAST_PART;
    let part = if dice.f64() < assumed::LATE_HALF {
        last + dice.f64() * assumed::LAST_PART
    } else {
        dice.f64() * last
    };
    arrivals.mul_f64(part)
}

/// A network of its own, shared with no other person.
pub(super) fn lone_address(dice: &mut fastrand::Rng) -> Ipv4Addr {
    Ipv4Addr::from(dice.u32(0x0b00_0000..0x6400_0000))
}

/// A gateway of the city's mobile networks; the first serve the most.
pub(super) fn gateway(dice: &mut fastrand::Rng) -> Ipv4Addr {
    let skewed = dice.f64() * dice.f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 24")]
    let place = (skewed * assumed::CITY_GATEWAYS) as u8;
    Ipv4Addr::new(198, 51, place, dice.u8(1..255))
}

/// A gateway of another city's mobile networks.
fn gateway_elsewhere(dice: &mut fastrand::Rng) -> Ipv4Addr {
    Ipv4Addr::new(100, dice.u8(64..128), dice.u8(..), dice.u8(1..255))
}

/// The network of a person in the hall.
fn in_the_hall(dice: &mut fastrand::Rng) -> Ipv4Addr {
    let on = dice.f64();
    match () {
        () if on < assumed::HALL_WIFI => HALL,
        () if on < 1.0 - assumed::ODD_NETWORK => gateway(dice),
        () => lone_address(dice),
    }
}

fn honest(dice: &mut fastrand::Rng, person: usize, arrivals: Duration) -> Actor {
    let address = in_the_hall(dice);
    Actor {
        person,
        method: Method::Honest,
        group: person,
        device: device(person),
        address,
        scans_from: address,
        logged_in: dice.f64() >= assumed::LOGS_IN_FIRST,
        mini_program: dice.f64() < assumed::MINI_PROGRAM_SHARE,
        slow: dice.f64() < assumed::SLOW_PHONES,
        comes_at: arrival(dice, arrivals),
        borrows: dice.f64() < assumed::BORROWED,
    }
}

fn group_size(dice: &mut fastrand::Rng, method: Method) -> usize {
    match method {
        Method::Relay => dice.usize(5..=30),
        Method::Video => dice.usize(1..=3),
        Method::Accounts => dice.usize(3..=8),
        Method::SentOn => dice.usize(1..=5),
        _ => 1,
    }
}

/// What a group has in common.
#[derive(Clone, Copy)]
struct Group {
    comes_at: Duration,
    work: Ipv4Addr,
    accomplice: Ipv4Addr,
}

fn cheat(dice: &mut fastrand::Rng, person: usize, method: Method, group: usize, place: Group) -> Actor {
    let Group { comes_at, work, accomplice } = place;
    let sits = dice.f64();
    let at_work = assumed::SENT_HOME + assumed::SENT_TO_WORK;
    let address = match () {
        // The friend with the phone is there.
        () if method == Method::Accounts => HALL,
        () if method == Method::SentOn && sits < assumed::SENT_HOME => lone_address(dice),
        () if method == Method::SentOn && sits < at_work => work,
        () if method == Method::SentOn && sits < at_work + assumed::SENT_TO_ANOTHER_CITY => {
            gateway_elsewhere(dice)
        }
        () if method == Method::SentOn => gateway(dice),
        () if sits < assumed::ABSENT_AT_HOME => lone_address(dice),
        () if sits < assumed::ABSENT_AT_HOME + assumed::ABSENT_AT_WORK => work,
        () => gateway(dice),
    };
    Actor {
        person,
        method,
        group,
        device: if method == Method::Accounts { device(group) } else { device(person) },
        address,
        scans_from: if method == Method::SentOn { accomplice } else { address },
        logged_in: method != Method::SentOn || dice.bool(),
        mini_program: true,
        slow: false,
        comes_at,
        borrows: false,
    }
}

fn device(person: usize) -> String {
    format!("phone-of-{person:06}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_hall_is_cast_as_it_was_ordered_and_the_same_every_time() {
        let numbers = Numbers { honest: 1000, cheats: 50 };
        let actors = cast(numbers, Duration::from_secs(100), 7);
        let mut counts: HashMap<_, usize> = HashMap::new();
        for actor in &actors {
            *counts.entry(actor.method).or_default() += 1;
            assert!(actor.comes_at <= Duration::from_secs(100));
        }
        assert_eq!(counts[&Method::Honest], 1000);
        assert!(Method::CHEATS.iter().all(|method| counts[method] == 50));
        let people: Vec<_> = actors.iter().map(|actor| actor.person).collect();
        assert_eq!(people, (0..1450).collect::<Vec<_>>(), "everybody has one part");
        let again = cast(numbers, Duration::from_secs(100), 7);
        assert!(actors.iter().zip(&again).all(|(one, other)| one.address == other.address));
    }
}
