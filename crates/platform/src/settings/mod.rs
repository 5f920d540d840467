//! Settings, as modules declare them: each its own struct, with defaults, what each setting may be, and what contradicts what.
//! The program collects the declarations, reads them all from the environment over one file, and hands each module its own.
//! It must not know which settings there are.

mod names;
mod reading;
mod values;

pub use names::Stray;
pub use reading::Reader;
pub use values::Values;

use std::path::PathBuf;

use config::Config;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What every setting's name in the environment begins with.
pub const PREFIX: &str = "ZAICHANG";

/// Why the settings are refused, and what to do: in both languages, without the value, which may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{PREFIX}_{setting}：{zh} · {en}")]
    Wrong { setting: String, zh: &'static str, en: &'static str },
    #[error("{}", .0.iter().map(Stray::to_string).collect::<Vec<_>>().join("\n"))]
    Strays(Vec<Stray>),
    #[error(
        "没有设置文件 {0}，请检查 --settings 的路径 · there is no settings file {0}: check the path after --settings"
    )]
    NoFile(PathBuf),
    #[error(
        "设置文件 {file} 无法解析，请改正语法 · the settings file {file} cannot be parsed, correct its syntax: {why}"
    )]
    Syntax { file: String, why: String },
    #[error(
        "设置无法读取，请对照 docs/operating/settings.md 改正 · the settings cannot be read, correct them by docs/operating/settings.en.md: {0}"
    )]
    Unreadable(String),
}

/// What a setting may be, said when it is anything else: its name in the environment without the prefix, then the sentence in
/// Chinese and in English. The name of a table stands for those of its settings of which it is not known which is wrong.
pub type MayBe = (&'static str, &'static str, &'static str);

/// `true` or `false`, for `MayBe`.
pub const YES_OR_NO: (&str, &str) = ("请写 true 或 false", "write true or false");

/// A module's settings. A field is a setting, by the name that serde reads: `repeat_s` is `ZAICHANG_REPEAT_S`. Fields have
/// defaults, and secrets are of a type that does not print them.
pub trait Settings: Clone + Default + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static {
    /// The table of the file in which they stand: of `sms`, the environment has `ZAICHANG_SMS__…`. None: they stand in no table.
    const TABLE: Option<&'static str> = None;

    /// One for each setting.
    const MAY_BE: &'static [MayBe];

    /// The names of the fields.
    fn names() -> Vec<&'static str> {
        names::fields_of::<Self>().to_vec()
    }

    /// Refuses contradictions, and values that cannot work, by the field's name. `all` are those of the other modules.
    fn check(&self, _all: &Values) -> Result<(), &'static str> {
        Ok(())
    }
}

/// A module's settings, as the module lists them.
#[derive(Clone, Copy)]
pub struct Declaration {
    table: Option<&'static str>,
    may_be: &'static [MayBe],
    names: fn() -> Vec<&'static str>,
    take_defaults: fn(&mut Values),
    read: fn(&Config, &mut Values) -> Result<(), Error>,
    check: fn(&Values) -> Result<(), &'static str>,
}

/// Declares the settings of this type.
pub const fn declared<T: Settings>() -> Declaration {
    Declaration {
        table: T::TABLE,
        may_be: T::MAY_BE,
        names: T::names,
        take_defaults: |values| values.put(T::default()),
        read: reading::read::<T>,
        check: |values| values.of::<T>().check(values),
    }
}

/// The refusal of one of these settings' value, by its name without the prefix.
pub fn wrong<T: Settings>(setting: &str) -> Error {
    refused(T::MAY_BE, setting)
}

fn refused(may_be: &[MayBe], setting: &str) -> Error {
    let sentence = may_be.iter().find(|(name, ..)| *name == setting);
    let (_, zh, en) = sentence.unwrap_or(&(
        "",
        "无法读取，请对照 docs/operating/settings.md 改正",
        "correct it by docs/operating/settings.en.md",
    ));
    Error::Wrong { setting: setting.to_owned(), zh, en }
}

/// A field's name in the environment, without the prefix.
fn without_prefix(table: Option<&str>, field: &str) -> String {
    let field = field.replace('.', "__").to_ascii_uppercase();
    table.map_or_else(|| field.clone(), |table| format!("{}__{field}", table.to_ascii_uppercase()))
}

/// The entries of a list that is written with commas.
pub fn list(written: &str) -> impl Iterator<Item = &str> {
    written.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// The names of a struct's fields, as serde reads them.
pub fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    names::fields_of::<T>()
}
