//! WebSocket (RFC 6455) as a page needs it: the upgrade, frames cut out of the bytes that were read without a copy, and
//! the few frames a page sends. It must not know a frame's content. Pure.

use anyhow::{Context as _, bail};

/// The largest frame that is accepted. A code is under 4 KB.
const LARGEST: usize = 64 * 1024;

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
    Pong,
    /// With the code, if one was given.
    Close(Option<u16>),
}

/// Cuts the first frame off: the frame and how many bytes it took. None if it is not whole yet.
///
/// # Errors
/// What no server may send to a page that asked for no extension: masked, fragmented, binary or huge frames.
pub fn cut(bytes: &[u8]) -> anyhow::Result<Option<(Frame<'_>, usize)>> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    if first & 0x80 == 0 {
        bail!("the server sent a fragmented frame, which this reader does not put together");
    }
    if first & 0x70 != 0 || second & 0x80 != 0 {
        bail!("the server sent a frame that is masked or uses an extension that was not asked for");
    }
    let (length, header) = match (second & 0x7F, rest) {
        (126, [high, low, ..]) => (usize::from(u16::from_be_bytes([*high, *low])), 4),
        (127, rest) => {
            let Some(length) = rest.first_chunk() else { return Ok(None) };
            (usize::try_from(u64::from_be_bytes(*length)).unwrap_or(usize::MAX), 10)
        }
        (126, _) => return Ok(None),
        (short, _) => (usize::from(short), 2),
    };
    if length > LARGEST {
        bail!("the server announced a frame of {length} bytes");
    }
    let Some(body) = bytes.get(header..header + length) else { return Ok(None) };
    let frame = match first & 0x0F {
        1 => Frame::Text(body),
        8 => Frame::Close(body.first_chunk().map(|code| u16::from_be_bytes(*code))),
        9 => Frame::Ping(body),
        10 => Frame::Pong,
        other => bail!("the server sent a frame of kind {other}"),
    };
    Ok(Some((frame, header + length)))
}

/// A text frame of a page, masked as a client's must be.
pub fn text(text: &str) -> Vec<u8> {
    masked(1, text.as_bytes())
}

/// The answer to a server's ping.
pub fn pong(body: &[u8]) -> Vec<u8> {
    masked(10, body)
}

/// A page's goodbye.
pub fn close() -> Vec<u8> {
    masked(8, &1000_u16.to_be_bytes())
}

/// On this machine no third party reads the traffic: one mask serves as well as a new one each time.
fn masked(kind: u8, body: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x5A, 0xC3, 0x96, 0x3C];
    let mut frame = vec![0x80 | kind];
    match (u8::try_from(body.len()), u16::try_from(body.len())) {
        (Ok(length @ ..126), _) => frame.push(0x80 | length),
        (_, length) => {
            frame.push(0x80 | 0x7E);
            frame.extend(length.unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(body.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The request that asks for the upgrade.
pub fn upgrade(host: &str, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: emFpY2hhbmctc2NyZWVuIQ==\r\n\r\n"
    )
}

/// How many bytes the answer to the upgrade took; None if it is not whole yet.
///
/// # Errors
/// Any answer but 101, with its status.
pub fn upgraded(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        if bytes.len() > 8192 {
            bail!("the answer to the upgrade has no end");
        }
        return Ok(None);
    };
    let status = bytes.get(9..12).and_then(|status| std::str::from_utf8(status).ok());
    let status = status.context("what answered the upgrade is no HTTP server")?;
    if status != "101" {
        bail!("the upgrade was answered with status {status}");
    }
    Ok(Some(end + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_server(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut frame = masked(kind, body);
        let header = if body.len() < 126 { 2 } else { 4 };
        frame[1] &= 0x7F;
        frame.truncate(header);
        frame.extend(body);
        frame
    }

    #[test]
    fn frames_are_cut_wherever_the_bytes_were_split() {
        let long = vec![b'x'; 2600];
        let stream = [from_server(1, b"short"), from_server(1, &long), from_server(9, b"?")].concat();
        for split in 0..stream.len() {
            let mut heard = Vec::new();
            let mut rest = Vec::new();
            for part in [&stream[..split], &stream[split..]] {
                rest.extend(part);
                while let Some((frame, taken)) = cut(&rest).unwrap() {
                    heard.push(match frame {
                        Frame::Text(text) => text.len(),
                        Frame::Ping(_) => 1,
                        _ => 0,
                    });
                    rest.drain(..taken);
                }
            }
            assert_eq!((heard, rest.len()), (vec![5, 2600, 1], 0), "split at {split}");
        }
    }

    #[test]
    fn a_close_tells_its_code() {
        assert_eq!(
            cut(&from_server(8, &4429_u16.to_be_bytes())).unwrap(),
            Some((Frame::Close(Some(4429)), 4))
        );
        assert_eq!(cut(&from_server(8, b"")).unwrap(), Some((Frame::Close(None), 2)));
    }

    #[test]
    fn what_a_server_may_not_send_is_an_error() {
        let masked = masked(1, b"x");
        let fragment = [0x01, 1, b'x'];
        let binary = [0x82, 1, b'x'];
        let huge = [0x81, 127, 0, 0, 0, 0, 0xFF, 0, 0, 0];
        for wrong in [&masked[..], &fragment, &binary, &huge] {
            assert!(cut(wrong).is_err(), "{wrong:?}");
        }
        assert!(cut(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0]).unwrap().is_none());
        assert_eq!(cut(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, b'y']).unwrap(), Some((Frame::Text(b"y"), 11)));
    }

    #[test]
    fn what_a_page_sends_can_be_unmasked() {
        for body in ["", "hi", &"z".repeat(200)] {
            let frame = text(body);
            let header = frame.len() - body.len();
            let mask = &frame[header - 4..header];
            let clear: Vec<_> =
                frame[header..].iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
            assert_eq!((frame[0], clear), (0x81, body.as_bytes().to_vec()));
        }
    }

    #[test]
    fn only_101_is_an_upgrade() {
        assert_eq!(upgraded(b"HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\nrest").unwrap(), Some(42));
        assert_eq!(upgraded(b"HTTP/1.1 101 Switching").unwrap(), None);
        assert!(upgraded(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap_err().to_string().contains("403"));
    }
}
