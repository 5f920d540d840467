//! Plays everybody's part in time: looks at the screen, waits as long as it takes, sends, looks again if the code was too
//! old. What comes of it is noted by person. It must not judge.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::assumptions as assumed;
use super::cast::Actor;
use super::method::Method;
use super::steal::steal;
use crate::client::{Connection, Target, request};
use crate::clock::unix_ms;
use crate::codes::{Minter, spelled};
use crate::demo::Demo;

/// How often somebody looks again when the code was too old, or the service busy.
const LOOKS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(20);

/// What all parts share.
pub struct Stage {
    pub demo: Demo,
    pub target: Target,
    pub minter: Minter,
    /// Used up by the venue's page.
    pub ticket: String,
    pub course: i64,
    pub outcomes: Mutex<HashMap<usize, Outcome>>,
}

/// What came of a person's attempts.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub recorded: bool,
    /// The last refusal.
    pub refused: Option<String>,
    /// No answer that says what became of it.
    pub unknown: bool,
}

/// A part of the day: the arrivals, or a spot check that opens at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Arrivals,
    SpotCheck,
}

impl Stage {
    pub(super) fn note(&self, person: usize, change: impl FnOnce(&mut Outcome)) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        change(outcomes.entry(person).or_default());
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

    /// Sends one check-in; true when there is no use in trying again.
    pub(super) async fn check_in(&self, actor: &Actor, proof: Value) -> bool {
        let scene = match actor.method {
            Method::Album => Some(1013),
            _ if actor.mini_program => Some(1011),
            _ => None,
        };
        let mut body = proof;
        let kind = if actor.mini_program { "wechat" } else { "app" };
        body["client"] = json!({ "kind": kind, "device_id": actor.device, "scene": scene });
        let session = self.demo.people[actor.person].session.as_str();
        let Some((status, said)) = self.call("/api/v1/check-ins", Some(session), actor.address, &body).await
        else {
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

/// Plays a whole act from now on.
pub async fn play(stage: &Arc<Stage>, actors: &[Actor], act: Act, seed: u64) {
    let began = Instant::now();
    let mut playing = tokio::task::JoinSet::new();
    for (place, actor) in actors.iter().enumerate() {
        let mut dice = fastrand::Rng::with_seed(seed ^ (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut together =
            fastrand::Rng::with_seed(seed ^ (actor.group as u64).wrapping_mul(0xff51_afd7_ed55_8ccd));
        let Some(after) = entrance(actor, act, &mut dice, &mut together, stage) else { continue };
        let (stage, actor) = (Arc::clone(stage), actor.clone());
        playing.spawn(async move {
            sleep_until(began + after).await;
            perform(&stage, &actor, dice).await;
        });
    }
    while playing.join_next().await.is_some() {}
}

/// When an actor enters an act; none if not at all. `together` falls alike for a whole group.
fn entrance(
    actor: &Actor,
    act: Act,
    dice: &mut fastrand::Rng,
    together: &mut fastrand::Rng,
    stage: &Stage,
) -> Option<Duration> {
    if act == Act::Arrivals {
        return Some(actor.comes_at);
    }
    if !stage.has_come(actor.person) || actor.borrows {
        return None;
    }
    let heeds = assumed::HEEDS_SPOT_CHECK;
    let (comes, after) = match actor.method {
        Method::Relay => (together.f64() < assumed::RELAY_HEEDS, heeds.draw(together)),
        Method::Video => (dice.f64() < assumed::VIDEO_HEEDS, heeds.draw(dice) + Duration::from_secs(10)),
        Method::Honest | Method::Accounts => (dice.f64() >= assumed::MISSES_SPOT_CHECK, heeds.draw(dice)),
        // Whoever got in by a photo out of the album does so again.
        _ => (dice.f64() < assumed::VIDEO_HEEDS, heeds.draw(dice)),
    };
    comes.then_some(after)
}

async fn perform(stage: &Stage, actor: &Actor, mut dice: fastrand::Rng) {
    if actor.borrows {
        // The colleague's phone has checked in the colleague: the staff vouch, and the scan is not tried.
        return assisted(stage, actor).await;
    }
    match actor.method {
        Method::ReplayedPass => return replay(stage, actor).await,
        Method::StolenLink => return steal(stage, actor).await,
        Method::Forged => {
            let code = if dice.bool() {
                stage.minter.flipped_at(unix_ms(), dice.usize(0..128))
            } else {
                let mut bytes = [0; 22];
                dice.fill(&mut bytes);
                spelled(&bytes)
            };
            stage.check_in(actor, json!({ "code": String::from_utf8_lossy(&code) })).await;
            return;
        }
        _ => {}
    }
    for _ in 0..LOOKS {
        let code = stage.code();
        sleep(latency(actor, &mut dice)).await;
        if stage.check_in(actor, json!({ "code": code })).await {
            return;
        }
        sleep(assumed::between(&mut dice, 0.5, 1.5)).await;
    }
}

/// From the code on the screen to the request at the server.
fn latency(actor: &Actor, dice: &mut fastrand::Rng) -> Duration {
    let scans = if actor.mini_program { assumed::MINI_PROGRAM } else { assumed::BROWSER };
    let own = scans.draw(dice) + if actor.slow { assumed::SLOW_MORE.draw(dice) } else { Duration::ZERO };
    let (from_s, to_s) = match actor.method {
        Method::Photo => assumed::PHOTO_S,
        // No person is in it: a script sends by itself.
        Method::Relay => return assumed::between(dice, assumed::RELAY_S.0, assumed::RELAY_S.1),
        Method::Video => assumed::VIDEO_S,
        Method::Album => assumed::ALBUM_S,
        _ => return own,
    };
    own + assumed::between(dice, from_s, to_s)
}

/// Somebody who is there exchanges the code for a pass and sends that on.
async fn replay(stage: &Stage, actor: &Actor) {
    let there = json!({ "code": stage.code(), "client": { "kind": "wechat", "device_id": format!("friend-of-{:06}", actor.person) } });
    let scanned = stage.call("/api/v1/scans", None, Ipv4Addr::new(203, 0, 113, 7), &there).await;
    let Some((201, scanned)) = scanned else {
        stage.note(actor.person, |outcome| outcome.unknown = true);
        return;
    };
    stage.check_in(actor, json!({ "pass": scanned["pass"] })).await;
}

async fn assisted(stage: &Stage, actor: &Actor) {
    let body = json!({ "person_id": stage.demo.people[actor.person].id, "reason": "借用他人手机" });
    let path = format!("/api/v1/courses/{}/assisted-check-ins", stage.course);
    let admin = stage.demo.unit_admin.session.as_str();
    let answered = stage.call(&path, Some(admin), actor.address, &body).await;
    let recorded = matches!(answered, Some((200 | 201, _)));
    stage.note(actor.person, |outcome| outcome.recorded = recorded);
}
