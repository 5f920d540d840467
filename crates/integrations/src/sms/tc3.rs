//! Tencent Cloud's request signature, version 3 (TC3-HMAC-SHA256), for requests with a JSON body.
//! Pure: the instant is passed in. It must not send anything, nor know what a request is about.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SIGNED_HEADERS: &str = "content-type;host;x-tc-action";

/// Part of what is signed: it must be sent letter by letter.
pub(super) const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// A POST of `/`. Tencent Cloud takes it within five minutes of `at`.
pub(super) struct Request<'a> {
    pub host: &'a str,
    /// The product, as in its host name: `sms`.
    pub service: &'a str,
    pub action: &'a str,
    pub body: &'a str,
    pub at: Timestamp,
}

impl Request<'_> {
    /// The `Authorization` header.
    pub(super) fn sign(&self, secret_id: &str, secret_key: &SecretString) -> String {
        let signature = hex::encode(mac(&self.signing_key(secret_key), &self.string_to_sign()));
        let scope = self.scope();
        format!(
            "{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
        )
    }

    /// The `X-TC-Timestamp` header.
    pub(super) fn timestamp(&self) -> String {
        self.at.as_second().to_string()
    }

    /// The day is UTC's: with Shanghai's, requests would fail from midnight to eight in the morning.
    fn date(&self) -> String {
        self.at.strftime("%Y-%m-%d").to_string()
    }

    fn scope(&self) -> String {
        format!("{}/{}/tc3_request", self.date(), self.service)
    }

    fn canonical_request(&self) -> String {
        let (host, action) = (self.host, self.action.to_ascii_lowercase());
        let body = hex::encode(Sha256::digest(self.body));
        format!(
            "POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action}\n\n{SIGNED_HEADERS}\n{body}"
        )
    }

    fn string_to_sign(&self) -> String {
        let canonical = hex::encode(Sha256::digest(self.canonical_request()));
        format!("{ALGORITHM}\n{}\n{}\n{canonical}", self.timestamp(), self.scope())
    }

    fn signing_key(&self, secret_key: &SecretString) -> [u8; 32] {
        let day = mac(format!("TC3{}", secret_key.expose_secret()).as_bytes(), &self.date());
        mac(&mac(&day, self.service), "tc3_request")
    }
}

fn mac(key: &[u8], text: &str) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(text).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of Tencent Cloud's document "签名方法 v3",
    /// <https://cloud.tencent.com/document/api/382/52072> (the same in every product's API documents):
    /// DescribeInstances of 1551113065. The key is printed there as 32 asterisks, and the printed results are
    /// those of a key of 32 asterisks.
    fn documented() -> Request<'static> {
        Request {
            host: "cvm.tencentcloudapi.com",
            service: "cvm",
            action: "DescribeInstances",
            body: r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
            at: Timestamp::from_second(1_551_113_065).unwrap(),
        }
    }

    const SECRET_ID: &str = "AKID********************************";

    fn secret_key() -> SecretString {
        "*".repeat(32).into()
    }

    #[test]
    fn the_canonical_request_is_the_documented_one() {
        let documented_text = [
            "POST",
            "/",
            "",
            "content-type:application/json; charset=utf-8",
            "host:cvm.tencentcloudapi.com",
            "x-tc-action:describeinstances",
            "",
            "content-type;host;x-tc-action",
            "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064",
        ]
        .join("\n");
        assert_eq!(documented().canonical_request(), documented_text);
    }

    #[test]
    fn the_string_to_sign_is_the_documented_one() {
        assert_eq!(
            documented().string_to_sign(),
            "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n\
             7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
        );
    }

    #[test]
    fn the_derived_key_is_the_documented_one() {
        assert_eq!(
            hex::encode(documented().signing_key(&secret_key())),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
        );
    }

    #[test]
    fn the_authorization_is_the_documented_one() {
        assert_eq!(
            documented().sign(SECRET_ID, &secret_key()),
            "TC3-HMAC-SHA256 Credential=AKID********************************/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host;x-tc-action, \
             Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        );
    }

    /// An earlier edition of the same document signed two headers and printed its key,
    /// <https://www.tencentcloud.com/document/product/1084/39391>.
    #[test]
    fn the_signature_of_the_documents_earlier_edition_is_ours_too() {
        let key = documented().signing_key(&"Gu5t9xGARNpq86cd98joQYCN3EXAMPLE".into());
        let string_to_sign = "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n\
                              5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031";
        assert_eq!(
            hex::encode(mac(&key, string_to_sign)),
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }

    /// The example's instant is 00:44 of the next day in Shanghai.
    #[test]
    fn the_day_of_the_scope_is_the_day_in_utc() {
        assert_eq!(documented().scope(), "2019-02-25/cvm/tc3_request");
    }
}
