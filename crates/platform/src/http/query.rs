//! An address's query, read by a deserializer whose error says what is wrong with which field. It must not know what is read.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::Problem;
use super::wrong::{Wrong, repeats};

/// Reads an address's query and names the field that is wrong; of what names none, `query`.
pub fn query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let malformed = || Problem::field("query", "the address's query is not well formed");
    let uri: axum::http::Uri = format!("/?{query}").parse().map_err(|_| malformed())?;
    let fields = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    let axum::extract::Query(fields) = fields.map_err(|_| malformed())?;
    if fields.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Problem::field("query", "NUL is not text"));
    }
    let read = T::deserialize(Fields { rest: fields.iter(), field: None });
    let is_repeated = |sentence: &str| fields.iter().any(|(_, value)| repeats(value, sentence));
    read.map_err(|wrong| wrong.problem("query", is_repeated))
}

struct Fields<'de> {
    rest: std::slice::Iter<'de, (String, String)>,
    field: Option<&'de (String, String)>,
}

impl<'de> Deserializer<'de> for Fields<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.field = self.rest.next();
        let Some((name, _)) = self.field else { return Ok(None) };
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (name, value) = self.field.ok_or_else(|| Wrong::custom("a value without its field"))?;
        seed.deserialize(Written(value)).map_err(|wrong| wrong.in_field(name))
    }
}

/// A value: text, and what text can stand for.
struct Written<'de>(&'de str);

macro_rules! numbers {
    ($($deserialize:ident $visit:ident)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(Wrong::custom("expected a number that is in range")),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Written<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Wrong::custom("expected true or false")),
        }
    }

    numbers! {
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
