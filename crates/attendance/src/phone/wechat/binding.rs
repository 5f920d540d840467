//! Binding a WeChat account to a registered person: name, ID number and a proved phone must all be that person's. A refusal
//! never says which of them is not.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sqlx::{Postgres, Transaction};
use utoipa::ToSchema;

use super::super::Phones;
use super::super::claim::{CodeText, PassText, PhoneText, ProofText, prove_phone};
use super::super::handed::{Handed, fresh_scan};
use super::super::login::{LoggedIn, greet, open};
use super::{WechatState, code, no_turn, stored};
use crate::checkin::{Browser, Client, Device};
use crate::phone::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Kind;
use zaichang_core::{IdNumber, Phone};
use zaichang_integrations::wechat::{App, Identity};
use zaichang_platform::auth::{
    Address, Admitted, Among, Attendee, ClientKind, Guesser, KnownDevice, Logins, MaybeAttendee, OpenedBy,
    OpenedFrom, Presented, TokenHash, Tried,
};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_registry::people::phones::keeps_phone;
use zaichang_registry::people::{self, Standing, Whose};
use zaichang_registry::wechat_account::{self, BindTicket, Proof, note_risk};

/// With `phone_code`, in the mini-program, or with `phone` and `sms_code`; with none of them after a login by SMS code
/// since the ticket was given out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WechatBinding)]
pub(super) struct Binding {
    #[schema(value_type = String, max_length = 1024)]
    bind_ticket: Text<1024>,
    /// As registered.
    #[schema(value_type = String, max_length = 50, example = "王伟")]
    name: Text<50>,
    /// 18 characters.
    #[schema(value_type = String, min_length = 18, max_length = 18)]
    id_number: SecretString,
    /// What the button `getPhoneNumber` gave: works once, within five minutes.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 512)]
    phone_code: Option<SecretString>,
    #[schema(value_type = Option<String>, max_length = 32, example = "13800001234")]
    phone: Option<PhoneText>,
    #[schema(value_type = Option<String>, max_length = 16, example = "042917")]
    sms_code: Option<CodeText>,
    client: Client,
    /// The anonymous pass of a scan made before the login: it comes back bound.
    #[schema(value_type = Option<String>, max_length = 256)]
    pass: Option<PassText>,
    /// Where a `too_many_requests` holds a `challenge`: its proof.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// How the phone is to be proved.
enum Given {
    PhoneCode(SecretString),
    /// By the code that this device has asked for.
    SmsCode(Phone, CodeText, Device),
    /// It was, by the login.
    Login(Attendee),
}

/// Bind a WeChat account to a registered person, and log in. What either side was bound to before ends, with its sessions.
#[utoipa::path(post, path = "/api/v1/wechat/bindings", tag = "people", request_body = Binding, responses(
    (status = 201, body = LoggedIn),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "wechat_bind_mismatch, person_not_approved, person_inactive, person_merged"),
    (status = 409, body = ProblemBody, description = "wechat_not_configured"),
    (status = 410, body = ProblemBody, description = "wechat_ticket_invalid, wechat_code_invalid"),
    (status = 429, body = ProblemBody, description = "too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "wechat_unavailable, storage_unavailable"),
))]
pub(super) async fn bind_wechat(
    State(state): State<Arc<WechatState>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    session: Presented,
    (known_device, from): (KnownDevice, OpenedFrom),
    Checked(asked): Checked<Binding>,
) -> Result<Response, Problem> {
    let phones = &*state.phones;
    let guard = &phones.guard;
    guard.origins.check(&headers)?;
    let (device, cookie) = asked.client.device(browser, guard)?;
    let now = guard.clock.now();
    let id_number = IdNumber::parse(asked.id_number.expose_secret().trim(), day_of(now))
        .map_err(|error| Problem::field("id_number", error.to_string()))?;
    let is_name = |name: &str| (1..=50).contains(&name.chars().count()) && !name.contains(char::is_control);
    if !is_name(asked.name.trim()) {
        return Err(Problem::field("name", "it is 1 to 50 characters, as registered"));
    }
    let ticket = BindTicket::presented(&phones.keys, &asked.bind_ticket, device.0, now)
        .map_err(|refusal| guard.failures.count(address, refusal))?;
    let identity = &ticket.identity;
    let kind = kind_of(identity, asked.client.kind)?;
    let given = match given(identity, device, asked.phone_code, asked.phone, asked.sms_code)? {
        Some(given) => given,
        None => Given::Login(logged_in_by_sms_code(&state, session, &ticket).await?),
    };
    let app_id = state.app_id(identity.app)?;

    let scan = fresh_scan(phones, asked.pass.as_deref(), device);
    let tried = Tried::new("ticket", asked.bind_ticket.as_bytes(), &device.0, asked.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan, known: None, tried: Some(tried) };
    let mut admitted = guard.guesses.admit(guesser)?;
    let claimed = (&*asked.name, &id_number);
    let hash = BindTicket::hash(&asked.bind_ticket);
    let judged = judge(&state, &mut admitted, (&hash, ticket.expires_at), given, claimed).await;
    let (person, standing, proof, proved) = admitted.settle(judged)?;
    let handed = Handed::new(phones, asked.pass.as_deref(), device, address);
    handed.admits(phones, person, &standing)?;
    let greeting = greet(&state.phones, person, kind, known_device).await?;
    let (transaction, ended) = bind(&state, app_id, identity, (person, &proved), proof, &hash).await?;
    // In the same transaction: the next binding of this account ends this login with this one, and never before it is opened.
    let by = (person, OpenedBy::Wechat);
    let answer = open(&state.phones, transaction, by, greeting, &handed, (cookie, from)).await?;
    for session in ended {
        state.phones.guard.sessions.session_changed(session);
    }
    note_risk(&state.wechat, &phones.pool, person, identity, address, now);
    Ok(answer)
}

/// The mini-program's ticket is brought back by the mini-program, a page's by a page.
fn kind_of(identity: &Identity, kind: ClientKind) -> Result<ClientKind, Problem> {
    match (identity.app, kind) {
        (App::MiniProgram, ClientKind::Wechat) | (App::OfficialAccount, ClientKind::H5) => Ok(kind),
        _ => Err(Problem::field("client.kind", "it is the kind that asked for the ticket")),
    }
}

/// None where nothing is.
fn given(
    identity: &Identity,
    device: Device,
    phone_code: Option<SecretString>,
    phone: Option<PhoneText>,
    sms_code: Option<CodeText>,
) -> Result<Option<Given>, Problem> {
    match (phone_code, phone, sms_code) {
        (Some(given), None, None) if identity.app == App::MiniProgram => {
            Ok(Some(Given::PhoneCode(code("phone_code", given)?)))
        }
        (Some(_), None, None) => Err(Problem::field("phone_code", "only the mini-program can be given one")),
        (None, Some(phone), Some(sms_code)) => {
            let phone = Phone::parse(&phone).map_err(|error| Problem::field("phone", error.to_string()))?;
            Ok(Some(Given::SmsCode(phone, sms_code, device)))
        }
        (None, None, None) => Ok(None),
        (None, Some(_), None) => Err(Problem::field("sms_code", "it is required with phone")),
        _ => Err(Problem::field("phone", "either phone_code, or phone and sms_code")),
    }
}

/// What proved the person, and may end before they are bound.
enum By {
    /// Their phone, by its blind indexes.
    Phone(Vec<Vec<u8>>),
    Session(TokenHash),
}

/// The logged-in person, if an SMS code opened the session after the ticket was issued, so within the ticket's ten minutes.
async fn logged_in_by_sms_code(
    state: &WechatState,
    session: Presented,
    ticket: &BindTicket,
) -> Result<Attendee, Problem> {
    let guard = &state.phones.guard;
    let MaybeAttendee(attendee) = session.attendee(guard).await?;
    if let Some(attendee) = attendee
        && guard.sessions.opened_by_sms_code_since(attendee.session, ticket.issued_at()).await?
    {
        return Ok(attendee);
    }
    Err(Problem::field(
        "phone",
        "either phone_code, or phone and sms_code, or a login by SMS code since the ticket",
    ))
}

/// The person, once ticket, phone, name and ID number are proved to be theirs, and by what the phone was.
async fn judge(
    state: &WechatState,
    admitted: &mut Admitted<'_>,
    (ticket, ticket_expires_at): (&[u8; 32], Timestamp),
    given: Given,
    (name, id_number): (&str, &IdNumber),
) -> Result<(PersonId, Standing, Proof, By), Problem> {
    let Phones { pool, sealer, .. } = &*state.phones;
    if !wechat_account::try_ticket(pool, ticket, ticket_expires_at).await.map_err(stored)? {
        return Err(refusals::WECHAT_TICKET_INVALID.into());
    }
    let (proved, proof) = prove(state, admitted, given).await?;
    let Some((whose, by)) = proved else { return Err(refusals::WECHAT_BIND_MISMATCH.into()) };
    // The holder of another person's phone guesses that person's ID number no faster from many addresses.
    match &whose {
        Whose::Phone(phone) => {
            admitted.guesses_at("phone", &sealer.index(Kind::Phone, phone.expose()))?;
        }
        Whose::Person(PersonId(id)) => admitted.guesses_at("bound", &id.to_be_bytes())?,
    }
    let known = people::by_identity(pool, sealer, name, id_number, whose).await.map_err(stored)?;
    let (person, standing) = known.ok_or(refusals::WECHAT_BIND_MISMATCH)?;
    Ok((person, standing, proof, by))
}

/// Whose name and ID number they must be, by the proved phone, and by what that was; none if it can be no registered person's.
async fn prove(
    state: &WechatState,
    admitted: &mut Admitted<'_>,
    given: Given,
) -> Result<(Option<(Whose, By)>, Proof), Problem> {
    let of = |phone: Phone| {
        let indexes = state.phones.sealer.indexes(Kind::Phone, phone.expose()).collect();
        (Whose::Phone(phone), By::Phone(indexes))
    };
    match given {
        Given::PhoneCode(code) => {
            let _turn = admitted.turn(Among::WechatCodes).await.map_err(no_turn)?;
            let phone = state.wechat.phone_number(&code).await?;
            Ok((phone.map(of), Proof::PhoneCode))
        }
        Given::Login(Attendee { person, session }) => {
            Ok((Some((Whose::Person(person), By::Session(session))), Proof::SmsCode))
        }
        Given::SmsCode(phone, code, device) => {
            prove_phone(&state.phones, device, admitted, &phone, &code).await?;
            Ok((Some(of(phone)), Proof::SmsCode))
        }
    }
}

/// Uses the ticket up, binds, and ends the sessions of what was bound before, which it gives: together with the login that the caller
/// opens and commits, or not at all.
async fn bind<'a>(
    state: &'a WechatState,
    app_id: &str,
    identity: &Identity,
    (person, by): (PersonId, &By),
    proof: Proof,
    ticket: &[u8; 32],
) -> Result<(Transaction<'a, Postgres>, Vec<TokenHash>), Problem> {
    let (guard, now) = (&state.phones.guard, state.phones.guard.clock.now());
    let mut transaction = state.phones.pool.begin().await.map_err(stored)?;
    if !wechat_account::use_ticket(&mut transaction, ticket, now).await.map_err(stored)? {
        return Err(refusals::WECHAT_TICKET_INVALID.into());
    }
    // Whose phone it was a moment ago may have another by now, as the unit has put it right.
    if let By::Phone(indexes) = by
        && !keeps_phone(&mut transaction, person, indexes).await.map_err(stored)?
    {
        return Err(refusals::WECHAT_BIND_MISMATCH.into());
    }
    let ended =
        wechat_account::bind(&mut transaction, app_id, identity, person, proof, now).await.map_err(stored)?;
    // The login may have ended meanwhile: looked at under the locks of `bind`, which unbinding takes before it ends logins.
    if let By::Session(session) = by
        && !guard.sessions.holds(&mut transaction, session).await?
    {
        return Err(refusals::WECHAT_BIND_MISMATCH.into());
    }
    let sessions = guard.sessions.end_all(&mut transaction, &ended, ClientKind::Wechat, now).await?;
    Ok((transaction, sessions))
}
