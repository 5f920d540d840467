//! The address inside the QR. In upper case every character is in QR's alphanumeric mode, which keeps the picture small.

use serde::Deserialize;

use zaichang_core::code::Code;

/// How the public address is written in the QR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeUrl {
    /// All in upper case: 29×29 modules for a host of up to 14 characters.
    #[default]
    Upper,
    /// As the setting has it, for a scanner or a link rule that insists; one version larger.
    AsWritten,
}

/// Writes a code's address.
#[derive(Clone, Debug)]
pub struct CodeAddress {
    prefix: String,
}

impl CodeAddress {
    pub fn new(public_url: &str, code_url: CodeUrl) -> Self {
        let base = public_url.trim_end_matches('/');
        let base = match code_url {
            CodeUrl::Upper => base.to_ascii_uppercase(),
            CodeUrl::AsWritten => base.to_owned(),
        };
        Self { prefix: format!("{base}/C/") }
    }

    pub fn of(&self, code: &Code) -> String {
        format!("{}{code}", self.prefix)
    }
}
