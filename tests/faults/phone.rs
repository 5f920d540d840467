//! One phone, from its scan until its final answer.
//! It must not know why it gets no answer.

use std::sync::Arc;
use std::time::Duration;

use loadtest::client::request;
use loadtest::history::Intent;
use loadtest::said::{Refusal, Said};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::crowd::Shared;

/// A person's phone in front of a screen.
pub struct Phone {
    pub shared: Arc<Shared>,
    /// Place in the demo's list of people.
    pub person: usize,
    pub hall: usize,
    /// Exchanges the code for a pass first, as the pages do; else sends the code itself, as the app does.
    pub by_pass: bool,
    /// Asks once more when it has its answer already.
    pub again: bool,
}

/// What a check-in is asked for with.
enum Proof {
    Code(String),
    Pass(String),
}

impl Phone {
    /// Scans, and asks until it knows.
    pub async fn live(self) {
        let proof = self.scan().await;
        let known = self.ask_until_known(proof).await;
        if known && self.again {
            self.ask_until_known(Proof::Code(self.shared.code(self.hall))).await;
        }
    }

    async fn scan(&self) -> Proof {
        let code = self.shared.code(self.hall);
        if !self.by_pass {
            return Proof::Code(code);
        }
        let body = json!({ "code": code, "client": self.client() }).to_string();
        match self.send("/api/v1/scans", &body).await {
            Some((201, body)) => {
                body["pass"].as_str().map_or(Proof::Code(code), |pass| Proof::Pass(pass.to_owned()))
            }
            // A scan that storage's absence kept from being judged is kept as a pass too.
            Some((503, body)) if body["pass"].is_string() => Proof::Pass(text(&body["pass"])),
            _ => Proof::Code(code),
        }
    }

    /// True when it was recorded, now or before; false also for a phone that was refused.
    async fn ask_until_known(&self, mut proof: Proof) -> bool {
        while !self.shared.is_leaving() {
            let (said, kept) = self.ask(&proof).await;
            let pause_ms = match said {
                Said::Recorded(_) | Said::AlreadyRecorded(_) => return true,
                Said::Deferred { pass, retry_after_ms } => {
                    proof = Proof::Pass(pass);
                    retry_after_ms
                }
                Said::Refused { refusal, retry_after_ms, .. } if refusal.passes() => {
                    proof = kept.map_or(proof, Proof::Pass);
                    retry_after_ms.unwrap_or(500)
                }
                // The person is still there, and scans again.
                Said::Refused { refusal: Refusal::CodeExpired | Refusal::PassExpired, .. } => {
                    proof = Proof::Code(self.shared.code(self.hall));
                    100
                }
                Said::Refused { .. } => return false,
                Said::Unknown => 200,
            };
            // Half to one and a half times that, so that a crowd that was cut off at once does not come back at once.
            sleep(Duration::from_millis(pause_ms / 2 + fastrand::u64(0..=pause_ms))).await;
        }
        false
    }

    async fn ask(&self, proof: &Proof) -> (Said, Option<String>) {
        let body = match proof {
            Proof::Code(code) => json!({ "code": code, "client": self.client() }),
            Proof::Pass(pass) => json!({ "pass": pass, "client": self.client() }),
        };
        let (person, course) = (&self.shared.demo.people[self.person], &self.shared.hall(self.hall).course);
        let invocation = self.shared.history.invoke(self.person, person.id, course.id, Intent::Honest);
        let bytes = self.bytes("/api/v1/check-ins", &body.to_string());
        let mut line = self.shared.line();
        let _ = line.revive().await;
        let answer = line
            .ask(&bytes, |answer| {
                let kept = (answer.status == 503)
                    .then(|| serde_json::from_slice::<Value>(answer.body).ok())
                    .flatten();
                let pass = kept.and_then(|body| body["pass"].as_str().map(ToOwned::to_owned));
                (Said::read(answer.status, answer.body), pass)
            })
            .await;
        let answer = answer.unwrap_or((Said::Unknown, None));
        invocation.answered(&answer.0);
        self.shared.give_back(line);
        answer
    }

    async fn send(&self, path: &str, body: &str) -> Option<(u16, Value)> {
        let bytes = self.bytes(path, body);
        let mut line = self.shared.line();
        let _ = line.revive().await;
        let answer = line
            .ask(&bytes, |answer| (answer.status, serde_json::from_slice(answer.body).unwrap_or(Value::Null)))
            .await;
        self.shared.give_back(line);
        answer.ok()
    }

    fn bytes(&self, path: &str, body: &str) -> Vec<u8> {
        let nodes = self.shared.any_target();
        request(nodes, "POST", path, Some(&self.shared.demo.people[self.person].session), Some(body))
    }

    fn client(&self) -> Value {
        json!({ "kind": "app", "device_id": format!("phone-of-{:05}", self.person) })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
