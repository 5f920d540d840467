//! The checks as the console asks for them: what each came to, and each of them once more. Only the authority whose deployment it
//! is may: to any other there is nothing here.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::checks::{Check, CheckResult, Checked, Examined, Outcome};
use super::module::DeploymentState;
use super::{Error, sql};
use zaichang_platform::auth::Account;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked as Body, Problem, Text};

pub(super) fn routes() -> OpenApiRouter<DeploymentState> {
    OpenApiRouter::new()
        .routes(routes!(deployment_checks).act(Act::SeeDeploymentChecks))
        .routes(routes!(check_sms).act(Act::CheckDeployment))
        .routes(routes!(check_wechat).act(Act::CheckDeployment))
        .routes(routes!(confirm_master_key).act(Act::CheckDeployment))
}

/// What is set up, and what was last seen of it.
#[derive(Serialize, ToSchema)]
struct DeploymentChecks {
    sms: ServiceCheck,
    wechat: ServiceCheck,
    master_key: MasterKeyCheck,
}

#[derive(Serialize, ToSchema)]
struct ServiceCheck {
    /// Whether the settings name such a service.
    is_configured: bool,
    /// Null where it was never checked.
    last: Option<LastCheck>,
}

#[derive(Serialize, ToSchema)]
struct MasterKeyCheck {
    /// Of the key that signs now; `zaichang key backup` prints the same.
    #[schema(example = "1a2b 3c4d")]
    fingerprint: String,
    /// When this very key was confirmed to be backed up; null where it was not.
    confirmed: Option<LastCheck>,
}

#[derive(Serialize, ToSchema)]
struct LastCheck {
    result: CheckResult,
    /// Why it failed, as the other service says it.
    reason: Option<String>,
    at: Timestamp,
    /// The admin's name.
    by: String,
}

impl From<Checked> for LastCheck {
    fn from(Checked { outcome: Outcome { result, reason }, at, by, .. }: Checked) -> Self {
        Self { result, reason, at, by }
    }
}

/// What a check has come to.
#[derive(Serialize, ToSchema)]
struct CheckOutcome {
    result: CheckResult,
    /// Why it failed, as the other service says it.
    reason: Option<String>,
}

/// The fingerprint that the backup has printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyConfirmation {
    #[schema(value_type = String, max_length = 16, example = "1a2b 3c4d")]
    fingerprint: Text<16>,
}

/// What was checked of the deployment.
#[utoipa::path(get, path = "/api/v1/admin/deployment-checks", tag = "console", responses(
    (status = 200, body = DeploymentChecks),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
))]
async fn deployment_checks(
    State(pool): State<PgPool>,
    State(examined): State<Arc<Examined>>,
    _: Permitted,
) -> Result<Json<DeploymentChecks>, Problem> {
    let checked = sql::checked(&pool).await.map_err(Error::from)?;
    let last = |check| checked.iter().find(|checked| checked.check == check).cloned();
    let confirmed = last(Check::MasterKey).filter(|kept| kept.outcome.reason.as_ref() == Some(&examined.key));
    Ok(Json(DeploymentChecks {
        sms: ServiceCheck {
            is_configured: examined.messages.delivers(),
            last: last(Check::Sms).map(LastCheck::from),
        },
        wechat: ServiceCheck {
            is_configured: !examined.wechat_apps().is_empty(),
            last: last(Check::Wechat).map(LastCheck::from),
        },
        master_key: MasterKeyCheck {
            fingerprint: examined.key.clone(),
            confirmed: confirmed.map(LastCheck::from),
        },
    }))
}

/// Send a text message to the admin's own phone. It holds `000000` in place of a code, and opens nothing.
#[utoipa::path(post, path = "/api/v1/admin/deployment-checks/sms", tag = "console", responses(
    (status = 200, body = CheckOutcome, description = "passed: the provider took it; whether it has come is seen on the phone."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
    (status = 409, body = ProblemBody, description = "account_without_phone"),
    (status = 429, body = ProblemBody, description = "too_many_requests, sms_checks_used_up"),
))]
async fn check_sms(
    State(examined): State<Arc<Examined>>,
    Permitted { admin, .. }: Permitted,
) -> Result<Json<CheckOutcome>, Problem> {
    let outcome = examined.sms(&admin.account).await?;
    kept(&examined, Check::Sms, outcome, &admin.account).await
}

/// Ask WeChat for a token of each account that is set up there.
#[utoipa::path(post, path = "/api/v1/admin/deployment-checks/wechat", tag = "console", responses(
    (status = 200, body = CheckOutcome),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
))]
async fn check_wechat(
    State(examined): State<Arc<Examined>>,
    Permitted { admin, .. }: Permitted,
) -> Result<Json<CheckOutcome>, Problem> {
    let outcome = examined.wechat(&admin.account).await?;
    kept(&examined, Check::Wechat, outcome, &admin.account).await
}

/// Confirm that the master keys are backed up, by the fingerprint that `zaichang key backup` has printed.
#[utoipa::path(post, path = "/api/v1/admin/deployment-checks/master-key", tag = "console",
    request_body = KeyConfirmation, responses(
    (status = 200, body = CheckOutcome),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
    (status = 409, body = ProblemBody, description = "fingerprint_other"),
))]
async fn confirm_master_key(
    State(examined): State<Arc<Examined>>,
    Permitted { admin, .. }: Permitted,
    Body(confirmation): Body<KeyConfirmation>,
) -> Result<Json<CheckOutcome>, Problem> {
    let outcome = examined.master_key(confirmation.fingerprint.trim())?;
    kept(&examined, Check::MasterKey, outcome, &admin.account).await
}

async fn kept(
    examined: &Examined,
    check: Check,
    outcome: Outcome,
    by: &Account,
) -> Result<Json<CheckOutcome>, Problem> {
    examined.keep(check, &outcome, by).await?;
    Ok(Json(CheckOutcome { result: outcome.result, reason: outcome.reason }))
}
