//! Keyset paging: a cursor is the place of the last row seen, opaque to clients. It knows no module's rows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The place of the last row seen, as text that travels in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<K>(pub K);

impl<K: Serialize> Serialize for Cursor<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = serde_json::to_vec(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(json))
    }
}

impl<K: DeserializeOwned> Cursor<K> {
    /// None if it is no cursor of this list.
    pub fn read(text: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        // Postgres refuses a text with this character: it is in no key.
        if json.windows(6).any(|six| six == br"\u0000") {
            return None;
        }
        serde_json::from_slice(&json).map(Self).ok()
    }
}

/// How many rows a page holds: 1 to 200, 50 unless said.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "i64")]
pub struct Limit(pub i64);

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<i64> for Limit {
    type Error = &'static str;

    fn try_from(limit: i64) -> Result<Self, Self::Error> {
        if (1..=200).contains(&limit) { Ok(Self(limit)) } else { Err("limit is 1 to 200") }
    }
}
