//! A text as programs write one in China: UTF-8, UTF-16 with a mark, or GBK (GB 18030). Pure.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

/// Whether these first bytes may be a text's: no sign among them that only programs write. One cut in its middle may be.
pub(super) fn could_be(bytes: &[u8]) -> bool {
    if Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding != UTF_8) {
        return true;
    }
    !bytes.is_empty() && bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || b"\t\r\n".contains(byte))
}

/// The text; none of what is none.
pub(super) fn read(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..])
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.into()),
            Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        },
    };
    text.filter(|text| !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\t' | '\r' | '\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_however_it_was_written() {
        for bytes in [
            &b"\xb5\xa5\xce\xbb,\xca\xd0"[..],
            "单位,市".as_bytes(),
            "\u{feff}单位,市".as_bytes(),
            b"\xff\xfe\x55\x53\x4d\x4f,\x00\x02\x5e",
            b"\xfe\xff\x53\x55\x4f\x4d\x00,\x5e\x02",
        ] {
            assert!(could_be(bytes), "{bytes:?}");
            assert_eq!(read(bytes).as_deref(), Some("单位,市"), "{bytes:?}");
        }
        for bytes in [&b"\x81"[..], b"a\x00b", b"\xff\xfea"] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
