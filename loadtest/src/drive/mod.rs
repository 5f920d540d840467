//! Sends a crowd's requests: in a closed loop for throughput, in an open loop for latency, and again and again where a
//! phone would. It must not know what a scenario makes of the answers.

mod attend;
mod closed;
mod dispatch;
mod open;
mod shot;

pub use attend::{Attended, attempt, attend};
pub use closed::closed;
pub use open::{Open, Opened, open};
pub use shot::{Shot, What};

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::client::{Line, Nodes, Target};
use crate::crowd::Crowd;
use crate::history::History;
use crate::measure::Meter;

/// What all senders of a run share.
#[derive(Clone)]
pub struct Run {
    pub crowd: Arc<Crowd>,
    pub history: History,
    pub meter: Arc<Meter>,
    /// Ends the run early; what is under way is still waited for.
    pub stop: CancellationToken,
    /// How long one answer may take before it counts as missing.
    pub patience: Duration,
    nodes: Arc<Nodes>,
}

impl Run {
    /// Begins now; `expected` is about how long it will be.
    pub fn begin(crowd: Arc<Crowd>, expected: Duration) -> Self {
        let targets = crowd.targets.clone();
        Self::to(crowd, &targets, expected)
    }

    /// The same, to these nodes only.
    pub fn to(crowd: Arc<Crowd>, targets: &[Target], expected: Duration) -> Self {
        let nodes = Line::nodes(targets.to_vec());
        Self {
            crowd,
            history: History::default(),
            meter: Arc::new(Meter::new(expected)),
            stop: CancellationToken::new(),
            patience: Duration::from_secs(30),
            nodes,
        }
    }

    /// The next part of the same run: measured anew, in the same history.
    pub fn next(&self, expected: Duration) -> Self {
        Self { meter: Arc::new(Meter::new(expected)), stop: CancellationToken::new(), ..self.clone() }
    }

    /// A connection for one worker.
    pub fn line(&self) -> Line {
        Line::new(Arc::clone(&self.nodes), self.patience)
    }

    /// Connections that are open before the first request, as those of a proxy are.
    pub async fn lines(&self, connections: usize) -> Vec<Line> {
        let mut lines = Vec::with_capacity(connections);
        for _ in 0..connections {
            let mut line = self.line();
            // A connection that fails now reports it with the first request.
            let _ = line.open().await;
            lines.push(line);
        }
        lines
    }
}
