//! What the things of the log are called: each module that has such things says how their names are read. The log knows none.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use sqlx::PgPool;

/// Reads the names of these ids; one that has none is left out.
type Read =
    Arc<dyn Fn(PgPool, Vec<i64>) -> BoxFuture<'static, sqlx::Result<Vec<(i64, String)>>> + Send + Sync>;

/// How the names of each noun's things are read.
#[derive(Clone, Default)]
pub struct Titles(Arc<RwLock<HashMap<&'static str, Read>>>);

impl Titles {
    /// The things of this noun are called what this reads.
    pub fn of<F>(&self, noun: &'static str, read: impl Fn(PgPool, Vec<i64>) -> F + Send + Sync + 'static)
    where
        F: Future<Output = sqlx::Result<Vec<(i64, String)>>> + Send + 'static,
    {
        let read: Read = Arc::new(move |pool, ids| Box::pin(read(pool, ids)));
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(noun, read);
    }

    /// What these are called. A noun of which no module knows, and a thing without a name, are left out.
    pub(super) async fn read(
        &self,
        pool: &PgPool,
        things: impl IntoIterator<Item = (String, i64)>,
    ) -> sqlx::Result<HashMap<(String, i64), String>> {
        let mut by_noun: HashMap<String, Vec<i64>> = HashMap::new();
        for (noun, id) in things {
            by_noun.entry(noun).or_default().push(id);
        }
        let mut titles = HashMap::new();
        for (noun, mut ids) in by_noun {
            let read = self.0.read().unwrap_or_else(PoisonError::into_inner).get(noun.as_str()).cloned();
            let Some(read) = read else { continue };
            ids.sort_unstable();
            ids.dedup();
            let named = read(pool.clone(), ids).await?;
            titles.extend(named.into_iter().map(|(id, title)| ((noun.clone(), id), title)));
        }
        Ok(titles)
    }
}
