//! What a file may be, told by its own first bytes: a name and a header are only words. Pure.

/// How much of a file's beginning is looked at.
pub(super) const LOOKED_AT: usize = 8 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A workbook of Excel (OOXML).
    Xlsx,
    /// Comma-separated text in UTF-8.
    Csv,
}

impl Content {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Whether a file that begins so is that. Text has no signature: it is UTF-8 and has no character that only programs write.
    pub(super) fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Self::Xlsx => infer::doc::is_xlsx(bytes),
            Self::Csv => is_text(bytes) && infer::get(bytes).is_none(),
        }
    }
}

/// The last character may be cut.
fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_only_looks_like_it() {
        for (bytes, is_csv) in [
            ("\u{feff}姓名,单位\r\n王伟,湘雅医院".as_bytes(), true),
            (b"", true),
            ("姓名".as_bytes().split_last().unwrap().1, true),
            (b"\x00\x01", false),
            (b"\xff\xfe\x00", false),
            (b"%PDF-1.7\n1 0 obj", false),
            (b"a,b\x1b[2J", false),
        ] {
            assert_eq!(Content::Csv.begins(bytes), is_csv, "{bytes:?}");
        }
        for bytes in [
            &b""[..],
            b"PK\x03\x04",
            b"PK\x03\x04 a zip of something else, long enough to be looked at",
            b"a,b",
        ] {
            assert!(!Content::Xlsx.begins(bytes), "{bytes:?}");
        }
    }
}
