//! Registering on a phone: the session that a proved phone opens, the form, the unit's review, and the scan that waits for it.

mod batches;
mod beside;
pub mod claims;
mod deciding;
mod form;
mod kept_scans;
mod killed;
mod proposals;
mod proposing;
mod session;
mod unfit;
mod verdicts;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use zaichang_core::Phone;
use zaichang_core::ids::RegistrationId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::registration::{self, Opened, Session};

use crate::login::Provider;
use crate::test_server::{Answer, TestServer, client};

const NEWCOMER: &str = "13700000001";
const PATH: &str = "/api/v1/registration";

/// An ID number of no person, by its place.
pub fn id_number(place: u32) -> String {
    let digits = format!("430102187001{:02}{:03}", place % 28 + 1, place);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

fn sealer(server: &TestServer) -> Sealer {
    Sealer::new(Keys::clone(&server.service.keys))
}

/// Opens the registration of this phone, as a login does that proves it.
async fn open(pool: &PgPool, sealer: &Sealer, phone: &Phone, now: Timestamp) -> Opened {
    let mut login = pool.begin().await.unwrap();
    let opened = registration::open(&mut login, sealer, phone, now).await.unwrap();
    login.commit().await.unwrap();
    opened
}

/// The session of this phone's holder, as a login would open it.
pub async fn session_of(server: &TestServer, phone: &str) -> (RegistrationId, String) {
    let phone = Phone::parse(phone).unwrap();
    let opened = open(&server.service.pool, &sealer(server), &phone, server.now()).await;
    let Opened::Registration { registration, .. } = opened else { panic!("a person's: {opened:?}") };
    let session = Session::begin(registration, server.now());
    (registration, session.sign(&server.service.keys))
}

/// Everything that the form asks for.
pub async fn entry(server: &TestServer, number: u32) -> Value {
    json!({ "consent": "2026-11-29", "name": "周小燕", "document": "id_card", "number": id_number(number),
        "unit_id": unit(server).await, "title_series": "nurse", "title_level": "intermediate", "specialty": "护理学",
        "takes_part": true })
}

/// The demo's hospital, whose admin the tests log in.
pub async fn unit(server: &TestServer) -> i64 {
    let unit = "select unit_id from people where account = 'wangwei'";
    let found: Option<i64> = sqlx::query_scalar(unit).fetch_optional(&server.service.pool).await.unwrap();
    match found {
        Some(unit) => unit,
        None => sqlx::query_scalar("select id from units where kind = 'unit' order by id limit 1")
            .fetch_one(&server.service.pool)
            .await
            .unwrap(),
    }
}

/// A unit beside the tests' own, under the same county.
async fn another_unit(server: &TestServer) -> i64 {
    sqlx::query_scalar(
        "insert into units (parent_id, kind, name) select parent_id, 'unit', '另一医院' from units where id = $1 returning id",
    )
    .bind(unit(server).await)
    .fetch_one(&server.service.pool)
    .await
    .unwrap()
}

pub async fn approve(server: &TestServer, id: i64) -> Answer {
    server.judge(id, &json!({ "verdict": "approve" })).await
}

/// A registration that waits for its unit.
pub async fn submitted(server: &TestServer, place: u32) -> (i64, String) {
    let (id, session) = session_of(server, &format!("137{place:08}")).await;
    server.service.patch(PATH, Some(&session), entry(server, place).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    (id.0, session)
}

/// Everything that the form asks for, with a unit that is missing in the place of one.
async fn proposing(server: &TestServer, number: u32, name: &str) -> Value {
    let mut entry = entry(server, number).await;
    entry.as_object_mut().unwrap().remove("unit_id");
    entry["proposed_unit"] =
        json!({ "name": name, "division": "990104", "category": "general", "address": "望月湖路 12 号" });
    entry
}

/// A proposal that waits for its authority, and the session of its applicant.
pub async fn proposed(server: &TestServer, place: u32) -> (i64, String) {
    let (id, session) = session_of(server, &format!("137{place:08}")).await;
    let entry = proposing(server, place, &format!("望月湖第{place}门诊部")).await;
    server.service.patch(PATH, Some(&session), entry).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let proposal = "select unit_proposal_id from registrations where id = $1";
    let proposal = sqlx::query_scalar(proposal).bind(id.0).fetch_one(&server.service.pool).await.unwrap();
    (proposal, session)
}

impl TestServer {
    /// A step of the applicant, by the version that stands.
    async fn step(&self, method: Method, path: &str, session: &str) -> Answer {
        let version = self.service.get(PATH, Some(session)).await.is(200, "").version();
        let request = self.service.request(method, &format!("{PATH}{path}"), Some(session));
        crate::test_server::answer(request.header("if-match", version)).await
    }

    /// The unit's verdict on one registration.
    async fn judge(&self, id: i64, verdict: &Value) -> Answer {
        let path = format!("/api/v1/registrations/{id}");
        let version = self.service.get(&path, self.admin()).await.is(200, "").version();
        let request = self.service.request(Method::POST, &format!("{path}/verdicts"), self.admin());
        let request = request.header("if-match", version).header("content-type", "application/json");
        crate::test_server::answer(request.body(verdict.to_string())).await
    }

    async fn anonymous_pass(&self, device: &str) -> Value {
        let scan = json!({ "code": self.fresh_code(self.course()).await, "client": client(device) });
        self.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone()
    }

    /// Proves a phone by the next message that the provider gets, and hands this pass in.
    async fn prove(
        &self,
        provider: &Provider,
        nth: usize,
        phone: &str,
        device: &str,
        pass: &Value,
    ) -> Answer {
        let asked = json!({ "phone": phone, "client": client(device), "pass": pass });
        if pass.is_string() && !pass.as_str().unwrap().contains('.') {
            self.service.post("/api/v1/sms-codes", None, asked).await.is(202, "");
        } else {
            crate::sms_codes::ask(&self.service, phone, device).await.is(202, "");
        }
        let code = provider.nth_code(nth).await;
        let login = json!({ "phone": phone, "sms_code": code, "client": client(device), "pass": pass });
        self.service.post("/api/v1/sessions", None, login).await
    }

    async fn kept_outcomes(&self) -> Vec<Option<String>> {
        let outcomes = sqlx::query_scalar("select outcome from kept_scans order by scanned_at");
        outcomes.fetch_all(&self.service.pool).await.unwrap()
    }
}
