//! What a link's holder asks, who has no account yet. It must not know how a link is judged.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::accepting::{Accepted, Links};
use super::authenticator::SetUp;
use super::body::{
    Acceptance, AcceptedLink, Authenticator, AuthenticatorWanted, FactorAcceptance, OpenedLink, Opening,
    PhoneProof,
};
use super::module::StartState;
use super::qr::QrPicture;
use super::refusals;
use zaichang_platform::auth::{AccountName, Address, Guard, Holder, KnownDevice, OpenedFrom};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, cookies};

/// What an authenticator app calls us.
const ISSUER: &str = "在场";

pub(super) fn routes() -> OpenApiRouter<StartState> {
    OpenApiRouter::new()
        .routes(routes!(open_link))
        .routes(routes!(set_up_authenticator))
        .routes(routes!(send_link_code))
        .routes(routes!(accept_link))
        .routes(routes!(set_factor))
}

/// What an admin link is for, while it lives. `zaichang serve` writes the first one, `zaichang admin create` makes others, and admins
/// make those of units.
#[utoipa::path(post, path = "/api/v1/admin-links/openings", tag = "console", request_body = Opening, responses(
    (status = 200, body = OpenedLink),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody, description = "admin_link_wrong"),
    (status = 410, body = ProblemBody, description = "admin_link_expired, admin_link_ended, admin_link_unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn open_link(
    State(links): State<Links>,
    address: Address,
    Checked(opening): Checked<Opening>,
) -> Result<Json<OpenedLink>, Problem> {
    let (hash, presented, unit) = links.living(address, &opening.token).await?;
    let used_before = links.opened(&hash).await?;
    let (expires_at, second_factor) = (presented.link.expires_at, links.second_factor(&presented));
    let of_deployment = presented.target.is_none();
    let account = presented.target.and_then(|target| target.resets).map(|reset| reset.account);
    Ok(Json(OpenedLink { expires_at, used_before, unit, account, of_deployment, second_factor }))
}

/// Set an authenticator app up for the admin that a link makes. Asked again it is another one: the acceptance says which, by its
/// `ticket`.
#[utoipa::path(post, path = "/api/v1/admin-links/authenticators", tag = "console", request_body = AuthenticatorWanted, responses(
    (status = 200, body = Authenticator),
    (status = 400, body = ProblemBody, description = "bad_request, account_malformed"),
    (status = 403, body = ProblemBody, description = "admin_link_wrong"),
    (status = 410, body = ProblemBody, description = "admin_link_expired, admin_link_ended, admin_link_unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn set_up_authenticator(
    State(links): State<Links>,
    address: Address,
    Checked(wanted): Checked<AuthenticatorWanted>,
) -> Result<Json<Authenticator>, Problem> {
    let (hash, presented, _) = links.living(address, &wanted.token).await?;
    let account = AccountName::parse(&wanted.account)?;
    let (SetUp { secret, ticket }, used_before) = links.set_up(&hash, &presented).await?;
    let uri = secret.uri(ISSUER, account.as_str());
    let qr = QrPicture::of(&uri).ok_or(refusals::INTERNAL)?;
    Ok(Json(Authenticator { secret: secret.expose(), uri, qr, ticket, used_before }))
}

/// Send a code to the phone of the admin that a link makes, where messages reach phones.
#[utoipa::path(post, path = "/api/v1/admin-links/sms-codes", tag = "console", request_body = PhoneProof, responses(
    (status = 202, description = "The message is on its way; the code lives 5 minutes."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody, description = "admin_link_wrong"),
    (status = 410, body = ProblemBody, description = "admin_link_expired, admin_link_ended, admin_link_unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests, sms_limit_reached, admin_link_messages_used_up"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn send_link_code(
    State(links): State<Links>,
    address: Address,
    Checked(proof): Checked<PhoneProof>,
) -> Result<StatusCode, Problem> {
    let (hash, ..) = links.living(address, &proof.token).await?;
    links.send_code(&hash, &proof.phone).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Use a link: it makes an admin, who is logged in then, and founds the authority where there is none yet. It works once; what
/// is refused leaves it as it is.
#[utoipa::path(post, path = "/api/v1/admin-links/acceptances", tag = "console", request_body = Acceptance, responses(
    (status = 201, body = AcceptedLink, description = "The admin is made and logged in; the cookie zc_admin is set."),
    (status = 400, body = ProblemBody, description = "bad_request, account_malformed, password_weak"),
    (status = 401, body = ProblemBody, description = "totp_code_wrong, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "admin_link_wrong"),
    (status = 409, body = ProblemBody, description = "account_taken, authority_exists, authenticator_ticket_wrong, region_name_taken"),
    (status = 410, body = ProblemBody, description = "admin_link_expired, admin_link_ended, admin_link_unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn accept_link(
    State(links): State<Links>,
    State(guard): State<Arc<Guard>>,
    address: Address,
    from: OpenedFrom,
    device: KnownDevice,
    Checked(acceptance): Checked<Acceptance>,
) -> Result<Response, Problem> {
    logged_in(&guard, device, links.accept(address, acceptance, &from).await?)
}

/// Use a link that sets the second factor of an account anew, whose password goes with it: its other sessions end, and it is logged
/// in. It works once; what is refused leaves it as it is.
#[utoipa::path(post, path = "/api/v1/admin-links/factors", tag = "console", request_body = FactorAcceptance, responses(
    (status = 201, body = AcceptedLink, description = "The factor is set and the admin logged in; the cookie zc_admin is set."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "totp_code_wrong, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "admin_link_wrong, password_wrong, given_password_expired"),
    (status = 409, body = ProblemBody, description = "authenticator_ticket_wrong"),
    (status = 410, body = ProblemBody, description = "admin_link_expired, admin_link_ended, admin_link_unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn set_factor(
    State(links): State<Links>,
    State(guard): State<Arc<Guard>>,
    address: Address,
    from: OpenedFrom,
    device: KnownDevice,
    Checked(wanted): Checked<FactorAcceptance>,
) -> Result<Response, Problem> {
    let accepted = links.set_factor(address, wanted, &from).await?;
    logged_in(&guard, device, accepted)
}

fn logged_in(guard: &Guard, device: KnownDevice, accepted: Accepted) -> Result<Response, Problem> {
    let Accepted { account, unit, token, lasts_s } = accepted;
    let cookie = cookies::set(cookies::ADMIN, token.expose().to_owned(), lasts_s, guard.secure, true);
    let remembered = guard.remember(device, &[Holder::Admin(&account)]).map_err(Error::from)?;
    let body = Json(AcceptedLink { account, unit });
    Ok((StatusCode::CREATED, [cookies::header(&cookie)], remembered, body).into_response())
}
