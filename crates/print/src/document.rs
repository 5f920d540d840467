//! One document: its template followed, its glyphs proved, the pages written as PDF/A-2a.

use std::path::Path;

use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::{World as _, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::data;
use crate::fault::Fault;
use crate::fonts::Fonts;
use crate::glyphs;
use crate::request::Request;
use crate::world::DocumentWorld;

/// China Standard Time.
const OFFSET_MINUTES: i32 = 8 * 60;

/// The request's document.
pub fn print(request: &Request, folder: &Path, fonts: &Fonts) -> Result<Vec<u8>, Fault> {
    let missing = || Fault::TemplateMissing { template: request.template.clone() };
    let world = DocumentWorld::new(request, folder, fonts).map_err(|_| missing())?;
    world.source(world.main()).map_err(|_| missing())?;
    let typeset = typst::compile::<PagedDocument>(&world).output.map_err(|said| wrong(&world, &said))?;
    if let Some((character, page)) = glyphs::missing(&typeset) {
        return Err(Fault::missing_glyph(character, page, data::place_of(&request.data, character)));
    }
    let options = PdfOptions {
        creator: Smart::Custom(Some("zaichang".to_owned())),
        timestamp: Timestamp::new_local(request.made_at, OFFSET_MINUTES),
        standards: PdfStandards::new(&[PdfStandard::A_2a]).expect("one standard agrees with itself"),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&typeset, &options).map_err(|said| wrong(&world, &said));
    comemo::evict(0);
    pdf
}

/// The first thing that Typst found wrong, by its file and line.
fn wrong(world: &DocumentWorld<'_>, said: &[SourceDiagnostic]) -> Fault {
    let Some(first) = said.first() else { return Fault::data("Typst does not say what is wrong") };
    let source = first.span.id().and_then(|id| world.source(id).ok());
    let file = first.span.id().map(|id| id.vpath().get_without_slash().to_owned()).unwrap_or_default();
    let place = world.range(first.span).zip(source);
    let place = place.and_then(|(range, source)| source.lines().byte_to_line_column(range.start));
    let (line, column) = place.map_or((0, 0), |(line, column)| (line + 1, column + 1));
    Fault::TemplateWrong { file, line, column, explanation: first.message.to_string() }
}
