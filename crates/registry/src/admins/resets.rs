//! Accounts whose holder has lost the password or the second factor: another admin helps with one of the two. Both from the same
//! hand, and that admin could act as the account's holder.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sqlx::{PgConnection, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acting::{begin, may_act_on};
use super::body::{GivenPassword, MadeAdminLink, UnitAdmin};
use super::links::address;
use super::module::AdminsState;
use super::unit::held;
use super::{Error, Helper};
use crate::admin_links::of_units::{self, Purpose};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::notice::{self, AccountEvent};
use zaichang_platform::auth::of_unit::{self, OfAccount};
use zaichang_platform::auth::{self, Account, accounts, password};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::change::Current;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{IfMatch, Problem, Version, Versioned};

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new()
        .routes(routes!(reset_password).act(Act::ResetAdmin))
        .routes(routes!(make_factor_link).act(Act::ResetAdmin))
}

/// Give an account whose holder has lost the password a random one, for 72 hours, by the version that one has seen: of two who give one
/// the second is told of the first. It is told here and never again; its holder chooses their own at the next login, before anything
/// else. All sessions of the account end, and so do the links that it made, and one for its second factor.
/// Who has made such a link gives no password while it waits: with both they could act as the account's holder.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/password", operation_id = "reset_admin_password", tag = "admins",
    params(("id" = i64, Path), IfMatch), responses(
    (status = 200, body = GivenPassword, headers(("ETag" = String, description = "The account's new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account, colleague_needed, authority_needed, operator_needed"),
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
        Err(Current { row, last }) => Err(last.refuse(row.version, &UnitAdmin::from(row))),
    }
}

async fn give_password(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Result<(SecretString, Version), Current<OfAccount>>, Error> {
    may_act_on(by, row)?;
    let password = password::random().map_err(auth::Error::from)?;
    let hash = password::hash_given(password.clone()).await?;
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    if of_units::waits_for_factor(change.connection(), row.id, by.id, now).await? {
        return Err(who_helps(change.connection(), &stands, by).await?);
    }
    notice::keep(change.connection(), row.id, AccountEvent::PasswordGiven, now).await?;
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
/// the place of an earlier one; until then the present factor holds. Its address is told here and never again. Who has
/// given the account its password makes none until the holder has chosen their own: with both they could act as the holder.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/factor-links", operation_id = "make_factor_link", tag = "admins",
    params(("id" = i64, Path)), responses(
    (status = 201, body = MadeAdminLink),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account, account_disabled, unit_takes_no_admins, colleague_needed, authority_needed, operator_needed"),
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
    let stands = of_unit::one(&mut transaction, row.id).await?.ok_or(Error::NotFound)?;
    if stands.disabled.is_some() {
        return Err(Error::AccountDisabled);
    }
    if stands.password_given_by == Some(by.id) {
        return Err(who_helps(&mut transaction, &stands, by).await?);
    }
    let now = state.guard.clock.now();
    let replaced = of_units::revoke_resets(&mut transaction, row.id, by.id, now).await?;
    let purpose = Purpose::Factor(row.id);
    let made = of_units::make(&mut transaction, &state.keys, row.unit, &row.name, purpose, by, now);
    let (link, token) = made.await?;
    notice::keep(&mut transaction, row.id, AccountEvent::FactorLinkMade, now).await?;
    let detail = json!({ "expires_at": link.expires_at, "replaced": replaced });
    let entry = Entry { action: "make_factor_link", noun: "account", noun_id: row.id.0, detail };
    audit::record(&mut transaction, by, now, entry).await?;
    transaction.commit().await?;
    Ok(MadeAdminLink { url: address(state, token.expose()), link: link.into() })
}

/// The refusal of the second half of a reset, by who can help with it: another full admin of the account's unit, else one of an
/// authority above it, else who runs the server. The words are full admins': sub-accounts have others.
async fn who_helps(connection: &mut PgConnection, row: &OfAccount, by: &Account) -> sqlx::Result<Error> {
    let others = query!(
        r#"select exists (
                   select from accounts where unit_id = $1 and id <> all($2)
                       and role in ('unit_admin', 'authority_admin') and disabled_at is null
               ) as "beside!",
               exists (
                   select from accounts where unit_id in (select unit_and_above($1)) and unit_id <> $1 and id <> all($2)
                       and role = 'authority_admin' and disabled_at is null
               ) as "above!""#,
        row.unit.0,
        &[row.id.0, by.id.0],
    );
    let others = others.fetch_one(connection).await?;
    Ok(Error::BothByOne(match (others.beside, others.above) {
        (true, _) => Helper::Colleague,
        (false, true) => Helper::Authority,
        (false, false) => Helper::Operator,
    }))
}
