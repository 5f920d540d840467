//! A phone's connection: opened when it is needed and again when it was cut, each time to the next
//! of several nodes. It must not know what is asked or answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::timeout;

use super::{Answer, Connection, Cut, Target};

/// The nodes that may be asked, in turn.
#[derive(Debug)]
pub struct Nodes {
    targets: Vec<Target>,
    next: AtomicUsize,
}

impl Nodes {
    fn next(&self) -> &Target {
        &self.targets[self.next.fetch_add(1, Ordering::Relaxed) % self.targets.len()]
    }
}

/// A connection to any of the nodes.
pub struct Line {
    nodes: Arc<Nodes>,
    connection: Option<Connection>,
    /// How long an answer may take.
    patience: Duration,
}

impl Line {
    /// Connections that share the nodes evenly. At least one target is needed.
    pub fn nodes(targets: Vec<Target>) -> Arc<Nodes> {
        assert!(!targets.is_empty(), "there is no node to ask");
        Arc::new(Nodes { targets, next: AtomicUsize::new(0) })
    }

    /// A line whose connection is not opened yet.
    pub const fn new(nodes: Arc<Nodes>, patience: Duration) -> Self {
        Self { nodes, connection: None, patience }
    }

    /// Opens the connection now, so that the first request does not pay for it.
    pub async fn open(&mut self) -> Result<(), Cut> {
        if self.connection.is_none() {
            let opened = timeout(self.patience, Connection::open(self.nodes.next())).await;
            self.connection = Some(opened.map_err(|_| Cut("no connection in time".to_owned()))??);
        }
        Ok(())
    }

    /// Reconnects if the other side hung up while it was idle: no request was cut by that.
    pub async fn revive(&mut self) -> Result<(), Cut> {
        if self.connection.as_ref().is_some_and(Connection::is_closed) {
            self.connection = None;
        }
        self.open().await
    }

    /// Sends and waits for the answer, which `read` turns into what is to be kept of it.
    pub async fn ask<T>(&mut self, request: &[u8], read: impl FnOnce(&Answer<'_>) -> T) -> Result<T, Cut> {
        self.open().await?;
        // Taken out, so that a request that is given up in the middle takes its connection along.
        let mut connection = self.connection.take().ok_or_else(|| Cut("no connection".to_owned()))?;
        let answer = timeout(self.patience, connection.exchange(request)).await;
        let answer = answer.map_err(|_| Cut("no answer in time".to_owned()))??;
        let kept = read(&answer);
        if answer.keep {
            self.connection = Some(connection);
        }
        Ok(kept)
    }
}
