//! What every page is served with: its policy with a fresh nonce, its headers, its built files. Text is compressed once, when
//! it is first asked for. It knows no page.

mod not_here;

pub use not_here::NotHere;

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::http::Problem;
use crate::http::refusals;

/// A page that a module serves from its folder of built files. Which page it is, the module that serves it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where its files are among all: `/assets/{folder}/…`.
    pub folder: &'static str,
    /// What besides our own files and the nonce it may run, as part of `script-src`; begins with a space.
    pub scripts: &'static str,
    /// More directives of its policy; begins with a semicolon.
    pub policy: &'static str,
}

/// The built files of every page. Clones share them.
#[derive(Clone)]
pub struct Pages(Arc<HashMap<String, Asset>>);

/// One built file.
pub struct File {
    /// `{folder}/{path}`.
    pub path: String,
    pub bytes: Bytes,
    /// Its content type.
    pub kind: String,
}

struct Asset {
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    kind: HeaderValue,
}

impl Asset {
    fn gzipped(&self) -> Bytes {
        self.gzip.get_or_init(|| gzipped(&self.plain, Compression::best())).clone()
    }

    fn is_text(&self) -> bool {
        let kind = self.kind.to_str().unwrap_or("");
        kind.starts_with("text/")
            || ["javascript", "json", "svg", "wasm"].iter().any(|word| kind.contains(word))
    }
}

fn gzipped(plain: &[u8], effort: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), effort);
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.map(Bytes::from).expect("a Vec takes all")
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("gzip"))
}

impl Pages {
    pub fn new(files: impl IntoIterator<Item = File>) -> Self {
        let asset = |File { path, bytes, kind }| {
            let kind = HeaderValue::from_str(&kind);
            let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
            (path, Asset { plain: bytes, gzip: OnceLock::new(), kind })
        };
        Self(Arc::new(files.into_iter().map(asset).collect()))
    }

    /// `/assets/{folder}/…`: hashed names, so that a browser keeps them for good. None if there is no such file.
    pub fn asset(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let asset = self.0.get(path).filter(|_| !path.ends_with("index.html"))?;
        let cached = HeaderValue::from_static("public, max-age=31536000, immutable");
        let mut response = Response::new(Body::empty());
        if asset.is_text() && accepts_gzip(headers) {
            *response.body_mut() = Body::from(asset.gzipped());
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        } else {
            *response.body_mut() = Body::from(asset.plain.clone());
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, asset.kind.clone());
        headers.insert(header::CACHE_CONTROL, cached);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        Some(response)
    }

    /// The page, with a fresh nonce in it and in its policy, and `boot` where it asks for it.
    pub fn answer(
        &self,
        page: Page,
        status: StatusCode,
        boot: Option<&serde_json::Value>,
        asked: &HeaderMap,
        https: bool,
    ) -> Response {
        let Some(template) = self.0.get(&format!("{}/index.html", page.folder)) else {
            tracing::error!(
                page = page.folder,
                "the page was not built into this binary: run `make pages` and build again"
            );
            return Problem::from(refusals::NOT_FOUND).into_response();
        };
        let Ok(nonce) = nonce() else { return Problem::from(refusals::INTERNAL).into_response() };
        let mut html = String::from_utf8_lossy(&template.plain).replace("__CSP_NONCE__", &nonce);
        if let Some(boot) = boot {
            // Inside a script element only `<` could end it.
            html = html.replace("__BOOT__", &boot.to_string().replace('<', "\\u003c"));
        }
        let channel = channel(asked, https);
        let headers = page_headers(&policy(&nonce, page.scripts, &channel, page.policy), https);
        if !accepts_gzip(asked) {
            return (status, AppendHeaders(headers), Html(html)).into_response();
        }
        // The secret in a page, a pass, is a new one at every request: the compressed length reveals nothing useful.
        let encoding = [(header::CONTENT_ENCODING, "gzip")];
        let body = gzipped(html.as_bytes(), Compression::default());
        (status, AppendHeaders(headers), encoding, Html(body)).into_response()
    }
}

/// The content security policy of a page.
pub fn policy(nonce: &str, script_extra: &str, connect_extra: &str, extra: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'{script_extra}; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'{connect_extra}; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'{extra}"
    )
}

/// Older browsers do not count a WebSocket to the page's own host as `'self'`: it is named.
fn channel(asked: &HeaderMap, https: bool) -> String {
    let host = asked.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) {
        return String::new();
    }
    format!(" {}://{host}", if https { "wss" } else { "ws" })
}

/// The headers of every page.
pub fn page_headers(policy: &str, https: bool) -> Vec<(HeaderName, HeaderValue)> {
    let fixed = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let mut headers = vec![
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'")),
        ),
        fixed(header::CACHE_CONTROL, "no-store"),
        fixed(header::REFERRER_POLICY, "no-referrer"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        fixed(
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=()",
        ),
    ];
    if https {
        headers.push(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    headers
}

/// 16 random bytes as a policy and a page carry them.
pub fn nonce() -> Result<String, getrandom::Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(STANDARD.encode(random))
}
