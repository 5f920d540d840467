//! The people with their phones, and the halls with their screens. A phone's request is made once; only the code in it
//! changes. It must not know when people come.

use std::sync::Arc;

use anyhow::ensure;

use crate::client::{Target, request};
use crate::codes::{CODE, MasterKey, Minter, STRICT_STEP_MS};
use crate::demo::{Course, Demo};
use crate::opening::open_screen;

/// All people and halls of a run.
pub struct Crowd {
    pub targets: Vec<Target>,
    pub phones: Vec<Phone>,
    pub halls: Vec<Hall>,
    stranger: Phone,
}

/// The place of a person without a session, which no other person of the crowd has.
pub const STRANGER: usize = usize::MAX;

/// A person's phone, with its session and its device.
pub struct Phone {
    pub person: i64,
    session: Option<String>,
    device: String,
    /// The whole request of a check-in, and where the code goes in it.
    check_in: Box<[u8]>,
    hole: usize,
    records: Box<[u8]>,
}

/// A hall: a course with one open screen.
pub struct Hall {
    pub course: i64,
    pub cap: Option<u32>,
    pub minter: Minter,
}

impl Crowd {
    /// Opens one screen for each course, and gives every person a phone. `base_urls` are the nodes; the first opens screens.
    pub async fn gather(demo: &Demo, base_urls: &[String], courses: &[Course]) -> anyhow::Result<Arc<Self>> {
        ensure!(!courses.is_empty(), "there is no course to load");
        let targets = resolve(base_urls).await?;
        let master = MasterKey::parse(&demo.master_keys[0])?;
        let mut halls = Vec::with_capacity(courses.len());
        for course in courses {
            let opened = open_screen(&targets[0], &demo.unit_admin.session, course.id, "压测会场").await?;
            let minter = Minter::new(&master, opened.screen, STRICT_STEP_MS);
            halls.push(Hall { course: course.id, cap: course.cap, minter });
        }
        Ok(Self::new(demo, targets, halls))
    }

    /// For a yardstick server, which knows no screens: each hall's screen has its course's number.
    pub async fn without_screens(
        demo: &Demo,
        base_url: &str,
        courses: &[Course],
    ) -> anyhow::Result<Arc<Self>> {
        let targets = resolve(&[base_url.to_owned()]).await?;
        let master = MasterKey::parse(&demo.master_keys[0])?;
        let hall = |course: &Course| {
            let screen = u32::try_from(course.id).unwrap_or(0);
            Hall { course: course.id, cap: None, minter: Minter::new(&master, screen, STRICT_STEP_MS) }
        };
        Ok(Self::new(demo, targets, courses.iter().map(hall).collect()))
    }

    fn new(demo: &Demo, targets: Vec<Target>, halls: Vec<Hall>) -> Arc<Self> {
        let phones =
            demo.people.iter().map(|person| Phone::new(person.id, Some(&person.session), &targets[0]));
        Arc::new(Self {
            phones: phones.collect(),
            halls,
            stranger: Phone::new(0, None, &targets[0]),
            targets,
        })
    }

    /// The phone at a place, or the stranger's.
    pub fn phone(&self, place: usize) -> &Phone {
        self.phones.get(place).unwrap_or(&self.stranger)
    }

    /// The courses of the halls.
    pub fn courses(&self) -> Vec<i64> {
        self.halls.iter().map(|hall| hall.course).collect()
    }

    /// How many different people can come to how many halls.
    pub fn pairs(&self) -> usize {
        self.phones.len() * self.halls.len()
    }
}

async fn resolve(base_urls: &[String]) -> anyhow::Result<Vec<Target>> {
    ensure!(!base_urls.is_empty(), "there is no server to load");
    let mut targets = Vec::with_capacity(base_urls.len());
    for base_url in base_urls {
        targets.push(Target::resolve(base_url).await?);
    }
    Ok(targets)
}

impl Phone {
    fn new(person: i64, session: Option<&str>, target: &Target) -> Self {
        let device = format!("load-{person:012}");
        let code = "A".repeat(CODE);
        let head = r#"{"code":""#;
        let body = format!(r#"{head}{code}","client":{{"kind":"app","device_id":"{device}"}}}}"#);
        let check_in = request(target, "POST", "/api/v1/check-ins", session, Some(&body));
        let records = request(target, "GET", "/api/v1/me/check-ins", session, None);
        let hole = check_in.len() - body.len() + head.len();
        let session = session.map(ToOwned::to_owned);
        Self { person, session, device, check_in: check_in.into(), hole, records: records.into() }
    }

    /// Writes the request of a check-in with this code.
    pub fn write_check_in(&self, code: &[u8; CODE], into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.check_in);
        into[self.hole..self.hole + CODE].copy_from_slice(code);
    }

    /// Writes the request of a check-in with a pass.
    pub fn write_pass(&self, target: &Target, pass: &str, into: &mut Vec<u8>) {
        let client = serde_json::json!({ "kind": "app", "device_id": self.device });
        let body = serde_json::json!({ "pass": pass, "client": client }).to_string();
        *into = request(target, "POST", "/api/v1/check-ins", self.session.as_deref(), Some(&body));
    }

    /// Writes the request of the same scan exchanged for a pass only: nothing is recorded by it.
    pub fn write_scan(&self, target: &Target, code: &[u8; CODE], into: &mut Vec<u8>) {
        let client = serde_json::json!({ "kind": "app", "device_id": self.device });
        let code = String::from_utf8_lossy(code);
        let body = serde_json::json!({ "code": code, "client": client }).to_string();
        *into = request(target, "POST", "/api/v1/scans", self.session.as_deref(), Some(&body));
    }

    /// Writes the request of the person's own records.
    pub fn write_records(&self, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.records);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_in_a_request_changes() {
        let target = Target { address: ([127, 0, 0, 1], 1).into(), host: "h".to_owned() };
        let phone = Phone::new(42, Some("session"), &target);
        let mut bytes = Vec::new();
        phone.write_check_in(b"BCDEFGHIJKLMNOPQRSTUVWXYZ234567BCDEF", &mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["code"], "BCDEFGHIJKLMNOPQRSTUVWXYZ234567BCDEF");
        assert_eq!(body["client"], serde_json::json!({ "kind": "app", "device_id": "load-000000000042" }));
        assert!(head.contains("authorization: Bearer session"));
    }
}
