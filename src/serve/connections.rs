//! The connections of a listener: accepted within the node's places, served, and given up when they say nothing.
//! It must not know what is answered.
//!
//! A listener without TLS speaks HTTP/1.1 alone unless it is set otherwise; with TLS the client chooses (ALPN).

mod places;
mod socket;

pub(super) use places::Places;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::HttpService;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

use places::ConnectionPlace;
use socket::Socket;

/// How long a connection may keep silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until its first request has arrived, the TLS handshake included; and, in HTTP/1, until each further one has.
    pub request: Duration,
    /// An HTTP/2 client must answer a ping within so long; and is asked as often.
    pub ping: Duration,
    /// An HTTP/2 connection on which nothing was asked for so long is asked to close. What is under way goes on…
    pub idle: Duration,
    /// …for so long at most.
    pub last: Duration,
    /// A client that takes nothing of its answer for so long is given up. Slow ones take something.
    pub stalled: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(10),
            ping: Duration::from_secs(20),
            idle: Duration::from_mins(1),
            last: Duration::from_hours(1),
            stalled: Duration::from_mins(1),
        }
    }
}

/// Requests that one HTTP/2 connection may have under way.
const STREAMS: u32 = 64;
/// What a request's head may take.
const HEAD: u32 = 64 * 1024;

/// What is spoken on a listener, and with whom.
#[derive(Clone)]
pub(super) struct Speech {
    pub tls: Option<RustlsConfig>,
    /// Without TLS: HTTP/2 as well, for a proxy that speaks it.
    pub plain_http2: bool,
    pub places: Places,
    pub patience: Patience,
}

/// Serves until `stopping`; then answers what is under way, for `grace` at most.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    speech: Speech,
    stopping: CancellationToken,
    grace: Duration,
) -> io::Result<()> {
    let speech = Arc::new(speech);
    let (connections, ended) = (TaskTracker::new(), CancellationToken::new());
    loop {
        // A node without a place leaves the newcomers in the system's queue.
        let permit = tokio::select! {
            biased;
            permit = speech.places.free() => permit,
            () = stopping.cancelled() => break,
        };
        // What has arrived before the stop is still accepted.
        let (stream, peer) = tokio::select! {
            biased;
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = stopping.cancelled() => break,
        };
        let Some(place) = speech.places.take(peer.ip(), permit) else { continue };
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            router: router.clone(),
            speech: Arc::clone(&speech),
            peer,
            asked: Arc::default(),
            stopping: stopping.clone(),
        };
        let ended = ended.clone();
        connections.spawn(async move {
            tokio::select! {
                biased;
                () = ended.cancelled() => {}
                () = connection.serve(stream, place) => {}
            }
        });
    }
    // Newcomers are refused at once, and go to another node.
    drop(listener);
    connections.close();
    if tokio::time::timeout(grace, connections.wait()).await.is_err() {
        ended.cancel();
        connections.wait().await;
    }
    Ok(())
}

/// One accepted connection.
struct Connection {
    router: Router,
    speech: Arc<Speech>,
    peer: SocketAddr,
    /// How often something was asked on it.
    asked: Arc<AtomicU32>,
    stopping: CancellationToken,
}

impl Connection {
    async fn serve(self, stream: TcpStream, place: ConnectionPlace) {
        let first = Instant::now() + self.speech.patience.request;
        let socket = Socket::new(stream, place, self.speech.patience.stalled);
        let Some(tls) = &self.speech.tls else {
            let http2 = self.speech.plain_http2;
            return self.speak(socket, http2, first).await;
        };
        let handshake = TlsAcceptor::from(tls.get_inner()).accept(socket);
        let Ok(Ok(stream)) = timeout_at(first, handshake).await else { return };
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        self.speak(stream, http2, first).await;
    }

    async fn speak(
        self,
        io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        http2: bool,
        first: Instant,
    ) {
        let (router, asked, peer) = (self.router, Arc::clone(&self.asked), self.peer);
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            asked.fetch_add(1, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let patience = self.speech.patience;
        let tended = Tended { asked: self.asked, stopping: self.stopping, patience };
        if http2 {
            let builder = both(patience);
            tended
                .until_its_end(builder.serve_connection_with_upgrades(TokioIo::new(io), service), first)
                .await;
        } else {
            let connection = http1(patience).serve_connection(TokioIo::new(io), service).with_upgrades();
            tended.until_its_end(connection, first).await;
        }
    }
}

fn http1(patience: Patience) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.request).max_buf_size(HEAD as usize);
    builder
}

fn both(patience: Patience) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.request)
        .max_buf_size(HEAD as usize)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience.ping)
        .keep_alive_timeout(patience.ping)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD);
    builder
}

/// A connection that can be asked to end after what is under way.
trait Windable: Future {
    fn wind_down(self: Pin<&mut Self>);
}

impl<I, S> Windable for http1::UpgradeableConnection<I, S>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    fn wind_down(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S> Windable for auto::UpgradeableConnection<'_, I, S, TokioExecutor>
where
    S: hyper::service::Service<Request<Incoming>, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    fn wind_down(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// What ends a connection besides its client.
struct Tended {
    asked: Arc<AtomicU32>,
    stopping: CancellationToken,
    patience: Patience,
}

impl Tended {
    async fn until_its_end<C: Windable>(self, connection: C, first: Instant) {
        let mut connection = pin!(connection);
        let mut look = pin!(sleep_until(first));
        let (mut winding, mut known) = (false, 0);
        loop {
            tokio::select! {
                biased;
                _ = &mut connection => return,
                () = self.stopping.cancelled(), if !winding => {
                    winding = true;
                    connection.as_mut().wind_down();
                }
                () = &mut look => {
                    let asked = self.asked.load(Ordering::Relaxed);
                    // Nothing was ever asked, or the last hour has passed.
                    if asked == 0 || (winding && asked == known) {
                        return;
                    }
                    let wait = if asked == known {
                        winding = true;
                        connection.as_mut().wind_down();
                        self.patience.last
                    } else {
                        known = asked;
                        self.patience.idle
                    };
                    look.as_mut().reset(Instant::now() + wait);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
