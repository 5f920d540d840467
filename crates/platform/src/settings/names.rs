//! The names of settings: the declared ones, and those that are written but unknown. A misspelt name would be ignored silently,
//! and another database or another master key be used. Values are never looked at.

use std::fmt;

use serde::Deserialize;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

use super::PREFIX;

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

pub(super) fn strays_among(known: &[String], written: impl IntoIterator<Item = String>) -> Vec<Stray> {
    let nearest = |name: &str| {
        let name = name.to_ascii_uppercase();
        known.iter().min_by_key(|one| strsim::damerau_levenshtein(one, &name)).cloned().unwrap_or_default()
    };
    let strays = written.into_iter().filter(|name| !known.contains(name));
    strays.map(|name| Stray { nearest: nearest(&name), name }).collect()
}

/// Kubernetes sets variables in every program for the services beside it: for one called `zaichang`,
/// `ZAICHANG_SERVICE_HOST`, `ZAICHANG_PORT` and more.
pub(super) fn is_of_kubernetes(name: &str, environment: &[String]) -> bool {
    let mut services = environment.iter().filter_map(|one| one.strip_suffix("_SERVICE_HOST"));
    services.any(|service| {
        name.strip_prefix(service).is_some_and(|rest| {
            rest.starts_with("_SERVICE_") || rest == "_PORT" || rest.starts_with("_PORT_")
        })
    })
}

/// A name of the file is written in lower case, and is not read otherwise: any other stays strange.
pub(super) fn as_in_the_environment(name: &str) -> String {
    let is_lower = !name.contains(|letter: char| letter.is_ascii_uppercase());
    format!("{PREFIX}_{}", if is_lower { name.to_ascii_uppercase() } else { name.to_owned() })
}

/// The names of a struct's fields, as serde reads them: asked of the type itself, so that they cannot go out of date.
pub(super) fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // It ends in an error on purpose, once the fields have been handed over.
    let _ = T::deserialize(FieldNames(&mut fields));
    fields
}

/// Receives the fields of the struct that wants to be read, and reads nothing.
struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
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

    #[test]
    fn a_stray_name_is_told_with_the_nearest_one() {
        let known = ["LISTEN", "DATABASE_URL", "MASTER_KEYS", "REPEAT_S", "SMS__PROVIDER"];
        let known = known.map(|name| format!("{PREFIX}_{name}"));
        for (stray, nearest) in [
            ("ZAICHANG_DATABSE_URL", "ZAICHANG_DATABASE_URL"),
            ("ZAICHANG_SMS_PROVIDER", "ZAICHANG_SMS__PROVIDER"),
            ("ZAICHANG_MASTER_KEY", "ZAICHANG_MASTER_KEYS"),
            ("ZAICHANG_REPEAT_SECONDS", "ZAICHANG_REPEAT_S"),
            ("ZAICHANG_Repeat_S", "ZAICHANG_REPEAT_S"),
        ] {
            let strays = strays_among(&known, ["ZAICHANG_LISTEN", stray].map(str::to_owned));
            assert_eq!(strays, [Stray { name: stray.to_owned(), nearest: nearest.to_owned() }]);
        }
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
