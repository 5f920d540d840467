//! One attempt, and one person who tries until the answer is final, as a phone does.
//! It must not know how many others there are.

use std::time::{Duration, Instant};

use super::{Run, Shot, What};
use crate::client::Line;
use crate::clock::unix_ms;
use crate::codes::CODE;
use crate::measure::Kind;
use crate::said::{Refusal, Said};

/// A phone without an answer waits so long at first, and at most so long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What is presented.
enum Proof {
    Code([u8; CODE]),
    Pass(String),
}

/// The result of one person who tried until it was final.
#[derive(Clone, Debug)]
pub struct Attended {
    pub said: Said,
    pub attempts: u32,
}

/// Sends one request now and says what was answered and of what kind it is. Logged in the history, not measured.
pub async fn attempt(
    run: &Run,
    worker: usize,
    line: &mut Line,
    buffer: &mut Vec<u8>,
    shot: &Shot,
) -> (Said, Kind) {
    let phone = run.crowd.phone(shot.pair.phone);
    match shot.what {
        What::Records => phone.write_records(buffer),
        What::Scan => phone.write_scan(&run.crowd.targets[0], &shot.code(&run.crowd, unix_ms()), buffer),
        _ => {
            let proof = Proof::Code(shot.code(&run.crowd, unix_ms()));
            let said = present(run, worker, line, buffer, shot, &proof).await;
            let kind = Kind::of(&said);
            return (said, kind);
        }
    }
    match line.ask(buffer, |answer| answer.status).await {
        Ok(200 | 201) => (Said::Unknown, Kind::Records),
        Ok(_) => (Said::Unknown, Kind::Refused),
        Err(_) => (Said::Unknown, Kind::Unknown),
    }
}

async fn present(
    run: &Run,
    worker: usize,
    line: &mut Line,
    buffer: &mut Vec<u8>,
    shot: &Shot,
    proof: &Proof,
) -> Said {
    let phone = run.crowd.phone(shot.pair.phone);
    match proof {
        Proof::Code(code) => phone.write_check_in(code, buffer),
        Proof::Pass(pass) => phone.write_pass(&run.crowd.targets[0], pass, buffer),
    }
    let course = run.crowd.halls[shot.pair.hall].course;
    let invocation = run.history.invoke(worker, phone.person, course, shot.intent());
    let said =
        line.ask(buffer, |answer| Said::read(answer.status, answer.body)).await.unwrap_or(Said::Unknown);
    invocation.answered(&said);
    said
}

/// Checks in until the answer is final or `give_up` has come. The first answer is measured from `due`.
/// A missing answer is asked for again with the same code, as the contract allows; one that has grown old in the
/// meantime is scanned anew.
pub async fn attend(
    run: &Run,
    worker: usize,
    line: &mut Line,
    buffer: &mut Vec<u8>,
    shot: &Shot,
    due: Instant,
    give_up: Instant,
) -> Attended {
    let mut proof = Proof::Code(shot.code(&run.crowd, unix_ms()));
    let mut wait = FIRST_WAIT;
    let mut attempts = 0;
    loop {
        let said = present(run, worker, line, buffer, shot, &proof).await;
        attempts += 1;
        if attempts == 1 {
            run.meter.record(worker, Kind::of(&said), due.elapsed());
        }
        let too_old = said.is_refused(Refusal::CodeExpired) || said.is_refused(Refusal::PassExpired);
        if said.is_final() && !too_old || Instant::now() >= give_up {
            if attempts > 1 {
                run.meter.record(worker, Kind::Settled, due.elapsed());
            }
            return Attended { said, attempts };
        }
        let asked_for = match &said {
            Said::Deferred { pass, retry_after_ms } => {
                proof = Proof::Pass(pass.clone());
                Some(*retry_after_ms)
            }
            Said::Refused { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        };
        if too_old {
            proof = Proof::Code(shot.code(&run.crowd, unix_ms()));
        }
        let length = asked_for.map_or(wait, Duration::from_millis);
        // Half of it at least, so that phones that failed together do not come back together.
        tokio::time::sleep(length.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
