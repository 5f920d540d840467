//! Face checks: asked for by a person who has scanned, decided by WeChat's word to this server, whatever a phone says.

use serde_json::{Value, json};
use zaichang_attendance::face;

use super::person::{DEVICE, bound, mini_program, register, server};
use super::simulated::{Fault, SimulatedWechat};
use crate::test_server::{Answer, TestServer, client, eventually};

const ASK: &str = "cityservice/face/identify/getverifyid";
const QUERY: &str = "cityservice/face/identify/queryverifyinfo";

struct Hall {
    server: TestServer,
    simulated: SimulatedWechat,
    session: String,
    course: i64,
}

impl Hall {
    /// A course that asks for faces, and a person who has bound the mini-program.
    async fn open() -> Self {
        let (server, simulated) = server().await;
        let person = register(&server, "王伟", 1).await;
        let session = bound(&server, &simulated, "o-1", None, &person).await;
        let course = server.course();
        let hall = Self { server, simulated, session, course };
        let (path, on) = (format!("/api/v1/courses/{course}"), json!({ "face": true }));
        let admin = hall.server.admin();
        let switched = hall.server.service.patch(&path, admin, on).await;
        assert_eq!(switched.is(200, "").body["face"], true);
        eventually(async || hall.scan().await.body["needs"] == json!(["face"])).await;
        hall
    }

    async fn scan(&self) -> Answer {
        let code = self.server.fresh_code(self.course).await;
        let body = json!({ "code": code, "client": mini_program(DEVICE) });
        self.server.service.post("/api/v1/scans", Some(&self.session), body).await.is(201, "")
    }

    async fn ask(&self, pass: &Value) -> Answer {
        let body = json!({ "pass": pass, "client": mini_program(DEVICE) });
        self.server.service.post("/api/v1/face-checks", Some(&self.session), body).await
    }

    async fn result(&self, check: &Value, session: &str) -> Answer {
        let path = format!("/api/v1/face-checks/{}/result", check["face_check"].as_str().unwrap());
        self.server.service.post(&path, Some(session), json!({ "status": "passed" })).await
    }

    /// What a check-in with this pass comes to.
    async fn check_in(&self, pass: &Value) -> Answer {
        let body = json!({ "pass": pass, "client": mini_program(DEVICE) });
        self.server.service.post("/api/v1/check-ins", Some(&self.session), body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_passed_by_wechat_s_word_for_its_person_course_and_day() {
    let hall = Hall::open().await;
    let pass = hall.scan().await.body["pass"].clone();
    let asked = hall.ask(&pass).await.is(201, "").body;
    assert_eq!(asked["provider"], "wechat");
    let verify_id = asked["verify_id"].as_str().unwrap();
    // Asked again, it is the same check; WeChat is not asked twice.
    assert_eq!(hall.ask(&pass).await.is(201, "").body, asked);
    assert_eq!(hall.simulated.calls(ASK), 1);
    // A phone that reports success is not trusted.
    assert_eq!(
        hall.result(&asked, &hall.session).await.is(200, "pending").body,
        json!({ "status": "pending" })
    );
    hall.check_in(&pass).await.is(403, "face_required");
    hall.simulated.decides(verify_id, 10_000);
    // Nor is it any other person's.
    hall.result(&asked, hall.server.session(0).unwrap()).await.is(404, "not_found");
    hall.result(&asked, &hall.session).await.is(200, "passed");
    hall.check_in(&pass).await.is(201, "recorded");
    assert_eq!(hall.scan().await.body["needs"], json!([]));
    // For this course and day alone.
    hall.server.sql("update face_checks set day = day - 1").await;
    let asks = hall.scan().await.body["needs"].clone();
    assert_eq!(asks, json!(["face"]));
    hall.server.sql("update face_checks set day = day + 1, course_id = course_id + 1").await;
    assert_eq!(hall.scan().await.body["needs"], json!(["face"]));
    hall.server.sql("update face_checks set course_id = course_id - 1").await;
    // What is decided stays, and is not asked again.
    let calls = hall.simulated.calls(QUERY);
    hall.simulated.decides(verify_id, 10_004);
    hall.result(&asked, &hall.session).await.is(200, "passed");
    assert_eq!(hall.simulated.calls(QUERY), calls);
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_twice_at_once_is_asked_for_once() {
    let hall = Hall::open().await;
    let second = hall.server.second(|all| {
        all.modules.put(hall.simulated.settings());
        all.modules.put(face::Settings { provider: face::Provider::Wechat });
    });
    let second = second.await;
    let pass = hall.scan().await.body["pass"].clone();
    let body = json!({ "pass": pass, "client": mini_program(DEVICE) });
    hall.simulated.next(ASK, &[Fault::Slow(std::time::Duration::from_secs(1))]);
    let asks = (0..12).map(|turn| {
        let node = [&hall.server.service, &second][turn % 2];
        node.post("/api/v1/face-checks", Some(&hall.session), body.clone())
    });
    let answers = futures_util::future::join_all(asks).await;
    let first = answers[0].body.clone();
    for answer in answers {
        assert_eq!(answer.is(201, "").body, first);
    }
    assert_eq!(hall.simulated.calls(ASK), 1);
    let turns: i64 = sqlx::query_scalar("select count(*) from face_turns")
        .fetch_one(&hall.server.service.pool)
        .await
        .unwrap();
    assert_eq!(turns, 0);
    second.stop().await;
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_hangs_up_finds_the_check_that_was_asked_for() {
    let hall = Hall::open().await;
    let pass = hall.scan().await.body["pass"].clone();
    hall.simulated.next(ASK, &[Fault::Slow(std::time::Duration::from_secs(1))]);
    let asking = tokio::time::timeout(std::time::Duration::from_millis(300), hall.ask(&pass)).await;
    assert!(asking.is_err());
    hall.ask(&pass).await.is(201, "");
    assert_eq!(hall.simulated.calls(ASK), 1);
    // One that WeChat refused blocks no later try.
    hall.server.sql("update face_checks set state = 'failed', decided_at = asked_at").await;
    hall.simulated.next(ASK, &[Fault::Errcode(48001)]);
    hall.ask(&pass).await.is(503, "wechat_unavailable");
    hall.ask(&pass).await.is(201, "");
    // Nor does a node that died in its turn, for longer than that lasts.
    hall.server
        .sql("update face_checks set state = 'failed', decided_at = asked_at where state = 'pending'")
        .await;
    hall.server
        .sql("insert into face_turns select person_id, asked_at + interval '10 seconds' from face_checks limit 1")
        .await;
    hall.server.advance(10);
    hall.ask(&pass).await.is(201, "");
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_failed_may_be_tried_again_ten_times_a_day() {
    let hall = Hall::open().await;
    let pass = hall.scan().await.body["pass"].clone();
    let mut checks = std::collections::HashSet::new();
    for _ in 0..10 {
        let asked = hall.ask(&pass).await.is(201, "").body;
        hall.simulated.decides(asked["verify_id"].as_str().unwrap(), 90_004);
        hall.result(&asked, &hall.session).await.is(200, "failed");
        assert!(checks.insert(asked["face_check"].to_string()));
    }
    hall.ask(&pass).await.is(429, "too_many_requests");
    hall.check_in(&pass).await.is(403, "face_failed");
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_nobody_went_through_ends_and_wechat_s_outage_decides_nothing() {
    let hall = Hall::open().await;
    let pass = hall.scan().await.body["pass"].clone();
    let asked = hall.ask(&pass).await.is(201, "").body;
    for fault in [Fault::Silence, Fault::Status(502, ""), Fault::Errcode(48001)] {
        hall.simulated.next(QUERY, &[fault]);
        hall.result(&asked, &hall.session).await.is(503, "wechat_unavailable");
    }
    hall.result(&asked, &hall.session).await.is(200, "pending");
    hall.server.advance(3601);
    hall.result(&asked, &hall.session).await.is(200, "failed");
    let again = hall.ask(&pass).await.is(201, "").body;
    assert_ne!(again["face_check"], asked["face_check"]);
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_needs_the_persons_own_pass_a_course_that_asks_and_the_mini_program() {
    let hall = Hall::open().await;
    let pass = hall.scan().await.body["pass"].clone();
    let ask = async |session: &str, client: Value, pass: &Value| {
        let body = json!({ "pass": pass, "client": client });
        hall.server.service.post("/api/v1/face-checks", Some(session), body).await
    };
    ask(hall.server.session(0).unwrap(), mini_program(DEVICE), &pass).await.is(403, "pass_invalid");
    ask(&hall.session, mini_program("another-phone"), &pass).await.is(403, "pass_invalid");
    ask(&hall.session, mini_program(DEVICE), &"nonsense".into()).await.is(403, "pass_invalid");
    let without_login = json!({ "pass": pass, "client": mini_program(DEVICE) });
    hall.server.service.post("/api/v1/face-checks", None, without_login).await.is(401, "login_required");
    // In the app there is no WeChat to look at.
    let code = hall.server.fresh_code(hall.course).await;
    let scan = json!({ "code": code, "client": client("native-app-1") });
    let in_app = hall.server.service.post("/api/v1/scans", Some(&hall.session), scan).await.is(201, "");
    ask(&hall.session, client("native-app-1"), &in_app.body["pass"]).await.is(409, "face_elsewhere");
    // A person in the mini-program who logged in another way has no WeChat account with us.
    let scan = json!({ "code": code, "client": mini_program("mini-program-0002") });
    let theirs = hall.server.service.post("/api/v1/scans", hall.server.session(0), scan).await.is(201, "");
    let theirs = theirs.body["pass"].clone();
    ask(hall.server.session(0).unwrap(), mini_program("mini-program-0002"), &theirs)
        .await
        .is(409, "face_not_bound");
    // An openid that WeChat does not know any more.
    let known = hall.simulated.office(|office| std::mem::take(&mut office.codes));
    ask(&hall.session, mini_program(DEVICE), &pass).await.is(409, "face_not_bound");
    hall.simulated.office(|office| office.codes = known);
    let unknown = "/api/v1/face-checks/00000000-0000-4000-8000-000000000000/result";
    hall.server.service.post(unknown, Some(&hall.session), json!({})).await.is(404, "not_found");
    hall.server
        .service
        .post("/api/v1/face-checks/7/result", Some(&hall.session), json!({}))
        .await
        .is(404, "not_found");
    hall.server.sql(&format!("update courses set face = false where id = {}", hall.course)).await;
    eventually(async || ask(&hall.session, mini_program(DEVICE), &pass).await.word() == "face_not_asked")
        .await;
    hall.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_no_check_is_made() {
    let server = TestServer::open().await;
    server.sql(&format!("update courses set face = true where id = {}", server.course())).await;
    let (screen, _) = server.screen(server.course()).await;
    let scan = async || server.scan(0, true, &server.code(screen)).await;
    eventually(async || scan().await.body["needs"] == json!(["face"])).await;
    let body = json!({ "pass": scan().await.body["pass"], "client": client("phone-of-0000") });
    server
        .service
        .post("/api/v1/face-checks", server.session(0), body)
        .await
        .is(409, "face_provider_missing");
    server.close().await;
}
