//! Which release a node runs, for operators during an upgrade and for those who help them. It must not know what a release brings.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Guard;
use crate::authority::{Act, Acting as _, Permitted};
use crate::http::problem::ProblemBody;
use crate::metric::Metric;
use crate::module::{Context, Module, Release};

/// Which release runs.
pub const MODULE: Module = Module {
    name: "release",
    metrics: &[Metric::gauge(
        "zaichang_release",
        "1, for the release that this node runs, by version and commit. Two at once are an upgrade.",
    )],
    document: || routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What the route reaches.
#[derive(Clone, FromRef)]
struct ReleaseState {
    guard: Arc<Guard>,
    running: RunningRelease,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    let Release { version, commit } = context.release;
    metrics::gauge!("zaichang_release", "version" => version, "commit" => commit).set(1);
    let running = RunningRelease { version, commit, since: context.clock.now() };
    Ok(routes().with_state(ReleaseState { guard: Arc::clone(&context.guard), running }).into())
}

fn routes() -> OpenApiRouter<ReleaseState> {
    OpenApiRouter::new().routes(routes!(running_release).act(Act::SeeDeploymentChecks))
}

/// The release of the node that answers.
#[derive(Clone, Copy, Serialize, ToSchema)]
struct RunningRelease {
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// What it was built from; empty where the build was not told.
    #[schema(example = "7e89a145d30f")]
    commit: &'static str,
    /// Since when this node runs it.
    since: Timestamp,
}

/// Which release this node runs. Behind a balancer another node may answer the next time.
#[utoipa::path(get, path = "/api/v1/admin/release", tag = "console", responses(
    (status = 200, body = RunningRelease),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden"),
))]
async fn running_release(_: Permitted, State(running): State<RunningRelease>) -> Json<RunningRelease> {
    Json(running)
}
