//! Who is judged by proved work, and how much is asked for.

use super::*;
use crate::auth::proof_of_work::work_out;

/// A login of this phone of a hall, with what was worked out for it.
fn working(number: u32, proof: Option<&str>) -> Guesser {
    let (device, phone) = ([7; 16], number.to_be_bytes());
    Guesser { tried: Some(Tried::new("phone", &phone, &device, proof)), ..from(1) }
}

/// The challenge that stands in the way of this login.
fn challenge(guesses: &Guesses, guesser: Guesser) -> String {
    let refused = guesses.admit(guesser).map(drop).unwrap_err();
    assert_eq!(refused.refusal, refusals::TOO_MANY_REQUESTS);
    assert!(refused.retry_after_ms.is_some());
    refused.challenge.unwrap()
}

#[test]
fn where_everything_is_spent_work_is_judged_for_what_it_was_done_for_once_and_at_once() {
    let (guesses, clock) = guesses();
    assert!(right(&guesses, working(1, Some("813.not asked for"))));
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    let proof = work_out(&challenge(&guesses, working(1, None)));
    // For another phone, for another device, and where no work is asked for, it proves nothing.
    challenge(&guesses, working(2, Some(&proof)));
    let another = Tried::new("phone", &1_u32.to_be_bytes(), &[8; 16], Some(&proof));
    challenge(&guesses, Guesser { tried: Some(another), ..from(1) });
    let account = Tried::new("account", &1_u32.to_be_bytes(), &[7; 16], Some(&proof));
    challenge(&guesses, Guesser { tried: Some(account), ..from(1) });
    assert!(guesses.admit(from(1)).map(drop).unwrap_err().challenge.is_none());
    // What could not be judged may be shown again; what was judged is used up.
    for _ in 0..2 {
        let admitted = guesses.admit(working(1, Some(&proof))).unwrap();
        assert!(matches!(admitted.by(), By::Work { scanned: false, .. }));
        let _ = admitted.settle(Err::<(), Problem>(refusals::BUSY.into()));
    }
    assert!(right(&guesses, working(1, Some(&proof))));
    challenge(&guesses, working(1, Some(&proof)));
    // Nor is it collected for later.
    let proof = work_out(&challenge(&guesses, working(1, None)));
    clock.advance(Duration::from_secs(121));
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    challenge(&guesses, working(1, Some(&proof)));
}

/// How many hashes this challenge asks for as a rule.
fn hashes(challenge: &str) -> u32 {
    let bits: u32 = challenge[1..3].parse().unwrap();
    challenge[..1].parse::<u32>().unwrap() << bits
}

#[test]
fn the_more_work_is_wrong_the_harder_it_gets_and_the_budgets_of_phone_and_account_hold_for_it() {
    let (guesses, clock) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    let of_attacker = |number| hashes(&challenge(&guesses, working(number, None)));
    let mut seen = vec![of_attacker(0)];
    for number in 0..130 {
        let proof = work_out(&challenge(&guesses, working(number, None)));
        assert!(wrong(&guesses, working(number, Some(&proof))));
        seen.push(of_attacker(number));
    }
    seen.dedup();
    assert_eq!(seen, [32_768, 65_536, 98_304]);
    // A hall that is right makes nothing harder, and it gets easier again.
    clock.advance(Duration::from_mins(3));
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    for number in 1000..1060 {
        let proof = work_out(&challenge(&guesses, working(number, None)));
        assert!(right(&guesses, working(number, Some(&proof))));
    }
    assert_eq!(of_attacker(0), 32_768);
    // One account, one phone: work opens neither.
    let tries = |number: u32| {
        let proof = work_out(&challenge(&guesses, working(number, None)));
        let mut admitted = guesses.admit(working(number, Some(&proof))).unwrap();
        (admitted.guesses_at("person", b"wangwei").is_ok(), admitted.tries_code_of(&[7; 32]).is_ok())
    };
    let tried: Vec<_> = (2000..2060).map(tries).collect();
    assert_eq!(tried.iter().filter(|(account, _)| *account).count(), 5);
    assert_eq!(tried.iter().filter(|(_, phone)| *phone).count(), 50);
}

#[test]
fn easy_work_that_was_collected_before_does_not_do_once_more_is_asked_for() {
    let (guesses, _) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    // Had while nothing was wrong yet, and at an address at which nothing is.
    let challenges: Vec<_> = (0..3).map(|number| challenge(&guesses, working(number, None))).collect();
    (0..2000).for_each(|_| drop(guesses.admit(from(2))));
    let elsewhere = |number| Guesser { address: from(2).address, ..working(number, None) };
    for number in 1000..1105 {
        let proof = work_out(&challenge(&guesses, working(number, None)));
        assert!(wrong(&guesses, working(number, Some(&proof))));
    }
    for (number, easy) in (0..3).zip(&challenges) {
        assert_eq!(hashes(easy), 32_768);
        assert_eq!(hashes(&challenge(&guesses, working(number, Some(&work_out(easy))))), 98_304);
    }
    let easy = challenge(&guesses, elsewhere(5));
    assert_eq!(hashes(&easy), 32_768);
    assert_eq!(hashes(&challenge(&guesses, working(5, Some(&work_out(&easy))))), 98_304);
    // Not shown in vain: where it is enough it does.
    assert!(right(&guesses, Guesser { address: from(2).address, ..working(5, Some(&work_out(&easy))) }));
    let hard = work_out(&challenge(&guesses, working(5, None)));
    assert!(right(&guesses, Guesser { address: from(2).address, ..working(5, Some(&hard)) }));
}

#[test]
fn a_hall_that_is_judged_at_once_is_not_sent_to_work_again() {
    let (guesses, _) = guesses();
    (0..2000).for_each(|_| drop(guesses.admit(from(1))));
    let proofs: Vec<_> =
        (0..160).map(|number| work_out(&challenge(&guesses, working(number, None)))).collect();
    let at_once = proofs.iter().zip(0..).map(|(proof, number)| guesses.admit(working(number, Some(proof))));
    let at_once: Vec<_> = at_once.collect();
    assert!(at_once.iter().all(Result::is_ok));
    for admitted in at_once.into_iter().flatten() {
        admitted.settle(Ok(())).unwrap();
    }
}

#[test]
fn an_admin_works_where_admins_are_guessed_at_and_for_nothing_that_attendees_spend() {
    let (guesses, _) = guesses();
    let tried = |proof: Option<&str>| Some(Tried::new("admin", b"hunan-wjw", &[1; 16], proof));
    // Attendees' strangers and scans of the node, all spent: nothing is asked of an admin.
    assert_eq!((0..100_000_u32).filter(|at| wrong(&guesses, from(at / 100))).count(), 6000);
    assert_eq!((0..7000).filter(|guess| wrong(&guesses, scanned(1, guess / 10))).count(), 7000);
    assert!(right(&guesses, Guesser { tried: tried(None), ..admin(1) }));
    (0..2000).for_each(|_| drop(guesses.admit(admin(1))));
    let easy = challenge(&guesses, Guesser { tried: tried(None), ..admin(1) });
    assert_eq!(hashes(&easy), 32_768);
    assert!(right(&guesses, Guesser { tried: tried(Some(&work_out(&easy))), ..admin(1) }));
}
