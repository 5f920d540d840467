//! The names of settings: the known ones, and those that are written but unknown. A misspelt name would be ignored silently,
//! and another database or another master key be used. Values are never looked at.

use std::env;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

use super::{PREFIX, Settings};
use zaichang_integrations::{sms, wechat};

/// A name that is written and is no setting's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// As in the environment.
    pub name: String,
    /// The setting whose name is the most alike.
    pub nearest: String,
}

impl fmt::Display for Stray {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, nearest } = self;
        write!(
            out,
            "没有名为 {name} 的设置项，是否应为 {nearest}？请改正或删除 · there is no setting {name}: is {nearest} meant? \
             Correct it or take it away"
        )
    }
}

/// The names in the environment and the settings file that are no setting's.
pub fn strays(file: Option<&Path>) -> Vec<Stray> {
    let environment = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let environment: Vec<_> = environment
        .map(|name| name.to_ascii_uppercase())
        .filter(|name| name.starts_with(&format!("{PREFIX}_")))
        .collect();
    let ours = environment.iter().filter(|name| !is_of_kubernetes(name, &environment)).cloned();
    strays_among(ours.chain(in_file(file)))
}

fn strays_among(written: impl IntoIterator<Item = String>) -> Vec<Stray> {
    let known = known();
    let nearest = |name: &str| {
        let name = name.to_ascii_uppercase();
        known.iter().min_by_key(|one| strsim::damerau_levenshtein(one, &name)).cloned().unwrap_or_default()
    };
    let strays = written.into_iter().filter(|name| !known.contains(name));
    strays.map(|name| Stray { nearest: nearest(&name), name }).collect()
}

/// Kubernetes sets variables in every program for the services beside it: for one called `zaichang`,
/// `ZAICHANG_SERVICE_HOST`, `ZAICHANG_PORT` and more.
fn is_of_kubernetes(name: &str, environment: &[String]) -> bool {
    let mut services = environment.iter().filter_map(|one| one.strip_suffix("_SERVICE_HOST"));
    services.any(|service| {
        name.strip_prefix(service).is_some_and(|rest| {
            rest.starts_with("_SERVICE_") || rest == "_PORT" || rest.starts_with("_PORT_")
        })
    })
}

/// Every name as it is written in the environment. Asked of the types that are read, so that it cannot go out of date.
pub(super) fn known() -> Vec<String> {
    let is_nested = |name: &&&str| ["sms", "wechat"].contains(*name);
    let own = fields_of::<Settings>().iter().filter(|name| !is_nested(name)).map(|name| (*name).to_owned());
    let nested = fields_of::<sms::AliyunSettings>().iter().chain(fields_of::<sms::TencentSettings>());
    let nested = nested.copied().chain(["provider"]).map(|name| format!("sms__{name}"));
    let wechat = fields_of::<wechat::Settings>().iter().map(|name| format!("wechat__{name}"));
    own.chain(nested).chain(wechat).map(|name| as_in_the_environment(&name)).collect()
}

/// A name of the file is written in lower case, and is not read otherwise: any other stays strange.
fn as_in_the_environment(name: &str) -> String {
    let is_lower = !name.contains(|letter: char| letter.is_ascii_uppercase());
    format!("{PREFIX}_{}", if is_lower { name.to_ascii_uppercase() } else { name.to_owned() })
}

/// The settings file: the named one must be there, `zaichang.toml` in the working directory may be.
pub(super) fn file_source(file: Option<&Path>) -> config::File<config::FileSourceFile, config::FileFormat> {
    match file {
        Some(path) => config::File::from(path).required(true),
        None => config::File::with_name("zaichang.toml").format(config::FileFormat::Toml).required(false),
    }
}

/// The names in the settings file. A file that cannot be read is reported when its values are read.
fn in_file(file: Option<&Path>) -> Vec<String> {
    let read = config::Config::builder().add_source(file_source(file)).build();
    let table = read.and_then(config::Config::try_deserialize::<serde_json::Map<String, serde_json::Value>>);
    let mut names = Vec::new();
    for (name, value) in table.unwrap_or_default() {
        match value {
            serde_json::Value::Object(nested) => {
                names.extend(nested.keys().map(|inner| as_in_the_environment(&format!("{name}__{inner}"))));
            }
            _ => names.push(as_in_the_environment(&name)),
        }
    }
    names
}

/// The names of a struct's fields, as serde reads them.
fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // It ends in an error on purpose, once the fields have been handed over.
    let _ = T::deserialize(Asked(&mut fields));
    fields
}

/// Receives the fields of the struct that wants to be read, and reads nothing.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("only the names were asked for"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str]) -> Vec<(String, String)> {
        let strays = strays_among(names.iter().map(|name| (*name).to_owned()));
        strays.into_iter().map(|stray| (stray.name, stray.nearest)).collect()
    }

    #[test]
    fn every_setting_is_known_by_its_name_in_the_environment() {
        let known = known();
        for name in
            ["LISTEN", "DATABASE_URL", "MASTER_KEYS", "SMS__PROVIDER", "SMS__ACCESS_KEY_ID", "WECHAT__APP_ID"]
        {
            assert!(known.contains(&format!("{PREFIX}_{name}")), "{name}: {known:?}");
        }
        assert!(!known.iter().any(|name| name == "ZAICHANG_SMS" || name == "ZAICHANG_WECHAT"));
    }

    #[test]
    fn a_stray_name_is_told_with_the_nearest_one() {
        for (stray, nearest) in [
            ("ZAICHANG_DATABSE_URL", "ZAICHANG_DATABASE_URL"),
            ("ZAICHANG_SMS_PROVIDER", "ZAICHANG_SMS__PROVIDER"),
            ("ZAICHANG_MASTER_KEY", "ZAICHANG_MASTER_KEYS"),
            ("ZAICHANG_REPEAT_SECONDS", "ZAICHANG_REPEAT_S"),
            ("ZAICHANG_Repeat_S", "ZAICHANG_REPEAT_S"),
        ] {
            assert_eq!(told(&["ZAICHANG_LISTEN", stray]), [(stray.to_owned(), nearest.to_owned())]);
        }
    }

    #[test]
    fn the_names_of_a_file_are_looked_at_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        let written =
            "repeat_s = 600\nRepeat_S = 600\nlistn = \"x\"\n[sms]\nprovider = \"log\"\nprovder = 1\n";
        std::fs::write(&file, written).unwrap();
        let mut names: Vec<_> =
            strays_among(in_file(Some(&file))).into_iter().map(|stray| stray.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["ZAICHANG_LISTN", "ZAICHANG_Repeat_S", "ZAICHANG_SMS__PROVDER"]);
    }

    #[test]
    fn what_kubernetes_writes_is_not_a_stray() {
        let environment: Vec<_> = [
            "ZAICHANG_SERVICE_HOST",
            "ZAICHANG_SERVICE_PORT_HTTP",
            "ZAICHANG_PORT",
            "ZAICHANG_PORT_8080_TCP_ADDR",
            "ZAICHANG_REDIS_SERVICE_HOST",
            "ZAICHANG_REDIS_PORT",
            "ZAICHANG_LISTN",
        ]
        .map(str::to_owned)
        .to_vec();
        let others: Vec<_> =
            environment.iter().filter(|name| !is_of_kubernetes(name, &environment)).collect();
        assert_eq!(others, ["ZAICHANG_LISTN"]);
        // Without such a service the operator means the listener.
        assert!(!is_of_kubernetes("ZAICHANG_PORT", &["ZAICHANG_PORT".to_owned()]));
    }
}
