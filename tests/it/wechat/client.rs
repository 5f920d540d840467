//! Every call of the client against our WeChat: what is sent, what is understood, what is asked again and what never is.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use serde_json::json;
use zaichang_core::IdNumber;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_integrations::wechat::{
    App, CertInfo, Code, Error, FacialOutcome, LoginCode, Message, Reason, Scene, Settings, Wechat, signature,
};

use super::simulated::{Fault, MINI, OFFICIAL, SECRETS, SimulatedWechat, TEMPLATE};
use crate::test_server::MORNING;

const SESSION: &str = "sns/jscode2session";
const PHONE: &str = "wxa/business/getuserphonenumber";
const SEND: &str = "cgi-bin/message/subscribe/send";

pub async fn simulated() -> (SimulatedWechat, Wechat) {
    let simulated = SimulatedWechat::open(Clock::set_to(MORNING.parse().unwrap())).await;
    let wechat = node(&simulated, None);
    (simulated, wechat)
}

/// The client of one node.
pub fn node(simulated: &SimulatedWechat, redis: Option<&zaichang_platform::redis::Redis>) -> Wechat {
    with(&simulated.settings(), &simulated.clock, redis)
}

pub fn with(settings: &Settings, clock: &Clock, redis: Option<&zaichang_platform::redis::Redis>) -> Wechat {
    // As `main` does before anything else.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let keys = Keys::new(&[[7; 32]]).unwrap();
    Wechat::new(settings, redis.map(|redis| (redis, &keys)), clock).unwrap()
}

pub fn refused(error: Error) -> Reason {
    match error {
        Error::Refused(code) => code.reason(),
        other => panic!("{other}"),
    }
}

fn js(code: &str) -> LoginCode {
    LoginCode::MiniProgram(code.into())
}

#[tokio::test]
async fn a_code_of_the_mini_program_tells_who_it_is_once_and_for_five_minutes() {
    let (simulated, wechat) = simulated().await;
    let code = simulated.js_code("o-1", Some("u-1"));
    let identity = wechat.identify(&js(&code)).await.unwrap();
    assert_eq!((identity.app, &*identity.openid), (App::MiniProgram, "o-1"));
    assert_eq!(identity.unionid.as_deref(), Some("u-1"));
    let sent = &simulated.asked(SESSION)[0];
    let documented =
        json!({ "appid": MINI, "secret": SECRETS[0], "js_code": code, "grant_type": "authorization_code" });
    assert_eq!(*sent, documented);
    // Neither the openid nor anything else of a person is printed.
    assert!(!format!("{identity:?}").contains("o-1"));

    assert_eq!(refused(wechat.identify(&js(&code)).await.unwrap_err()), Reason::CodeUsed);
    assert_eq!(refused(wechat.identify(&js("made-up")).await.unwrap_err()), Reason::CodeInvalid);
    let late = simulated.js_code("o-1", None);
    simulated.clock.advance(std::time::Duration::from_secs(301));
    assert_eq!(refused(wechat.identify(&js(&late)).await.unwrap_err()), Reason::CodeInvalid);
    // A code of the Official Account is none of the mini-program's.
    let other = simulated.oauth_code("oa-1", None);
    assert_eq!(refused(wechat.identify(&js(&other)).await.unwrap_err()), Reason::CodeInvalid);
}

#[tokio::test]
async fn a_code_of_the_official_account_tells_who_it_is_unless_the_page_is_a_snapshot() {
    let (simulated, wechat) = simulated().await;
    let identify = async |code: String| wechat.identify(&LoginCode::OfficialAccount(code.into())).await;
    let identity = identify(simulated.oauth_code("oa-1", Some("u-1"))).await.unwrap();
    assert_eq!((identity.app, &*identity.openid), (App::OfficialAccount, "oa-1"));
    assert_eq!(simulated.asked("sns/oauth2/access_token")[0]["appid"], OFFICIAL);
    assert_eq!(identify(simulated.snapshot_code()).await.unwrap_err(), Error::Snapshot);
}

#[tokio::test]
async fn a_phone_number_is_the_mainland_s_and_of_this_mini_program() {
    let (simulated, wechat) = simulated().await;
    let number = async |code: String| wechat.phone_number(&code.into()).await;
    let phone = number(simulated.phone_code("13800001234")).await.unwrap().unwrap();
    assert_eq!(phone.expose(), "13800001234");
    assert_eq!(number(simulated.phone_code_of("91234567", "852", MINI)).await.unwrap(), None);
    let foreign = number(simulated.phone_code_of("13800001234", "86", "wx00000000000000cc")).await;
    assert_eq!(refused(foreign.unwrap_err()), Reason::CodeInvalid);
    let code = simulated.phone_code("13800001234");
    number(code.clone()).await.unwrap();
    assert_eq!(refused(number(code).await.unwrap_err()), Reason::CodeInvalid);
    // A number instead of a text, as some answers have it.
    let answer = r#"{"errcode":0,"phone_info":{"phoneNumber":"13800001234","purePhoneNumber":"13800001234","countryCode":86,
        "watermark":{"timestamp":1,"appid":"wx00000000000000aa"}}}"#;
    simulated.next(PHONE, &[Fault::Body(answer)]);
    assert!(number("any".to_owned()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_message_is_sent_as_documented_and_once_for_each_agreement() {
    let (simulated, wechat) = simulated().await;
    let code = simulated.js_code("o-1", None);
    wechat.identify(&js(&code)).await.unwrap();
    simulated.accepts("o-1", 1);
    let send = async |openid: &str, activity: &str| {
        let data =
            [("thing1", activity.to_owned()), ("number2", "3.0".into()), ("time3", "2025-11-29".into())];
        let page = "pages/records/index";
        wechat.send(&Message { openid, template_id: TEMPLATE, page, data: &data }).await
    };
    assert_eq!(refused(send("o-2", "抗栓治疗").await.unwrap_err()), Reason::Openid);
    assert_eq!(refused(send("o-1", &"长".repeat(21)).await.unwrap_err()), Reason::Template);
    send("o-1", "抗栓治疗的平衡之道").await.unwrap();
    assert_eq!(refused(send("o-1", "抗栓治疗").await.unwrap_err()), Reason::NotSubscribed);
    let message = simulated.office(|office| office.messages[0].clone());
    assert_eq!(message["data"]["thing1"]["value"], "抗栓治疗的平衡之道");
    assert_eq!((&message["miniprogram_state"], &message["lang"]), (&json!("formal"), &json!("zh_CN")));
}

#[tokio::test]
async fn a_risk_is_a_rank_and_unknown_after_two_hours() {
    let (simulated, wechat) = simulated().await;
    simulated.js_code("o-1", None);
    let address = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    let rank = async |openid: &str| wechat.risk_rank(openid, address, Scene::Cheat).await;
    assert_eq!(refused(rank("o-1").await.unwrap_err()), Reason::Stale);
    simulated.office(|office| office.ranks.insert("o-1".to_owned(), 3));
    assert_eq!(rank("o-1").await.unwrap(), 3);
    let asked = &simulated.asked("wxa/getuserriskrank")[0];
    assert_eq!((&asked["scene"], &asked["client_ip"]), (&json!(1), &json!("203.0.113.7")));
}

#[tokio::test]
async fn a_face_is_passed_only_by_wechat_s_word_about_the_same_person() {
    let (simulated, wechat) = simulated().await;
    simulated.js_code("o-1", None);
    let id_number = IdNumber::try_from("11010519491231002X".to_owned()).unwrap();
    let cert = CertInfo { name: "张三", id_number: &id_number };
    let asked = wechat.ask_face("o-1", "number-1", &cert).await.unwrap();
    assert_eq!(asked.expires_in_s, 3600);
    let verdict =
        async |cert: &CertInfo<'_>| wechat.face_verdict("o-1", "number-1", &asked.verify_id, cert).await;
    assert_eq!(verdict(&cert).await.unwrap(), FacialOutcome::Pending);
    simulated.decides(&asked.verify_id, 90_004);
    assert_eq!(verdict(&cert).await.unwrap(), FacialOutcome::Failed(90_004));
    simulated.decides(&asked.verify_id, 10_000);
    assert_eq!(verdict(&cert).await.unwrap(), FacialOutcome::Passed);
    let another = CertInfo { name: "李四", id_number: &id_number };
    assert_eq!(refused(verdict(&another).await.unwrap_err()), Reason::Request);
}

#[tokio::test]
async fn a_page_is_signed_with_a_ticket_that_is_fetched_once() {
    let (simulated, wechat) = simulated().await;
    let url = "https://cme.example.cn/C/CODE?x=1";
    for _ in 0..3 {
        let config = wechat.page_config(&format!("{url}#/login"), 1_414_587_457).await.unwrap();
        assert_eq!(config.app_id, OFFICIAL);
        assert_eq!(config.signature, signature("ticket-of-ours", &config.nonce, 1_414_587_457, url));
    }
    assert_eq!(simulated.calls("cgi-bin/ticket/getticket"), 1);
}

#[tokio::test]
async fn what_may_have_used_up_a_code_is_never_sent_again() {
    let (simulated, wechat) = simulated().await;
    for (fault, expected) in [
        (Fault::CutOff, Error::Interrupted),
        (Fault::Body("<html>维护中</html>"), Error::Malformed { status: 200 }),
        (Fault::Body("{}"), Error::Malformed { status: 200 }),
        (Fault::Body(r#"{"openid":""}"#), Error::Malformed { status: 200 }),
        (Fault::Status(502, "Bad Gateway"), Error::Malformed { status: 502 }),
        (Fault::Status(500, r#"{"errcode":40029}"#), Error::Refused(Code(40029))),
        (Fault::Silence, Error::Timeout),
    ] {
        let before = simulated.calls(SESSION);
        simulated.next(SESSION, &[fault]);
        let code = simulated.js_code("o-1", None);
        assert_eq!(wechat.identify(&js(&code)).await.unwrap_err(), expected, "{fault:?}");
        assert_eq!(simulated.calls(SESSION), before + 1, "{fault:?} was asked again");
    }
}

#[tokio::test]
async fn a_slow_wechat_is_waited_for_and_asked_once() {
    let (simulated, wechat) = simulated().await;
    simulated.next(SESSION, &[Fault::Slow(std::time::Duration::from_secs(2))]);
    wechat.identify(&js(&simulated.js_code("o-1", None))).await.unwrap();
    assert_eq!(simulated.calls(SESSION), 1);
}

#[tokio::test]
async fn a_busy_wechat_is_asked_once_more_but_never_to_send_again() {
    let (simulated, wechat) = simulated().await;
    simulated.next(SESSION, &[Fault::Errcode(-1)]);
    wechat.identify(&js(&simulated.js_code("o-1", None))).await.unwrap();
    assert_eq!(simulated.calls(SESSION), 2);
    simulated.next(SESSION, &[Fault::Errcode(-1), Fault::Errcode(-1)]);
    let busy = wechat.identify(&js(&simulated.js_code("o-1", None))).await.unwrap_err();
    assert_eq!(refused(busy), Reason::Busy);
    assert_eq!(simulated.calls(SESSION), 4);

    simulated.accepts("o-1", 5);
    simulated.next(SEND, &[Fault::Errcode(-1)]);
    let data = [("thing1", "一".to_owned()), ("number2", "1".to_owned()), ("time3", "2".to_owned())];
    let message = Message { openid: "o-1", template_id: TEMPLATE, page: "pages/a", data: &data };
    let error = wechat.send(&message).await.unwrap_err();
    assert!(refused(error) == Reason::Busy && error.may_have_happened());
    assert_eq!(simulated.calls(SEND), 1);
}

#[tokio::test]
async fn a_wechat_that_is_not_there_is_told_as_such_and_an_account_that_is_not_configured_too() {
    let (simulated, _) = simulated().await;
    let unreachable = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let settings = Settings { endpoint: format!("http://{unreachable}"), ..simulated.settings() };
    let away = with(&settings, &simulated.clock, None);
    assert_eq!(away.identify(&js("code")).await.unwrap_err(), Error::Unreachable);
    let none = with(&Settings::default(), &simulated.clock, None);
    assert_eq!(none.identify(&js("code")).await.unwrap_err(), Error::NotConfigured(App::MiniProgram));
    let page = none.page_config("https://a", 0).await.unwrap_err();
    assert_eq!(page, Error::NotConfigured(App::OfficialAccount));
    assert!(!none.has(App::MiniProgram) && away.has(App::OfficialAccount));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_token_code_or_person_reaches_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let listening = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is heard");
    let (simulated, wechat) = simulated().await;
    let code = simulated.js_code("o-secret", Some("u-secret"));
    wechat.identify(&js(&code)).await.unwrap();
    wechat.phone_number(&simulated.phone_code("13800001234").into()).await.unwrap();
    simulated.office(|office| office.tokens.clear());
    wechat.phone_number(&simulated.phone_code("13800001234").into()).await.unwrap();
    for fault in [Fault::CutOff, Fault::Status(500, "13800001234"), Fault::Errcode(40029)] {
        simulated.next(PHONE, &[fault]);
        let error = wechat.phone_number(&simulated.phone_code("13800001234").into()).await.unwrap_err();
        let problem = zaichang_platform::http::Problem::from(error);
        assert!(!format!("{error} {error:?} {problem:?} {wechat:?}").contains("138"));
    }
    drop(listening);
    let heard = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(heard.contains("the log is heard"));
    for hidden in [
        SECRETS[0],
        "token-of-ours",
        "o-secret",
        "u-secret",
        "13800001234",
        "c2Vzc2lvbi1rZXk",
        "phone-",
        "code-1",
    ] {
        assert!(!heard.contains(hidden), "{hidden} in {heard}");
    }
}
