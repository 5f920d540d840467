//! Runs every participant in real time: looks at the screen, waits as long as it takes, sends, looks again if the code was too
//! old. Results are noted by person. It must not judge.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::assumptions as assumed;
use super::cast::Actor;
use super::method::Method;
use super::part::{Act, Way, entrance, latency, way};
use super::passwords::{PASSWORD, account};
use super::steal::steal;
use crate::client::{Connection, Target, request};
use crate::clock::unix_ms;
use crate::codes::{Minter, spelled};
use crate::demo::Demo;

/// How often a person looks again when the code was too old, or the service busy.
const LOOKS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(20);

/// What all participants share.
pub struct Venue {
    pub demo: Demo,
    pub target: Target,
    pub minter: Minter,
    /// Used up by the venue's page.
    pub ticket: String,
    pub course: i64,
    /// In which all participants arrive.
    pub arrivals: Duration,
    pub outcomes: Mutex<HashMap<usize, Outcome>>,
}

/// The result of a person's attempts.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub recorded: bool,
    /// The last refusal.
    pub refused: Option<String>,
    /// An answer without an outcome.
    pub unknown: bool,
}

impl Venue {
    pub(super) fn note(&self, person: usize, change: impl FnOnce(&mut Outcome)) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        change(outcomes.entry(person).or_default());
    }

    /// The results so far.
    pub fn outcomes(&self) -> HashMap<usize, Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn has_come(&self, person: usize) -> bool {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.get(&person).is_some_and(|outcome| outcome.recorded)
    }

    /// A call from an address of its own, as a proxy in front of the server would hand it on.
    async fn call(
        &self,
        path: &str,
        session: Option<&str>,
        from: Ipv4Addr,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let bytes = request(&self.target, "POST", path, session, Some(&body.to_string()));
        let line = bytes.windows(2).position(|pair| pair == b"\r\n")? + 2;
        let mut asked = bytes[..line].to_vec();
        asked.extend(format!("x-forwarded-for: {from}\r\n").into_bytes());
        asked.extend(&bytes[line..]);
        let exchanged = async {
            let mut connection = Connection::open(&self.target).await.ok()?;
            let answer = connection.exchange(&asked).await.ok()?;
            Some((answer.status, serde_json::from_slice(answer.body).unwrap_or(Value::Null)))
        };
        timeout(PATIENCE, exchanged).await.ok().flatten()
    }

    /// What the participant's phone reports about itself.
    fn client(actor: &Actor) -> Value {
        let scene = match actor.method {
            Method::Album => Some(1013),
            _ if actor.mini_program => Some(1011),
            _ => None,
        };
        let kind = if actor.mini_program { "wechat" } else { "app" };
        json!({ "kind": kind, "device_id": actor.device, "scene": scene })
    }

    /// Sends one check-in; true when there is no use in trying again.
    pub(super) async fn check_in(&self, actor: &Actor, proof: Value) -> bool {
        let session = self.demo.people[actor.person].session.as_str();
        self.present(actor, session, actor.address, proof).await
    }

    /// The same with a login and from an address.
    async fn present(&self, actor: &Actor, session: &str, from: Ipv4Addr, proof: Value) -> bool {
        let mut body = proof;
        body["client"] = Self::client(actor);
        let Some((status, said)) = self.call("/api/v1/check-ins", Some(session), from, &body).await else {
            self.note(actor.person, |outcome| outcome.unknown = true);
            return false;
        };
        let word = said["code"].as_str().unwrap_or_default().to_owned();
        match status {
            200 | 201 => {
                self.note(actor.person, |outcome| {
                    *outcome = Outcome { recorded: true, ..Outcome::default() }
                });
            }
            202 | 429 | 503 => return false,
            _ => {
                let again = word == "code_expired";
                self.note(actor.person, |outcome| outcome.refused = Some(word));
                return !again;
            }
        }
        true
    }

    /// What the screen shows now.
    fn code(&self) -> String {
        String::from_utf8_lossy(&self.minter.code_at(unix_ms())).into_owned()
    }
}

/// Runs a whole act from now on.
pub async fn play(venue: &Arc<Venue>, actors: &[Actor], act: Act, seed: u64) {
    let began = Instant::now();
    let mut playing = tokio::task::JoinSet::new();
    for (place, actor) in actors.iter().enumerate() {
        let mut dice = fastrand::Rng::with_seed(seed ^ (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut together =
            fastrand::Rng::with_seed(seed ^ (actor.group as u64).wrapping_mul(0xff51_afd7_ed55_8ccd));
        let has_come = venue.has_come(actor.person);
        let Some(after) = entrance(actor, act, has_come, &mut dice, &mut together) else { continue };
        let (venue, actor) = (Arc::clone(venue), actor.clone());
        playing.spawn(async move {
            sleep_until(began + after).await;
            perform(&venue, &actor, act, began, dice).await;
        });
    }
    while playing.join_next().await.is_some() {}
}

async fn perform(venue: &Venue, actor: &Actor, act: Act, began: Instant, mut dice: fastrand::Rng) {
    if actor.borrows {
        // The colleague's phone has checked in the colleague: staff check the person in, and the scan is not tried.
        return assisted(venue, actor).await;
    }
    match actor.method {
        Method::ReplayedPass => return replay(venue, actor).await,
        Method::StolenLink => return steal(venue, actor).await,
        Method::Forged => {
            let code = if dice.bool() {
                venue.minter.flipped_at(unix_ms(), dice.usize(0..128))
            } else {
                let mut bytes = [0; 22];
                dice.fill(&mut bytes);
                spelled(&bytes)
            };
            venue.check_in(actor, json!({ "code": String::from_utf8_lossy(&code) })).await;
            return;
        }
        _ => {}
    }
    for _ in 0..LOOKS {
        let code = venue.code();
        sleep(latency(actor, &mut dice)).await;
        let way = way(actor, act, began.elapsed(), venue.arrivals, &mut dice);
        let done = match way {
            Some(way) => by_pass(venue, actor, &code, way).await,
            None => venue.check_in(actor, json!({ "code": code })).await,
        };
        if done {
            return;
        }
        sleep(assumed::between(&mut dice, 0.5, 1.5)).await;
    }
}

/// Scan, then the login if there is none yet, then the pass: each from its own network. True when there is no use in
/// looking at the screen again.
async fn by_pass(venue: &Venue, actor: &Actor, code: &str, way: Way) -> bool {
    let own = venue.demo.people[actor.person].session.as_str();
    let scan = json!({ "code": code, "client": Venue::client(actor) });
    let login = way.with_login.then_some(own);
    let scanned = match venue.call("/api/v1/scans", login, actor.scans_from, &scan).await {
        Some((201, scanned)) => scanned,
        Some((_, refused)) => {
            let word = refused["code"].as_str().unwrap_or_default().to_owned();
            let again = matches!(word.as_str(), "code_expired" | "too_many_requests" | "storage_unavailable");
            venue.note(actor.person, |outcome| outcome.refused = Some(word));
            return !again;
        }
        None => return false,
    };
    sleep(way.after).await;
    let (mut session, mut pass) = (own.to_owned(), scanned["pass"].clone());
    if way.logs_in {
        let login = json!({ "account": account(venue.demo.people[actor.person].id), "password": PASSWORD,
            "client": Venue::client(actor), "pass": pass });
        match venue.call("/api/v1/sessions", None, way.presents_from, &login).await {
            Some((201, logged_in)) => {
                session = logged_in["session"].as_str().unwrap_or(own).to_owned();
                pass = logged_in["pass"]["pass"].clone();
            }
            other => {
                let word = other.map_or_else(String::new, |(status, _)| format!("login answered {status}"));
                venue.note(actor.person, |outcome| outcome.refused = Some(word));
                return false;
            }
        }
    }
    for _ in 0..LOOKS {
        let proof = json!({ "pass": pass });
        if venue.present(actor, &session, way.presents_from, proof).await {
            return true;
        }
        sleep(Duration::from_secs(2)).await;
    }
    false
}

/// A person who is present exchanges the code for a pass and sends that on.
async fn replay(venue: &Venue, actor: &Actor) {
    let there = json!({ "code": venue.code(), "client": { "kind": "wechat", "device_id": format!("friend-of-{:06}", actor.person) } });
    let scanned = venue.call("/api/v1/scans", None, Ipv4Addr::new(203, 0, 113, 7), &there).await;
    let Some((201, scanned)) = scanned else {
        venue.note(actor.person, |outcome| outcome.unknown = true);
        return;
    };
    venue.check_in(actor, json!({ "pass": scanned["pass"] })).await;
}

async fn assisted(venue: &Venue, actor: &Actor) {
    let body = json!({ "person_id": venue.demo.people[actor.person].id, "reason": "借用他人手机" });
    let path = format!("/api/v1/courses/{}/assisted-check-ins", venue.course);
    let admin = venue.demo.unit_admin.session.as_str();
    let answered = venue.call(&path, Some(admin), actor.address, &body).await;
    let recorded = matches!(answered, Some((200 | 201, _)));
    venue.note(actor.person, |outcome| outcome.recorded = recorded);
}
