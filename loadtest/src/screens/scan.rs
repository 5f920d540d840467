//! A frame's content, found by a scan for the few fields that are measured: a parse of the whole would cost more than
//! the reading. It relies on names, not on their order. Pure.

use super::instant::{self, Micros};

/// What the server sent to a page.
#[derive(Debug, PartialEq, Eq)]
pub enum ServerFrame<'a> {
    /// The page is welcomed: the credential to come back with.
    Welcome {
        resume: &'a str,
    },
    Code {
        valid_from: Micros,
        valid_until: Micros,
    },
    Count {
        check_ins: u32,
        at: Micros,
    },
    State,
    /// Over how many milliseconds the pages of a node come back when it ends, where it has many.
    Pong {
        reconnect_within_ms: Option<u32>,
    },
    /// Not a known frame.
    Other,
}

/// Reads a text frame.
pub fn scan(text: &[u8]) -> ServerFrame<'_> {
    read(text).unwrap_or(ServerFrame::Other)
}

fn read(text: &[u8]) -> Option<ServerFrame<'_>> {
    let frame = match kind(text)? {
        b"code" => ServerFrame::Code {
            valid_from: instant(text, b"\"valid_from\":\"")?,
            valid_until: instant(text, b"\"valid_until\":\"")?,
        },
        b"count" => ServerFrame::Count {
            check_ins: whole(text, b"\"check_ins\":")?,
            at: instant(text, b"\"at\":\"")?,
        },
        b"welcome" => {
            ServerFrame::Welcome { resume: std::str::from_utf8(string(text, b"\"resume\":\"")?).ok()? }
        }
        b"state" => ServerFrame::State,
        b"pong" => ServerFrame::Pong { reconnect_within_ms: whole(text, b"\"reconnect_within_ms\":") },
        _ => return None,
    };
    Some(frame)
}

/// The frame's type: its first field, as it happens, and looked for if it ever is not.
fn kind(text: &[u8]) -> Option<&[u8]> {
    const FIRST: &[u8] = b"{\"type\":\"";
    let rest = match text.strip_prefix(FIRST) {
        Some(rest) => rest,
        None => after(text, &FIRST[1..])?,
    };
    rest.split(|byte| *byte == b'"').next()
}

/// A field's whole number.
fn whole(text: &[u8], name: &[u8]) -> Option<u32> {
    let rest = after(text, name)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    u32::try_from(instant::number(&rest[..digits])?).ok().filter(|_| digits > 0)
}

fn instant(text: &[u8], name: &[u8]) -> Option<Micros> {
    instant::read(string(text, name)?)
}

/// A field's string. Names, credentials and instants hold no escapes.
fn string<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    after(text, name)?.split(|byte| *byte == b'"').next()
}

/// What follows the last occurrence. From the end: the long picture of a code stands before its times.
fn after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(name.len()).rposition(|window| window == name)?;
    Some(&text[at + name.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_of_the_contract_is_told_apart() {
        let welcome = r#"{"type":"welcome","screen":7,"resume":"abc-_9","server_now":"2025-11-29T01:02:13Z","course":{"title":"say \"resume\":\"x\"","cap":300}}"#;
        assert_eq!(scan(welcome.as_bytes()), ServerFrame::Welcome { resume: "abc-_9" });
        let code = format!(
            r#"{{"type":"code","seq":41,"url":"HTTPS://X/C/A","size":29,"path":"{}","valid_from":"1970-01-01T00:00:03Z","valid_until":"1970-01-01T00:00:06Z","server_now":"1970-01-01T00:00:03.001Z"}}"#,
            "M0 0h7v1".repeat(300)
        );
        assert_eq!(
            scan(code.as_bytes()),
            ServerFrame::Code { valid_from: 3_000_000, valid_until: 6_000_000 }
        );
        let count = r#"{"type":"count","seq":42,"attendees":128,"check_ins":131,"cap":null,"at":"1970-01-01T00:00:01.5Z"}"#;
        assert_eq!(scan(count.as_bytes()), ServerFrame::Count { check_ins: 131, at: 1_500_000 });
        assert_eq!(
            scan(br#"{"type":"state","seq":1,"state":"open","reason":null,"opens_at":null}"#),
            ServerFrame::State
        );
        let pong = br#"{"server_now":"1970-01-01T00:00:01Z","type":"pong"}"#;
        assert_eq!(scan(pong), ServerFrame::Pong { reconnect_within_ms: None });
        let pong = br#"{"type":"pong","server_now":"1970-01-01T00:00:01Z","reconnect_within_ms":3000}"#;
        assert_eq!(scan(pong), ServerFrame::Pong { reconnect_within_ms: Some(3000) });
    }

    #[test]
    fn a_frame_that_lacks_what_is_measured_tells_nothing() {
        for frame in [
            "",
            "{}",
            "[]",
            r#"{"type":"code","seq":1}"#,
            r#"{"type":"count","check_ins":,"at":"1970-01-01T00:00:01Z"}"#,
            r#"{"type":"count","check_ins":5,"at":"yesterday"}"#,
            r#"{"type":"news"}"#,
        ] {
            assert_eq!(scan(frame.as_bytes()), ServerFrame::Other, "{frame}");
        }
    }
}
