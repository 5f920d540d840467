//! What kind of file was sent, told by its first bytes: a name is only a word. Pure.

use super::Error;
use super::text;

/// The kinds that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Xlsx,
    /// Columns apart by commas, semicolons or tabs.
    Csv,
}

/// `PK`: a ZIP begins with its first file. One that begins with a program is none of ours.
const ZIP: &[u8] = b"PK\x03\x04";
/// Compound files: `.xls`, and any Office file that is locked by a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 64 * 1024;

pub(super) fn of(bytes: &[u8]) -> Result<Source, Error> {
    if bytes.len() > super::MOST_BYTES {
        return Err(Error::TooLarge("it has 16 MB at most"));
    }
    if bytes.starts_with(ZIP) {
        return Ok(Source::Xlsx);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(Error::OldForm);
    }
    if text::could_be(&bytes[..bytes.len().min(LOOKED_AT)]) {
        Ok(Source::Csv)
    } else {
        Err(Error::NotAWorkbook)
    }
}

/// Refuses at once what cannot be a workbook, before it is kept.
pub fn sniff(bytes: &[u8]) -> Result<(), Error> {
    of(bytes).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, kind) in [
            (&b"PK\x03\x04rest"[..], "Ok(Xlsx)"),
            ("单位名称,级别\n".as_bytes(), "Ok(Csv)"),
            (b"\xb5\xa5\xce\xbb\xc3\xfb\xb3\xc6\t\xbc\xb6\xb1\xf0\r\n", "Ok(Csv)"),
            (b"\xff\xfe\x55\x53\x4d\x4f", "Ok(Csv)"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "Err(OldForm)"),
            (b"MZ\x90\x00\x03\x00\x00\x00", "Err(NotAWorkbook)"),
            (b"\x7fELF\x02\x01", "Err(NotAWorkbook)"),
            (b"%PDF-1.7\n\x00\x01", "Err(NotAWorkbook)"),
            (b"\x89PNG\r\n\x1a\n", "Err(NotAWorkbook)"),
            (b"", "Err(NotAWorkbook)"),
        ] {
            assert_eq!(format!("{:?}", of(bytes)), kind, "{bytes:?}");
        }
    }
}
