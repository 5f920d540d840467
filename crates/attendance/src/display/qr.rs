//! A QR as one SVG path on its grid, and as pictures for slides. Pure.

use std::fmt::Write as _;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::EcLevel;
use qrcode::bits::encode_auto;
use qrcode::canvas::Canvas;
use qrcode::ec::construct_codewords;

use super::{Error, mask};

/// Modules of white around the code that every reader needs.
pub const QUIET: usize = 4;

/// The modules of a code.
#[derive(Clone, Debug)]
pub struct Qr {
    /// Modules along one side, quiet zone not included.
    pub size: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// Error correction M: a clean projected picture needs little repair, and fewer modules are read from farther away.
    pub fn of(text: &str) -> Result<Self, Error> {
        let bits = encode_auto(text.as_bytes(), EcLevel::M).map_err(|_| Error::Unprintable)?;
        let version = bits.version();
        let words = construct_codewords(&bits.into_bytes(), version, EcLevel::M);
        let (data, correction) = words.map_err(|_| Error::Unprintable)?;
        let mut canvas = Canvas::new(version, EcLevel::M);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        let size = usize::try_from(version.width()).map_err(|_| Error::Unprintable)?;
        if size > mask::WIDEST {
            return Err(Error::Unprintable);
        }
        Ok(Self { size, dark: mask::best(&canvas, size) })
    }

    /// Each run of dark modules in a row as a rectangle, all in one path.
    pub fn path(&self) -> String {
        let mut path = String::with_capacity(self.dark.len() * 4);
        for (y, row) in self.dark.chunks(self.size).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let run = row[x..].iter().take_while(|dark| **dark).count();
                if run > 0 {
                    write!(path, "M{x} {y}h{run}v1h-{run}z").expect("a String takes all");
                }
                x += run + 1;
            }
        }
        path
    }

    /// A whole SVG document on white, quiet zone included.
    pub fn svg(&self) -> String {
        let side = self.size + 2 * QUIET;
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">"#,
                r##"<path fill="#fff" d="M0 0h{side}v{side}H0z"/>"##,
                r##"<path fill="#000" transform="translate({quiet} {quiet})" d="{path}"/></svg>"##
            ),
            side = side,
            quiet = QUIET,
            path = self.path()
        )
    }

    /// A PNG of exactly `pixels` a side: whole pixels per module, the rest white around it.
    pub fn png(&self, pixels: u32) -> Result<Vec<u8>, Error> {
        let side = u32::try_from(self.size).map_err(|_| Error::Unprintable)?;
        let quiet = u32::try_from(QUIET).map_err(|_| Error::Unprintable)?;
        let module = (pixels / (side + 2 * quiet)).max(1);
        let margin = (pixels.max(side * module) - side * module) / 2;
        let picture = GrayImage::from_fn(pixels, pixels, |x, y| {
            let at = |pixel: u32| pixel.checked_sub(margin).map(|pixel| (pixel / module) as usize);
            let dark = match (at(x), at(y)) {
                (Some(x), Some(y)) if x < self.size && y < self.size => self.dark[y * self.size + x],
                _ => false,
            };
            Luma([if dark { 0 } else { 255 }])
        });
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).map_err(|_| Error::Unprintable)?;
        Ok(png.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::{Color, QrCode};

    use super::*;

    proptest! {
        #[test]
        fn the_mask_is_the_one_that_the_standard_chooses(address in "HTTPS?://[A-Z0-9.]{4,60}/C/[A-Z2-7]{36}") {
            let chosen = QrCode::with_error_correction_level(&address, EcLevel::M).unwrap();
            let dark: Vec<_> = chosen.into_colors().into_iter().map(|color| color == Color::Dark).collect();
            prop_assert_eq!(Qr::of(&address).unwrap().dark, dark);
        }
    }

    const ADDRESS: &str = "HTTPS://CME.EXAMPLE.CN/C/AAAAAAISQAAZXLEP3OCLSYIXEGAJWMZ2J44A";

    #[test]
    fn a_host_of_fourteen_characters_fits_version_three() {
        assert_eq!(ADDRESS.len(), 61);
        assert_eq!(Qr::of(ADDRESS).unwrap().size, 29);
    }

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let qr = Qr::of(ADDRESS).unwrap();
        let path = qr.path();
        assert!(path.starts_with("M0 0h7v1"));
        let mut covered = vec![false; qr.size * qr.size];
        for rectangle in path.split('M').skip(1) {
            let (place, rest) = rectangle.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let run: usize = rest.split('v').next().unwrap().parse().unwrap();
            let start = y.parse::<usize>().unwrap() * qr.size + x.parse::<usize>().unwrap();
            covered[start..start + run].fill(true);
        }
        assert_eq!(covered, qr.dark);
    }

    #[test]
    fn a_picture_has_the_asked_size_and_a_white_border() {
        let qr = Qr::of(ADDRESS).unwrap();
        for pixels in [64, 500, 1024] {
            let picture = image::load_from_memory(&qr.png(pixels).unwrap()).unwrap().to_luma8();
            assert_eq!(picture.dimensions(), (pixels, pixels));
            assert_eq!(picture.get_pixel(0, 0).0, [255]);
        }
    }
}
