//! Passes what changed in Postgres on to this node's caches. Every change of a person, session, account, project, course or
//! screen is notified at its commit, by a trigger (see migrations/12_changes.sql). It knows no cache: modules say what
//! they do about which noun.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::cache::Hearing;

const CHANNEL: &str = "zaichang_changes";
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// After this long a silence the connection is tested: a dead one is as quiet as one without changes.
const SILENCE: Duration = Duration::from_secs(2);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is done about the row with this key.
type Changed = Box<dyn Fn(&str) + Send + Sync>;

/// What modules do about changes.
#[derive(Default)]
pub struct Listeners {
    by_noun: HashMap<&'static str, Vec<Changed>>,
    after_gap: Vec<Box<dyn Fn() + Send + Sync>>,
}

impl Listeners {
    /// Called with the key of each changed row of this noun: a number, or `\x…` of a session's hash.
    pub fn on(&mut self, noun: &'static str, changed: impl Fn(&str) + Send + Sync + 'static) {
        self.by_noun.entry(noun).or_default().push(Box::new(changed));
    }

    /// Called with the id of each changed row of this noun.
    pub fn on_id(&mut self, noun: &'static str, changed: impl Fn(i64) + Send + Sync + 'static) {
        self.on(noun, move |key| changed(key.parse().unwrap_or(0)));
    }

    /// Called when what was changed is not known, in the order in which modules were opened.
    pub fn after_gap(&mut self, forget: impl Fn() + Send + Sync + 'static) {
        self.after_gap.push(Box::new(forget));
    }

    fn tell(&self, change: &str) {
        let Some((noun, key)) = change.split_once(':') else { return };
        match self.by_noun.get(noun) {
            Some(listeners) => listeners.iter().for_each(|changed| changed(key)),
            None => tracing::warn!(noun, "a change of an unknown kind was told"),
        }
    }
}

/// Listens until it is dropped. After every loss of the connection all that was cached is forgotten; meanwhile caches ask again.
pub async fn follow(pool: PgPool, hearing: Hearing, listeners: Arc<Listeners>) {
    let mut told = false;
    loop {
        let ended = listen(&pool, &hearing, &listeners).await.err();
        let error = ended.map_or_else(|| "the line has ended".to_owned(), |error| error.to_string());
        let lost = hearing.lose();
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

async fn listen(pool: &PgPool, hearing: &Hearing, listeners: &Listeners) -> sqlx::Result<()> {
    // A pool of its own: a dead connection cannot even be given back.
    let options = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE * 2);
    let line = options.connect_lazy_with((*pool.connect_options()).clone());
    let mut listener = PgListener::connect_with(&line).await?;
    listener.listen(CHANNEL).await?;
    // What was changed before we listened is not known.
    listeners.after_gap.iter().for_each(|forget| forget());
    if hearing.prove() {
        tracing::info!("changes are heard");
    }
    loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(change))) => {
                listeners.tell(change.payload());
                hearing.prove();
            }
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let asked = sqlx::query("select 1").execute(&mut listener);
                tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
                hearing.prove();
            }
        }
    }
}
