//! One page, as the venue page behaves: connects, says hello, checks the heartbeat, and returns after every loss with
//! full jitter. What it receives goes into the process's records. It must not know what is measured.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};

use super::books::Books;
use super::line::{Buffer, Ended, Ends, Line};
use super::orders::Channel;
use super::scan::{ServerFrame, scan};
use crate::clock::unix_us;

/// From the first packet to the welcome.
const WELCOME_WITHIN: Duration = Duration::from_secs(6);
/// The heartbeat: a connection that carries nothing for so long after a ping is dead.
const HEARD_WITHIN: Duration = Duration::from_secs(4);
/// A connection that held so long was good: the next loss counts from zero.
const STEADY: Duration = Duration::from_secs(10);
const BASE_MS: f64 = 500.0;
const CAP_MS: f64 = 8_000.0;
/// How the end of a connection is called that the page gave up by itself.
const UNHEARD: &str = "nothing was heard";

/// A page and what it shares with the others of its process.
pub struct Page {
    /// Its place in the books.
    pub number: usize,
    pub ends: Ends,
    pub host: Rc<str>,
    pub channel: Rc<Channel>,
    pub buffer: Buffer,
    pub books: Rc<RefCell<Books>>,
    /// Turns true when the page shall stop reading for good; none for a page that never does.
    pub freeze: Option<watch::Receiver<bool>>,
}

impl Page {
    /// Lives until it is dropped. `gate`: how many may be connecting at a time while they gather; it does not
    /// limit those that come back.
    pub async fn live(mut self, gate: Rc<Semaphore>) {
        let mut turn = gate.acquire().await.ok();
        let (mut failures, together_ms) = (0, Cell::new(0));
        loop {
            self.books.borrow_mut().tries(self.number, unix_us());
            let entered = timeout(WELCOME_WITHIN, self.enter()).await;
            turn.take();
            let up_since = Instant::now();
            let ended = match entered {
                Ok(Ok(line)) => self.listen(line, &together_ms).await,
                Ok(Err(ended)) => ended,
                Err(_) => Ended("no welcome in time".to_owned()),
            };
            self.books.borrow_mut().lost(self.number, &ended.0, unix_us());
            if up_since.elapsed() >= STEADY {
                failures = 0;
            }
            let at_least_ms = if ended.0 == UNHEARD { 0 } else { together_ms.get() };
            sleep(retry_delay(failures, at_least_ms, fastrand::f64())).await;
            failures += 1;
        }
    }

    /// Connects and is welcomed.
    async fn enter(&self) -> Result<Line, Ended> {
        let mut line = Line::open(self.ends, &self.host, &self.channel.path, self.buffer.clone()).await?;
        if let Some(resume) = &self.channel.resume {
            hello(&mut line, "resume", resume).await?;
        }
        self.books.borrow_mut().joined(self.number, unix_us());
        Ok(line)
    }

    /// Reads until the connection ends; for ever when the page is frozen.
    async fn listen(&mut self, mut line: Line, together_ms: &Cell<u32>) -> Ended {
        let (books, number) = (Rc::clone(&self.books), self.number);
        loop {
            if self.channel.resume.is_some()
                && let Err(ended) = line.say(r#"{"type":"ping"}"#).await
            {
                return ended;
            }
            let heard = Cell::new(false);
            let listening = line.hear(|text| -> Option<Infallible> {
                heard.set(true);
                if let ServerFrame::Pong { reconnect_within_ms } =
                    books.borrow_mut().hears(number, text, unix_us())
                {
                    together_ms.set(reconnect_within_ms.unwrap_or(0));
                }
                None
            });
            tokio::select! {
                ended = listening => match ended {
                    Err(ended) => return ended,
                    Ok(never) => match never {},
                },
                () = sleep(HEARD_WITHIN) => {}
                () = frozen(&mut self.freeze) => {
                    books.borrow_mut().frozen(number, line.from().ok(), unix_us());
                    // The connection is kept open, and nothing reads it.
                    return pending().await;
                }
            }
            if !heard.get() {
                return Ended(UNHEARD.to_owned());
            }
        }
    }
}

/// Says hello and waits for the welcome: the credential for the next time.
///
/// # Errors
/// The connection's end, which gives the reason for refusing the hello.
pub async fn hello(line: &mut Line, with: &str, secret: &str) -> Result<String, Ended> {
    line.say(&format!(r#"{{"type":"hello","{with}":"{secret}"}}"#)).await?;
    let welcomed = line.hear(|text| match scan(text) {
        ServerFrame::Welcome { resume } => Some(Ok(resume.to_owned())),
        _ => Some(Err(Ended("the first frame was no welcome".to_owned()))),
    });
    welcomed.await?
}

/// Done when the page is to be frozen; never for one that is not.
async fn frozen(freeze: &mut Option<watch::Receiver<bool>>) {
    if let Some(freeze) = freeze
        && freeze.wait_for(|freeze| *freeze).await.is_ok()
    {
        return;
    }
    pending::<()>().await;
}

/// The page's own rule: a draw from [0, min(8 s, max(at least, 0.5 s × 2^failures))). `draw` is in [0, 1).
fn retry_delay(failures: i32, at_least_ms: u32, draw: f64) -> Duration {
    let bound = f64::from(at_least_ms).max(BASE_MS * 2_f64.powi(failures));
    Duration::from_secs_f64(draw * bound.min(CAP_MS) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_return_as_the_venue_page_does() {
        let longest = |at_least_ms| {
            [0, 1, 2, 3, 4, 5, 60].map(|failures| retry_delay(failures, at_least_ms, 1.0).as_millis())
        };
        assert_eq!(longest(0), [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(longest(3000), [3000, 3000, 3000, 4000, 8000, 8000, 8000]);
        assert_eq!(retry_delay(9, 3000, 0.0), Duration::ZERO);
        assert_eq!(retry_delay(0, 0, 0.5), Duration::from_millis(250));
    }
}
