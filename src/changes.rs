//! What changed in Postgres, told to this node's caches. Every change of a person, session, account, project, course or
//! screen is notified at its commit, whoever made it (see migrations/12_changes.sql).

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use zaichang_attendance::checkin::Roster;
use zaichang_attendance::display::{Changed, Hub};
use zaichang_core::ids::{AccountId, CourseId, PersonId, ProjectId, ScreenNumber};
use zaichang_platform::auth::Sessions;
use zaichang_platform::cache::Hearing;

const CHANNEL: &str = "zaichang_changes";
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// After so long a silence the line is asked whether it lives: a dead one is as quiet as one on which nothing happens.
const SILENCE: Duration = Duration::from_secs(2);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The caches that are told, and what tells them whether they are.
#[derive(Clone)]
pub struct Caches {
    pub sessions: Sessions,
    pub roster: Roster,
    pub hub: Hub,
    pub hearing: Hearing,
}

/// Listens until it is dropped. After every gap in the line all that was cached is forgotten; during it the caches ask again.
pub async fn follow(pool: PgPool, caches: Caches) {
    let mut told = false;
    loop {
        let ended = listen(&pool, &caches).await.err();
        let error = ended.map_or_else(|| "the line has ended".to_owned(), |error| error.to_string());
        let lost = caches.hearing.lose();
        if lost || !std::mem::replace(&mut told, true) {
            tracing::warn!(
                error,
                "听不到数据库的变更通知，缓存改为每秒重新查询 · changes cannot be heard: what is older than a second is asked again"
            );
        } else {
            tracing::debug!(error, "changes cannot be heard");
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn listen(pool: &PgPool, caches: &Caches) -> sqlx::Result<()> {
    // A pool of its own: a dead line cannot even be given back.
    let options = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE * 2);
    let line = options.connect_lazy_with((*pool.connect_options()).clone());
    let mut listener = PgListener::connect_with(&line).await?;
    listener.listen(CHANNEL).await?;
    // What was changed before we listened is not known.
    caches.sessions.forget_all();
    caches.roster.forget_all();
    if caches.hearing.prove() {
        tracing::info!("changes are heard");
    }
    caches.hub.look_again(Changed::Anything);
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(change))) => {
                caches.tell(change.payload());
                caches.hearing.prove();
            }
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let asked = sqlx::query("select 1").execute(&mut listener);
                tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
                caches.hearing.prove();
            }
        }
    }
}

impl Caches {
    fn tell(&self, change: &str) {
        let Some((noun, key)) = change.split_once(':') else { return };
        let id = key.parse().unwrap_or(0);
        match noun {
            // What no screen shows.
            "person" => self.roster.person_changed(PersonId(id)),
            "account" => self.sessions.account_changed(AccountId(id)),
            "session" => {
                let hash = key.strip_prefix("\\x").and_then(|hash| hex::decode(hash).ok());
                if let Some(hash) = hash.and_then(|hash| hash.try_into().ok()) {
                    self.sessions.session_changed(hash);
                }
            }
            "course" => {
                self.roster.course_changed(CourseId(id));
                self.hub.look_again(Changed::Course(CourseId(id)));
            }
            "project" => {
                self.roster.project_changed(ProjectId(id));
                self.hub.look_again(Changed::Project(ProjectId(id)));
            }
            "screen" => {
                let screen = ScreenNumber(u32::try_from(id).unwrap_or(0));
                self.roster.screen_changed(screen);
                self.hub.look_again(Changed::Screen(screen));
            }
            _ => tracing::warn!(noun, "a change of an unknown kind was told"),
        }
    }
}
