//! What was looked at, what was found, and what to do about it, in both languages.
//! It must not know how anything is looked at.

use serde::Serialize;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing has to be done.
    Note,
    /// Must be fixed.
    Fix,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Names what was looked at; the same in every release, for programs.
    pub check: &'static str,
    pub level: Level,
    /// What was found; never a secret.
    pub found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Finding {
    pub(super) fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, found: found.into(), zh: None, en: None }
    }

    pub(super) fn note(
        check: &'static str,
        found: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { check, level: Level::Note, found: found.into(), zh: Some(zh.into()), en: Some(en.into()) }
    }

    pub(super) fn wrong(
        check: &'static str,
        found: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { level: Level::Fix, ..Self::note(check, found, zh, en) }
    }

    /// As people read it: what was found in one line, what to do in the two below.
    pub(super) fn lines(&self) -> Vec<String> {
        let level = match self.level {
            Level::Ok => "正常 ok  ",
            Level::Note => "提示 note",
            Level::Fix => "须改 FIX",
        };
        let first = format!("{level}  {}: {}", self.check, self.found);
        let words = [&self.zh, &self.en].into_iter().flatten().map(|words| format!("           {words}"));
        std::iter::once(first).chain(words).collect()
    }
}
