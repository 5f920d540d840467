//! One Redis, or a Redis Cluster: callers do not know which. It must not know what is kept there.
//!
//! In a cluster a pipeline goes to one master, so its keys share a hash tag: `zc:seen:{course}:…`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster::{ClusterClient, ClusterConfig};
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, Value};

/// Slower than this and Postgres is asked instead.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long connecting may take; a request waits for it no longer than `PATIENCE`.
const CONNECT: Duration = Duration::from_millis(500);
/// How long a node of a cluster may take for what the line asks it by itself: who holds which slots.
const CLUSTER_ANSWER: Duration = Duration::from_millis(500);

/// Where Redis is.
pub struct Redis {
    /// One is a Redis; several are nodes of one Redis Cluster.
    addresses: Vec<Client>,
    cluster: Option<ClusterClient>,
    /// The address that is listened at next.
    next: AtomicUsize,
}

impl Redis {
    /// Reads one address, or several of one Redis Cluster, separated by commas. Nothing is connected.
    pub fn at(written: &str) -> RedisResult<Self> {
        let urls: Vec<&str> = written.split(',').map(str::trim).filter(|url| !url.is_empty()).collect();
        let addresses = urls.iter().map(|url| Client::open(*url)).collect::<RedisResult<Vec<_>>>()?;
        let cluster = match urls.len() {
            0 => return Err((ErrorKind::InvalidClientConfig, "there is no address").into()),
            1 => None,
            // A moved slot is answered with its new node at once, and asked again once; more would outlast the patience.
            _ => Some(
                ClusterClient::builder(urls)
                    .retries(1)
                    .connection_timeout(CONNECT)
                    .response_timeout(CLUSTER_ANSWER)
                    .overall_response_timeout(Some(PATIENCE))
                    .build()?,
            ),
        };
        Ok(Self { addresses, cluster, next: AtomicUsize::new(0) })
    }

    /// A connection that opens by itself, now and whenever it broke. An absent Redis is no error. Inside a Tokio runtime.
    pub fn line(&self) -> RedisResult<Line> {
        if let Some(cluster) = &self.cluster {
            let config = ClusterConfig::new().set_response_timeout(CLUSTER_ANSWER);
            return Ok(Line::Cluster(cluster.get_pending_async_connection_with_config(config)));
        }
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(CONNECT))
            .set_max_delay(Duration::from_secs(1))
            .set_number_of_retries(1);
        Ok(Line::One(ConnectionManager::new_lazy_with_config(self.addresses[0].clone(), config)?))
    }

    /// What is published on a channel, until the connection breaks. In a cluster any node delivers what was published at any
    /// other; each call begins at another address, so that one that is away is left behind.
    pub async fn subscribe(&self, channel: &str) -> RedisResult<impl Stream<Item = Vec<u8>> + use<>> {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.addresses.len();
        let subscribed = async {
            let mut subscription = self.addresses[next].get_async_pubsub().await?;
            subscription.subscribe(channel).await?;
            Ok::<_, RedisError>(subscription)
        };
        // A machine that is off does not even refuse.
        let subscribed = tokio::time::timeout(CONNECT, subscribed).await;
        let late = || RedisError::from((ErrorKind::Io, "no subscription in time"));
        let messages = subscribed.map_err(|_| late())??.into_on_message();
        Ok(messages.map(|message| message.get_payload_bytes().to_vec()))
    }
}

/// A line to Redis. Clones share it. Each request is answered within 50 ms, or fails.
#[derive(Clone)]
pub enum Line {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl ConnectionLike for Line {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(line) => line.req_packed_command(command),
            Self::Cluster(line) => line.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(line) => line.req_packed_commands(pipeline, offset, count),
            Self::Cluster(line) => line.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(line) => line.get_db(),
            Self::Cluster(line) => line.get_db(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_addresses_are_a_cluster_and_one_is_not() {
        assert!(Redis::at("redis://10.0.0.1").unwrap().cluster.is_none());
        let two = Redis::at("redis://:secret@10.0.0.1, redis://:secret@10.0.0.2,").unwrap();
        assert!(two.cluster.is_some());
        assert_eq!(two.addresses.len(), 2);
    }

    #[test]
    fn what_is_no_cluster_is_refused() {
        for wrong in ["", ",", "redis://a, nonsense", "redis://a, redis+unix:///run/redis.sock"] {
            assert!(Redis::at(wrong).is_err(), "{wrong}");
        }
    }
}
