//! Who is refused, and who is not.

use super::*;
use crate::auth::refusals;

mod work;

fn guesses() -> (Guesses, Clock) {
    let clock = Clock::set_to("2025-11-29T09:02:13+08:00".parse().unwrap());
    (Guesses::new(clock.clone(), Arc::new(Keys::new(&[[5; 32]]).unwrap())), clock)
}

fn from(address: u32) -> Guesser {
    let address = std::net::Ipv4Addr::from(address).into();
    Guesser { logins: Logins::Attendees, address, scan: None, known: None, tried: None }
}

fn admin(address: u32) -> Guesser {
    Guesser { logins: Logins::Admins, ..from(address) }
}

fn scanned(address: u32, device: u32) -> Guesser {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&device.to_be_bytes());
    Guesser { scan: Some(FreshScan { screen: ScreenNumber(7), device: id }), ..from(address) }
}

fn known(address: u32, mark: u8) -> Guesser {
    Guesser { known: Some(Mark::of_test(mark)), ..from(address) }
}

/// Guesses wrong; whether it was judged at all.
fn wrong(guesses: &Guesses, guesser: Guesser) -> bool {
    guesses.admit(guesser).map(drop).is_ok()
}

fn right(guesses: &Guesses, guesser: Guesser) -> bool {
    guesses.admit(guesser).is_ok_and(|admitted| admitted.settle(Ok(())).is_ok())
}

/// Guesses a password wrong.
fn wrong_at(guesses: &Guesses, guesser: Guesser, account: &str) -> bool {
    let Ok(mut admitted) = guesses.admit(guesser) else { return false };
    let asked = admitted.guesses_at("admin", account.as_bytes());
    let judged = asked.is_ok();
    let _ = admitted.settle(asked.and(Err::<(), Problem>(refusals::LOGIN_FAILED.into())));
    judged
}

#[test]
fn who_holds_the_password_alone_does_not_keep_its_owner_from_their_own_computer() {
    let (guesses, _) = guesses();
    let logs_in = |guesser: Guesser| {
        let Ok(mut admitted) = guesses.admit(guesser) else { return false };
        let asked = admitted.guesses_at("admin", b"yuelu-jjb");
        admitted.settle(asked).is_ok()
    };
    assert_eq!((0..200).filter(|_| logs_in(from(1))).count(), 30);
    assert!(logs_in(known(2, 1)));
}

#[test]
fn an_address_that_guesses_is_refused_before_its_right_one_and_a_neighbour_is_not() {
    let (guesses, clock) = guesses();
    let judged = (0..2000).filter(|_| wrong(&guesses, from(1))).count();
    assert_eq!(judged, 300);
    assert!(!right(&guesses, from(1)));
    assert!(right(&guesses, from(2)));
    clock.advance(Duration::from_secs(2));
    assert!(right(&guesses, from(1)));
}

#[test]
fn a_hall_of_three_thousand_who_have_scanned_is_never_refused_for_an_attacker_behind_its_address() {
    let (guesses, _) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    // All at once, and each mistypes it twice.
    let at_once: Vec<_> = (0..3000).map(|device| guesses.admit(scanned(1, device))).collect();
    assert!(at_once.iter().all(Result::is_ok));
    drop(at_once);
    for device in 0..3000 {
        assert!(wrong(&guesses, scanned(1, device)));
        assert!(right(&guesses, scanned(1, device)), "{device}");
    }
}

#[test]
fn fresh_passes_open_no_second_budget_and_invented_devices_open_no_more_than_a_screen_has() {
    let (guesses, clock) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    assert_eq!((0..100).filter(|_| wrong(&guesses, scanned(1, 1))).count(), 10);
    clock.advance(Duration::from_mins(1));
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    assert_eq!((0..100).filter(|_| wrong(&guesses, scanned(1, 1))).count(), 1);
    let judged = (2..20_000).filter(|device| wrong(&guesses, scanned(1, *device))).count();
    assert_eq!(judged, 10_000);
}

#[test]
fn an_account_is_guarded_across_addresses_and_scans_and_its_known_device_does_not_feel_it() {
    let (guesses, clock) = guesses();
    let judged = (0..400).filter(|at| wrong_at(&guesses, from(*at), "yuelu-jjb")).count();
    assert_eq!(judged, 5);
    assert!(!wrong_at(&guesses, scanned(1, 9), "yuelu-jjb"));
    assert!(wrong_at(&guesses, known(1, 1), "yuelu-jjb"));
    assert!(wrong_at(&guesses, from(1), "another"));
    // A day of guessing, whenever it may be.
    let mut judged = 0;
    for second in 0..24 * 3600 {
        judged += usize::from(wrong_at(&guesses, from(second), "yuelu-jjb"));
        clock.advance(Duration::from_secs(1));
    }
    assert!((90..115).contains(&judged), "{judged}");
    assert!(wrong_at(&guesses, known(1, 1), "yuelu-jjb"));
}

#[test]
fn attendees_that_guess_cost_no_admin_their_login_at_the_same_address_and_admins_no_attendee_theirs() {
    let (guesses, _) = guesses();
    // From so many addresses that the node has spent all, the hall's own among them, and by scans.
    assert_eq!((0..100_000_u32).filter(|at| wrong(&guesses, from(at / 100))).count(), 6000);
    assert_eq!((0..7000).filter(|guess| wrong(&guesses, scanned(1, guess / 10))).count(), 7000);
    assert!(!right(&guesses, from(1)));
    assert_eq!((0..2000).filter(|_| wrong(&guesses, admin(1))).count(), 300);
    assert!(right(&guesses, admin(2)));

    let (guesses, _) = self::guesses();
    assert_eq!((0..100_000_u32).filter(|at| wrong(&guesses, admin(at / 100))).count(), 6000);
    assert!(!right(&guesses, admin(4_000_000)));
    assert!(right(&guesses, from(1)));
}

#[test]
fn what_a_hall_mistypes_by_its_scans_takes_nothing_from_strangers() {
    let (guesses, _) = guesses();
    let judged = (0..7000).filter(|guess| wrong(&guesses, scanned(1, guess / 10))).count();
    assert_eq!(judged, 7000);
    assert_eq!(guesses.node.left(OfNode::Apart(Logins::Attendees), guesses.clock.now()), 0);
    assert!(right(&guesses, from(2)) && right(&guesses, admin(2)));
}

#[test]
fn a_known_device_is_not_refused_for_its_address_nor_for_the_node_and_has_a_budget_of_its_own() {
    let (guesses, _) = guesses();
    // From so many addresses that the node has spent all.
    let judged = (0..100_000_u32).filter(|at| wrong(&guesses, from(at / 100))).count();
    assert_eq!(judged, 6000);
    assert!(!right(&guesses, from(4_000_000)));
    assert!(right(&guesses, scanned(1, 1)));
    assert_eq!((0..100).filter(|_| wrong(&guesses, known(1, 1))).count(), 20);
    assert!(!right(&guesses, known(1, 1)));
    assert!(right(&guesses, known(1, 2)));
}

#[test]
fn a_phone_s_codes_are_guarded_across_addresses_and_across_scans_by_themselves() {
    let (guesses, _) = guesses();
    let tries = |guesser: Guesser| {
        let mut admitted = guesses.admit(guesser).ok()?;
        admitted.tries_code_of(&[7; 32]).ok()
    };
    assert_eq!((0..1000).filter(|at| tries(from(*at)).is_some()).count(), 50);
    assert_eq!((0..1000).filter(|device| tries(scanned(1, *device)).is_some()).count(), 50);
    assert!(tries(known(1, 1)).is_some());
}

#[test]
fn what_was_not_judged_is_given_back_and_what_was_broken_off_is_not() {
    let (guesses, _) = guesses();
    for _ in 0..1000 {
        let admitted = guesses.admit(from(1)).unwrap();
        let away = admitted.settle(Err::<(), Problem>(refusals::STORAGE_UNAVAILABLE.into()));
        assert!(away.is_err());
    }
    assert_eq!((0..1000).filter(|_| guesses.admit(from(1)).map(drop).is_ok()).count(), 300);
}

#[test]
fn a_code_that_was_passed_on_guesses_no_more_than_a_hall_mistypes() {
    let (guesses, _) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    // Each with a device and an account of its own.
    let judged = (0..5000).filter(|device| wrong_at(&guesses, scanned(1, *device), &format!("{device}")));
    assert_eq!(judged.count(), 300);
    let codes = (5000..9000_u32).filter(|device| {
        let Ok(mut admitted) = guesses.admit(scanned(1, *device)) else { return false };
        admitted.guesses_at_codes().is_ok() && admitted.tries_code_of(&device.to_be_bytes()).is_ok()
    });
    assert_eq!(codes.count(), 600);
    // Another hall does not feel it, nor does this one where its address has something left.
    let other = Guesser { scan: Some(FreshScan { screen: ScreenNumber(8), device: [1; 16] }), ..from(1) };
    assert!(wrong_at(&guesses, other, "wangwei"));
    assert!(wrong_at(&guesses, scanned(2, 9001), "wangwei"));
}

#[test]
fn a_hall_logs_in_by_password_whatever_many_do_at_once_what_a_lane_holds() {
    let (guesses, _) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    for hall in 0..12_u32 {
        let at_once: Vec<_> = (0..257_u32)
            .map(|phone| {
                let mut admitted = guesses.admit(scanned(1, hall * 257 + phone)).unwrap();
                admitted.guesses_at("person", &(hall * 257 + phone).to_be_bytes()).unwrap();
                admitted
            })
            .collect();
        for admitted in at_once {
            admitted.settle(Ok(())).unwrap();
        }
    }
}

#[test]
fn a_right_password_logs_in_thirty_times_at_once_and_wrong_ones_cost_it_none() {
    let (guesses, clock) = guesses();
    let logs_in = |guesser: Guesser| {
        let mut admitted = guesses.admit(guesser).unwrap();
        let asked = admitted.guesses_at("person", b"liwei");
        admitted.settle(asked).is_ok()
    };
    let judged = (0..200).filter(|at| wrong_at(&guesses, from(*at), "liwei")).count();
    assert_eq!(judged, 5);
    clock.advance(Duration::from_hours(24));
    assert_eq!((0..100).filter(|at| logs_in(known(*at, u8::try_from(*at).unwrap()))).count(), 30);
    clock.advance(Duration::from_mins(2));
    assert_eq!((0..100).filter(|at| logs_in(known(*at, u8::try_from(*at).unwrap()))).count(), 2);
    let mut another = guesses.admit(from(1)).unwrap();
    assert!(another.guesses_at("person", b"wangwei").is_ok());
    drop(another.settle(Ok(())));
}

#[test]
fn a_code_that_was_gone_costs_its_owner_no_try() {
    let (guesses, _) = guesses();
    for at in 0..200 {
        let mut admitted = guesses.admit(from(at)).unwrap();
        admitted.tries_code_of(&[7; 32]).unwrap();
        admitted.found_no_code();
        drop(admitted.settle(Err::<(), Problem>(refusals::SMS_CODE_WRONG.into())));
    }
}
