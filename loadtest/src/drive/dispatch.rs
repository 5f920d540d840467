//! Assigns arrivals to connections: an arrival takes the connection that was used last, opens another while it may,
//! or waits. It must not know what is sent.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use super::Shot;

/// A request, and when it ought to be sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub shot: Shot,
    pub at: Instant,
}

/// What an idle connection does next.
pub(super) enum Next {
    Send(Due),
    Wait(oneshot::Receiver<Due>),
    End,
}

#[derive(Default)]
struct State {
    idle: Vec<oneshot::Sender<Due>>,
    waiting: VecDeque<Due>,
    open: usize,
    closed: bool,
}

/// The dispatch of one run.
pub(super) struct Dispatch {
    state: Mutex<State>,
    limit: usize,
}

impl Dispatch {
    /// With at most so many connections.
    pub fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), limit: limit.max(1) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection without a request is ready.
    pub fn join(&self) {
        self.state().open += 1;
    }

    /// A person arrives. Some if a connection has to be opened for them.
    pub fn arrive(&self, due: Due) -> Option<Due> {
        let mut state = self.state();
        let mut due = due;
        while let Some(idle) = state.idle.pop() {
            match idle.send(due) {
                Ok(()) => return None,
                // That connection has ended meanwhile.
                Err(back) => due = back,
            }
        }
        if state.open < self.limit {
            state.open += 1;
            return Some(due);
        }
        state.waiting.push_back(due);
        None
    }

    /// What a connection does next.
    pub fn next(&self) -> Next {
        let mut state = self.state();
        if let Some(due) = state.waiting.pop_front() {
            return Next::Send(due);
        }
        if state.closed {
            return Next::End;
        }
        let (sender, receiver) = oneshot::channel();
        state.idle.push(sender);
        Next::Wait(receiver)
    }

    /// Ends the arrivals. Those that still wait are served, or sent away; gives how many were sent away.
    pub fn close(&self, serve_waiting: bool) -> usize {
        let mut state = self.state();
        state.closed = true;
        state.idle.clear();
        if serve_waiting {
            return 0;
        }
        std::mem::take(&mut state.waiting).len()
    }

    /// How many connections were opened.
    pub fn opened(&self) -> usize {
        self.state().open
    }
}
