//! Overload: five times what the service can do. It must go on doing what it can, refuse the rest at once with a time
//! to come back, and return to normal soon after.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::steady::PERSIST;
use super::{Site, count, number};
use crate::client::Line;
use crate::demo::Course;
use crate::drive::{Open, Opened, Run, Shot, attend, closed, open};
use crate::pairs::{Pair, Pairs};
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::said::{Refusal, Said};
use crate::schedule::poisson;

/// How much more comes than can be done.
const TIMES: f64 = 5.0;
/// The connections of those who come, in one process: one for each waiting phone. They are open before: opening them is
/// the system's work, which a proxy before the service spares it.
const CONNECTIONS: usize = 12_000;
/// Afterwards a tenth of the peak comes; the service has recovered once all of them are answered within this.
const NORMAL: f64 = 0.1;
const QUICKLY: Duration = Duration::from_millis(100);
const AFTERWARDS: Duration = Duration::from_secs(5);

/// What was measured in the open stretches.
#[derive(Default)]
struct Seen {
    in_time: AtomicU64,
    without_hint: AtomicU64,
    open: Mutex<Vec<Pair>>,
    slow: Mutex<Option<Instant>>,
}

impl Seen {
    fn hear(&self, shot: &Shot, said: &Said, pairs: &Pairs) {
        match said {
            Said::Refused { refusal: Refusal::Busy, retry_after_ms, .. } => {
                self.without_hint.fetch_add(u64::from(retry_after_ms.is_none()), Ordering::Relaxed);
                pairs.give_back(shot.pair);
            }
            Said::Unknown | Said::Deferred { .. } => {
                self.open.lock().unwrap_or_else(PoisonError::into_inner).push(shot.pair);
            }
            _ => {}
        }
    }
}

/// Measures the peak in a closed loop, sends five times as much, then a tenth.
pub async fn run(site: &Site, courses: &[Course], length: Duration) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let mut report = Report::new("overload");
    let pairs = Arc::new(Pairs::new(crowd.phones.len(), crowd.halls.len()));
    let seen = Arc::new(Seen::default());

    let run = Run::begin(Arc::clone(&crowd), length);
    let watching = watch("peak", &run.meter, length);
    let taken = Arc::clone(&pairs);
    let took =
        closed(&run, site.connections, length, move || taken.take().map(Shot::check_in), |_, _| {}).await;
    drop(watching);
    let measured = run.meter.sum_up(took);
    let peak = measured.per_s("recorded");
    report.part("peak, closed loop", measured);

    let flood = run.next(length);
    let lines = flood.lines(CONNECTIONS).await;
    let watching = watch("overload", &flood.meter, length);
    // Later arrivals do not wait until the last of the flood has been answered.
    let afterwards = async {
        tokio::time::sleep(length).await;
        let after = run.next(AFTERWARDS);
        let (recovered_ms, calm) = afterwards(&after, peak * NORMAL, &pairs, &seen).await;
        (recovered_ms, after.meter.sum_up(calm.took))
    };
    let (opened, (recovered_ms, calm)) =
        tokio::join!(overload(&flood, lines, peak * TIMES, length, &pairs, &seen), afterwards);
    drop(watching);
    let unresolved = std::mem::take(&mut *seen.open.lock().unwrap_or_else(PoisonError::into_inner));
    resolve(&run.next(AFTERWARDS), unresolved).await;

    let over = flood.meter.sum_up(opened.took);
    let goodput = number(seen.in_time.load(Ordering::Relaxed)) / length.as_secs_f64();
    report.fact("peak, check-ins per second", peak);
    report.fact(
        "people per second who came in the overload",
        number(opened.arrived as u64) / opened.took.as_secs_f64(),
    );
    report.fact("answers per second in the overload", over.all.per_s);
    report.fact("of these busy", number(count(&over, "busy")));
    report.fact("people for whom no connection was free", number(opened.unsent as u64));
    report.fact("goodput, check-ins per second", goodput);
    report.demands.push(Demand::at_least(
        "goodput ÷ peak",
        0.9,
        if peak > 0.0 { goodput / peak } else { 0.0 },
    ));
    report.demands.push(Demand::exactly(
        "busy without retry_after_ms",
        0,
        seen.without_hint.load(Ordering::Relaxed),
    ));
    report.demands.push(Demand::exactly("neither recorded nor busy", 0, others(&over)));
    report.demands.push(Demand::at_most("recovered after, ms", 2000.0, recovered_ms));
    report.part("five times as much", over);
    report.part("a tenth, afterwards", calm);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}

fn others(measured: &crate::measure::Measured) -> u64 {
    measured.all.count - count(measured, "recorded") - count(measured, "busy")
}

async fn overload(
    run: &Run,
    lines: Vec<Line>,
    rate: f64,
    length: Duration,
    pairs: &Arc<Pairs>,
    seen: &Arc<Seen>,
) -> Opened {
    let how = Open { connections: CONNECTIONS, persist: Duration::ZERO, serve_waiting: false };
    let (taken, heard, pairs) = (Arc::clone(pairs), Arc::clone(seen), Arc::clone(pairs));
    let end = Instant::now() + length;
    open(
        run,
        how,
        lines,
        poisson(rate, length, 2),
        move |_| taken.take().map(Shot::check_in),
        move |shot, said, _| {
            let in_time = matches!(said, Said::Recorded(_)) && Instant::now() <= end;
            heard.in_time.fetch_add(u64::from(in_time), Ordering::Relaxed);
            heard.hear(shot, said, &pairs);
        },
    )
    .await
}

/// A tenth of the peak. Gives how many milliseconds passed until the last one who was not answered quickly had come.
async fn afterwards(run: &Run, rate: f64, pairs: &Arc<Pairs>, seen: &Arc<Seen>) -> (f64, Opened) {
    let how = Open { connections: CONNECTIONS, persist: Duration::ZERO, serve_waiting: true };
    let (taken, heard, pairs) = (Arc::clone(pairs), Arc::clone(seen), Arc::clone(pairs));
    let began = Instant::now();
    let next = move |_| taken.take().map(Shot::check_in);
    let opened =
        open(run, how, Vec::new(), poisson(rate.max(1.0), AFTERWARDS, 3), next, move |shot, said, due| {
            if said.acknowledged().is_none() || due.elapsed() > QUICKLY {
                let mut slow = heard.slow.lock().unwrap_or_else(PoisonError::into_inner);
                *slow = Some(slow.map_or(due, |last| last.max(due)));
            }
            heard.hear(shot, said, &pairs);
        })
        .await;
    let slow = *seen.slow.lock().unwrap_or_else(PoisonError::into_inner);
    (slow.map_or(0.0, |last| last.duration_since(began).as_secs_f64() * 1000.0), opened)
}

/// Phones whose answer was cut ask again.
async fn resolve(run: &Run, open: Vec<Pair>) {
    let mut line = run.line();
    let mut buffer = Vec::new();
    for pair in open {
        let now = Instant::now();
        attend(run, 0, &mut line, &mut buffer, &Shot::check_in(pair), now, now + PERSIST).await;
    }
}
