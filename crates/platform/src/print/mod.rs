//! Documents on paper, from templates: the port by which a document is made, and what is refused. `integrations` fulfils it, the
//! program joins them. It must not know how a document looks, nor what it says.

pub mod refusals;

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use crate::http::Problem;
use crate::metric::Metric;
use crate::module::Module;

/// Documents on paper. The program shares `Print`.
pub const MODULE: Module =
    Module { name: "print", refusals: refusals::ALL, metrics: METRICS, ..Module::EMPTY };

const METRICS: &[Metric] = &[Metric::counter_of(
    "zaichang_documents_total",
    "outcome",
    &["made", "glyph_missing", "too_large", "busy", "failed"],
    "Documents that were asked for, by outcome: made; glyph_missing (a character is in none of the fonts); too_large; busy (too many at \
     once); failed (the program or a template).",
)];

/// The longest text that a refusal quotes: a name.
const QUOTED: usize = 40;

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct Document {
    /// The template's name.
    pub template: &'static str,
    /// Printed in the foot, and kept in the file.
    pub made_at: Timestamp,
    /// What the template reads.
    pub data: Value,
}

/// Makes documents.
pub trait Printer: Send + Sync + 'static {
    /// The document as PDF, whole.
    fn print(&self, document: Document) -> BoxFuture<'_, Result<Bytes, NotPrinted>>;
}

/// Why there is no document. It holds nothing of the data but one character.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    #[error("too many documents are being made")]
    Busy,
    #[error("no font has U+{:04X}", u32::from(*.0))]
    GlyphMissing(char),
    #[error("it takes more time or memory than a document may")]
    TooLarge,
    #[error("the document could not be made: {0}")]
    Failed(String),
}

impl NotPrinted {
    const fn outcome(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::GlyphMissing(_) => "glyph_missing",
            Self::TooLarge => "too_large",
            Self::Failed(_) => "failed",
        }
    }
}

/// The printer of a deployment. Where none is set, nothing is printed.
#[derive(Clone, Default)]
pub struct Print(Option<Arc<dyn Printer>>);

impl Print {
    pub const fn by(printer: Option<Arc<dyn Printer>>) -> Self {
        Self(printer)
    }

    /// Refuses where nothing can be printed: asked before anything is read for a document.
    pub fn ready(&self) -> Result<(), Problem> {
        if self.0.is_some() { Ok(()) } else { Err(refusals::PRINTING_NOT_SET.into()) }
    }

    /// Answers with the document, saved under this name (`files::attachment`). Outside of transactions: it takes seconds.
    pub async fn answer(&self, document: Document, name: HeaderValue) -> Result<Response, Problem> {
        let Some(printer) = &self.0 else { return Err(refusals::PRINTING_NOT_SET.into()) };
        let (template, data) = (document.template, document.data.clone());
        let printed = printer.print(document).await;
        let outcome = printed.as_ref().map_or_else(NotPrinted::outcome, |_| "made");
        metrics::counter!("zaichang_documents_total", "outcome" => outcome).increment(1);
        let pdf = printed.map_err(|error| refused(&error, template, &data))?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        ];
        Ok((headers, pdf).into_response())
    }
}

fn refused(error: &NotPrinted, template: &str, data: &Value) -> Problem {
    match error {
        NotPrinted::Busy => Problem::from(refusals::PRINTING_BUSY).retry_after_ms(3000),
        NotPrinted::TooLarge => {
            tracing::warn!(%error, template, "a document is not made");
            refusals::DOCUMENT_TOO_LARGE.into()
        }
        NotPrinted::GlyphMissing(character) => glyph_missing(*character, data),
        NotPrinted::Failed(_) => {
            tracing::error!(%error, template, "a document is not made");
            refusals::DOCUMENT_NOT_MADE.into()
        }
    }
}

/// Names the character, and the text that has it.
fn glyph_missing(character: char, data: &Value) -> Problem {
    let code = format!("U+{:04X}", u32::from(character));
    let text: String = text_with(data, character).unwrap_or_default().chars().take(QUOTED).collect();
    Problem::from(refusals::GLYPH_MISSING).saying(
        format!(
            "“{text}”中的“{character}”（{code}）没有可用的字形。请核对是否录入有误；确认无误的，请联系平台的运维人员补充字体。"
        ),
        format!(
            "There is no glyph for \"{character}\" ({code}) of \"{text}\". Please see whether it was mistyped; if it is right, ask the \
             platform's operator to add a font that has it."
        ),
    )
}

/// The first text of the data that has this character.
fn text_with(data: &Value, character: char) -> Option<&str> {
    match data {
        Value::String(text) => text.contains(character).then_some(text),
        Value::Array(items) => items.iter().find_map(|item| text_with(item, character)),
        Value::Object(fields) => fields.values().find_map(|field| text_with(field, character)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_glyph_is_told_with_the_name_that_has_it() {
        let data = json!({ "people": [{ "name": "王明" }, { "name": "李𠅤" }] });
        let next = *glyph_missing('𠅤', &data).next.unwrap();
        assert!(next.0.starts_with("“李𠅤”中的“𠅤”（U+20164）"), "{}", next.0);
        assert!(next.1.contains("U+20164"), "{}", next.1);
    }
}
