//! People as a module of the program: the console's pages of them, and how their names are read is kept up to date.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::SignedDuration;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;

use super::phones::notice::TellOldPhone;
use super::{
    import, invitations, merging, of_unit, passwords, phones, read_names, read_unit_names, sql, states,
    titles, transfers,
};
use zaichang_core::clock::day_of;
use zaichang_platform::auth::Role;
use zaichang_platform::authority::Act;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::sheets::imports::ImportState;

/// Health professionals, as their units keep them.
pub const MODULE: Module = Module {
    name: "people",
    refusals: crate::people::refusals::ALL,
    document: || routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// How long after names could not be read it is tried again.
const AGAIN: Duration = Duration::from_mins(1);

/// Corrections of one account at once, and how soon one more: each tells whether a number is somebody's.
const CORRECTIONS: u32 = 30;
const CORRECTION_EACH: Duration = Duration::from_mins(2);
/// Admins that are remembered.
const ADMINS: usize = 1 << 14;

/// What was staged for an import that died is kept for so long.
const STAGED: SignedDuration = SignedDuration::from_hours(24);

fn routes() -> OpenApiRouter<of_unit::PeopleState> {
    of_unit::routes()
        .merge(states::routes())
        .merge(titles::routes())
        .merge(transfers::routes())
        .merge(merging::routes())
        .merge(import::routes::routes())
        .merge(invitations::routes())
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("person", sql::names);
    context.checklist.line("person_states", Act::JudgePersonState, |pool, account| async move {
        states::some_wait_for(&pool, account.unit.id).await
    });
    let names = context.pool.clone();
    context.until_done("names_at_start", move || read_at_start(names.clone()));
    context.hourly("names", async |pool, _| keep_names_read(&pool).await);
    context.hourly("staged_people", async |pool, now| import::sql::sweep(&pool, now - STAGED).await);
    context.sweep("import_answers", async |pool, before| {
        import::sql::sweep_answers(&pool, day_of(before)).await
    });
    context.sweep("phone_notices", async |pool, before| phones::sweep(&pool, before).await);
    let kinds = [
        invitations::KINDS,
        passwords::KINDS,
        phones::notice::KINDS,
        states::notice::KINDS,
        transfers::notice::KINDS,
    ];
    for kinds in kinds {
        context.notices.declare(kinds);
    }
    let clock = context.clock.clone();
    context.job(move |job: TellOldPhone, attempt| phones::notice::tell(job, attempt, clock.now()));
    context.checklist.line("people", Act::ImportPeople, |pool, account| async move {
        Ok(account.role == Role::UnitAdmin && sql::lacks_people(&pool, account.unit.id).await?)
    });
    let imports = ImportState::open(context, import::People { sealer: context.sealer.clone() })?;
    let state = of_unit::PeopleState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        sealer: context.sealer.clone(),
        lanes: context.lanes.clone(),
        imports,
        corrections: Arc::new(Budget::new(CORRECTIONS, CORRECTION_EACH, ADMINS)),
        transfer_look_ups: Arc::new(transfers::LookUps::new()),
        invitations: invitations::budget(),
        sender: context.shared()?,
        print: context.shared()?,
    };
    Ok(routes().with_state(state).into())
}

/// Works out how names are read that others have written without it: by hand, or a node of the release before.
async fn keep_names_read(pool: &PgPool) -> sqlx::Result<()> {
    let (people, units) = tokio::try_join!(read_names(pool), read_unit_names(pool))?;
    if people + units > 0 {
        tracing::info!(people, units, "readings of names were worked out");
    }
    Ok(())
}

/// Once at a start, which may be that of a release that reads more; then once an hour by one node of all.
async fn read_at_start(pool: PgPool) {
    while let Err(error) = keep_names_read(&pool).await {
        tracing::warn!(%error, "reading names is put off");
        tokio::time::sleep(AGAIN).await;
    }
}
