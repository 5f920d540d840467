//! What is wrong with what was sent, as a value and not as a sentence: the error that types report while they are read. Where it
//! lies is added on the way out. What was sent is never kept.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::Problem;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    what: What,
    /// The way to it, the innermost first.
    path: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Field(String),
    Item(usize),
}

#[derive(Debug)]
enum What {
    /// A field of ours that is not there.
    Missing(&'static str),
    /// A field of ours that is there twice.
    Doubled(&'static str),
    /// A field that is none of these; what it is called is the sender's own text.
    Unknown(&'static [&'static str]),
    /// A word that is none of these.
    Word(&'static [&'static str]),
    /// Something of another type or length than this.
    Expected(String),
    /// A value out of range.
    Value,
    /// What one of our types says itself; it may quote what it could not read.
    Said(String),
}

impl From<What> for Wrong {
    fn from(what: What) -> Self {
        Self { what, path: Vec::new() }
    }
}

impl Error for Wrong {
    fn custom<T: fmt::Display>(said: T) -> Self {
        What::Said(said.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        What::Expected(expected.to_string()).into()
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        What::Value.into()
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        What::Expected(expected.to_string()).into()
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        What::Word(words).into()
    }

    fn unknown_field(_: &str, fields: &'static [&'static str]) -> Self {
        What::Unknown(fields).into()
    }

    fn missing_field(field: &'static str) -> Self {
        What::Missing(field).into()
    }

    fn duplicate_field(field: &'static str) -> Self {
        What::Doubled(field).into()
    }
}

impl Wrong {
    /// It lies in this field. One that cannot be ours is not named.
    pub fn in_field(mut self, field: &str) -> Self {
        let ours = field.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if ours && field.starts_with(|first: char| first.is_ascii_lowercase()) {
            self.path.push(Step::Field(field.to_owned()));
        }
        self
    }

    /// It lies in this item of a list, counted from 0.
    pub fn in_item(mut self, item: usize) -> Self {
        self.path.push(Step::Item(item));
        self
    }

    /// The refusal. `whole` is what is named where no field is; `is_repeated` tells whether a sentence repeats what was sent.
    pub fn problem(self, whole: &str, is_repeated: impl Fn(&str) -> bool) -> Problem {
        let explanation = match &self.what {
            What::Missing(_) => "it is missing".to_owned(),
            What::Doubled(_) => "it stands there twice".to_owned(),
            What::Unknown([]) => "there is a field that is not known here".to_owned(),
            What::Unknown(fields) => {
                format!("there is a field that is not known here; known are {}", listed(fields, ", "))
            }
            What::Word(words) => format!("expected one of {}", listed(words, ", ")),
            What::Expected(what) => format!("expected {what}"),
            What::Value => "the value is out of range".to_owned(),
            What::Said(said) if !is_repeated(said) => said.clone(),
            What::Said(_) => "the value is not one that is allowed here".to_owned(),
        };
        let last = match self.what {
            What::Missing(field) | What::Doubled(field) => Some(Step::Field(field.to_owned())),
            _ => None,
        };
        let mut field = String::new();
        for step in self.path.iter().rev().chain(&last) {
            match step {
                Step::Field(name) if field.is_empty() => field.push_str(name),
                Step::Field(name) => field = format!("{field}.{name}"),
                Step::Item(item) => field = format!("{field}[{item}]"),
            }
        }
        let problem = Problem::field(if field.is_empty() { whole.to_owned() } else { field }, explanation);
        match self.what {
            What::Unknown(_) => problem.saying(
                "内容中有不能识别的字段，请刷新页面或更新应用后再试。".to_owned(),
                "There is a field that is not known here. Please reload the page, or update the app."
                    .to_owned(),
            ),
            _ => problem,
        }
    }
}

fn listed(words: &[&str], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
}

/// Whether a sentence repeats a piece of a text: four characters of it.
pub(super) fn repeats(text: &str, sentence: &str) -> bool {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).skip(4);
    text.char_indices().zip(ends).any(|((begin, _), end)| sentence.contains(&text[begin..end]))
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Wrong {}
