//! Real sockets, with patience of milliseconds: what says nothing is given up, what is honest lives on.

use std::future::pending;

use axum::response::IntoResponse as _;
use axum::routing::get;
use hyper::upgrade::OnUpgrade;
use rustls::ServerConfig;
use rustls::server::ResolvesServerCertUsingSni;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::*;
use zaichang_platform::http::address::TrustedProxies;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
/// The preface, and empty settings.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// `GET http://x/` on stream 1.
const HTTP2_REQUEST: &[u8] = b"\0\0\x06\x01\x05\0\0\0\x01\x82\x86\x84\x41\x01x";
const GO_AWAY: u8 = 7;

fn brief() -> Patience {
    Patience { request: Duration::from_millis(100), idle: Duration::from_millis(100), ..Patience::default() }
}

fn speech() -> Speech {
    let places = Places::new(1 << 20, 1000, TrustedProxies::default());
    Speech { tls: None, plain_http2: false, places, patience: brief() }
}

/// A listener that answers `done`, echoes what is upgraded, or never answers.
struct Listening {
    address: SocketAddr,
    stopping: CancellationToken,
    served: JoinHandle<io::Result<()>>,
}

impl Listening {
    async fn start(speech: Speech, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
        let router = router.route("/", get(async || "done"));
        let served = tokio::spawn(serve(listener, router, speech, stopping.clone(), Duration::from_secs(20)));
        Self { address, stopping, served }
    }

    async fn open(&self, words: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(words).await.unwrap();
        stream
    }

    async fn stop(self) {
        self.stopping.cancel();
        self.served.await.unwrap().unwrap();
    }
}

/// All that is said until the connection is closed.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut said).await;
    said
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut said = vec![0; 1024];
    let read = stream.read(&mut said).await.unwrap();
    String::from_utf8_lossy(&said[..read]).into_owned()
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    for plain_http2 in [false, true] {
        let listening = Listening::start(Speech { plain_http2, ..speech() }, Router::new()).await;
        for words in [&b""[..], b"G", b"GET / HTTP/1.1\r\nHost:", b"PRI * HT"] {
            let said = rest(listening.open(words).await).await;
            assert!(!said.starts_with(b"HTTP/1.1 200"), "{words:?}");
        }
        listening.stop().await;
    }
}

#[tokio::test]
async fn a_handshake_that_is_not_begun_is_given_up() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ResolvesServerCertUsingSni::new()));
    let tls = Some(RustlsConfig::from_config(Arc::new(config)));
    let listening = Listening::start(Speech { tls, ..speech() }, Router::new()).await;
    for words in [&b""[..], b"\x16\x03\x01\x02\0"] {
        assert_eq!(rest(listening.open(words).await).await, b"");
    }
    listening.stop().await;
}

#[tokio::test]
async fn http2_is_not_spoken_in_the_clear_unless_it_is_asked_for() {
    let listening = Listening::start(speech(), Router::new()).await;
    let said = rest(listening.open(HTTP2).await).await;
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 400"), "{said:?}");
    listening.stop().await;

    let listening = Listening::start(Speech { plain_http2: true, ..speech() }, Router::new()).await;
    let mut stream = listening.open(HTTP2).await;
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], 4, "its settings come first");
    listening.stop().await;
}

#[tokio::test]
async fn an_http2_connection_on_which_nothing_more_is_asked_is_told_to_go_away() {
    let listening = Listening::start(Speech { plain_http2: true, ..speech() }, Router::new()).await;
    let mut stream = listening.open(HTTP2).await;
    stream.write_all(HTTP2_REQUEST).await.unwrap();
    let mut frames = Vec::new();
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).await.is_err() {
            break;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut body = vec![0; length as usize];
        stream.read_exact(&mut body).await.unwrap();
        frames.push((head[3], body));
        // It closes when its pings are not answered, which takes longer.
        if head[3] == GO_AWAY {
            break;
        }
    }
    drop(stream);
    assert!(frames.iter().any(|(kind, body)| *kind == 0 && body == b"done"), "{frames:?}");
    assert!(frames.iter().any(|(kind, _)| *kind == GO_AWAY), "{frames:?}");
    listening.stop().await;
}

#[tokio::test]
async fn an_address_has_no_more_connections_than_it_may() {
    let places = Places::new(1 << 20, 2, TrustedProxies::default());
    let patience = Patience::default();
    let listening = Listening::start(Speech { places, patience, ..speech() }, Router::new()).await;
    let mut first = listening.open(REQUEST).await;
    let mut second = listening.open(REQUEST).await;
    assert!(answer(&mut first).await.ends_with("done"));
    assert!(answer(&mut second).await.ends_with("done"));
    assert_eq!(rest(listening.open(b"").await).await, b"");
    drop(first);
    // Its place is free as soon as the server has seen that it has gone.
    loop {
        let mut again = listening.open(b"").await;
        let asked = again.write_all(REQUEST).await;
        if asked.is_ok() && rest(again).await.ends_with(b"done") {
            break;
        }
    }
    listening.stop().await;
}

/// Agrees to any upgrade, and sends back what it receives.
async fn echo(mut request: Request) -> Response {
    let upgrading: OnUpgrade = request.extensions_mut().remove().unwrap();
    tokio::spawn(async move {
        let line = TokioIo::new(upgrading.await.unwrap());
        let (mut read, mut write) = tokio::io::split(line);
        tokio::io::copy(&mut read, &mut write).await
    });
    let headers = [("connection", "upgrade"), ("upgrade", "echo")];
    (axum::http::StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

#[tokio::test]
async fn a_screens_line_outlives_every_deadline() {
    let listening = Listening::start(speech(), Router::new().route("/live", get(echo))).await;
    let ask = b"GET /live HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    let mut line = listening.open(ask).await;
    assert!(answer(&mut line).await.starts_with("HTTP/1.1 101"));
    // Four connections that say nothing live and die meanwhile, one after another.
    for _ in 0..4 {
        rest(listening.open(b"").await).await;
    }
    line.write_all(b"still here").await.unwrap();
    assert_eq!(answer(&mut line).await, "still here");
    listening.stop().await;
}

#[tokio::test]
async fn what_is_under_way_is_answered_before_the_end() {
    let (begun, mut has_begun) = mpsc::unbounded_channel();
    let (go_on, may_go_on) = tokio::sync::watch::channel(false);
    let slow = get(move || {
        let (begun, mut may_go_on) = (begun.clone(), may_go_on.clone());
        async move {
            begun.send(()).unwrap();
            may_go_on.wait_for(|may| *may).await.unwrap();
            "answered"
        }
    });
    let listening = Listening::start(speech(), Router::new().route("/slow", slow)).await;
    let mut stream = listening.open(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    has_begun.recv().await.unwrap();
    listening.stopping.cancel();
    // New ones are refused from now on.
    while TcpStream::connect(listening.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.send(true).unwrap();
    assert!(answer(&mut stream).await.ends_with("answered"));
    listening.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_reader_who_takes_nothing_is_given_up() {
    let endless = get(async || {
        let parts = futures_util::stream::repeat(Ok::<_, Infallible>(bytes::Bytes::from(vec![7; 65_536])));
        Body::from_stream(parts)
    });
    let patience = Patience { stalled: Duration::from_millis(100), ..brief() };
    let places = Places::new(1 << 20, 1, TrustedProxies::default());
    let router = Router::new().route("/endless", endless);
    let listening = Listening::start(Speech { places: places.clone(), patience, ..speech() }, router).await;
    let reader = listening.open(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // The only place of this address is free again when the server has given up.
    loop {
        let next = listening.open(b"").await;
        let mut next = next;
        if next.write_all(REQUEST).await.is_ok() && rest(next).await.ends_with(b"done") {
            break;
        }
    }
    drop(reader);
    listening.stop().await;
}

#[tokio::test]
async fn a_client_that_never_ends_is_left_after_the_grace() {
    let (begun, mut has_begun) = mpsc::unbounded_channel();
    let never = get(move || {
        begun.send(()).unwrap();
        pending::<&'static str>()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
    let router = Router::new().route("/never", never);
    let served = tokio::spawn(serve(listener, router, speech(), stopping.clone(), Duration::from_millis(50)));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    has_begun.recv().await.unwrap();
    stopping.cancel();
    served.await.unwrap().unwrap();
    assert_eq!(rest(stream).await, b"");
}
