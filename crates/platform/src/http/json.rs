//! JSON that could not be read: read once more, as a tree and by a deserializer whose error says what is wrong with which field.
//! Only what is refused pays for it. It must not know what is read.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::Problem;
use super::wrong::{Wrong, repeats};

/// Why these bytes are none of this type. Only of bytes that were refused.
pub(super) fn problem<T: DeserializeOwned>(bytes: &[u8]) -> Problem {
    let tree: Tree = match serde_json::from_slice(bytes) {
        Ok(tree) => tree,
        // What is no JSON has no fields that could be trusted to be ours.
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Problem::field("body", format!("it is not JSON: line {line}, column {column}"));
        }
    };
    match T::deserialize(&tree) {
        Err(wrong) => wrong.problem("body", |sentence| tree.is_repeated_by(sentence)),
        Ok(_) => Problem::field("body", "it is not what is expected here"),
    }
}

/// JSON as it was sent, with every field as often as it stands there.
#[derive(Debug)]
enum Tree {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    Items(Vec<Tree>),
    Fields(Vec<(String, Tree)>),
}

impl Tree {
    fn is_repeated_by(&self, sentence: &str) -> bool {
        match self {
            Self::Text(text) => repeats(text, sentence),
            Self::Items(items) => items.iter().any(|item| item.is_repeated_by(sentence)),
            Self::Fields(fields) => fields.iter().any(|(_, value)| value.is_repeated_by(sentence)),
            Self::Null | Self::Bool(_) | Self::Number(_) => false,
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(so) => Unexpected::Bool(*so),
            Self::Number(_) => Unexpected::Other("number"),
            Self::Text(text) => Unexpected::Str(text),
            Self::Items(_) => Unexpected::Seq,
            Self::Fields(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Growing;

        impl<'de> Visitor<'de> for Growing {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }

            fn visit_bool<E>(self, so: bool) -> Result<Tree, E> {
                Ok(Tree::Bool(so))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
                Ok(Tree::Number(number.into()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
                Ok(Tree::Number(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
                Ok(serde_json::Number::from_f64(number).map_or(Tree::Null, Tree::Number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
                let mut grown = Vec::new();
                while let Some(item) = items.next_element()? {
                    grown.push(item);
                }
                Ok(Tree::Items(grown))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tree, A::Error> {
                let mut grown = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    grown.push(field);
                }
                Ok(Tree::Fields(grown))
            }
        }

        deserializer.deserialize_any(Growing)
    }
}

impl<'de> Deserializer<'de> for &'de Tree {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(so) => visitor.visit_bool(*so),
            Tree::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Tree::Text(text) => visitor.visit_borrowed_str(text),
            Tree::Items(items) => {
                let mut rest = Items(items.iter().enumerate());
                let value = visitor.visit_seq(&mut rest)?;
                match rest.0.len() {
                    0 => Ok(value),
                    _ => Err(Wrong::invalid_length(items.len(), &"fewer items")),
                }
            }
            Tree::Fields(fields) => visitor.visit_map(Fields { rest: fields.iter(), field: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Tree::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
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
        match self {
            Tree::Text(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            Tree::Fields(fields) if fields.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Fields { rest: fields.iter(), field: None }))
            }
            other => Err(Wrong::invalid_type(other.unexpected(), &"a word")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

struct Items<'de>(std::iter::Enumerate<std::slice::Iter<'de, Tree>>);

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some((at, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(item).map(Some).map_err(|wrong| wrong.in_item(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields<'de> {
    rest: std::slice::Iter<'de, (String, Tree)>,
    field: Option<&'de (String, Tree)>,
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
        seed.deserialize(value).map_err(|wrong| wrong.in_field(name))
    }
}
