//! Screens as a module of the program: the hub, which screens are shown, their pages and routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use sqlx::PgPool;

use super::screens::close_all_of;
use super::{
    Changed, CodeAddress, Displays, Hub, PAGE, Settings, begin_figures, pairing_page, routes, sql, sweep,
};
use crate::checkin::Counts;
use zaichang_core::ids::{CourseId, ProjectId, ScreenNumber};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Act;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::pages::{NotHere, Pages};
use zaichang_platform::settings;

/// Screens. It is shared `Roster` and `Counts`.
pub const MODULE: Module = Module {
    name: "display",
    refusals: crate::display::refusals::ALL,
    settings: &[settings::declared::<Settings>()],
    metrics: super::figures::METRICS,
    document: || routes::routes().into_openapi(),
    open,
};

/// A screen's address whose end is no screen's number.
const NO_SCREEN: NotHere = NotHere {
    title: "未找到该屏幕",
    title_en: "There is no such screen",
    next: "请在管理端重新打开投屏；换一台电脑投屏时，请在那台电脑上选择“打开投屏”。",
    next_en: "Please reopen the screen in the console; on another computer, choose “Venue screen” there.",
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct DisplayState {
    guard: Arc<Guard>,
    pool: PgPool,
    displays: Arc<Displays>,
    pages: Pages,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let Settings { code_url } = *context.settings.of();
    let counts: Counts = context.shared()?;
    begin_figures();
    let address = CodeAddress::new(&context.public_url, code_url);
    let hub = Hub::new(
        context.timekeeper.clone(),
        Arc::clone(&context.keys),
        address.clone(),
        context.shared()?,
        counts,
        context.stopping.clone(),
    );
    tell_changes(context, &hub);
    context.titles.of("screen", sql::titles);
    context.losses.of(Act::OpenScreen, "screens", close_all_of);
    let (shown, pool) = (hub.shown(), context.pool.clone());
    context.for_ever("shown", move || shown.clone().follow(pool.clone()));
    context.sweep("display", async |pool, before| sweep(&pool, before).await);
    let displays = Arc::new(Displays {
        hub,
        pool: context.pool.clone(),
        keys: Arc::clone(&context.keys),
        address,
        public_url: Arc::clone(&context.public_url),
        stopping: context.stopping.clone(),
        pairing_limits: Arc::default(),
    });
    let state = DisplayState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        displays,
        pages: context.pages.clone(),
    };
    let routes = Router::from(routes::routes())
        .route("/display", get(pairing))
        .route("/display/", get(pairing))
        .route("/display/{screen}", get(venue));
    Ok(routes.with_state(state))
}

/// Every screen that shows what was changed looks again.
fn tell_changes(context: &mut Context, hub: &Hub) {
    let [anything, course, project, screen] = std::array::from_fn(|_| hub.clone());
    let changes = &mut context.changes;
    changes.after_gap(move || anything.look_again(Changed::Anything));
    changes.on_id("course", move |id| course.look_again(Changed::Course(CourseId(id))));
    changes.on_id("project", move |id| project.look_again(Changed::Project(ProjectId(id))));
    changes.on_id("screen", move |id| screen.look_again(Changed::Screen(ScreenNumber::of_row(id))));
}

async fn pairing(State(guard): State<Arc<Guard>>) -> Response {
    pairing_page(guard.secure)
}

async fn venue(
    State(guard): State<Arc<Guard>>,
    State(pages): State<Pages>,
    Path(screen): Path<String>,
    headers: HeaderMap,
) -> Response {
    if screen.parse::<u32>().is_err() {
        return NO_SCREEN.answer(&headers, guard.secure);
    }
    pages.answer(PAGE, StatusCode::OK, None, &headers, guard.secure)
}
