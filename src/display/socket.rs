//! One page's line: hello → welcome → forward the newest frames until the page leaves, the screen is closed or we stop.
//! It forwards; what is true is the stage's.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::figures::{self, Connected};
use super::protocol::{CourseFacts, Ending, Inbound, Outbound};
use super::stage::{Frame, Frames};
use super::{Displays, credential, sql};
use crate::auth::Token;
use crate::ids::ScreenNumber;

/// How long a page may take to say hello.
const HELLO: Duration = Duration::from_secs(5);
/// A page that takes no frame for so long is dropped.
const PROGRESS: Duration = Duration::from_secs(15);
/// How often a page is asked whether it still reads (a WebSocket ping, which browsers answer by themselves). One that has
/// not answered by the next time is dropped, so within 14 s: the system would take its frames for minutes.
const ASK: Duration = Duration::from_secs(7);

/// Serves one page until its end, and says the end's reason.
pub(super) async fn serve(displays: Arc<Displays>, screen: ScreenNumber, mut socket: WebSocket) {
    let connected = Connected::new();
    let ending = run(&displays, screen, &mut socket).await.err();
    drop(connected);
    if let Some(ending) = ending {
        figures::ended(ending);
        if ending == Ending::LineLost {
            return;
        }
        let frame = CloseFrame { code: ending.code(), reason: Utf8Bytes::from_static(ending.reason()) };
        let _ = tokio::time::timeout(Duration::from_secs(1), socket.send(Message::Close(Some(frame)))).await;
    }
}

/// `Ok` when the page has left by itself.
async fn run(displays: &Displays, screen: ScreenNumber, socket: &mut WebSocket) -> Result<(), Ending> {
    let stopping = displays.stopping.clone();
    // Boxed: a page keeps no room for its entrance as long as it stays.
    let Some(mut frames) = Box::pin(enter(displays, screen, socket, &stopping)).await? else { return Ok(()) };
    forward(displays, socket, &mut frames, &stopping).await
}

/// Hello and welcome; none when the page has left by itself.
async fn enter(
    displays: &Displays,
    screen: ScreenNumber,
    socket: &mut WebSocket,
    stopping: &CancellationToken,
) -> Result<Option<watch::Receiver<Frames>>, Ending> {
    let Some(hello) = hello(socket, stopping).await? else { return Ok(None) };
    let resume = admit(displays, screen, hello).await?;
    // Another node's clock may be right.
    displays.hub.trusted_now().ok_or(Ending::TryAgain)?;
    let (facts, course) = displays.hub.facts(screen).await.map_err(|_| Ending::TryAgain)?;
    let frames = displays.hub.watch(screen);
    let welcome = Outbound::Welcome {
        screen,
        resume: &resume,
        server_now: displays.hub.now(),
        course: CourseFacts::of(&course, &facts),
    };
    send(socket, Message::Text(welcome.written().into())).await?;
    Ok(Some(frames))
}

async fn hello(socket: &mut WebSocket, stopping: &CancellationToken) -> Result<Option<Inbound>, Ending> {
    let first = tokio::select! {
        first = tokio::time::timeout(HELLO, socket.recv()) => first.map_err(|_| Ending::HelloLate)?,
        () = stopping.cancelled() => return Err(Ending::GoingAway),
    };
    match first {
        Some(Ok(Message::Text(text))) => Ok(Some(serde_json::from_str(&text).map_err(|_| Ending::BadFrame)?)),
        Some(Ok(Message::Binary(_))) => Err(Ending::BadFrame),
        Some(Err(_)) | None => Err(Ending::LineLost),
        Some(Ok(_)) => Ok(None),
    }
}

/// Takes a ticket or a credential, and gives the credential for the next time.
async fn admit(displays: &Displays, screen: ScreenNumber, hello: Inbound) -> Result<String, Ending> {
    match hello {
        Inbound::Hello { ticket: Some(ticket), resume: None } => {
            let hash = Token::hash_of(&ticket).ok_or(Ending::HelloRefused)?;
            let used = sql::use_ticket(&displays.pool, &hash, screen, displays.hub.now()).await;
            if !used.map_err(|_| Ending::TryAgain)? {
                return Err(Ending::HelloRefused);
            }
            credential::make(&displays.keys, screen).map_err(|_| Ending::TryAgain)
        }
        Inbound::Hello { ticket: None, resume: Some(resume) } => {
            if credential::opens(&displays.keys, screen, &resume) {
                Ok(resume)
            } else {
                Err(Ending::HelloRefused)
            }
        }
        Inbound::Hello { .. } | Inbound::Ping {} => Err(Ending::BadFrame),
    }
}

async fn forward(
    displays: &Displays,
    socket: &mut WebSocket,
    frames: &mut watch::Receiver<Frames>,
    stopping: &CancellationToken,
) -> Result<(), Ending> {
    let mut distrusted = pin!(displays.hub.distrusted());
    let mut sent = 0;
    let mut joined = false;
    let mut ask = tokio::time::interval_at(tokio::time::Instant::now() + ASK, ASK);
    let mut asked = false;
    loop {
        let newest = frames.borrow_and_update().clone();
        for frame in unsent(&newest, sent) {
            sent = frame.seq;
            let code = newest.code.as_ref().filter(|code| code.frame.seq == frame.seq && !joined);
            // A page that joins in the middle of a step is told what time it is now, not when the step began.
            let text =
                code.map_or_else(|| frame.text.clone(), |code| code.written(displays.hub.now()).into());
            send(socket, Message::Text(text)).await?;
            if let Some(due) = frame.due.filter(|_| joined) {
                due.met(displays.hub.now());
            }
        }
        joined = joined || newest.state.is_some();
        if newest.ended {
            return Err(Ending::ScreenClosed);
        }
        tokio::select! {
            changed = frames.changed() => {
                if changed.is_err() && !frames.borrow().ended {
                    return Err(Ending::TryAgain);
                }
            }
            _ = ask.tick() => {
                if asked {
                    return Err(Ending::TooSlow);
                }
                send(socket, Message::Ping(Bytes::new())).await?;
                asked = true;
            }
            inbound = socket.recv() => match inbound {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(Inbound::Ping {}) => {
                        let pong = Outbound::Pong { server_now: displays.hub.now() };
                        send(socket, Message::Text(pong.written().into())).await?;
                    }
                    _ => return Err(Ending::BadFrame),
                },
                Some(Ok(Message::Pong(_))) => asked = false,
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(Message::Binary(_))) => return Err(Ending::BadFrame),
                Some(Ok(Message::Close(_))) => return Ok(()),
                Some(Err(_)) | None => return Err(Ending::LineLost),
            },
            () = stopping.cancelled() => return Err(Ending::GoingAway),
            () = &mut distrusted => return Err(Ending::TryAgain),
        }
    }
}

/// The frames that follow what was sent, in the order of the screen's sequence.
fn unsent(frames: &Frames, sent: u64) -> Vec<Frame> {
    let code = frames.code.as_ref().map(|code| code.frame.clone());
    let mut unsent: Vec<_> = [frames.state.clone(), code, frames.count.clone()]
        .into_iter()
        .flatten()
        .filter(|frame| frame.seq > sent)
        .collect();
    unsent.sort_unstable_by_key(|frame| frame.seq);
    unsent
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Ending> {
    match tokio::time::timeout(PROGRESS, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Ending::LineLost),
        Err(_) => Err(Ending::TooSlow),
    }
}
