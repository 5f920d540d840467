//! A page's WebSocket. A frame for many pages is encoded once, and its bytes are written to each socket unchanged. Reading,
//! pings and the closing are the library's. It must not know what is said.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use bytes::{Buf as _, Bytes};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::protocol::{Ending, INBOUND};
use zaichang_platform::http::Problem;

/// A page that takes no frame for so long is dropped.
const PROGRESS: Duration = Duration::from_secs(15);
/// Bytes. A page sends little at a time: a small buffer keeps ten thousand pages cheap.
const READ: usize = 512;
/// Bytes of what the library sends by itself: a pong, the closing.
const WRITE: usize = 4096;

/// A request that asks for a WebSocket.
pub(super) struct Upgrade {
    answer: Response,
    upgrading: OnUpgrade,
}

impl<S: Send + Sync> FromRequest<S> for Upgrade {
    type Rejection = Problem;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Problem> {
        let refused = || Problem::field("upgrade", "this address speaks WebSocket");
        let answer = create_response_with_body(&request, Body::empty).map_err(|_| refused())?;
        let upgrading = request.extensions_mut().remove().ok_or_else(refused)?;
        Ok(Self { answer, upgrading })
    }
}

impl Upgrade {
    /// The answer that agrees to it; `serve` is run with the line as soon as the page has it.
    pub fn agree<F>(self, serve: impl FnOnce(Line) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        let Self { answer, upgrading } = self;
        tokio::spawn(async move {
            // A client that has hung up meanwhile gets no line.
            if let Ok(upgraded) = upgrading.await {
                serve(Line::over(upgraded).await).await;
            }
        });
        answer
    }
}

/// Asks whether the page still reads: browsers answer by themselves (RFC 6455, section 5.5.2).
pub(super) const PING: &[u8] = &[0x89, 0];

/// Text as a frame that a server sends (RFC 6455, section 5.2): whole, and without a mask.
pub(super) fn framed(text: String) -> Bytes {
    let mut bytes = Vec::with_capacity(text.len() + 4);
    let frame = Frame::message(text, OpCode::Data(Data::Text), true);
    frame.format(&mut bytes).expect("a vector takes every byte");
    bytes.into()
}

/// The line to one page.
pub(super) struct Line(WebSocketStream<TokioIo<Upgraded>>);

/// What a page says.
pub(super) enum Heard {
    Text(Utf8Bytes),
    /// An answer to a ping.
    Pong,
    /// The page has left by itself.
    Left,
}

impl Line {
    async fn over(upgraded: Upgraded) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE)
            .max_message_size(Some(INBOUND))
            .max_frame_size(Some(INBOUND));
        Self(WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await)
    }

    /// Sends frames unchanged and together; empty ones are left out. If it is cancelled midway, the line cannot be used again.
    pub async fn tell(&mut self, frames: [Bytes; 5]) -> Result<(), Ending> {
        in_time(async {
            // What the library has begun to write must go out whole, first.
            self.0.flush().await?;
            let [first, second, third, fourth, fifth] = frames;
            let stream = self.0.get_mut();
            // One alone is the rule, and costs the system less than a list of one.
            if [&second, &third, &fourth, &fifth].iter().all(|frame| frame.is_empty()) {
                stream.write_all(&first).await?;
            } else {
                stream
                    .write_all_buf(&mut first.chain(second).chain(third).chain(fourth).chain(fifth))
                    .await?;
            }
            Ok(stream.flush().await?)
        })
        .await
    }

    /// Sends a text to this page alone.
    pub async fn say(&mut self, text: String) -> Result<(), Ending> {
        let none = Bytes::new;
        self.tell([framed(text), none(), none(), none(), none()]).await
    }

    /// The next thing that the page says. May be cancelled and called again.
    pub async fn hear(&mut self) -> Result<Heard, Ending> {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => Ok(Heard::Text(text)),
                Some(Ok(Message::Pong(_))) => Ok(Heard::Pong),
                Some(Ok(Message::Close(_))) => Ok(Heard::Left),
                // The library answers it.
                Some(Ok(Message::Ping(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Binary(_))) => Err(Ending::BadFrame),
                Some(Err(_)) | None => Err(Ending::LineLost),
            };
        }
    }

    /// Says why the line ends, if the page still listens.
    pub async fn end(mut self, ending: Ending) {
        let reason = Utf8Bytes::from_static(ending.reason());
        let close = Message::Close(Some(CloseFrame { code: ending.code().into(), reason }));
        let _ = tokio::time::timeout(Duration::from_secs(1), self.0.send(close)).await;
    }
}

async fn in_time(sent: impl Future<Output = Result<(), Error>>) -> Result<(), Ending> {
    match tokio::time::timeout(PROGRESS, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Ending::LineLost),
        Err(_) => Err(Ending::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_tells_its_length_in_as_few_bytes_as_there_may_be() {
        for (length, head) in [
            (2, vec![0x81, 2]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (70_000, vec![0x81, 127]),
        ] {
            let frame = framed("x".repeat(length));
            assert!(frame.starts_with(&head), "{length}");
            assert!(frame.ends_with(b"x"));
            assert_eq!(
                frame.len() - length,
                if length < 126 {
                    2
                } else if length < 65_536 {
                    4
                } else {
                    10
                }
            );
        }
    }
}
