//! The scans that are kept for an applicant: of which course, when, and what became of each. Asked by the session of their
//! registration; it must not know what that holds.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{PgPool, query};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::module::PhoneState;
use zaichang_core::ids::RegistrationId;
use zaichang_platform::auth;
use zaichang_platform::http::Problem;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_registry::registration::{self, Session};

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(kept))
}

/// A scan that waits for the approval, or has.
#[derive(Serialize, ToSchema)]
struct KeptScan {
    scanned_at: Timestamp,
    /// Null if the course is there no longer.
    course_title: Option<String>,
    project_name: Option<String>,
    /// Null until the registration is approved; then `recorded`, or the code of the refusal.
    #[schema(example = "recorded")]
    outcome: Option<String>,
}

/// What was scanned before the registration was approved.
#[derive(Serialize, ToSchema)]
struct KeptScans {
    /// The newest first, 16 at most.
    items: Vec<KeptScan>,
}

async fn of(pool: &PgPool, registration: RegistrationId) -> sqlx::Result<Vec<KeptScan>> {
    let rows = query!(
        r#"select scanned_at, outcome, courses.title as "title?", catalogue_entries.name as "project?"
           from kept_scans
           left join courses on courses.id = course_id
           left join projects on projects.id = courses.project_id
           left join catalogue_entries on catalogue_entries.id = catalogue_entry_id
           where registration_id = $1 order by scanned_at desc"#,
        registration.0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let scans = rows.map(|row| KeptScan {
        scanned_at: row.scanned_at.to_jiff(),
        course_title: row.title,
        project_name: row.project,
        outcome: row.outcome,
    });
    Ok(scans.collect())
}

/// The scans of this phone's holder that wait for their registration's approval, and what became of them.
#[utoipa::path(get, path = "/api/v1/registration/kept-scans", operation_id = "kept_scans", tag = "registration", responses(
    (status = 200, body = KeptScans),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
))]
async fn kept(State(phones): State<Arc<Phones>>, session: Session) -> Result<Json<KeptScans>, Problem> {
    let pool = &phones.pool;
    registration::prove(pool, session).await?;
    let items = of(pool, session.registration).await.map_err(auth::Error::from)?;
    Ok(Json(KeptScans { items }))
}
