//! One page: hello → welcome → the newest frames until the page leaves or its screen's session ends. It only forwards:
//! the session decides what is shown.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::figures::{self, Connected};
use super::frames::Frames;
use super::line::{Heard, Line, PING};
use super::protocol::{CourseFacts, Ending, Inbound, Outbound};
use super::reconnect_limiter::spread_ms;
use super::{Displays, credential, sql};
use zaichang_core::ids::ScreenNumber;
use zaichang_platform::auth::Token;

/// How long a page may take to say hello.
const HELLO: Duration = Duration::from_secs(5);

/// Serves one page until its end, and says the end's reason.
pub(super) async fn serve(displays: Arc<Displays>, screen: ScreenNumber, mut line: Line) {
    let connected = Connected::new();
    let ending = run(&displays, screen, &mut line).await.err();
    drop(connected);
    if let Some(ending) = ending {
        figures::ended(ending);
        if ending != Ending::LineLost {
            line.end(ending).await;
        }
    }
}

/// `Ok` when the page has left by itself.
async fn run(displays: &Displays, screen: ScreenNumber, line: &mut Line) -> Result<(), Ending> {
    // Boxed, so that a page does not hold the handshake's memory for as long as it stays.
    match Box::pin(enter(displays, screen, line)).await? {
        Some(frames) => {
            let _shown = displays.hub.shows(screen);
            forward(displays, line, frames).await
        }
        None => Ok(()),
    }
}

/// Hello and welcome; none when the page has left by itself.
async fn enter(
    displays: &Displays,
    screen: ScreenNumber,
    line: &mut Line,
) -> Result<Option<watch::Receiver<Arc<Frames>>>, Ending> {
    let Some(hello) = hello(line, &displays.stopping).await? else { return Ok(None) };
    let resume = admit(displays, screen, hello).await?;
    // Only now: a refused stranger must not delay other pages.
    displays.hub.turn().await;
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
    line.say(welcome.written()).await?;
    Ok(Some(frames))
}

async fn hello(line: &mut Line, stopping: &CancellationToken) -> Result<Option<Inbound>, Ending> {
    let first = tokio::select! {
        first = tokio::time::timeout(HELLO, line.hear()) => first.map_err(|_| Ending::HelloLate)?,
        () = stopping.cancelled() => return Err(Ending::GoingAway),
    };
    match first? {
        Heard::Text(text) => Ok(Some(serde_json::from_str(&text).map_err(|_| Ending::BadFrame)?)),
        Heard::Pong => Err(Ending::BadFrame),
        Heard::Left => Ok(None),
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

/// One frame of each kind, and a ping.
const NEWS: usize = 5;

async fn forward(
    displays: &Displays,
    line: &mut Line,
    mut frames: watch::Receiver<Arc<Frames>>,
) -> Result<(), Ending> {
    let mut sent = 0;
    let mut asks = frames.borrow().asks;
    let mut answered = true;
    loop {
        let newest = Arc::clone(&frames.borrow_and_update());
        let mut news = <[Bytes; NEWS]>::default();
        if newest.asks > asks {
            // Without this check the system would buffer its frames for minutes.
            if !std::mem::take(&mut answered) {
                return Err(Ending::TooSlow);
            }
            asks = newest.asks;
            news[NEWS - 1] = Bytes::from_static(PING);
        }
        for (bytes, frame) in news.iter_mut().zip(newest.after(sent)) {
            // A page that joins in the middle of a step gets the current time, not the step's beginning.
            *bytes = if sent == 0 { newest.as_of(frame, displays.hub.now()) } else { frame.bytes.clone() };
        }
        line.tell(news).await?;
        if sent > 0 {
            newest.after(sent).filter_map(|frame| frame.due).for_each(|due| due.met(displays.hub.now()));
        }
        sent = newest.after(sent).last().map_or(sent, |frame| frame.seq);
        if let Some(ending) = newest.ended {
            return Err(ending);
        }
        tokio::select! {
            biased;
            changed = frames.changed() => {
                if changed.is_err() && frames.borrow().ended.is_none() {
                    return Err(Ending::TryAgain);
                }
            }
            heard = line.hear() => match heard? {
                Heard::Text(text) => match serde_json::from_str(&text) {
                    Ok(Inbound::Ping {}) => {
                        let pong = Outbound::Pong {
                            server_now: displays.hub.now(),
                            reconnect_within_ms: spread_ms(displays.hub.pages()),
                        };
                        line.say(pong.written()).await?;
                    }
                    _ => return Err(Ending::BadFrame),
                },
                Heard::Pong => answered = true,
                Heard::Left => return Ok(()),
            },
        }
    }
}
