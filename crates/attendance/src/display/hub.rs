//! The hub: one session per watched screen, started by the first page and ended with the last. A code is rendered once
//! per screen and step however many pages watch, and not at all when none do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::frames::Frames;
use super::protocol::Ending;
use super::reconnect_limiter::ReconnectLimiter;
use super::session::ScreenSession;
use super::shown::{self, Shown};
use super::watched::{Changed, Watched};
use super::{CodeAddress, Error};
use crate::checkin::{Counts, Roster, Screen};
use crate::display::refusals;
use zaichang_core::clock::steady;
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::Keys;
use zaichang_hosting::project::Course;
use zaichang_platform::cache::Stale;
use zaichang_platform::supervise::until_done;
use zaichang_platform::timekeeper::Timekeeper;

/// A code that cannot be rendered is tried again after this.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long a due code waits for screen and course to be read again, in case a change was not notified.
const BRIEFLY: Duration = Duration::from_millis(50);

/// What every session works with.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    timekeeper: Timekeeper,
    keys: Arc<Keys>,
    address: CodeAddress,
    roster: Roster,
    counts: Counts,
    /// Cancelled when the process stops: every page is then disconnected.
    stopping: CancellationToken,
    reconnect_limiter: ReconnectLimiter,
    shown: Shown,
    sessions: Mutex<HashMap<ScreenNumber, Watched>>,
}

impl Hub {
    pub fn new(
        timekeeper: Timekeeper,
        keys: Arc<Keys>,
        address: CodeAddress,
        roster: Roster,
        counts: Counts,
        stopping: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            timekeeper,
            keys,
            address,
            roster,
            counts,
            stopping,
            reconnect_limiter: ReconnectLimiter::default(),
            shown: Shown::default(),
            sessions: Mutex::default(),
        }))
    }

    /// Something in the roster changed: the sessions that it touches look again at once.
    pub fn look_again(&self, changed: Changed) {
        for (screen, watched) in self.sessions().iter() {
            if watched.is_touched(*screen, changed) {
                watched.wake.notify_one();
            }
        }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<ScreenNumber, Watched>> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A screen was closed on this node: do not wait for Postgres' notification.
    pub(super) fn closed(&self, screen: ScreenNumber) {
        self.0.roster.screen_changed(screen);
        self.look_again(Changed::Screen(screen));
    }

    /// Which screens are shown on this node: for the task that reports them to Postgres.
    pub fn shown(&self) -> Shown {
        self.0.shown.clone()
    }

    /// A page shows this screen for as long as this is held.
    pub(super) fn shows(&self, screen: ScreenNumber) -> shown::Page {
        self.0.shown.page(screen)
    }

    /// How many pages watch on this node.
    pub fn pages(&self) -> usize {
        self.0.shown.pages()
    }

    /// The frames of a screen; its session is started if this is the first page.
    pub(super) fn watch(&self, screen: ScreenNumber) -> watch::Receiver<Arc<Frames>> {
        let mut sessions = self.sessions();
        if let Some(watched) = sessions.get(&screen) {
            return watched.frames.subscribe();
        }
        let watched = Watched::new();
        let (frames, receiver, wake) =
            (watched.frames.clone(), watched.frames.subscribe(), Arc::clone(&watched.wake));
        sessions.insert(screen, watched);
        let hub = self.clone();
        tokio::spawn(until_done("screen", move || {
            hub.clone().run(screen, frames.clone(), Arc::clone(&wake))
        }));
        receiver
    }

    /// The screen and its course. While Postgres does not answer, as last read, so that a running screen goes on.
    pub(super) async fn facts(
        &self,
        screen: ScreenNumber,
    ) -> Result<(Arc<Screen>, Arc<Course>), crate::checkin::Error> {
        match self.read_facts(screen).await {
            Err(away @ crate::checkin::Error::StorageAway { .. }) => {
                self.0.roster.stale_place(screen).map(Stale::to_keep_a_screen).ok_or(away)
            }
            answer => answer,
        }
    }

    async fn read_facts(
        &self,
        screen: ScreenNumber,
    ) -> Result<(Arc<Screen>, Arc<Course>), crate::checkin::Error> {
        let screen = self.0.roster.screen(screen).await?.ok_or(refusals::NOT_FOUND)?;
        let course = self.0.roster.course(screen.course).await?.ok_or(refusals::NOT_FOUND)?;
        Ok((screen, course))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.timekeeper.clock().now()
    }

    /// A page's turn to be let in; at once when the process stops.
    pub(super) async fn turn(&self) {
        let wait = self.0.reconnect_limiter.wait(steady());
        if !wait.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.0.stopping.cancelled() => {}
            }
        }
    }

    /// Now, for making a code; none while this node's clock may be wrong.
    pub(super) fn trusted_now(&self) -> Option<Timestamp> {
        self.0.timekeeper.now()
    }

    async fn run(self, screen: ScreenNumber, sender: watch::Sender<Arc<Frames>>, wake: Arc<Notify>) {
        let mut session = ScreenSession::new(Arc::clone(&self.0.keys), self.0.address.clone());
        let mut trust = self.0.timekeeper.trust();
        let Ok(mut facts) = self.facts(screen).await else {
            self.end(screen, &sender, true);
            return;
        };
        self.is_woken_by(screen, &facts.1);
        let mut count = self.0.counts.watch(facts.1.id);
        loop {
            let newest = *count.borrow_and_update();
            let updated = match self.trusted_now() {
                _ if self.0.stopping.is_cancelled() => Ok(session.end(Ending::GoingAway)),
                // Another node's clock may be right.
                None => Ok(session.end(Ending::TryAgain)),
                Some(now) => session.update(&facts.0, &facts.1, newest, now),
            };
            let sleep = match updated {
                Ok((changed, sleep)) => {
                    if changed {
                        sender.send_replace(Arc::new(session.frames.clone()));
                    }
                    sleep
                }
                Err(error) => {
                    tracing::error!(%error, %screen, "a screen cannot be shown");
                    LOOK_AGAIN
                }
            };
            let ended = session.frames.ended.is_some();
            if (ended || sender.receiver_count() == 0) && self.end(screen, &sender, ended) {
                return;
            }
            let changed = tokio::select! {
                () = self.0.stopping.cancelled() => false,
                _ = trust.changed() => false,
                () = tokio::time::sleep(sleep) => false,
                () = wake.notified() => true,
                _ = count.changed() => false,
                () = sender.closed() => false,
            };
            // With storage away the screen goes on with what was last read, and asking does not make its code late.
            let asked = self.read_facts(screen);
            let newest = if changed {
                asked.await
            } else {
                let away = Err(crate::checkin::Error::StorageAway { pass: None });
                tokio::time::timeout(BRIEFLY, asked).await.unwrap_or(away)
            };
            if let Ok(newest) = newest {
                if newest.1.project.id != facts.1.project.id {
                    self.is_woken_by(screen, &newest.1);
                }
                facts = newest;
            }
        }
    }

    /// The screen is woken by changes of this course and its project from now on.
    fn is_woken_by(&self, screen: ScreenNumber, course: &Course) {
        if let Some(watched) = self.sessions().get_mut(&screen) {
            watched.shows(course);
        }
    }

    /// Takes the session away unless a page has come meanwhile.
    fn end(&self, screen: ScreenNumber, sender: &watch::Sender<Arc<Frames>>, for_good: bool) -> bool {
        let mut sessions = self.sessions();
        let over = for_good || sender.receiver_count() == 0;
        if over {
            sessions.remove(&screen);
        }
        over
    }
}

impl From<crate::checkin::Error> for Error {
    fn from(error: crate::checkin::Error) -> Self {
        match error {
            crate::checkin::Error::StorageAway { .. } => Self::Database(sqlx::Error::PoolTimedOut),
            crate::checkin::Error::Refused(refusal) => Self::Refused(refusal),
            _ => Self::Refused(refusals::INTERNAL),
        }
    }
}
