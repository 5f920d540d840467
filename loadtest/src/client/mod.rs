//! HTTP as a phone sends it, as cheaply as it can be: requests are bytes made beforehand, answers are scanned in place.
//! It must not know what a check-in is.

mod call;
mod connection;
mod line;

pub use call::{Reply, call};
pub use connection::{Answer, Connection, Cut};
pub use line::{Line, Nodes};

use std::net::SocketAddr;

use anyhow::Context as _;

/// A server, as a phone reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub address: SocketAddr,
    /// The Host header.
    pub host: String,
}

impl Target {
    /// Resolves `http://host:port`. TLS is not supported: it ends in front of the measured server.
    pub async fn resolve(base_url: &str) -> anyhow::Result<Self> {
        let host = base_url.trim_end_matches('/').strip_prefix("http://");
        let host = host.filter(|host| !host.contains('/')).with_context(|| {
            format!("{base_url} cannot be loaded: give the server's own address, as http://host:port")
        })?;
        let named = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut found =
            tokio::net::lookup_host(&named).await.with_context(|| format!("cannot resolve {host}"))?;
        let address = found.next().with_context(|| format!("{host} has no address"))?;
        Ok(Self { address, host: host.to_owned() })
    }
}

/// The bytes of a request.
pub fn request(
    target: &Target,
    method: &str,
    path: &str,
    session: Option<&str>,
    body: Option<&str>,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", target.host);
    if let Some(session) = session {
        text.push_str("authorization: Bearer ");
        text.push_str(session);
        text.push_str("\r\n");
    }
    match body {
        Some(body) => {
            text.push_str("content-type: application/json\r\ncontent-length: ");
            text.push_str(&body.len().to_string());
            text.push_str("\r\n\r\n");
            text.push_str(body);
        }
        None => text.push_str("\r\n"),
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_an_address_that_can_be_loaded_is_taken() {
        let target = Target::resolve("http://127.0.0.1:8080/").await.unwrap();
        assert_eq!((target.host.as_str(), target.address.port()), ("127.0.0.1:8080", 8080));
        for wrong in ["https://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1:80/path"] {
            assert!(Target::resolve(wrong).await.is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let target = Target { address: ([127, 0, 0, 1], 1).into(), host: "h".to_owned() };
        let bytes = request(&target, "POST", "/p", Some("s"), Some("{}"));
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("POST /p HTTP/1.1\r\nhost: h\r\nauthorization: Bearer s\r\n"));
        assert!(text.ends_with("content-length: 2\r\n\r\n{}"));
    }
}
