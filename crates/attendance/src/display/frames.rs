//! What a screen shows, as it goes to its pages: the newest frame of each kind, encoded once. It must not decide what is shown.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::figures::Due;
use super::line::framed;
use super::protocol::{Ending, Outbound};
use zaichang_core::code::Step;

/// A frame with its place in the screen's sequence.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub seq: u64,
    /// As it goes to every page.
    pub bytes: Bytes,
    /// What its lateness is measured from; none for a frame that no page was waiting for.
    pub due: Option<Due>,
}

/// The code of a step, drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub url: String,
    /// Modules a side.
    pub size: usize,
    pub path: String,
    pub step: Step,
}

/// The code of a step, kept in parts so that a page that joins gets the current time with it.
#[derive(Debug)]
pub(super) struct CodeFrame {
    pub frame: Frame,
    pub drawn: Drawn,
}

impl CodeFrame {
    /// The same frame as of now.
    pub fn written(&self, now: Timestamp) -> String {
        let Self { frame, drawn: Drawn { url, size, path, step } } = self;
        let (valid_from, valid_until) = (step.starts_at(), step.ends_at());
        Outbound::Code { seq: frame.seq, url, size: *size, path, valid_from, valid_until, server_now: now }
            .written()
    }
}

/// The newest of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    pub state: Option<Frame>,
    /// None whenever no code may be shown.
    pub code: Option<Arc<CodeFrame>>,
    pub count: Option<Frame>,
    /// None before the first spot check of the day.
    pub spot_check: Option<Frame>,
    /// How often pages have been asked whether they still read. One that has not answered the last time is dropped.
    pub asks: u64,
    /// Why nothing will follow.
    pub ended: Option<Ending>,
}

impl Frames {
    /// The frames that follow what was sent, in the order of the screen's sequence.
    pub fn after(&self, sent: u64) -> impl Iterator<Item = &Frame> {
        let code = self.code.as_ref().map(|code| &code.frame);
        let mut frames = [self.state.as_ref(), code, self.count.as_ref(), self.spot_check.as_ref()];
        frames.sort_unstable_by_key(|frame| frame.map(|frame| frame.seq));
        frames.into_iter().flatten().filter(move |frame| frame.seq > sent)
    }

    /// A frame's bytes for a page that joins now: a code carries the current time.
    pub fn as_of(&self, frame: &Frame, now: Timestamp) -> Bytes {
        let code = self.code.as_ref().filter(|code| code.frame.seq == frame.seq);
        code.map_or_else(|| frame.bytes.clone(), |code| framed(code.written(now)))
    }
}
