//! Looks through typeset pages for characters that no font has: a name with an empty box in it is worse than no document.

use typst::layout::{Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// The first character without a glyph, and its page.
pub fn missing(document: &PagedDocument) -> Option<(char, usize)> {
    document.pages().iter().enumerate().find_map(|(n, page)| Some((in_frame(&page.frame)?, n + 1)))
}

fn in_frame(frame: &Frame) -> Option<char> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => in_frame(&group.frame),
        FrameItem::Text(text) => in_text(text),
        FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => None,
    })
}

fn in_text(text: &TextItem) -> Option<char> {
    text.glyphs.iter().find_map(|glyph| {
        let character = text.text.get(glyph.range())?.chars().next()?;
        (glyph.id == 0 || is_private(character)).then_some(character)
    })
}

/// Characters that mean something on one machine alone, as older input methods wrote rare names: what a font draws for one here is
/// another character, and no archive takes it.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}
