//! Every template with its sample, as an operator checks it after a change: what would fail for a user fails here, by file and line.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::document;
use crate::fault::Fault;
use crate::fonts::{Fonts, NEEDED};
use crate::request::Request;

/// A day like any other.
const MADE_AT: &str = "2026-12-01 08:30:00";

/// Prints each sample of `samples/`, and throws the document away. The answer has a line for each.
pub fn all(arguments: &Arguments) -> Result<String, Fault> {
    let folders = arguments.fonts();
    let fonts = Fonts::load(&folders)?;
    let lacking: Vec<String> = NEEDED
        .iter()
        .filter(|family| !fonts.book.contains_family(&family.to_lowercase()))
        .map(|&family| family.to_owned())
        .collect();
    if !lacking.is_empty() {
        return Err(Fault::FontsMissing {
            lacking,
            folders: folders.iter().map(|f| f.display().to_string()).collect(),
        });
    }
    let mut told = String::new();
    for name in samples(&arguments.templates)? {
        let text = std::fs::read(arguments.templates.join("samples").join(format!("{name}.json")));
        let data: Option<Value> = text.ok().and_then(|text| serde_json::from_slice(&text).ok());
        let data = data.ok_or_else(|| Fault::data(format!("samples/{name}.json is no JSON")))?;
        let pdf = document::print(&Request::of(&name, MADE_AT, data)?, &arguments.templates, &fonts)?;
        writeln!(told, "{name}\t{} bytes", pdf.len()).expect("text takes what is written");
    }
    Ok(told)
}

/// The templates that have a sample, by name.
fn samples(templates: &Path) -> Result<Vec<String>, Fault> {
    let folder = templates.join("samples");
    let entries =
        std::fs::read_dir(&folder).map_err(|error| Fault::data(format!("{}: {error}", folder.display())))?;
    let name = |entry: std::fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".json")?.to_owned());
    let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
    names.sort();
    Ok(names)
}
