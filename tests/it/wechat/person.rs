//! A registered person whose numbers a test knows, on a phone with the mini-program; invented, and born before 1900.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_attendance::checkin::Device;
use zaichang_attendance::face;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_core::{IdNumber, Phone};
use zaichang_platform::auth::ClientKind;
use zaichang_registry::document::Document;
use zaichang_registry::people::{self, NewPerson};

use super::simulated::SimulatedWechat;
use crate::sms_codes::ask_by;
use crate::test_server::{Answer, MORNING, TestServer};

pub struct Person {
    pub id: PersonId,
    pub name: &'static str,
    pub id_number: String,
    pub phone: String,
}

/// A server that knows our WeChat, with its clock.
pub async fn server() -> (TestServer, SimulatedWechat) {
    let clock = Clock::set_to(MORNING.parse().unwrap());
    let simulated = SimulatedWechat::open(clock.clone()).await;
    let settings = simulated.settings();
    let server = TestServer::open_at(clock, |all| {
        all.modules.put(settings);
        all.modules.put(face::Settings { provider: face::Provider::Wechat });
        all.public_url = Some("https://cme.example.cn".to_owned());
    })
    .await;
    (server, simulated)
}

/// A number whose check digit fits.
pub fn id_number(sequence: u32) -> String {
    let digits = format!("11010518801231{sequence:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        digits.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{digits}{}", b"10X98765432"[(sum % 11) as usize] as char)
}

pub async fn register(server: &TestServer, name: &'static str, sequence: u32) -> Person {
    let (id_number, phone) = (id_number(sequence), format!("18600000{sequence:03}"));
    let unit: i64 = sqlx::query_scalar("select unit_id from people order by id limit 1")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let new = NewPerson {
        name,
        document: &Document::from(IdNumber::try_from(id_number.clone()).unwrap()),
        phone: &Phone::parse(&phone).unwrap(),
        card_number: None,
        account: None,
        password_hash: None,
        title: "主治医师",
        titled: None,
        specialty: "内科",
        takes_part: true,
        unit_id: UnitId(unit),
        department_id: None,
        registration: "approved",
        approved_at: None,
        state: "normal",
    };
    let mut connection = server.service.pool.acquire().await.unwrap();
    let id = people::insert(&mut connection, &sealer(server), &new).await.unwrap();
    Person { id, name, id_number, phone }
}

pub fn sealer(server: &TestServer) -> Sealer {
    Sealer::new(Keys::clone(&server.service.keys))
}

/// A browser's device, as its cookie names it.
pub const BROWSER: &str = "0123456789abcdef0123456789abcdef";

/// Asks for an SMS code for this phone in that browser. The code itself is in the log only: another one's MAC is put in its place.
pub async fn sms_code(server: &TestServer, person: &Person) -> &'static str {
    const CODE: &str = "042917";
    let request = || {
        let request = server.service.request(Method::POST, "/api/v1/sms-codes", None);
        request.header("cookie", format!("zc_device={BROWSER}"))
    };
    ask_by(request, json!({ "phone": person.phone, "client": { "kind": "h5" } })).await.is(202, "");
    let index = sealer(server).index(Kind::Phone, &person.phone);
    let device = Device::of(ClientKind::H5, BROWSER);
    let message = [index.as_slice(), &device.0, CODE.as_bytes()].concat();
    let mac: [u8; 32] = zaichang_core::keys::sign(&server.service.keys, b"zaichang/sms-code/v2", &message);
    sqlx::query("update device_sms_codes set code_mac = $1 where phone_index = $2")
        .bind(mac.as_slice())
        .bind(index.as_slice())
        .execute(&server.service.pool)
        .await
        .unwrap();
    CODE
}

/// The mini-program on one phone.
pub fn mini_program(device: &str) -> Value {
    json!({ "kind": "wechat", "device_id": device })
}

pub const DEVICE: &str = "mini-program-0001";

/// Logs in by `wx.login` on a phone.
pub async fn log_in(
    server: &TestServer,
    simulated: &SimulatedWechat,
    device: &str,
    openid: &str,
    unionid: Option<&str>,
) -> Answer {
    let body = json!({ "js_code": simulated.js_code(openid, unionid), "client": mini_program(device) });
    server.service.post("/api/v1/wechat/sessions", None, body).await
}

/// A ticket for an openid that is not bound.
pub async fn ticket(
    server: &TestServer,
    simulated: &SimulatedWechat,
    device: &str,
    openid: &str,
    unionid: Option<&str>,
) -> String {
    let answer = log_in(server, simulated, device, openid, unionid).await.is(200, "not_bound");
    answer.body["bind_ticket"].as_str().unwrap().to_owned()
}

/// Binds as this person says, with a phone that WeChat proves.
pub async fn bind(
    server: &TestServer,
    simulated: &SimulatedWechat,
    device: &str,
    ticket: &str,
    person: &Person,
) -> Answer {
    let body = json!({ "bind_ticket": ticket, "name": person.name, "id_number": person.id_number,
        "phone_code": simulated.phone_code(&person.phone), "client": mini_program(device) });
    server.service.post("/api/v1/wechat/bindings", None, body).await
}

/// A person who has bound this openid, with their session.
pub async fn bound(
    server: &TestServer,
    simulated: &SimulatedWechat,
    openid: &str,
    unionid: Option<&str>,
    person: &Person,
) -> String {
    let ticket = ticket(server, simulated, DEVICE, openid, unionid).await;
    let answer = bind(server, simulated, DEVICE, &ticket, person).await.is(201, "");
    answer.body["session"].as_str().unwrap().to_owned()
}
