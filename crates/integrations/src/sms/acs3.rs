//! Aliyun's request signature, version 3 (ACS3-HMAC-SHA256), for requests whose parameters stand in the query.
//! Pure: the instant and the nonce are passed in. It must not send anything, nor know what a request is about.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const SIGNED_HEADERS: &str =
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

/// A POST of `/` with an empty body.
pub(super) struct Request<'a> {
    pub host: &'a str,
    pub action: &'a str,
    pub version: &'a str,
    /// Names and values as they are, in any order.
    pub query: &'a [(&'a str, &'a str)],
    pub at: Timestamp,
    /// Never twice the same: Aliyun refuses a nonce it has seen.
    pub nonce: &'a str,
}

/// What makes the request an authentic one. The query must be sent exactly as it stands here.
pub(super) struct Signed {
    pub query: String,
    /// Every header that is signed, but `host`, which the client writes itself.
    pub headers: [(&'static str, String); 5],
    pub authorization: String,
}

impl Request<'_> {
    pub(super) fn sign(&self, access_key_id: &str, access_key_secret: &SecretString) -> Signed {
        let body = hex::encode(Sha256::digest(b""));
        let signature = signature(access_key_secret, &self.string_to_sign(&body));
        let authorization = format!(
            "{ALGORITHM} Credential={access_key_id},SignedHeaders={SIGNED_HEADERS},Signature={signature}"
        );
        let headers = [
            ("x-acs-action", self.action.to_owned()),
            ("x-acs-content-sha256", body),
            ("x-acs-date", self.date()),
            ("x-acs-signature-nonce", self.nonce.to_owned()),
            ("x-acs-version", self.version.to_owned()),
        ];
        Signed { query: self.canonical_query(), headers, authorization }
    }

    fn date(&self) -> String {
        self.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn canonical_query(&self) -> String {
        let mut pairs: Vec<_> =
            self.query.iter().map(|(name, value)| (encode(name), encode(value))).collect();
        pairs.sort();
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    fn canonical_request(&self, body: &str) -> String {
        let Self { host, action, version, nonce, .. } = self;
        let (query, date) = (self.canonical_query(), self.date());
        format!(
            "POST\n/\n{query}\nhost:{host}\nx-acs-action:{action}\nx-acs-content-sha256:{body}\nx-acs-date:{date}\n\
             x-acs-signature-nonce:{nonce}\nx-acs-version:{version}\n\n{SIGNED_HEADERS}\n{body}"
        )
    }

    fn string_to_sign(&self, body: &str) -> String {
        format!("{ALGORITHM}\n{}", hex::encode(Sha256::digest(self.canonical_request(body))))
    }
}

fn signature(secret: &SecretString, string_to_sign: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(string_to_sign.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// RFC 3986: everything but letters, digits and `-_.~`, byte by byte, in upper case.
fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes all that is written to it");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "固定参数示例" of Aliyun's document "V3版本请求体&签名机制",
    /// <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>:
    /// `YourAccessKeyId`, `YourAccessKeySecret`, RunInstances of 2023-10-26T10:22:32Z.
    fn documented() -> Request<'static> {
        Request {
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            version: "2014-05-26",
            query: &[
                ("RegionId", "cn-shanghai"),
                ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
            ],
            at: "2023-10-26T10:22:32Z".parse().unwrap(),
            nonce: "3156853299f313e23d1673dc12e1703d",
        }
    }

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_canonical_request_is_the_documented_one() {
        let documented_text = [
            "POST",
            "/",
            "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
            "host:ecs.cn-shanghai.aliyuncs.com",
            "x-acs-action:RunInstances",
            "x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "x-acs-date:2023-10-26T10:22:32Z",
            "x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d",
            "x-acs-version:2014-05-26",
            "",
            "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version",
            EMPTY,
        ]
        .join("\n");
        assert_eq!(documented().canonical_request(EMPTY), documented_text);
    }

    #[test]
    fn the_string_to_sign_is_the_documented_one() {
        assert_eq!(
            documented().string_to_sign(EMPTY),
            "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
    }

    #[test]
    fn the_authorization_is_the_documented_one() {
        let signed = documented().sign("YourAccessKeyId", &"YourAccessKeySecret".into());
        assert_eq!(
            signed.authorization,
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
        assert_eq!(signed.headers[1].1, EMPTY);
    }

    /// The rules of encoding in the same document: a blank is %20, `*` is %2A, `~` stays.
    #[test]
    fn parameters_are_encoded_as_documented() {
        assert_eq!(encode("a b*c~d/é+=\"{}"), "a%20b%2Ac~d%2F%C3%A9%2B%3D%22%7B%7D");
        assert_eq!(encode("在场"), "%E5%9C%A8%E5%9C%BA");
        let mut request = documented();
        request.query = &[("b", "2"), ("a", ""), ("C", "3")];
        assert_eq!(request.canonical_query(), "C=3&a=&b=2");
    }
}
