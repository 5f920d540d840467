//! The letter by which a link goes to its holder on paper (账号开通通知书). Only who made the link has its token: it is told once more, to be
//! printed, and kept nowhere.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::links::address;
use super::module::AdminsState;
use super::unit::{UnitOfAdmins, WaitingLink, held, is_kept_by};
use crate::admin_links::of_units::{self, Waiting};
use crate::start::QrPicture;
use zaichang_core::clock::{day_of, minute_of_day};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Role, Token};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::files::attachment;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_platform::print::{Document, refusals};

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new().routes(routes!(print).act(Act::InviteAdmin))
}

/// Which link is printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LetterWanted {
    /// What stands behind `#` in the link's address.
    #[schema(value_type = String, max_length = 64)]
    token: Text<64>,
}

/// The letter that hands a link to its holder (账号开通通知书), as PDF: of a link that makes an account and still waits. Its token was told
/// once, where it was made.
#[utoipa::path(post, path = "/api/v1/admin-links/{id}/letter", operation_id = "print_account_letter", tag = "admins",
    params(("id" = i64, Path)), request_body = LetterWanted, responses(
    (status = 200, description = "The letter.", content((Vec<u8> = "application/pdf"))),
    (status = 400, body = ProblemBody, description = "bad_request: also where the token is another link's"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also where it was used or taken back"),
    (status = 409, body = ProblemBody, description = "printing_not_set"),
    (status = 422, body = ProblemBody, description = "glyph_missing"),
    (status = 500, body = ProblemBody, description = "document_not_made"),
    (status = 503, body = ProblemBody, description = "printing_busy"),
))]
async fn print(
    State(state): State<AdminsState>,
    Within { admin, row: WaitingLink(link), .. }: Within<WaitingLink>,
    Checked(wanted): Checked<LetterWanted>,
) -> Result<Response, Problem> {
    state.print.ready()?;
    let not_its = || Problem::field("token", "it is not this link's");
    let hash = Token::hash_of(&wanted.token).ok_or_else(not_its)?;
    let now = state.guard.clock.now();
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    let unit = held(&mut transaction, link.unit).await?;
    is_kept_by(unit.role, &admin.account)?;
    if link.resets.is_some() || link.expires_at <= now {
        return Err(refusals::NOT_FOUND.into());
    }
    if !of_units::is_of(&mut transaction, link.id, &hash).await.map_err(Error::from)? {
        return Err(not_its());
    }
    let detail = json!({ "meant_for": link.meant_for });
    let entry = Entry { action: "print_account_letter", noun: "unit", noun_id: link.unit.0, detail };
    audit::record(&mut transaction, &admin.account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let url = address(&state, &wanted.token);
    let code = QrPicture::of(&url).ok_or(refusals::INTERNAL)?;
    let parts = [unit.unit.name.as_str(), link.meant_for.as_str()];
    let name =
        attachment(&format!("account-letter-{}", link.id), "账号开通通知书", parts, day_of(now), "pdf");
    let data = json!({
        "unit": unit.unit.name, "meant_for": link.meant_for, "kind": kind(&unit, &link), "made_by": link.maker,
        "expires_day": day_of(link.expires_at), "expires_minute": minute_of_day(link.expires_at),
        "url": url, "code": code,
    });
    state.print.answer(Document { template: "account-letter", made_at: now, data }, name).await
}

/// What the account will be: `单位管理员（子账号：项目举办、会务签到）`.
fn kind(unit: &UnitOfAdmins, link: &Waiting) -> String {
    let role = match unit.role {
        Role::AuthorityAdmin => "行政部门管理员",
        Role::UnitAdmin => "单位管理员",
    };
    match &link.rights {
        None => role.to_owned(),
        Some(rights) => {
            let names: Vec<&str> = rights.iter().map(|right| right.name().0).collect();
            format!("{role}（子账号：{}）", names.join("、"))
        }
    }
}
