//! Logging in to the console, and logging out of anything.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::accounts::GIVEN_LASTS;
use super::extract::Address;
use super::guard::Guard;
use super::guesses::{Admitted, Guesser, Logins, Tried};
use super::known::{Holder, KnownDevice};
use super::module::AuthState;
use super::password::{self, Password};
use super::proof_of_work::LONGEST;
use super::second_factor::SecondStep;
use super::sql::Credentials;
use super::{Account, AccountUnit, Admin, Attendee, Error, OpenedFrom, Role, SecondFactor, log, own, sql};
use crate::auth::refusals;
use crate::authority::{self, Act, Right};
use crate::http::failures::network;
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Text, cookies};
use zaichang_core::ids::AccountId;

pub(super) fn routes() -> OpenApiRouter<AuthState> {
    OpenApiRouter::new()
        .routes(routes!(log_in_admin))
        .routes(routes!(log_out_admin))
        .routes(routes!(this_admin))
        .routes(routes!(log_out))
        .merge(own::routes())
}

/// Account and password of an admin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminLogin {
    #[schema(value_type = String, max_length = 64, example = "xiangya-jjb")]
    account: Text<64>,
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: Password,
    /// The 6 digits that `totp_code_required` or `admin_sms_code_required` asks for.
    #[schema(value_type = Option<String>, max_length = 16, example = "042917")]
    one_time_code: Option<Text<16>>,
    /// Where a `too_many_requests` holds a `challenge`: its proof, as for `POST /api/v1/sms-codes`, and the login is judged at once.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<Text<LONGEST>>,
}

/// An admin, as the console shows them.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountBody {
    id: AccountId,
    /// What is typed at login.
    account: String,
    name: String,
    role: Role,
    unit: AccountUnit,
    /// What a sub-account may do of what its role may; null of a full admin.
    rights: Option<Vec<Right>>,
    /// What is proved at each login besides the password; null of an account that has it alone.
    second_factor: Option<SecondFactor>,
    /// Whether this admin was given the password, and has to choose one of their own before anything else.
    must_change_password: bool,
    /// The acts that this admin may do, to rows of the unit and of those below it: others are not to be offered.
    may: Vec<Act>,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        // Until the password is changed no other act.
        let may = Act::ALL.iter().copied();
        let may = may.filter(|act| !account.must_change_password && authority::permits(account, *act));
        let may = may.collect();
        let Account { id, account, name, role, unit, rights, second_factor, must_change_password, .. } =
            account.clone();
        Self { id, account, name, role, unit, rights, second_factor, must_change_password, may }
    }
}

/// An admin who has just logged in; the session itself is in an HttpOnly cookie.
#[derive(Serialize, ToSchema)]
struct AdminSession {
    account: AccountBody,
    expires_at: Timestamp,
}

/// Log in to the console. An account with a second factor is first told which code is missing; the same call with `one_time_code` logs in.
#[utoipa::path(post, path = "/api/v1/admin-sessions", tag = "console", request_body = AdminLogin, responses(
    (status = 201, body = AdminSession, description = "Logged in; the cookie zc_admin is set."),
    (status = 401, body = ProblemBody, description = "login_failed, totp_code_required, admin_sms_code_required, totp_code_wrong, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "totp_demanded, given_password_expired"),
    (status = 429, body = ProblemBody, description = "too_many_requests: nothing was judged. With a `challenge`: at once with its proof, else later; sms_limit_reached"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn log_in_admin(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    State(second_step): State<SecondStep>,
    Address(address): Address,
    from: OpenedFrom,
    device: KnownDevice,
    Checked(login): Checked<AdminLogin>,
) -> Result<Response, Problem> {
    let typed = login.account.to_string();
    let holder = [Holder::Admin(&typed)];
    let known = guard.known(&device, &holder);
    let too_many = |problem: &Problem| {
        if problem.refusal == refusals::TOO_MANY_REQUESTS {
            log::too_many(&guard, &pool, &typed);
        }
    };
    // The console's browser has no device of its own before a login: a challenge is for its network.
    let of_network = device_of(address);
    let tried = Tried::new("admin", typed.as_bytes(), &of_network, login.proof.as_deref());
    let guesser = Guesser { logins: Logins::Admins, address, scan: None, known, tried: Some(tried) };
    let admitted = guard.guesses.admit(guesser);
    let mut admitted = admitted.inspect_err(too_many)?;
    let on_known_device = admitted.is_by_known_device();
    let judged = judge(&guard, &second_step, &mut admitted, login).await;
    let (account, judged) = match admitted.settle(judged).inspect_err(too_many)? {
        Judged::LoggedIn(account, judged) => (account, judged),
        Judged::Lacks(factor) => return Err(factor.missing().into()),
    };

    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let now = guard.clock.now();
    // What ends an account's sessions ends also those whose login it has overtaken.
    if !sql::still_proves(&mut transaction, &judged).await.map_err(Error::from)? {
        return Err(Error::LoginFailed.into());
    }
    let opened = guard.sessions.open_console(&mut transaction, account.id, &from, now);
    let (token, expires_at) = opened.await?;
    log::logged_in(&mut transaction, &account, on_known_device, now).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let life = expires_at.duration_since(now).as_secs();
    let cookie = cookies::set(cookies::ADMIN, token.expose().to_owned(), life, guard.secure, true);
    let remembered = guard.remember(device, &holder)?;
    let body = AdminSession { account: AccountBody::from(&*account), expires_at };
    Ok((StatusCode::CREATED, [cookies::header(&cookie)], remembered, Json(body)).into_response())
}

/// What stands for a device in the work of a login.
fn device_of(address: IpAddr) -> [u8; 16] {
    match network(address) {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// What a right password has come to.
enum Judged {
    LoggedIn(Arc<Account>, Box<Credentials>),
    /// Its code is missing: asked for now.
    Lacks(SecondFactor),
}

/// Whose account, password and code these are.
async fn judge(
    guard: &Arc<Guard>,
    second_step: &SecondStep,
    admitted: &mut Admitted<'_>,
    AdminLogin { account, password, one_time_code, .. }: AdminLogin,
) -> Result<Judged, Problem> {
    admitted.guesses_at("admin", account.as_bytes())?;
    let known = sql::credentials(&second_step.pool, &account).await.map_err(Error::from)?;
    let hash = known.as_ref().map(|credentials| credentials.password_hash.clone());
    let right = password::verify(password, hash, admitted.logins(), admitted.by()).await?;
    let Some(known) = known else { return Err(Error::LoginFailed.into()) };
    if !right {
        log::wrong_password(guard, &second_step.pool, known.id);
        return Err(Error::LoginFailed.into());
    }
    let account = guard.sessions.account(known.id).await?.ok_or(Error::LoginFailed)?;
    // Told after the password alone: it reveals nothing to others.
    if second_step.settings.demands_totp(account.role) && known.factor != Some(SecondFactor::Totp) {
        return Err(Error::TotpDemanded.into());
    }
    let now = guard.clock.now();
    if known.given_at.is_some_and(|given_at| given_at + GIVEN_LASTS <= now) {
        return Err(Error::GivenPasswordExpired.into());
    }
    let Some(factor) = known.factor else { return Ok(Judged::LoggedIn(account, Box::new(known))) };
    let Some(code) = one_time_code else {
        second_step.begin(factor, &known, admitted.is_by_known_device(), now).await?;
        return Ok(Judged::Lacks(factor));
    };
    let accepted = second_step.accept(factor, &known, code.trim(), admitted.is_by_known_device(), now).await;
    if matches!(accepted, Err(Error::TotpCodeWrong | Error::SmsCodeWrong)) {
        log::wrong_code(guard, &second_step.pool, known.id);
    }
    accepted?;
    Ok(Judged::LoggedIn(account, Box::new(known)))
}

/// Log out of the console.
#[utoipa::path(delete, path = "/api/v1/admin-sessions/current", tag = "console", responses(
    (status = 204, description = "Logged out on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn log_out_admin(State(guard): State<Arc<Guard>>, admin: Admin) -> Result<Response, Problem> {
    guard.sessions.revoke(admin.session, guard.clock.now()).await?;
    let cookie = cookies::forget(cookies::ADMIN, guard.secure, true);
    Ok((StatusCode::NO_CONTENT, [cookies::header(&cookie)]).into_response())
}

/// Who is logged in to the console.
#[utoipa::path(get, path = "/api/v1/admin/me", tag = "console", responses(
    (status = 200, body = AccountBody),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn this_admin(admin: Admin) -> Json<AccountBody> {
    Json(AccountBody::from(&*admin.account))
}

/// Log out on this phone.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "people", responses(
    (status = 204, description = "Logged out on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn log_out(State(guard): State<Arc<Guard>>, attendee: Attendee) -> Result<Response, Problem> {
    guard.sessions.revoke(attendee.session, guard.clock.now()).await?;
    let cookie = cookies::forget(cookies::SESSION, guard.secure, false);
    Ok((StatusCode::NO_CONTENT, [cookies::header(&cookie)]).into_response())
}
