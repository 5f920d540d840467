//! The fonts of its folders, each read when a page first needs it. Of a collection, the faces for simplified Chinese alone: the others
//! draw the same characters as other countries write them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

use crate::face;
use crate::fault::Fault;

/// What the documents are set in: 宋体 and 黑体.
pub const NEEDED: [&str; 2] = ["Noto Serif CJK SC", "Noto Sans CJK SC"];
/// How the family of a face for simplified Chinese ends.
const SIMPLIFIED: &str = " SC";
/// Files of one folder.
const FILES: usize = 100;

/// All fonts, in the order of their folders.
pub struct Fonts {
    pub book: LazyHash<FontBook>,
    faces: Vec<Face>,
}

/// A face of a file.
struct Face {
    file: PathBuf,
    index: u32,
    font: OnceLock<Option<Font>>,
}

impl Fonts {
    pub fn load(folders: &[PathBuf]) -> Result<Self, Fault> {
        let (mut book, mut faces) = (FontBook::new(), Vec::new());
        for file in folders.iter().flat_map(|folder| files(folder)) {
            for (index, info) in wanted(face::faces(&file)) {
                book.push(info);
                faces.push(Face { file: file.clone(), index, font: OnceLock::new() });
            }
        }
        if faces.is_empty() {
            let folders = folders.iter().map(|folder| folder.display().to_string()).collect();
            return Err(Fault::FontsMissing { lacking: NEEDED.map(str::to_owned).to_vec(), folders });
        }
        Ok(Self { book: LazyHash::new(book), faces })
    }

    /// The font, if its file can be read.
    pub fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        let read = || Font::new(Bytes::new(std::fs::read(&face.file).ok()?), face.index);
        face.font.get_or_init(read).clone()
    }
}

/// The font files of a folder by name; none where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_font = |path: &PathBuf| {
        path.extension().and_then(|end| end.to_str()).is_some_and(|end| ["ttf", "otf", "ttc"].contains(&end))
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_font).take(FILES).collect();
    files.sort();
    files
}

/// Of faces of which some are for simplified Chinese, those.
fn wanted(faces: Vec<(u32, FontInfo)>) -> Vec<(u32, FontInfo)> {
    let is_simplified = |(_, info): &(u32, FontInfo)| info.family.ends_with(SIMPLIFIED);
    let some = faces.iter().any(is_simplified);
    faces.into_iter().filter(|face| !some || is_simplified(face)).collect()
}
