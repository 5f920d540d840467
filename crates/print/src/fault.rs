//! What can be wrong with a request, as JSON that the caller understands. It names the template's place and the data's, never a value.

use serde::Serialize;

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The request is not one, or larger than it may be.
    DataWrong { explanation: String },
    /// There is no template of this name.
    TemplateMissing { template: String },
    /// A template cannot be followed. `explanation` is Typst's own and may quote data: for a terminal, not for a log.
    TemplateWrong { file: String, line: usize, column: usize, explanation: String },
    /// No font has this character: it would be an empty box.
    MissingGlyph {
        character: char,
        code_point: String,
        /// The first page that would show it.
        page: usize,
        /// Where it stands in the data, such as `people[12].name`; nothing if the template itself has it.
        at: Option<String>,
    },
    /// No font at all, or none of those that the documents are set in.
    FontsMissing { lacking: Vec<String>, folders: Vec<String> },
}

impl Fault {
    pub fn data(explanation: impl Into<String>) -> Self {
        Self::DataWrong { explanation: explanation.into() }
    }

    pub fn missing_glyph(character: char, page: usize, at: Option<String>) -> Self {
        let code_point = format!("U+{:04X}", u32::from(character));
        Self::MissingGlyph { character, code_point, page, at }
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a fault is plain data")
    }
}
