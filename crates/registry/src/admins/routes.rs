//! The admins of a unit as the console asks for them: the list, links made and taken back, accounts disabled and enabled.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sqlx::PgConnection;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{
    AdminLinkWanted, Disablement, GivenPassword, MadeAdminLink, RightsWanted, UnitAdmin, UnitAdmins,
};
use super::module::AdminsState;
use super::unit::{UnitOfAdmins, WaitingLink, held, is_kept_by};
use super::{Error, refusals};
use crate::start;
use crate::start::of_units::{self, Purpose};
use zaichang_core::ids::AccountId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::of_unit::{self, OfAccount};
use zaichang_platform::auth::{self, Account, Role, Token, TokenHash, accounts, password};
use zaichang_platform::authority::{Act, Acting as _, Right, Within, rights_of, sorted};
use zaichang_platform::change::{Change, Outcome, Standing};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Version, Versioned};
use zaichang_platform::review::Reason;

/// Links of one unit that may wait at a time.
const LINKS_AT_MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new()
        .routes(routes!(unit_admins).act(Act::SeeAdmins))
        .routes(routes!(make_link).act(Act::InviteAdmin))
        .routes(routes!(revoke_link).act(Act::InviteAdmin))
        .routes(routes!(disable).act(Act::DisableAdmin))
        .routes(routes!(enable).act(Act::DisableAdmin))
        .routes(routes!(reset_password).act(Act::ResetAdmin))
        .routes(routes!(make_factor_link).act(Act::ResetAdmin))
        .routes(routes!(unit_admin).act(Act::SeeAdmins))
        .routes(routes!(give_rights).act(Act::GiveRights))
}

/// The admins of a unit, one's own or one below it, and the links that wait for further ones.
#[utoipa::path(get, path = "/api/v1/units/{id}/admins", tag = "admins", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitAdmins),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn unit_admins(
    State(state): State<AdminsState>,
    Within { row, .. }: Within<UnitOfAdmins>,
) -> Result<Json<UnitAdmins>, Problem> {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    let UnitOfAdmins { unit, role, takes_admins } = row;
    let admins = of_unit::of_unit(&mut connection, unit.id).await.map_err(Error::from)?;
    let links = of_units::waiting(&mut connection, unit.id, state.guard.clock.now()).await;
    let links = links.map_err(Error::from)?.into_iter().map(Into::into).collect();
    let admins = admins.into_iter().map(Into::into).collect();
    Ok(Json(UnitAdmins { unit, role, takes_admins, admins, links }))
}

/// Make a link for a further admin of a unit: it works once, for 72 hours. Its address is told here and never again. The admin of a
/// region is its authority's.
#[utoipa::path(post, path = "/api/v1/units/{id}/admin-links", operation_id = "make_admin_link", tag = "admins",
    params(("id" = i64, Path)), request_body = AdminLinkWanted, responses(
    (status = 201, body = MadeAdminLink),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_takes_no_admins, too_many_admin_links"),
))]
async fn make_link(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<UnitOfAdmins>,
    Checked(wanted): Checked<AdminLinkWanted>,
) -> Result<(StatusCode, Json<MadeAdminLink>), Problem> {
    let meant_for = start::name("meant_for", &wanted.meant_for)?;
    let rights = read_rights(row.role, wanted.rights.as_deref())?;
    is_kept_by(row.role, &admin.account)?;
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    let UnitOfAdmins { unit, takes_admins, .. } = held(&mut transaction, row.unit.id).await?;
    if !takes_admins {
        return Err(Error::TakesNoAdmins.into());
    }
    still_may(&mut transaction, &admin.account).await?;
    let now = state.guard.clock.now();
    let waiting = of_units::waiting(&mut transaction, unit.id, now).await.map_err(Error::from)?;
    if waiting.len() >= LINKS_AT_MOST {
        return Err(Error::TooManyLinks.into());
    }
    let (link, token) =
        of_units::make(&mut transaction, unit.id, meant_for, Purpose::Admin(rights), &admin.account, now)
            .await?;
    let detail = json!({ "meant_for": meant_for, "rights": link.rights, "expires_at": link.expires_at });
    let entry = Entry { action: "make_admin_link", noun: "unit", noun_id: unit.id.0, detail };
    audit::record(&mut transaction, &admin.account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let made = MadeAdminLink { url: address(&state, &token), link: link.into() };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take a link back that nobody has used yet.
#[utoipa::path(delete, path = "/api/v1/admin-links/{id}", operation_id = "revoke_admin_link", tag = "admins",
    params(("id" = i64, Path)), responses(
    (status = 204, description = "It opens nothing any more."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also where it was used or taken back"),
))]
async fn revoke_link(
    State(state): State<AdminsState>,
    Within { admin, row: WaitingLink(link), .. }: Within<WaitingLink>,
) -> Result<StatusCode, Problem> {
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    is_kept_by(held(&mut transaction, link.unit).await?.role, &admin.account)?;
    still_may(&mut transaction, &admin.account).await?;
    let now = state.guard.clock.now();
    let revoked = of_units::revoke(&mut transaction, link.id, admin.account.id, now).await;
    if !revoked.map_err(Error::from)? {
        return Err(refusals::NOT_FOUND.into());
    }
    let detail = json!({ "meant_for": link.meant_for });
    let entry = Entry { action: "revoke_admin_link", noun: "unit", noun_id: link.unit.0, detail };
    audit::record(&mut transaction, &admin.account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disable the account of an admin, by the version that one has seen: its sessions end at once on every node, and the links that it made
/// open nothing any more. What it has done stays in the log.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/disablement", operation_id = "disable_admin", tag = "admins",
    params(("id" = i64, Path), IfMatch), request_body = Disablement, responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn disable(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
    Checked(disablement): Checked<Disablement>,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    let reason = Reason::read(&disablement.reason)?;
    answered(end(&state, &admin.account, &row, &seen, &reason).await?)
}

async fn end(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
    reason: &Reason,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    let mut ended: Vec<TokenHash> = Vec::new();
    if of_unit::disable(change.connection(), row.id, by.id, now).await? {
        ended = state.guard.sessions.end_all_of(change.connection(), row.id, None, now).await?;
        let links = of_units::revoke_all_of(change.connection(), row.id, by.id, now).await?;
        let detail = json!({ "reason": reason.as_str(), "sessions": ended.len(), "links": links });
        change.record("disable_admin", &stands, detail).await?;
    }
    let stands = change.commit_row(stands).await?;
    state.guard.sessions.sessions_ended(row.id, &ended);
    Ok(Ok(stands))
}

/// Begins a change of another's account by an admin who may still make it, and has seen what stands.
async fn begin<'a>(
    state: &'a AdminsState,
    by: &'a Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Result<(Change<'a>, OfAccount), Standing<OfAccount>>, Error> {
    may_act_on(by, row)?;
    let mut change = Change::begin(&state.pool, &state.guard.clock, by).await?;
    if !of_unit::hold(change.connection(), by.id, row.id).await? {
        return Err(Error::NoLongerAdmin);
    }
    let stands = change.lock::<OfAccount>(row.id.0, seen).await?.ok_or(Error::NotFound)?;
    Ok(stands.map(|stands| (change, stands)))
}

/// The account as it is from now on, or as it stands where another version was seen.
fn answered(outcome: Outcome<OfAccount>) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    match outcome {
        Ok(account) => Ok(Versioned(account.version, Json(account.into()))),
        Err(standing) => Err(stands_otherwise(standing)),
    }
}

fn stands_otherwise(Standing { row, last }: Standing<OfAccount>) -> Problem {
    let version = row.version;
    last.refuse(version, &UnitAdmin::from(row))
}

/// Enable a disabled account, by the version that one has seen: it may log in again, as before.
#[utoipa::path(delete, path = "/api/v1/admin-accounts/{id}/disablement", operation_id = "enable_admin", tag = "admins",
    params(("id" = i64, Path), IfMatch), responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn enable(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    answered(take_back(&state, &admin.account, &row, &seen).await?)
}

async fn take_back(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    if of_unit::enable(change.connection(), row.id, by.id, now).await? {
        change.record("enable_admin", &stands, json!({})).await?;
    }
    let stands = change.commit_row(stands).await?;
    state.guard.sessions.account_changed(row.id);
    Ok(Ok(stands))
}

/// Give an account whose holder has lost the password a random one, for 72 hours, by the version that one has seen: of two who give one
/// the second is told of the first. It is told here and never again; its holder chooses their own at the next login, before anything
/// else. All sessions of the account end, and so do the links that it made, and one for its second factor.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/password", operation_id = "reset_admin_password", tag = "admins",
    params(("id" = i64, Path), IfMatch), responses(
    (status = 200, body = GivenPassword, headers(("ETag" = String, description = "The account's new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn reset_password(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
) -> Result<Versioned<Json<GivenPassword>>, Problem> {
    match give_password(&state, &admin.account, &row, &seen).await? {
        Ok((password, version)) => {
            Ok(Versioned(version, Json(GivenPassword { password: password.expose_secret().to_owned() })))
        }
        Err(standing) => Err(stands_otherwise(standing)),
    }
}

async fn give_password(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Result<(SecretString, Version), Standing<OfAccount>>, Error> {
    may_act_on(by, row)?;
    let password = password::random().map_err(auth::Error::from)?;
    let hash = password::hash_given(password.clone()).await?;
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    accounts::give_password(change.connection(), row.id, &hash, by.id, now).await?;
    let ended = state.guard.sessions.end_all_of(change.connection(), row.id, None, now).await?;
    // Those that it made, as somebody else may have acted as it; and those for its second factor, which go with the password.
    let links = of_units::revoke_all_of(change.connection(), row.id, by.id, now).await?;
    let detail = json!({ "sessions": ended.len(), "links": links });
    change.record("reset_admin_password", &stands, detail).await?;
    let stands = change.commit_row(stands).await?;
    state.guard.sessions.sessions_ended(row.id, &ended);
    Ok(Ok((password, stands.version)))
}

/// Make a link by which the holder of an account, with its password, sets a new second factor. It works once, for 72 hours, and takes
/// the place of an earlier one; until then the present factor holds. Its address is told here and never again.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/factor-links", operation_id = "make_factor_link", tag = "admins",
    params(("id" = i64, Path)), responses(
    (status = 201, body = MadeAdminLink),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account, account_disabled, unit_takes_no_admins"),
))]
async fn make_factor_link(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
) -> Result<(StatusCode, Json<MadeAdminLink>), Problem> {
    Ok((StatusCode::CREATED, Json(factor_link(&state, &admin.account, &row).await?)))
}

async fn factor_link(state: &AdminsState, by: &Account, row: &OfAccount) -> Result<MadeAdminLink, Error> {
    may_act_on(by, row)?;
    let mut transaction = state.pool.begin().await?;
    if !held(&mut transaction, row.unit).await?.takes_admins {
        return Err(Error::TakesNoAdmins);
    }
    if !of_unit::hold(&mut transaction, by.id, row.id).await? {
        return Err(Error::NoLongerAdmin);
    }
    if of_unit::one(&mut transaction, row.id).await?.is_none_or(|account| account.disabled_at.is_some()) {
        return Err(Error::AccountDisabled);
    }
    let now = state.guard.clock.now();
    of_units::revoke_resets(&mut transaction, row.id, by.id, now).await?;
    let (link, token) =
        of_units::make(&mut transaction, row.unit, &row.name, Purpose::Factor(row.id), by, now).await?;
    let detail = json!({ "expires_at": link.expires_at });
    record(&mut transaction, by, "make_factor_link", row.id, detail, now).await?;
    transaction.commit().await?;
    Ok(MadeAdminLink { url: address(state, &token), link: link.into() })
}

/// One admin, as another sees them.
#[utoipa::path(get, path = "/api/v1/admin-accounts/{id}", tag = "admins", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn unit_admin(Within { row, .. }: Within<OfAccount>) -> Versioned<Json<UnitAdmin>> {
    Versioned(row.version, Json(row.into()))
}

/// Choose what an account may do of what its role may, by the version that one has seen. It holds at once, on every node.
#[utoipa::path(patch, path = "/api/v1/admin-accounts/{id}", operation_id = "give_rights", tag = "admins",
    params(("id" = i64, Path), IfMatch), request_body = RightsWanted, responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn give_rights(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
    Checked(wanted): Checked<RightsWanted>,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    let rights = read_rights(row.role, wanted.rights.as_deref())?;
    answered(rights_given(&state, &admin.account, &row, &seen, rights.as_deref()).await?)
}

async fn rights_given(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
    rights: Option<&[Right]>,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    if stands.rights.as_deref() == rights {
        return Ok(Ok(stands));
    }
    let now = change.now();
    of_unit::give_rights(change.connection(), row.id, rights, by.id, now).await?;
    let mut detail = json!({ "before": { "rights": stands.rights }, "after": { "rights": rights } });
    if rights.is_some() {
        // A sub-account lets nobody in, nor do the links that it made before.
        let links = of_units::revoke_all_of(change.connection(), row.id, by.id, now).await?;
        detail["links"] = links.into();
    }
    change.record("give_rights", &stands, detail).await?;
    let given = change.commit_row(stands).await?;
    state.guard.sessions.account_changed(row.id);
    Ok(Ok(given))
}

/// Each once; an empty list is none, and each is one that holds something for this role.
fn read_rights(role: Role, wanted: Option<&[Right]>) -> Result<Option<Vec<Right>>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let offered = rights_of(role);
    if let Some(other) = wanted.iter().find(|right| !offered.contains(right)) {
        let (other, role) = (other.word(), role.word());
        return Err(Problem::field(
            "rights",
            format!("{other} is no right of an account with the role {role}"),
        ));
    }
    let rights = sorted(wanted);
    rights.map(Some).ok_or_else(|| Problem::field("rights", "choose one at least, or null for all"))
}

/// What the holder of a link opens: the token stands after `#`, which no server is sent.
fn address(state: &AdminsState, token: &Token) -> String {
    format!("{}/console/start#{}", state.public_url, token.expose())
}

/// On those of the same unit and below, never on oneself, so that a full admin always remains.
fn may_act_on(by: &Account, row: &OfAccount) -> Result<(), Error> {
    if by.id == row.id {
        return Err(Error::OwnAccount);
    }
    is_kept_by(row.role, by)
}

/// That who acts is a full admin still, while the transaction lasts: one who is disabled at this moment leaves no link behind.
async fn still_may(transaction: &mut PgConnection, by: &Account) -> Result<(), Error> {
    if of_unit::hold(transaction, by.id, by.id).await? { Ok(()) } else { Err(Error::NoLongerAdmin) }
}

async fn record(
    transaction: &mut PgConnection,
    by: &Account,
    action: &str,
    id: AccountId,
    detail: Value,
    now: jiff::Timestamp,
) -> sqlx::Result<()> {
    audit::record(transaction, by, now, Entry { action, noun: "account", noun_id: id.0, detail }).await
}
