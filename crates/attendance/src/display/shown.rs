//! Which screens are shown on this node, reported to Postgres for the console: a row is written when the first page of a
//! screen comes and when the last one goes, by a background task, many at a time. A node that reports nothing counts as gone.
//! No page waits for it. It must not know what is shown.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use tokio::time::MissedTickBehavior;

use super::sql;
use zaichang_core::clock::steady;
use zaichang_core::ids::ScreenNumber;

/// How often changes are reported: a page that is loaded again within this time is no change.
const TELL: Duration = Duration::from_millis(500);
/// How often a node reports that it lives. The console's query takes a node for gone after ten seconds without a report.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// The most rows of a statement.
const MOST: usize = 1000;

/// The screens with pages on this node.
#[derive(Clone)]
pub struct Shown(Arc<Inner>);

struct Inner {
    /// This run of this node: drawn anew at every start, so that what the last one left is not taken for its own.
    node: i64,
    screens: Mutex<HashMap<ScreenNumber, Pages>>,
    /// The pages of all screens.
    pages: AtomicUsize,
}

/// The pages of a screen on this node.
#[derive(Clone, Copy, Debug, Default)]
struct Pages {
    count: usize,
    /// Whether Postgres has stored that there are some.
    reported: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self(Arc::new(Inner {
            node: fastrand::i64(..),
            screens: Mutex::default(),
            pages: AtomicUsize::new(0),
        }))
    }
}

impl Shown {
    /// A page shows this screen for as long as this is held, however its line ends.
    pub(super) fn page(&self, screen: ScreenNumber) -> Page {
        self.locked().entry(screen).or_default().count += 1;
        self.0.pages.fetch_add(1, Ordering::Relaxed);
        Page { shown: self.clone(), screen }
    }

    /// How many pages this node has.
    pub(super) fn pages(&self) -> usize {
        self.0.pages.load(Ordering::Relaxed)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ScreenNumber, Pages>> {
        self.0.screens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Postgres does not know yet: screens, and whether they are shown.
    fn news(&self) -> (Vec<i64>, Vec<bool>) {
        let screens = self.locked();
        let news = screens.iter().filter(|(_, pages)| pages.reported != (pages.count > 0)).take(MOST);
        news.map(|(screen, pages)| (screen.stored(), pages.count > 0)).unzip()
    }

    /// Postgres knows it now. A screen without pages is forgotten with that.
    fn confirm(&self, (screens, shown): &(Vec<i64>, Vec<bool>)) {
        let mut known = self.locked();
        for (screen, shown) in screens.iter().zip(shown) {
            let screen = ScreenNumber::from_stored(*screen);
            if let Some(pages) = known.get_mut(&screen) {
                pages.reported = *shown;
                if pages.count == 0 && !pages.reported {
                    known.remove(&screen);
                }
            }
        }
    }

    /// Postgres has forgotten this node, after days without a report: everything is reported again.
    fn forgotten(&self) {
        self.locked().values_mut().for_each(|pages| pages.reported = false);
    }

    async fn tell(&self, pool: &PgPool) -> sqlx::Result<()> {
        loop {
            let news = self.news();
            if news.0.is_empty() {
                return Ok(());
            }
            sql::tell_shown(pool, self.0.node, &news.0, &news.1).await?;
            self.confirm(&news);
        }
    }

    /// Reports to Postgres until it is dropped. While Postgres is away it retries; only the newest state counts.
    pub async fn follow(self, pool: PgPool) {
        let mut ticks = tokio::time::interval(TELL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = None;
        loop {
            ticks.tick().await;
            let done = async {
                if heard_at.is_none_or(|heard_at| steady().saturating_sub(heard_at) >= HEARTBEAT) {
                    if sql::node_lives(&pool, self.0.node).await? {
                        self.forgotten();
                    }
                    heard_at = Some(steady());
                }
                self.tell(&pool).await
            };
            if let Err(error) = done.await {
                tracing::debug!(%error, "which screens are shown could not be reported");
            }
        }
    }
}

/// One page of a screen.
pub(super) struct Page {
    shown: Shown,
    screen: ScreenNumber,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.shown.0.pages.fetch_sub(1, Ordering::Relaxed);
        let mut screens = self.shown.locked();
        let Some(pages) = screens.get_mut(&self.screen) else { return };
        pages.count -= 1;
        // Gone before it was reported.
        if pages.count == 0 && !pages.reported {
            screens.remove(&self.screen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_and_the_last_are_news_and_those_between_are_not() {
        let shown = Shown::default();
        assert_eq!(shown.news(), (vec![], vec![]));
        let first = shown.page(ScreenNumber(7));
        let news = shown.news();
        assert_eq!(news, (vec![7], vec![true]));
        let second = shown.page(ScreenNumber(7));
        shown.confirm(&news);
        drop(first);
        assert_eq!(shown.news().0, [0; 0]);
        // Gone and back before anything was reported: nothing has happened.
        drop(second);
        let third = shown.page(ScreenNumber(7));
        assert_eq!(shown.news().0, [0; 0]);
        drop(third);
        let gone = shown.news();
        assert_eq!(gone, (vec![7], vec![false]));
        // It came back while that was written: it is news again.
        let _fourth = shown.page(ScreenNumber(7));
        shown.confirm(&gone);
        assert_eq!(shown.news(), (vec![7], vec![true]));
    }

    #[test]
    fn a_screen_that_has_gone_is_forgotten_and_ten_thousand_are_reported_in_parts() {
        let shown = Shown::default();
        let pages: Vec<_> = (1..=2500).map(|screen| shown.page(ScreenNumber(screen))).collect();
        let mut parts = Vec::new();
        loop {
            let news = shown.news();
            if news.0.is_empty() {
                break;
            }
            parts.push(news.0.len());
            shown.confirm(&news);
        }
        assert_eq!(parts, [1000, 1000, 500]);
        shown.forgotten();
        assert_eq!(shown.news().0.len(), 1000);
        drop(pages);
        for _ in 0..3 {
            let news = shown.news();
            shown.confirm(&news);
        }
        assert!(shown.locked().values().all(|pages| pages.count == 0 && !pages.reported));
    }
}
