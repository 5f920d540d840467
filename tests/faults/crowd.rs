//! A steady stream of phones that behave as phones do: each keeps its pass, asks again until it knows, and logs every
//! request. It must not know what is done to the service meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::client::{Line, Target, call};
use loadtest::clock::unix_ms;
use loadtest::codes::{MasterKey, Minter, STRICT_STEP_MS};
use loadtest::demo::{Course, Demo};
use loadtest::history::History;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::task::TaskTracker;

use crate::phone::Phone;

/// How long a phone waits for an answer before it asks again.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of ten phones, how many go to a course with a cap: it is full soon, and must not be exceeded.
const TO_CAPPED: usize = 3;

/// Of so many phones that are done one hangs up.
const SHARED_BY: usize = 5;

/// The people, the screens they go to, and the nodes they use.
pub struct Crowd {
    shared: Arc<Shared>,
    arriving: JoinHandle<()>,
    phones: TaskTracker,
}

/// State that the phones share.
pub struct Shared {
    pub history: History,
    pub demo: Demo,
    halls: Vec<Hall>,
    new_line: Box<dyn Fn() -> Line + Send + Sync>,
    /// The name in the Host header, for every node.
    named: Target,
    idle: Mutex<Vec<Line>>,
    given_back: AtomicUsize,
    leaving: AtomicBool,
    /// Arrivals a second.
    rate: AtomicU32,
}

/// A course with its open screen.
pub struct Hall {
    pub course: Course,
    pub minter: Minter,
    next_person: AtomicUsize,
}

impl Crowd {
    /// Opens a screen for every course through the first node, and lets people come at so many a second.
    pub async fn gather(demo: Demo, targets: Vec<Target>, rate: u32) -> anyhow::Result<Self> {
        let first = targets.first().context("there is no node")?;
        let key = MasterKey::parse(&demo.master_keys[0])?;
        let mut halls = Vec::new();
        for course in &demo.courses {
            let path = format!("/api/v1/courses/{}/screens", course.id);
            let body = Some(r#"{"place":"主会场"}"#);
            let opened = call(first, "POST", &path, Some(&demo.unit_admin.session), body).await?;
            ensure!(opened.status == 201, "a screen cannot be opened: {} {}", opened.status, opened.body);
            let screen = opened.body["screen"].as_u64().and_then(|screen| u32::try_from(screen).ok());
            let minter = Minter::new(&key, screen.context("a screen without a number")?, STRICT_STEP_MS);
            halls.push(Hall { course: course.clone(), minter, next_person: AtomicUsize::new(0) });
        }
        let named = first.clone();
        let nodes = Line::nodes(targets);
        let shared = Arc::new(Shared {
            history: History::default(),
            demo,
            halls,
            new_line: Box::new(move || Line::new(Arc::clone(&nodes), PATIENCE)),
            named,
            idle: Mutex::default(),
            given_back: AtomicUsize::new(0),
            leaving: AtomicBool::new(false),
            rate: AtomicU32::new(rate),
        });
        let phones = TaskTracker::new();
        let arriving = tokio::spawn(arrive(Arc::clone(&shared), phones.clone()));
        Ok(Self { shared, arriving, phones })
    }

    pub fn history(&self) -> &History {
        &self.shared.history
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// How often each answer was given.
    pub fn answers(&self) -> BTreeMap<String, usize> {
        let mut answers = BTreeMap::new();
        for entry in self.history().entries() {
            *answers.entry(format!("{:?}", entry.outcome)).or_default() += 1;
        }
        answers
    }

    pub fn courses(&self) -> Vec<i64> {
        self.shared.halls.iter().map(|hall| hall.course.id).collect()
    }

    /// From now on so many come in a second. Gives how many did.
    pub fn let_come(&self, rate: u32) -> u32 {
        self.shared.rate.swap(rate, Ordering::Relaxed)
    }

    /// So many phones in this very instant, beside those that come anyway.
    pub fn burst(&self, phones: usize) {
        for arrival in 0..phones {
            self.shared.send(&self.phones, arrival);
        }
    }

    /// One more phone, of this person.
    pub fn phone_of(&self, person: usize, hall: usize) {
        let phone = Phone { shared: Arc::clone(&self.shared), person, hall, by_pass: false, again: false };
        self.phones.spawn(phone.live());
    }

    /// No more phones come; waits until all have an answer. False if one still has none when the time is over.
    pub async fn leave(&self, within: Duration) -> bool {
        self.arriving.abort();
        self.phones.close();
        let known = timeout(within, self.phones.wait()).await.is_ok();
        self.shared.leaving.store(true, Ordering::Relaxed);
        // Those who do not know are let go of within one request.
        let _ = timeout(PATIENCE * 2, self.phones.wait()).await;
        // A phone with a final answer hangs up.
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        known
    }
}

impl Drop for Crowd {
    /// A fault that could not be made leaves no phone behind that would go on asking.
    fn drop(&mut self) {
        self.arriving.abort();
        self.shared.leaving.store(true, Ordering::Relaxed);
    }
}

async fn arrive(shared: Arc<Shared>, phones: TaskTracker) {
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = Instant::now();
    let (mut due, mut come, mut last) = (0.0, 0_usize, began);
    loop {
        ticks.tick().await;
        let now = Instant::now();
        due += (now - last).as_secs_f64() * f64::from(shared.rate.load(Ordering::Relaxed));
        last = now;
        while due >= 1.0 {
            due -= 1.0;
            shared.send(&phones, come);
            come += 1;
        }
    }
}

impl Shared {
    /// The next phone. Each person comes to a course once; a hall that all have been to takes no more.
    fn send(self: &Arc<Self>, phones: &TaskTracker, arrival: usize) {
        let capped = arrival % 10 < TO_CAPPED;
        let fitting: Vec<usize> =
            (0..self.halls.len()).filter(|hall| self.halls[*hall].course.cap.is_some() == capped).collect();
        if fitting.is_empty() {
            return;
        }
        let hall = fitting[arrival % fitting.len()];
        let person = self.halls[hall].next_person.fetch_add(1, Ordering::Relaxed);
        // The last hundred are kept for faults that need a person of their own.
        if person + 100 < self.demo.people.len() {
            let (by_pass, again) = (arrival.is_multiple_of(2), arrival.is_multiple_of(5));
            phones.spawn(Phone { shared: Arc::clone(self), person, hall, by_pass, again }.live());
        }
    }

    /// The hall with the lowest cap, and its screen.
    pub fn smallest(&self) -> (usize, u32) {
        let caps = self.halls.iter().map(|hall| hall.course.cap.unwrap_or(u32::MAX));
        let smallest = caps.enumerate().min_by_key(|(_, cap)| *cap).map_or(0, |(hall, _)| hall);
        (smallest, self.halls[smallest].minter.screen())
    }

    pub fn hall(&self, hall: usize) -> &Hall {
        &self.halls[hall]
    }

    pub fn any_target(&self) -> &Target {
        &self.named
    }

    /// Whether phones without an answer should give up.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// An idle connection, or a new one.
    pub fn line(&self) -> Line {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| (self.new_line)())
    }

    /// For the next phone; now and then it is hung up, and the next one opens a connection of its own, to the next node. Otherwise
    /// a few phones a second would share one, and a node could go without any.
    pub fn give_back(&self, line: Line) {
        if self.given_back.fetch_add(1, Ordering::Relaxed) % SHARED_BY == SHARED_BY - 1 {
            return;
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// The code that stands on a hall's screen now.
    pub fn code(&self, hall: usize) -> String {
        String::from_utf8_lossy(&self.halls[hall].minter.code_at(unix_ms())).into_owned()
    }
}
