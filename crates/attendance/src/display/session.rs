//! One watched screen: works out its state, renders its code once per step, coalesces its counts, and publishes frames
//! that are encoded once however many pages forward them. It has no socket.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::figures::Due;
use super::frames::{CodeFrame, Drawn, Frame, Frames};
use super::line::framed;
use super::protocol::{Ending, Outbound, ScreenState, State};
use super::qr::Qr;
use super::{CodeAddress, Error};
use crate::checkin::{Count, Screen};
use crate::display::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::code::{Step, mint, phase_ms};
use zaichang_core::keys::Keys;
use zaichang_hosting::project::{Course, SpotCheck};
use zaichang_platform::http::Refusal;

/// Counts are sent at most four times a second.
const COUNT_PAUSE_MS: i64 = 250;
/// What is news on many screens at once, a count of their course or its opening, goes out on each by its phase within this
/// time: thousands of pages are never written to in one instant. With `TOGETHER_MS` no count waits longer than a quarter of a
/// second.
const SPREAD_MS: u32 = 150;
/// A count that would go out so shortly before a code goes with it: thousands of pages are written to at the edge, and none
/// of them twice.
const TOGETHER_MS: i64 = 100;
/// How often pages are asked whether they still read: with the first code after so long, or without one. Steps are at most
/// five seconds long, so that a page that does not answer is dropped within 12.
const ASK_MS: i64 = 4500;
/// The longest a session sleeps: edges of opening hours are found within this.
const LONGEST: Duration = Duration::from_secs(1);

/// What a count frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    attendees: i32,
    check_ins: i32,
    seats_taken: i64,
    cap: Option<i32>,
}

/// What a session has shown so far.
pub(super) struct ScreenSession {
    keys: Arc<Keys>,
    address: CodeAddress,
    seq: u64,
    shown: Option<ScreenState>,
    /// The next code. It is not sent before its step.
    ahead: Option<Drawn>,
    spot_check: Option<SpotCheck>,
    counted: Option<Counted>,
    counted_at_ms: i64,
    /// Since when a count waits to be sent.
    news_since_ms: Option<i64>,
    asked_at_ms: i64,
    pub frames: Frames,
}

impl ScreenSession {
    pub fn new(keys: Arc<Keys>, address: CodeAddress) -> Self {
        Self {
            keys,
            address,
            seq: 0,
            shown: None,
            ahead: None,
            spot_check: None,
            counted: None,
            counted_at_ms: i64::MIN / 2,
            news_since_ms: None,
            asked_at_ms: i64::MIN / 2,
            frames: Frames::default(),
        }
    }

    /// Brings the frames up to date. Returns whether any changed, and after how long to update them again.
    pub fn update(
        &mut self,
        screen: &Screen,
        course: &Course,
        count: Option<Count>,
        now: Timestamp,
    ) -> Result<(bool, Duration), Error> {
        let count = count.filter(|count| count.day == day_of(now));
        // Full with the count that says so, not before: the screens of a course do not turn in one instant.
        let seats_taken = self.counted.map(|counted| counted.seats_taken);
        let seats_taken = seats_taken.or(count.map(|count| count.seats_taken)).unwrap_or(0);
        let standing = standing(screen, course, seats_taken, now);
        let mut changed = self.tell_state(standing);
        changed |= self.tell_spot_check(course.spot_check_at(now), now);
        let new_code = self.tell_code(standing.state, screen, course, now)?;
        changed |= new_code;
        changed |= self.ask(new_code || self.frames.code.is_none(), now);
        let spread_ms = phase_ms(screen.screen, SPREAD_MS);
        let (told, wait_ms) = self.tell_count(course.cap, count, spread_ms, now);
        changed |= told;
        if let Some(counted) = self.counted.filter(|_| told) {
            changed |= self.tell_state(self::standing(screen, course, counted.seats_taken, now));
        }
        let closed = standing.state == State::Closed && standing.reason == Some(refusals::SCREEN_CLOSED);
        self.frames.ended = closed.then_some(Ending::ScreenClosed);
        let edge = self.frames.code.as_ref().map(|code| until(code.drawn.step.ends_at(), now));
        let spread = Duration::from_millis(spread_ms.into());
        let opening = standing.opens_at.map(|opens_at| until(opens_at, now) + spread);
        let asking =
            course.spot_checks.iter().flat_map(|spot_check| [spot_check.opens_at, spot_check.closes_at]);
        let asking = asking.filter(|edge| *edge > now).min().map(|edge| until(edge, now) + spread);
        let sleep = [edge, opening, asking, wait_ms.map(Duration::from_millis)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(LONGEST);
        Ok((changed, sleep.min(LONGEST)))
    }

    /// Ends the session for a reason of the server's: no frame follows.
    pub fn end(&mut self, ending: Ending) -> (bool, Duration) {
        self.frames.ended = Some(ending);
        (true, LONGEST)
    }

    fn next(&mut self, frame: impl FnOnce(u64) -> String) -> Frame {
        self.seq += 1;
        Frame { seq: self.seq, bytes: framed(frame(self.seq)), due: None }
    }

    fn tell_state(&mut self, standing: ScreenState) -> bool {
        if self.shown == Some(standing) {
            return false;
        }
        self.shown = Some(standing);
        let ScreenState { state, reason, opens_at } = standing;
        let reason = reason.map(Refusal::word);
        self.frames.state = Some(self.next(|seq| Outbound::State { seq, state, reason, opens_at }.written()));
        true
    }

    /// A coming spot check is sent to no page: absent people who knew of it could come back for it.
    fn tell_spot_check(&mut self, open: Option<SpotCheck>, now: Timestamp) -> bool {
        if self.spot_check == open {
            return false;
        }
        self.spot_check = open;
        let closes_at = open.map(|open| open.closes_at);
        self.frames.spot_check =
            Some(self.next(|seq| Outbound::SpotCheck { seq, closes_at, server_now: now }.written()));
        true
    }

    fn tell_code(
        &mut self,
        state: State,
        screen: &Screen,
        course: &Course,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !matches!(state, State::Open | State::Full) {
            return Ok(self.frames.code.take().is_some());
        }
        let step = Step::at(now, course.profile.step_ms(), screen.screen);
        if self.frames.code.as_ref().is_some_and(|code| code.drawn.step == step) {
            let next = step.next();
            let is_drawn = self.ahead.as_ref().is_some_and(|drawn| drawn.step == next);
            if !is_drawn && until(step.ends_at(), now) <= LONGEST {
                self.ahead = Some(self.draw(screen, next)?);
            }
            return Ok(false);
        }
        let drawn = match self.ahead.take().filter(|drawn| drawn.step == step) {
            Some(drawn) => drawn,
            None => self.draw(screen, step)?,
        };
        self.seq += 1;
        let before = self.frames.code.as_ref().map(|code| code.drawn.step.ends_at());
        let due = before.filter(|ended| *ended <= now).map(Due::Code);
        let frame = Frame { seq: self.seq, bytes: Bytes::new(), due };
        let mut code = CodeFrame { frame, drawn };
        code.frame.bytes = framed(code.written(now));
        self.frames.code = Some(Arc::new(code));
        Ok(true)
    }

    /// Draws the code of a step, ahead of it where that can be: at the edge thousands of pages wait.
    fn draw(&self, screen: &Screen, step: Step) -> Result<Drawn, Error> {
        let url = self.address.of(&mint(&self.keys, screen.screen, step));
        let qr = Qr::of(&url)?;
        metrics::counter!("zaichang_codes_rendered_total").increment(1);
        Ok(Drawn { url, size: qr.size, path: qr.path(), step })
    }

    /// Asks when it is time: together with a code, where codes are shown.
    fn ask(&mut self, convenient: bool, now: Timestamp) -> bool {
        let due = convenient && now.as_millisecond() - self.asked_at_ms >= ASK_MS;
        if due {
            self.frames.asks += 1;
            self.asked_at_ms = now.as_millisecond();
        }
        due
    }

    /// Whether a count was sent, or after how many milliseconds the newest may be.
    fn tell_count(
        &mut self,
        cap: Option<i32>,
        count: Option<Count>,
        spread_ms: u32,
        now: Timestamp,
    ) -> (bool, Option<u64>) {
        let Some(count) = count else { return (false, None) };
        let Count { attendees, check_ins, seats_taken, at, .. } = count;
        let newest = Counted { attendees, check_ins, seats_taken, cap };
        if self.counted == Some(newest) {
            self.news_since_ms = None;
            return (false, None);
        }
        let since_ms = *self.news_since_ms.get_or_insert(now.as_millisecond());
        // The first is sent at once: pages come one by one, so it needs no spreading.
        let spread_ms = if self.counted.is_some() { i64::from(spread_ms) } else { 0 };
        let mut at_ms = (self.counted_at_ms + COUNT_PAUSE_MS).max(since_ms + spread_ms);
        if let Some(code) = &self.frames.code {
            let edge_ms = code.drawn.step.ends_at().as_millisecond();
            if at_ms.max(now.as_millisecond()) + TOGETHER_MS >= edge_ms {
                at_ms = edge_ms;
            }
        }
        let wait_ms = at_ms - now.as_millisecond();
        if wait_ms > 0 {
            return (false, u64::try_from(wait_ms).ok());
        }
        let mut frame =
            self.next(|seq| Outbound::Count { seq, attendees, check_ins, seats_taken, cap, at }.written());
        // The first count is no news, and a change of the cap is no record.
        let grown = self
            .counted
            .is_some_and(|counted| (counted.attendees, counted.check_ins) != (attendees, check_ins));
        frame.due = grown.then_some(Due::Count(at));
        self.frames.count = Some(frame);
        self.counted = Some(newest);
        self.news_since_ms = None;
        self.counted_at_ms = now.as_millisecond();
        (true, None)
    }
}

/// What the screen is at an instant.
fn standing(screen: &Screen, course: &Course, seats_taken: i64, now: Timestamp) -> ScreenState {
    let closed = screen.closed_at.is_some() || screen.day < day_of(now);
    if closed {
        return ScreenState { state: State::Closed, reason: Some(refusals::SCREEN_CLOSED), opens_at: None };
    }
    match course.admits(now) {
        Ok(()) => {
            let full = course.cap.is_some_and(|cap| seats_taken >= i64::from(cap));
            ScreenState { state: if full { State::Full } else { State::Open }, reason: None, opens_at: None }
        }
        Err(not_now) => {
            let state = if not_now.opens_at.is_some() { State::NotOpen } else { State::Closed };
            ScreenState { state, reason: Some(not_now.refusal), opens_at: not_now.opens_at }
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests;
