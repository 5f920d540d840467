//! What a font covers and what it is called, read without its outlines: a file of Chinese fonts has twenty megabytes, of which this needs
//! less than one. It must not know which fonts are wanted.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use typst::text::FontInfo;

/// The tables that `FontInfo` looks at.
const TABLES: [&[u8; 4]; 8] = [b"OS/2", b"cmap", b"fvar", b"head", b"hhea", b"maxp", b"name", b"post"];
/// The longest of them; a longer one is no font's.
const TABLE_BYTES: u32 = 16 * 1024 * 1024;
/// Faces of one file.
const FACES: u32 = 64;
/// Tables of one face.
const TABLES_OF_A_FACE: u16 = 256;

/// The faces of a font file by their numbers. A file that is none has none.
pub fn faces(file: &Path) -> Vec<(u32, FontInfo)> {
    read(file).unwrap_or_default()
}

fn read(file: &Path) -> io::Result<Vec<(u32, FontInfo)>> {
    let mut file = File::open(file)?;
    let mut faces = Vec::new();
    for (index, start) in (0..).zip(starts(&mut file)?) {
        faces.extend(FontInfo::new(&without_outlines(&mut file, start)?, 0).map(|info| (index, info)));
    }
    Ok(faces)
}

/// Where each face of the file begins: a collection has several.
fn starts(file: &mut File) -> io::Result<Vec<u32>> {
    let head = take(file, 0, 12)?;
    if &head[..4] != b"ttcf" {
        return Ok(vec![0]);
    }
    let faces = number(&head[8..]).min(FACES);
    Ok(take(file, 12, 4 * faces)?.chunks(4).map(number).collect())
}

/// The face that begins here, as a font file of its own without what draws it.
fn without_outlines(file: &mut File, start: u32) -> io::Result<Vec<u8>> {
    let head = take(file, start, 12)?;
    let tables = u16::from_be_bytes([head[4], head[5]]).min(TABLES_OF_A_FACE);
    let directory = take(file, start.saturating_add(12), 16 * u32::from(tables))?;
    let kept: Vec<&[u8]> =
        directory.chunks(16).filter(|entry| TABLES.iter().any(|tag| entry.starts_with(*tag))).collect();
    let mut small = head[..4].to_vec();
    // How many tables there are, and three numbers by which a reader may search for one and need not.
    small.extend(u16::try_from(kept.len()).unwrap_or(u16::MAX).to_be_bytes());
    small.extend([0; 6]);
    let (mut at, mut contents) = (12 + 16 * kept.len(), Vec::new());
    for entry in kept {
        let table = take(file, number(&entry[8..]), number(&entry[12..]))?;
        small.extend(&entry[..8]);
        small.extend(u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes());
        small.extend(&entry[12..]);
        at += table.len();
        contents.extend(table);
    }
    small.extend(contents);
    Ok(small)
}

/// So many bytes from here on.
fn take(file: &mut File, from: u32, bytes: u32) -> io::Result<Vec<u8>> {
    if bytes > TABLE_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    file.seek(SeekFrom::Start(from.into()))?;
    let mut taken = vec![0; bytes as usize];
    file.read_exact(&mut taken)?;
    Ok(taken)
}

/// The first four bytes as a number.
fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |four| u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_is_told_as_from_its_whole_file() {
        for file in [
            "opentype/noto/NotoSerifCJK-Regular.ttc",
            "opentype/noto/NotoSansCJK-Bold.ttc",
            "truetype/hanazono/HanaMinB.ttf",
        ] {
            let file = Path::new("/usr/share/fonts").join(file);
            let whole = std::fs::read(&file).expect("scripts/install.sh test");
            let faces = faces(&file);
            assert!(!faces.is_empty());
            for (index, info) in faces {
                assert_eq!(Some(info), FontInfo::new(&whole, index), "{} {index}", file.display());
            }
        }
    }

    #[test]
    fn what_is_no_font_has_no_faces() {
        assert!(faces(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml").as_path()).is_empty());
        assert!(faces(Path::new("/nonexistent.ttf")).is_empty());
    }
}
