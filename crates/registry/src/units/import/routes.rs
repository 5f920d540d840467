//! The public API of importing units: that of all kinds, and links for the first admins of what one has entered.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Error, Units, links};
use crate::units::module::UnitsState;
use crate::units::refusals;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::sheets::imports::{self, ImportPath, ImportState, State as Stage};
use zaichang_platform::sheets::{List, refusals as of_sheets};

pub(in crate::units) fn routes() -> OpenApiRouter<UnitsState> {
    imports::routes::<Units, _>().routes(routes!(make_links).act(Act::InviteAdminsOfUnits))
}

/// Make links for the first admins of the units that an import has entered, 1,000 at most: for each that has no admin and no link
/// on the way. The workbook that answers holds each address once and for all: it is not kept, and is not told again.
#[utoipa::path(post, path = "/api/v1/unit-imports/{import}/admin-links", operation_id = "make_unit_import_links", tag = "units",
    params(("import" = Uuid, Path)), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, units_have_admins"),
))]
async fn make_links(
    State(imports): State<Arc<ImportState<Units>>>,
    State(pool): State<PgPool>,
    State(guard): State<Arc<Guard>>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Response, Problem> {
    let (import, outcome) = imports.found(&admin.account, path.import).await?;
    let outcome = outcome.filter(|_| import.state == Stage::Written).ok_or(of_sheets::IMPORT_NOT_CHECKED)?;
    let now = guard.clock.now();
    let (by, public_url) = (&admin.account, &imports.kind.public_url);
    let rows = links::make(&pool, &imports.keys, by, &outcome.added, public_url, now).await?;
    if rows.is_empty() {
        return Err(refusals::UNITS_HAVE_ADMINS.into());
    }
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let detail = json!({ "links": rows.len() });
    let (noun_id, action) = (admin.account.unit.id.0, "make_admin_links");
    let entry = Entry { action, noun: "unit", noun_id, detail };
    audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    drop(connection);
    let scratch = imports.scratch.clone();
    let download = imports.download(("admin-links", "管理员链接"), move |file| {
        let mut list = List::begin("管理员链接", &links::COLUMNS, &scratch)?;
        for row in &rows {
            list.row(row.iter().map(String::as_str))?;
        }
        list.finish(file)
    });
    download.await
}
