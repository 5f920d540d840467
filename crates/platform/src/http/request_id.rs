//! The name of one request in answers and logs. A caller's own is not believed.

use axum::http::{HeaderName, HeaderValue};

/// Where an answer carries it.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// 64 random bits, as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct RequestId([u8; 16]);

impl RequestId {
    pub fn random() -> Self {
        let mut digits = [0; 16];
        hex::encode_to_slice(fastrand::u64(..).to_be_bytes(), &mut digits).expect("8 bytes are 16 digits");
        Self(digits)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<RequestId> for HeaderValue {
    fn from(id: RequestId) -> Self {
        Self::from_str(id.as_str()).expect("hexadecimal digits are a header's value")
    }
}
