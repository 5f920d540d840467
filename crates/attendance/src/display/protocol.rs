//! The display channel's frames, exactly as the contract's section 5 writes them. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::checkin::Screen;
use zaichang_core::ids::ScreenNumber;
use zaichang_hosting::project::{Course, Period, written};
use zaichang_platform::http::Refusal;

/// The most bytes of a frame from a page.
pub(super) const INBOUND: usize = 256;

/// A frame from a page.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Inbound {
    Hello {
        /// Single use.
        ticket: Option<String>,
        /// From an earlier `welcome`.
        resume: Option<String>,
    },
    Ping {},
}

/// A frame to a page.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Outbound<'a> {
    Welcome {
        screen: ScreenNumber,
        resume: &'a str,
        server_now: Timestamp,
        course: CourseFacts<'a>,
    },
    Code {
        seq: u64,
        url: &'a str,
        /// Modules along one side, quiet zone not included.
        size: usize,
        path: &'a str,
        valid_from: Timestamp,
        /// The step's end: the page never shows the code past it.
        valid_until: Timestamp,
        server_now: Timestamp,
    },
    Count {
        seq: u64,
        attendees: i32,
        check_ins: i32,
        /// Distinct people of the whole period: what the cap counts.
        seats_taken: i64,
        cap: Option<i32>,
        at: Timestamp,
    },
    State {
        seq: u64,
        state: State,
        reason: Option<&'static str>,
        opens_at: Option<Timestamp>,
    },
    /// A second scan is asked for until `closes_at`; null when that is over.
    SpotCheck {
        seq: u64,
        closes_at: Option<Timestamp>,
        server_now: Timestamp,
    },
    Pong {
        server_now: Timestamp,
        /// A page whose connection the server ends comes back at a moment of its own within so long. Absent on a node of few
        /// pages: then within half a second.
        #[serde(skip_serializing_if = "Option::is_none")]
        reconnect_within_ms: Option<u32>,
    },
}

impl Outbound<'_> {
    pub fn written(&self) -> String {
        serde_json::to_string(self).expect("frames hold nothing that JSON cannot")
    }
}

/// What a page shows of the course.
#[derive(Serialize)]
pub(super) struct CourseFacts<'a> {
    title: &'a str,
    project_number: &'a str,
    project_name: &'a str,
    venue: &'a str,
    /// Where this screen stands.
    place: &'a str,
    period: &'a [Period],
    cap: Option<i32>,
    opens: String,
    closes: String,
}

impl<'a> CourseFacts<'a> {
    pub fn of(course: &'a Course, screen: &'a Screen) -> Self {
        Self {
            title: &course.title,
            project_number: &course.project.number,
            project_name: &course.project.name,
            venue: &course.project.venue,
            place: &screen.place,
            period: &course.project.periods,
            cap: course.cap,
            opens: written(course.opening.opens),
            closes: written(course.opening.closes),
        }
    }
}

/// What a screen is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Open,
    NotOpen,
    Closed,
    Full,
}

/// A state with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScreenState {
    pub state: State,
    pub reason: Option<Refusal>,
    pub opens_at: Option<Timestamp>,
}

/// Why the server ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Ending {
    /// The connection was lost without a closing frame: none is sent.
    LineLost,
    GoingAway,
    BadFrame,
    /// Ticket used, expired or not of this screen; credential not ours.
    #[strum(serialize = "ticket_invalid")]
    HelloRefused,
    HelloLate,
    ScreenClosed,
    TooSlow,
    /// Storage is away, or this node's clock is wrong: come back.
    #[strum(serialize = "storage_unavailable")]
    TryAgain,
}

impl Ending {
    pub const fn code(self) -> u16 {
        match self {
            // Never sent (RFC 6455).
            Self::LineLost => 1006,
            Self::GoingAway => 1001,
            Self::TryAgain => 1013,
            Self::BadFrame => 4400,
            Self::HelloRefused => 4401,
            Self::HelloLate => 4408,
            Self::ScreenClosed => 4410,
            Self::TooSlow => 4429,
        }
    }

    pub fn reason(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_written_to_the_letter() {
        let at: Timestamp = "2025-11-29T01:02:13.123Z".parse().unwrap();
        let frames = [
            Outbound::Count { seq: 42, attendees: 128, check_ins: 131, seats_taken: 290, cap: Some(300), at },
            Outbound::State {
                seq: 43,
                state: State::NotOpen,
                reason: Some("course_not_open"),
                opens_at: Some(at),
            },
            Outbound::SpotCheck { seq: 44, closes_at: Some(at), server_now: at },
            Outbound::Pong { server_now: at, reconnect_within_ms: None },
            Outbound::Pong { server_now: at, reconnect_within_ms: Some(3000) },
        ];
        let expected = [
            r#"{"type":"count","seq":42,"attendees":128,"check_ins":131,"seats_taken":290,"cap":300,"at":"2025-11-29T01:02:13.123Z"}"#,
            r#"{"type":"state","seq":43,"state":"not_open","reason":"course_not_open","opens_at":"2025-11-29T01:02:13.123Z"}"#,
            r#"{"type":"spot_check","seq":44,"closes_at":"2025-11-29T01:02:13.123Z","server_now":"2025-11-29T01:02:13.123Z"}"#,
            r#"{"type":"pong","server_now":"2025-11-29T01:02:13.123Z"}"#,
            r#"{"type":"pong","server_now":"2025-11-29T01:02:13.123Z","reconnect_within_ms":3000}"#,
        ];
        for (frame, expected) in frames.iter().zip(expected) {
            assert_eq!(frame.written(), expected);
        }
    }

    #[test]
    fn what_is_no_frame_of_a_page_is_not_read() {
        for wrong in [
            "",
            "{}",
            r#"{"type":"welcome"}"#,
            r#"{"type":"hello","key":"x"}"#,
            r#"{"type":"ping","x":1}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Inbound>(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Inbound>(r#"{"type":"ping"}"#).is_ok());
    }
}
