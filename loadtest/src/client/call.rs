//! A single call whose answer is JSON: for preparations, where speed does not matter.
//! It must not know what is asked.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::{Connection, Target, request};

/// How long a single call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A status and its JSON; null where the body is none.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

/// Calls once, on a connection of its own.
pub async fn call(
    target: &Target,
    method: &str,
    path: &str,
    session: Option<&str>,
    body: Option<&str>,
) -> anyhow::Result<Reply> {
    let asked = async {
        let mut connection = Connection::open(target).await?;
        let answer = connection.exchange(&request(target, method, path, session, body)).await?;
        Ok(Reply { status: answer.status, body: serde_json::from_slice(answer.body).unwrap_or(Value::Null) })
    };
    let reply = timeout(PATIENCE, asked).await;
    let reply = reply.unwrap_or_else(|_| Err(super::Cut("no answer in time".to_owned())));
    reply.map_err(|cut| anyhow::anyhow!("{method} {path} at {}: {}", target.host, cut.0))
}
