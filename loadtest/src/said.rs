//! The service's answer to a check-in, read as section 4 of the contract writes it.
//! It must not know why it was asked.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

/// The day that days are counted from.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// The answer a phone got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Recorded(Acknowledged),
    AlreadyRecorded(Acknowledged),
    /// Storage is away: the pass is to be presented again.
    Deferred {
        pass: String,
        retry_after_ms: u64,
    },
    Refused {
        refusal: Refusal,
        status: u16,
        retry_after_ms: Option<u64>,
    },
    /// No answer, a part of one, or one that the contract does not know: it may or may not have been recorded.
    Unknown,
}

/// A row that the service has promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    pub id: u128,
    /// Unix microseconds.
    pub at_us: i64,
    /// Unix microseconds.
    pub recorded_at_us: i64,
    /// Days since 1970.
    pub day: i64,
    pub slot: i64,
    pub course: i64,
    /// A hash of the receipt: whether two are the same is all that is asked.
    pub receipt: u64,
}

macro_rules! refusals {
    ($($name:ident $word:literal)*) => {
        /// The refusals that a load can meet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Refusal {
            $(#[doc = $word] $name,)*
            /// Any other.
            Other,
        }

        impl Refusal {
            /// The `code` on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* Self::Other => "other" }
            }

            fn parse(word: &str) -> Self {
                match word { $($word => Self::$name,)* _ => Self::Other }
            }
        }
    };
}

refusals! {
    CodeMalformed "code_malformed"
    CodeForged "code_forged"
    CodeExpired "code_expired"
    ScreenClosed "screen_closed"
    PassExpired "pass_expired"
    PassInvalid "pass_invalid"
    LoginRequired "login_required"
    PersonNotApproved "person_not_approved"
    PersonInactive "person_inactive"
    ProjectNotApproved "project_not_approved"
    OutsidePeriod "outside_period"
    CourseNotOpen "course_not_open"
    CourseOver "course_over"
    CapReached "cap_reached"
    DeviceInUse "device_in_use"
    TooManyRequests "too_many_requests"
    Busy "busy"
    StorageUnavailable "storage_unavailable"
}

impl Refusal {
    /// Whether to ask again is what the refusal asks for.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Busy | Self::TooManyRequests | Self::StorageUnavailable)
    }
}

/// An answer that is no refusal.
#[derive(Deserialize)]
struct Body<'a> {
    status: &'a str,
    #[serde(borrow)]
    pass: Option<Cow<'a, str>>,
    retry_after_ms: Option<u64>,
    #[serde(borrow)]
    check_in: Option<CheckIn<'a>>,
    #[serde(borrow)]
    receipt: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
    retry_after_ms: Option<u64>,
}

#[derive(Deserialize)]
struct CheckIn<'a> {
    id: Uuid,
    at: &'a str,
    recorded_at: &'a str,
    day: &'a str,
    slot: i64,
    course_id: i64,
}

impl Said {
    /// Reads an answer. What the contract does not say is `Unknown`: it proves nothing.
    pub fn read(status: u16, body: &[u8]) -> Self {
        match status {
            200..=299 => serde_json::from_slice(body).ok().and_then(|body| Self::of_body(status, body)),
            400..=499 | 503 => serde_json::from_slice(body).ok().map(|Problem { code, retry_after_ms }| {
                Self::Refused { refusal: Refusal::parse(&code), status, retry_after_ms }
            }),
            // A failure inside the service: it may have happened after the commit.
            _ => None,
        }
        .unwrap_or(Self::Unknown)
    }

    fn of_body(status: u16, body: Body<'_>) -> Option<Self> {
        let Body { pass, retry_after_ms, check_in, receipt, .. } = body;
        match (status, body.status) {
            (201, "recorded") => acknowledged(check_in, receipt).map(Self::Recorded),
            (200, "already_recorded") => acknowledged(check_in, receipt).map(Self::AlreadyRecorded),
            (202, "deferred") => {
                Some(Self::Deferred { pass: pass?.into_owned(), retry_after_ms: retry_after_ms? })
            }
            _ => None,
        }
    }

    /// The row it promises.
    pub const fn acknowledged(&self) -> Option<&Acknowledged> {
        match self {
            Self::Recorded(row) | Self::AlreadyRecorded(row) => Some(row),
            _ => None,
        }
    }

    /// Whether it is a final answer to the check-in, so that the phone does not have to ask again.
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Recorded(_) | Self::AlreadyRecorded(_) => true,
            Self::Refused { refusal, .. } => !refusal.passes(),
            Self::Deferred { .. } | Self::Unknown => false,
        }
    }

    /// Whether it was refused in this way.
    pub fn is_refused(&self, asked: Refusal) -> bool {
        matches!(self, Self::Refused { refusal, .. } if *refusal == asked)
    }
}

fn acknowledged(check_in: Option<CheckIn<'_>>, receipt: Option<Cow<'_, str>>) -> Option<Acknowledged> {
    let (check_in, receipt) = check_in.zip(receipt)?;
    let instant = |text: &str| Some(text.parse::<jiff::Timestamp>().ok()?.as_microsecond());
    let day = check_in.day.parse::<jiff::civil::Date>().ok()?;
    Some(Acknowledged {
        id: check_in.id.as_u128(),
        at_us: instant(check_in.at)?,
        recorded_at_us: instant(check_in.recorded_at)?,
        day: day.duration_since(EPOCH).as_hours() / 24,
        slot: check_in.slot,
        course: check_in.course_id,
        receipt: fnv1a(receipt.as_bytes()),
    })
}

/// FNV-1a, 64 bits.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::shanghai_day;

    const CHECK_IN: &str = r#""check_in":{"id":"019a0000-0000-7000-8000-000000000001","course_id":5,
        "course_title":"抗\"栓","project_number":"2025","project_name":"n","at":"2025-11-29T01:02:13.123Z",
        "recorded_at":"2025-11-29T01:02:13.2Z","day":"2025-11-29","slot":2940630,"source":"scan"},"receipt":"abc""#;

    #[test]
    fn acknowledgements_are_read_whole_or_count_for_nothing() {
        let body = format!(r#"{{"status":"recorded",{CHECK_IN}}}"#);
        let Said::Recorded(row) = Said::read(201, body.as_bytes()) else { panic!("{body}") };
        assert_eq!((row.slot, row.course, row.day), (2_940_630, 5, shanghai_day(row.at_us)));
        assert_eq!(row.recorded_at_us - row.at_us, 77_000);
        let again = body
            .replace("recorded\",\"check", "already_recorded\",\"check")
            .replace("\"recorded\"", "\"already_recorded\"");
        assert_eq!(Said::read(200, again.as_bytes()), Said::AlreadyRecorded(row));
        for (status, body) in [
            (200, body.as_str()),
            (201, again.as_str()),
            (201, &body.replace("receipt", "no_receipt")),
            (201, &body[..body.len() - 1]),
            (201, r#"{"status":"recorded"}"#),
            (502, ""),
        ] {
            assert_eq!(Said::read(status, body.as_bytes()), Said::Unknown, "{status} {body}");
        }
    }

    #[test]
    fn refusals_and_deferrals_are_told_apart() {
        let busy =
            br#"{"type":"/docs/problems#busy","title":"t","status":503,"code":"busy","retry_after_ms":500}"#;
        let said = Said::read(503, busy);
        assert_eq!(said, Said::Refused { refusal: Refusal::Busy, status: 503, retry_after_ms: Some(500) });
        assert!(!said.is_final() && said.is_refused(Refusal::Busy));
        assert!(Said::read(409, br#"{"status":409,"code":"cap_reached"}"#).is_final());
        assert!(Said::read(403, br#"{"status":403,"code":"never_heard_of"}"#).is_refused(Refusal::Other));
        let deferred = br#"{"status":"deferred","pass":"p","retry_after_ms":1000}"#;
        assert_eq!(Said::read(202, deferred), Said::Deferred { pass: "p".to_owned(), retry_after_ms: 1000 });
        assert_eq!(Said::read(500, br#"{"status":500,"code":"internal"}"#), Said::Unknown);
    }
}
