//! A unit's departments, as its own admin keeps them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::units::department_body::{DepartmentBody, DepartmentChange, Departments, NewDepartment};
use crate::units::departments::{self, Department};
use crate::units::kind::UnitKind;
use crate::units::module::UnitsState;
use crate::units::{Error, Unit, names, unit};
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Addressed, OfUnit, Within};
use zaichang_platform::change::{Current, Outcome};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Versioned};

pub(super) fn routes() -> OpenApiRouter<UnitsState> {
    OpenApiRouter::new()
        .routes(routes!(departments_of_unit).act(Act::SeeUnits))
        .routes(routes!(add_department).act(Act::KeepDepartments))
        .routes(routes!(one_department).act(Act::SeeUnits))
        .routes(routes!(change_department).act(Act::KeepDepartments))
        .routes(routes!(close_department).act(Act::KeepDepartments))
        .routes(routes!(reopen_department).act(Act::KeepDepartments))
}

#[derive(Deserialize)]
pub struct DepartmentPath {
    id: i64,
}

impl OfUnit for Department {
    fn unit(&self) -> UnitId {
        self.0.id
    }
}

impl Addressed for Department {
    type Path = DepartmentPath;

    async fn find(pool: &PgPool, path: DepartmentPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        let found = unit::one(&mut connection, UnitId(path.id)).await.map_err(Error::from)?;
        Ok(found.filter(|found| found.kind == UnitKind::Department).map(Self))
    }
}

fn shown(department: Unit) -> Versioned<Json<DepartmentBody>> {
    Versioned(department.version, Json(department.into()))
}

fn answer(outcome: Outcome<Unit>) -> Result<Versioned<Json<DepartmentBody>>, Problem> {
    outcome.map(shown).map_err(|Current { row, last }| {
        let Versioned(version, Json(current)) = shown(row);
        last.refuse(version, &current)
    })
}

/// A unit's departments.
#[utoipa::path(get, path = "/api/v1/units/{id}/departments", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = Departments),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn departments_of_unit(
    State(pool): State<PgPool>,
    Within { row: unit, .. }: Within<Unit>,
) -> Result<Json<Departments>, Problem> {
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let departments = departments::all(&mut connection, unit.id).await.map_err(Error::from)?;
    Ok(Json(Departments { items: departments.into_iter().map(DepartmentBody::from).collect() }))
}

/// Add a department, after the last one.
#[utoipa::path(post, path = "/api/v1/units/{id}/departments", tag = "units", params(("id" = i64, Path)),
    request_body = NewDepartment, responses(
    (status = 201, body = DepartmentBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, unit_name_wrong"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_name_taken, unit_closed, unit_closed_above, not_an_institution, departments_full, department_too_deep"),
))]
async fn add_department(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Checked(new): Checked<NewDepartment>,
) -> Result<(StatusCode, Versioned<Json<DepartmentBody>>), Problem> {
    let name = names::name(&new.name, "name")?;
    let added = departments::add(&pool, &guard.clock, &admin.account, unit.id, new.above, &name).await?;
    Ok((StatusCode::CREATED, shown(added.0)))
}

/// One department.
#[utoipa::path(get, path = "/api/v1/departments/{id}", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = DepartmentBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_department(
    Within { row: department, .. }: Within<Department>,
) -> Versioned<Json<DepartmentBody>> {
    shown(department.0)
}

/// Give a department another name or another place, of the version that one has seen. Its former name stays with it.
#[utoipa::path(patch, path = "/api/v1/departments/{id}", tag = "units", params(("id" = i64, Path), Seen),
    request_body = DepartmentChange, responses(
    (status = 200, body = DepartmentBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, unit_name_wrong"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_name_taken, unit_closed, unit_closed_above, department_too_deep"),
))]
async fn change_department(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: department, .. }: Within<Department>,
    Seen(seen): Seen,
    Checked(change): Checked<DepartmentChange>,
) -> Result<Versioned<Json<DepartmentBody>>, Problem> {
    let wanted = change.read()?;
    let id = department.0.id;
    answer(departments::change(&pool, &guard.clock, &admin.account, id, &seen, &wanted).await?)
}

/// Close a department and those in it. Who is of it stays so until they are given another one.
#[utoipa::path(post, path = "/api/v1/departments/{id}/closing", tag = "units", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = DepartmentBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_closed"),
))]
async fn close_department(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: department, .. }: Within<Department>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<DepartmentBody>>, Problem> {
    answer(departments::close(&pool, &guard.clock, &admin.account, department.0.id, &seen).await?)
}

/// Open a closed department again, with those that were closed together with it.
#[utoipa::path(delete, path = "/api/v1/departments/{id}/closing", tag = "units", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = DepartmentBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_closed_above"),
))]
async fn reopen_department(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: department, .. }: Within<Department>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<DepartmentBody>>, Problem> {
    answer(departments::reopen(&pool, &guard.clock, &admin.account, department.0.id, &seen).await?)
}
