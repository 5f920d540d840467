//! What Typst sees: the templates' folder, the data as `data.json`, the fonts, the day. Nothing else: no packages, no network, no file
//! outside the folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use crate::fonts::Fonts;
use crate::request::Request;

/// The file by which a template reads its data.
const DATA: &str = "data.json";
/// The largest file of the templates' folder.
const FILE_BYTES: u64 = 8 * 1024 * 1024;

/// One document's world.
pub struct DocumentWorld<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    folder: PathBuf,
    main: FileId,
    data: Bytes,
    today: Datetime,
    sources: Mutex<HashMap<FileId, FileResult<Source>>>,
}

impl<'a> DocumentWorld<'a> {
    pub fn new(request: &Request, folder: &Path, fonts: &'a Fonts) -> std::io::Result<Self> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts,
            folder: folder.canonicalize()?,
            main: id(&format!("{}.typ", request.template)),
            data: Bytes::from_string(request.data.to_string()),
            today: request.made_at,
            sources: Mutex::default(),
        })
    }

    /// The file's bytes, if it lies in the folder: a link that leads out of it does not.
    fn read(&self, id: FileId) -> FileResult<Vec<u8>> {
        if *id.root() != VirtualRoot::Project {
            return Err(FileError::AccessDenied);
        }
        let path = id.vpath().realize(&self.folder).map_err(FileError::Realize)?;
        let told = |error| FileError::from_io(error, Path::new(id.vpath().get_without_slash()));
        let path = path.canonicalize().map_err(told)?;
        let about = path.metadata().map_err(told)?;
        if !path.starts_with(&self.folder) || !about.is_file() || about.len() > FILE_BYTES {
            return Err(FileError::AccessDenied);
        }
        std::fs::read(&path).map_err(told)
    }
}

/// A file of the templates' folder.
fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let mut sources = self.sources.lock().expect("reading a file does not panic");
        let read = || {
            let text = String::from_utf8(self.read(id)?).map_err(|_| FileError::InvalidUtf8)?;
            Ok(Source::new(id, text))
        };
        sources.entry(id).or_insert_with(read).clone()
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if *id.root() == VirtualRoot::Project && id.vpath().get_without_slash() == DATA {
            return Ok(self.data.clone());
        }
        self.read(id).map(Bytes::new)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}
