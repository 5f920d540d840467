//! The arguments: which folders it reads, and whether it prints one document or checks every template.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where Debian keeps them: fonts-noto-cjk, and fonts-hanazono for rare characters.
const DEBIAN: [&str; 2] = ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/hanazono"];

const USAGE: &str = "usage: zaichang-print [check] --templates FOLDER [--fonts FOLDER]...";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// The document of a request.
    Print,
    /// Every template with its sample.
    Check,
}

/// Where things are.
#[derive(Debug)]
pub struct Arguments {
    pub verb: Verb,
    pub templates: PathBuf,
    fonts: Vec<PathBuf>,
}

impl Arguments {
    /// Reads them; what cannot be understood is answered with how it is used.
    pub fn read(given: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut verb, mut templates, mut fonts) = (Verb::Print, None, Vec::new());
        let mut given = given;
        while let Some(word) = given.next() {
            match word.to_str() {
                Some("check") => verb = Verb::Check,
                Some("--templates") => templates = given.next().map(PathBuf::from),
                Some("--fonts") => fonts.push(given.next().ok_or(USAGE)?.into()),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(Self { verb, templates: templates.ok_or(USAGE)?, fonts })
    }

    /// The folders of fonts, first the operator's own beside the templates.
    pub fn fonts(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.templates.join("fonts")];
        if self.fonts.is_empty() {
            folders.extend(DEBIAN.map(PathBuf::from));
        } else {
            folders.extend_from_slice(&self.fonts);
        }
        folders
    }
}
