//! Kinds of notices, as modules declare them: how each reads in both languages, and by which template a text message says it. Pure.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::http::language::Language;
use crate::messages::Message;

/// A kind of notice. Its word stands in rows and is never changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub word: &'static str,
    /// In Chinese and in English; a blank is `{name}` of a parameter.
    pub title: (&'static str, &'static str),
    pub text: (&'static str, &'static str),
    /// How a text message says it; none of what stands in the inbox alone.
    pub sms: Option<Sms>,
}

/// What a text message says. Providers take approved templates alone, each with one variable; nothing of a person goes into it.
#[derive(Debug, PartialEq, Eq)]
pub struct Sms {
    /// The operator's setting that has the template: several kinds may share one.
    pub template: &'static str,
    /// What its variable is called where variables have names.
    pub variable: &'static str,
    /// What stands there.
    pub says: &'static str,
    /// A warning: it is sent whatever its reader has chosen, and at any hour.
    pub is_compulsory: bool,
    /// One of very many, written only where its template is set: it goes behind all others, and is given up days later than they are.
    pub comes_last: bool,
}

impl Sms {
    /// As it is sent.
    pub const fn message(&self) -> Message<'static> {
        Message::Notice { template: self.template, variable: self.variable, says: self.says }
    }
}

/// What a reader reads.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    pub title: String,
    pub text: String,
}

impl Kind {
    pub fn words(&self, parameters: &Value, language: Language) -> Words {
        let of = |sentence: (&str, &str)| match language {
            Language::Chinese => filled(sentence.0, parameters, 0),
            Language::English => filled(sentence.1, parameters, 1),
        };
        Words { title: of(self.title), text: of(self.text) }
    }
}

/// The sentence with its blanks filled; one without a value stays out. What is filled in is not looked through again.
fn filled(sentence: &str, parameters: &Value, language: usize) -> String {
    let mut parts = sentence.split('{');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, after)) = part.split_once('}') else { continue };
        let value = &parameters[name];
        let text = value.as_array().and_then(|both| both.get(language)).unwrap_or(value);
        written.push_str(text.as_str().unwrap_or_default());
        written.push_str(after);
    }
    written
}

/// The kinds of all modules.
#[derive(Clone, Default)]
pub struct Kinds(Arc<RwLock<BTreeMap<&'static str, &'static Kind>>>);

impl Kinds {
    /// Declares kinds.
    pub fn declare(&self, kinds: &[&'static Kind]) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for kind in kinds {
            let before = all.insert(kind.word, kind);
            debug_assert!(before.is_none_or(|before| before == *kind), "two kinds are called {}", kind.word);
        }
    }

    /// None of one that a newer release has written.
    pub fn of(&self, word: &str) -> Option<&'static Kind> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(word).copied()
    }

    /// Whether this is so of a kind.
    pub(super) fn some(&self, is_so: impl Fn(&Kind) -> bool) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().any(|kind| is_so(kind))
    }

    /// The templates of what goes behind all others.
    pub(super) fn last_templates(&self) -> Vec<String> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let last = all.values().filter_map(|kind| kind.sms.as_ref()).filter(|sms| sms.comes_last);
        last.map(|sms| sms.template.to_owned()).collect()
    }

    /// Whether a kind is sent by this template.
    pub fn has_template(&self, template: &str) -> bool {
        self.some(|kind| kind.sms.as_ref().is_some_and(|sms| sms.template == template))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KIND: Kind = Kind {
        word: "state_approved",
        title: ("人员状态变更{result}", "Change of state {result}"),
        text: ("{name}：{state}，自 {from} 起。{missing}", "{name}: {state} from {from}."),
        sms: None,
    };

    #[test]
    fn blanks_are_filled_in_the_reader_s_language_and_once() {
        let parameters = json!({
            "result": ["已通过", "approved"], "name": "{from}", "state": ["产假", "maternity leave"], "from": "2026-12-01",
        });
        let words = KIND.words(&parameters, Language::Chinese);
        assert_eq!(words.title, "人员状态变更已通过");
        assert_eq!(words.text, "{from}：产假，自 2026-12-01 起。");
        assert_eq!(
            KIND.words(&parameters, Language::English).text,
            "{from}: maternity leave from 2026-12-01."
        );
        assert_eq!(KIND.words(&json!({}), Language::Chinese).title, "人员状态变更");
    }
}
