//! The photo of a document, as it is taken in: JPEG or PNG by its own bytes, of a size that is known before it is decoded, turned as
//! its camera held it, made small, and written anew, so that neither place nor camera stays in it. Pure.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};

/// Bytes, as they are sent.
pub(super) const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Phones take photos of 12 million and more; the page makes them smaller before it sends them.
const MOST_PIXELS: u64 = 16_000_000;
/// Of which a decoded one takes four bytes each: what is deeper is refused.
const MOST_DECODED: u64 = 4 * MOST_PIXELS;
/// On its shorter side; a smaller one cannot be read.
const SHORTEST: u32 = 300;
/// On its longer side, as it is kept: the characters of a card that fills half of it are 15 pixels high.
const LONGEST: u32 = 1600;
/// As it is kept.
const MOST_KEPT: usize = 1_900_000;
/// The first that makes it small enough.
const QUALITIES: [u8; 3] = [85, 60, 30];

/// Why a photo is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    TooLarge,
    TooSmall,
    NoPhoto,
}

impl From<ImageError> for Unfit {
    fn from(error: ImageError) -> Self {
        if matches!(error, ImageError::Limits(_)) { Self::TooLarge } else { Self::NoPhoto }
    }
}

/// The photo as it is kept, in JPEG. It takes a fraction of a second, and 200 MB at most.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    if bytes.len() > MOST_BYTES {
        return Err(Unfit::TooLarge);
    }
    let format = image::guess_format(bytes).ok();
    let format = format.filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.ok_or(Unfit::NoPhoto)?);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    // Its head alone has been read.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_DECODED {
        return Err(Unfit::TooLarge);
    }
    if width.min(height) < SHORTEST {
        return Err(Unfit::TooSmall);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    if width.max(height) > LONGEST {
        image = image.thumbnail(LONGEST, LONGEST);
    }
    image.apply_orientation(orientation);
    written(&image.to_rgb8())
}

fn written(image: &RgbImage) -> Result<Vec<u8>, Unfit> {
    for quality in QUALITIES {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(image)?;
        if jpeg.len() <= MOST_KEPT {
            return Ok(jpeg);
        }
    }
    Err(Unfit::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let image =
            RgbImage::from_fn(width, height, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size(jpeg: &[u8]) -> (u32, u32) {
        assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
        let image = image::load_from_memory(jpeg).unwrap();
        (image.width(), image.height())
    }

    /// With a segment that cameras write: which way it was held, and what stands for a place.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let tiff = [
            &b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..],
            &[orientation, 0, 0, 0, 0, 0, 0, 0],
            b"GPS 28.2N 112.9E",
        ];
        let segment = tiff.concat();
        let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &segment, &jpeg[2..]].concat()
    }

    #[test]
    fn a_photo_is_written_anew_small_and_upright_and_keeps_nothing_of_where_it_was_taken() {
        assert_eq!(size(&read(&encoded(640, 400, ImageFormat::Png)).unwrap()), (640, 400));
        assert_eq!(size(&read(&encoded(3200, 2400, ImageFormat::Jpeg)).unwrap()), (1600, 1200));
        let taken = with_exif(&encoded(640, 400, ImageFormat::Jpeg), 6);
        assert!(taken.windows(3).any(|part| part == b"GPS"));
        let kept = read(&taken).unwrap();
        assert_eq!(size(&kept), (400, 640));
        assert!(!kept.windows(4).any(|part| part == b"Exif") && !kept.windows(3).any(|part| part == b"GPS"));
    }

    /// The head of a PNG that says how large it is, and nothing after it.
    fn png_of(width: u32, height: u32, depth: u8) -> Vec<u8> {
        let mut head = b"IHDR".to_vec();
        head.extend(width.to_be_bytes());
        head.extend(height.to_be_bytes());
        head.extend([depth, 6, 0, 0, 0]);
        let mut crc = !0_u32;
        for byte in &head {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        let data = b"\0\0\0\0IDAT\x35\xaf\x06\x1e";
        [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &head, &(!crc).to_be_bytes(), data].concat()
    }

    #[test]
    fn what_is_no_photo_and_what_would_be_too_large_is_refused_before_it_is_decoded() {
        let mut jpeg_bomb = encoded(320, 320, ImageFormat::Jpeg);
        let head = jpeg_bomb.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        jpeg_bomb[head + 5..head + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        let table: [(&str, Vec<u8>, Unfit); 10] = [
            ("nothing", Vec::new(), Unfit::NoPhoto),
            ("a program called photo.jpg", b"MZ\x90\0\x03\0\0\0\x04".repeat(100), Unfit::NoPhoto),
            ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Unfit::NoPhoto),
            (
                "a script in an image",
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(),
                Unfit::NoPhoto,
            ),
            ("a JPEG that ends early", encoded(640, 400, ImageFormat::Jpeg)[..200].to_vec(), Unfit::NoPhoto),
            ("a byte too many", vec![0; MOST_BYTES + 1], Unfit::TooLarge),
            ("a JPEG of 65,500 × 65,500", jpeg_bomb, Unfit::TooLarge),
            ("a PNG of 60,000 × 60,000", png_of(60_000, 60_000, 8), Unfit::TooLarge),
            ("a PNG of 16 bits a channel", png_of(3000, 3000, 16), Unfit::TooLarge),
            ("too small to read", encoded(299, 800, ImageFormat::Jpeg), Unfit::TooSmall),
        ];
        for (what, bytes, unfit) in table {
            assert_eq!(read(&bytes), Err(unfit), "{what}");
        }
    }
}
