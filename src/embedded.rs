//! The built pages inside the program: the venue page, the phone's pages and the console, as their folders built them.

use std::borrow::Cow;

use bytes::Bytes;
use rust_embed::RustEmbed;

use zaichang_attendance::{display, phone};
use zaichang_platform::pages::{File, Page, Pages};

/// What organisers and staff use.
pub const CONSOLE: Page = Page { folder: "console", scripts: "", policy: "" };

#[derive(RustEmbed)]
#[folder = "display/dist"]
#[allow_missing = true]
struct Display;

#[derive(RustEmbed)]
#[folder = "mobile-bridge/h5/dist"]
#[allow_missing = true]
struct Phone;

#[derive(RustEmbed)]
#[folder = "mobile-bridge/app/dist"]
#[allow_missing = true]
struct InApp;

#[derive(RustEmbed)]
#[folder = "console/dist"]
#[allow_missing = true]
struct Console;

/// All of them.
pub fn pages() -> Pages {
    let display = files::<Display>(display::PAGE);
    let phone = files::<Phone>(phone::PAGE).chain(files::<InApp>(phone::IN_APP));
    Pages::new(display.chain(phone).chain(files::<Console>(CONSOLE)))
}

fn files<E: RustEmbed>(page: Page) -> impl Iterator<Item = File> {
    E::iter().filter_map(move |path| {
        let file = E::get(&path)?;
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some(File {
            path: format!("{}/{path}", page.folder),
            bytes,
            kind: file.metadata.mimetype().to_owned(),
        })
    })
}
