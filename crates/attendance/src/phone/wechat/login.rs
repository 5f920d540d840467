//! Logging in with a WeChat account: at once where it is bound, else with a ticket to bind it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::claim::{PassText, ProofText};
use super::super::handed::{Handed, fresh_scan};
use super::super::login::{LoggedIn, Proved, Still, welcome};
use super::{WechatState, code, no_turn, stored};
use crate::checkin::{Browser, Client};
use zaichang_integrations::wechat::LoginCode;
use zaichang_platform::auth::{
    Address, Among, ClientKind, Guesser, KnownDevice, Logins, OpenedBy, OpenedFrom, Tried,
};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_registry::people;
use zaichang_registry::wechat_account::{BindTicket, bound, note_risk};

/// Either `js_code` from a client of kind `wechat`, or `oauth_code` from one of kind `h5`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WechatLogin {
    /// What `wx.login` gave: works once, within five minutes.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 512)]
    js_code: Option<SecretString>,
    /// What came back from the Official Account's authorisation page: works once.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 512)]
    oauth_code: Option<SecretString>,
    client: Client,
    /// The anonymous pass of a scan made before the login: it comes back bound.
    #[schema(value_type = Option<String>, max_length = 256)]
    pass: Option<PassText>,
    /// Where a `too_many_requests` holds a `challenge`: its proof. WeChat's code has not been used then.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// This WeChat account is not bound yet.
#[derive(Serialize, ToSchema)]
#[schema(as = WechatNotBound)]
pub(super) struct NotBound {
    /// Always `not_bound`.
    status: &'static str,
    /// For `POST /api/v1/wechat/bindings`, from this device, once.
    bind_ticket: String,
    expires_at: Timestamp,
}

/// Log in with a WeChat account. One that is not bound yet gets a ticket to bind it.
#[utoipa::path(post, path = "/api/v1/wechat/sessions", tag = "people", request_body = WechatLogin, responses(
    (status = 200, body = NotBound),
    (status = 201, body = LoggedIn),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody, description = "wechat_blocked, person_not_approved, person_inactive, person_merged"),
    (status = 409, body = ProblemBody, description = "wechat_not_configured, wechat_snapshot"),
    (status = 410, body = ProblemBody, description = "wechat_code_invalid"),
    (status = 429, body = ProblemBody, description = "too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "wechat_unavailable, storage_unavailable"),
))]
pub(super) async fn log_in_by_wechat(
    State(state): State<Arc<WechatState>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    known_device: KnownDevice,
    from: OpenedFrom,
    Checked(login): Checked<WechatLogin>,
) -> Result<Response, Problem> {
    let phones = &*state.phones;
    let guard = &phones.guard;
    guard.origins.check(&headers)?;
    let (device, cookie) = login.client.device(browser, guard)?;
    let kind = login.client.kind;
    let code = login_code(kind, login.js_code, login.oauth_code)?;
    // Only WeChat can judge a code: it is asked only for callers who may still guess.
    let scan = fresh_scan(phones, login.pass.as_deref(), device);
    let tried = Tried::new("wechat", bytes_of(&code), &device.0, login.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan, known: None, tried: Some(tried) };
    let admitted = match guard.guesses.admit(guesser) {
        Ok(admitted) => admitted,
        // A browser's first request gives it the device that a challenge is for.
        Err(problem) => return Ok((cookie, problem).into_response()),
    };
    let identity = match admitted.turn(Among::WechatCodes).await {
        Ok(_turn) => state.wechat.identify(&code).await.map_err(Problem::from),
        Err(busy) => Err(no_turn(busy)),
    };
    let identity = admitted.settle(identity)?;

    let (pool, now) = (&phones.pool, guard.clock.now());
    let app_id = state.app_id(identity.app)?;
    let Some(person) = bound(pool, app_id, &identity, now).await.map_err(stored)? else {
        let (bind_ticket, ticket) = BindTicket::issue(&phones.keys, identity, device.0, now)?;
        let body = Json(NotBound { status: "not_bound", bind_ticket, expires_at: ticket.expires_at });
        return Ok((StatusCode::OK, cookie, body).into_response());
    };
    let openid = identity.openid.clone();
    let handed = Handed::new(phones, login.pass.as_deref(), device, address);
    let standings = people::standings(pool, &[person]).await.map_err(stored)?;
    for (_, standing) in standings {
        handed.admits(phones, person, &standing.map_err(stored)?)?;
    }
    note_risk(&state.wechat, pool, person, &identity, address, now);
    let still = Still::Bound { app_id, openid: &openid };
    let proved = Proved { person, by: OpenedBy::Wechat, still };
    welcome(phones, proved, kind, &handed, (cookie, known_device, from)).await
}

fn bytes_of(code: &LoginCode) -> &[u8] {
    match code {
        LoginCode::MiniProgram(code) | LoginCode::OfficialAccount(code) => code.expose_secret().as_bytes(),
    }
}

/// Each kind of client has its own way to be known.
fn login_code(
    kind: ClientKind,
    js_code: Option<SecretString>,
    oauth_code: Option<SecretString>,
) -> Result<LoginCode, Problem> {
    match (kind, js_code, oauth_code) {
        (ClientKind::Wechat, Some(js_code), None) => Ok(LoginCode::MiniProgram(code("js_code", js_code)?)),
        (ClientKind::H5, None, Some(oauth)) => Ok(LoginCode::OfficialAccount(code("oauth_code", oauth)?)),
        (ClientKind::Wechat, ..) => {
            Err(Problem::field("js_code", "a client of kind wechat sends js_code alone"))
        }
        (ClientKind::H5, ..) => {
            Err(Problem::field("oauth_code", "a client of kind h5 sends oauth_code alone"))
        }
        (ClientKind::App | ClientKind::Console, ..) => {
            Err(Problem::field("client.kind", "it is wechat with js_code, or h5 with oauth_code"))
        }
    }
}
