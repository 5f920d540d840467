//! An address as a QR code: one SVG path, as the venue page's. It must not know what the address is.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use utoipa::ToSchema;

/// A QR code on a grid of `size` by `size` modules, without its quiet zone of 4 modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct QrPicture {
    size: usize,
    /// Each run of dark modules in a row as a rectangle: `M0 0h7v1h-7z…`.
    path: String,
}

impl QrPicture {
    /// None of a text that is longer than a QR code holds.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (size, modules) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (y, row) in modules.chunks(size).enumerate() {
            let mut x = 0;
            while x < size {
                let run = row[x..].iter().take_while(|module| **module == Color::Dark).count();
                if run > 0 {
                    write!(path, "M{x} {y}h{run}v1h-{run}z").expect("a String takes all");
                }
                x += run + 1;
            }
        }
        Some(Self { size, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_finder_and_what_does_not_fit_is_none() {
        let picture = QrPicture::of("otpauth://totp/a:b?secret=GEZDGNBV").unwrap();
        assert!(picture.path.starts_with("M0 0h7v1h-7z") && picture.size % 4 == 1, "{picture:?}");
        assert_eq!(QrPicture::of(&"x".repeat(5000)), None);
    }
}
