//! A workbook is a ZIP of XML, and a small one may blow up: it is inflated here once, counted and thrown away, before anything
//! else reads it; and what would make a reader ask for more memory than there is, is found on the way. Pure.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::Error;

/// Files in it: a workbook of hospitals has a dozen.
const ENTRIES: usize = 200;
/// Bytes of all sheets, inflated. They are read as a stream: a million empty rows with formats are about as much.
const SHEETS: u64 = 160 << 20;
/// Bytes of everything else that is read, inflated: texts are held in memory while it is open. Those of 100,000 people, with how
/// each is read beside it as Excel writes it, are about 30 MB.
const OTHERS: u64 = 48 << 20;
/// Bytes of the formats, which take many times as much in memory.
const FORMATS: u64 = 6 << 20;
/// What is thrown away at a time.
const PIECE: usize = 32 * 1024;
/// Digits of a count of texts: a reader sets memory aside for as many as it says.
const DIGITS: u32 = 7;

/// Refuses what is no workbook, and what holds more than one may, whatever it says of itself.
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Error::NotAWorkbook)?;
    if archive.len() > ENTRIES {
        return Err(Error::TooLarge("it holds 200 files at most"));
    }
    let (mut sheets, mut others, mut formats) = (SHEETS, OTHERS, FORMATS);
    let mut piece = vec![0; PIECE];
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|_| Error::NotAWorkbook)?;
        let name = entry.name().map_err(|_| Error::NotAWorkbook)?.to_ascii_lowercase();
        // What a reader looks for the texts by.
        let are_texts = name.ends_with("sharedstrings.xml");
        let is_xml = name.rsplit('.').next() == Some("xml");
        let (left, what) = match name.as_str() {
            name if name.contains("styles") => (&mut formats, "its formats unpack to 6 MB at most"),
            name if name.contains("worksheets/sheet") && !are_texts => {
                (&mut sheets, "its sheets unpack to 160 MB at most")
            }
            _ => (&mut others, "what is beside its sheets unpacks to 48 MB at most"),
        };
        let mut scan = are_texts.then(Scan::default);
        loop {
            let read = entry.read(&mut piece).map_err(|_| Error::NotAWorkbook)?;
            if read == 0 {
                break;
            }
            let bytes = u64::try_from(read).unwrap_or(u64::MAX);
            *left = left.checked_sub(bytes).ok_or(Error::TooLarge(what))?;
            // XML that is not written in bytes of ASCII's, in which nothing could be looked for.
            if is_xml && piece[..read].contains(&0) {
                return Err(Error::NotAWorkbook);
            }
            if let Some(scan) = &mut scan {
                scan.look(&piece[..read])?;
            }
        }
    }
    Ok(())
}

/// Looks for a count of texts that is longer than any.
#[derive(Default)]
struct Scan {
    /// Letters of the attribute's name that were just read.
    matched: usize,
    /// Digits behind it; none until it was read.
    digits: Option<u32>,
}

const COUNT: &[u8] = b"uniqueCount";

impl Scan {
    fn look(&mut self, piece: &[u8]) -> Result<(), Error> {
        for byte in piece {
            match self.digits {
                None if *byte == COUNT[self.matched] => {
                    self.matched += 1;
                    if self.matched == COUNT.len() {
                        (self.matched, self.digits) = (0, Some(0));
                    }
                }
                None => self.matched = usize::from(*byte == COUNT[0]),
                Some(digits) if byte.is_ascii_digit() => {
                    if digits == DIGITS {
                        return Err(Error::TooLarge("it has fewer than ten million texts"));
                    }
                    self.digits = Some(digits + 1);
                }
                Some(0) if byte.is_ascii_whitespace() || b"=\"'+".contains(byte) => {}
                Some(_) => self.digits = None,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_would_take_all_memory_is_found_wherever_it_is_cut() {
        let text = br#"<sst count="99999999999" uniqueCount = "99999999">"#;
        for cut in 0..text.len() {
            let mut scan = Scan::default();
            let looked = scan.look(&text[..cut]).and_then(|()| scan.look(&text[cut..]));
            assert!(matches!(looked, Err(Error::TooLarge(_))), "{cut}");
        }
        for text in
            [&br#"uniqueCount="9999999""#[..], b"uniqueCoun 99999999", b"uniqueCount='3' x='99999999'"]
        {
            assert!(Scan::default().look(text).is_ok(), "{text:?}");
        }
    }
}
