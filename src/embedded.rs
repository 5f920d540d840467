//! The pages inside the binary: the venue page, the phone's pages and the console, as their folders built them.
//! Text is compressed once, when it is first asked for. It knows no room.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use crate::http::{Problem, Refusal};

#[derive(RustEmbed)]
#[folder = "display/dist"]
#[allow_missing = true]
struct Display;

#[derive(RustEmbed)]
#[folder = "mobile-bridge/h5/dist"]
#[allow_missing = true]
struct Phone;

#[derive(RustEmbed)]
#[folder = "mobile-bridge/app/dist"]
#[allow_missing = true]
struct InApp;

#[derive(RustEmbed)]
#[folder = "console/dist"]
#[allow_missing = true]
struct Console;

struct Asset {
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    kind: HeaderValue,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    gather::<Display>(&mut assets, "display");
    gather::<Phone>(&mut assets, "h5");
    gather::<InApp>(&mut assets, "app");
    gather::<Console>(&mut assets, "console");
    assets
});

fn gather<E: RustEmbed>(assets: &mut HashMap<String, Asset>, page: &str) {
    for path in E::iter() {
        if let Some(file) = E::get(&path) {
            let kind = HeaderValue::from_str(file.metadata.mimetype());
            let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
            let plain = Bytes::from(file.data.into_owned());
            assets.insert(format!("{page}/{path}"), Asset { plain, gzip: OnceLock::new(), kind });
        }
    }
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

/// `/assets/{page}/…`: hashed names, so that a browser keeps them for good.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let found = ASSETS.get(&path).filter(|_| !path.ends_with("index.html"));
    let Some(asset) = found else { return Problem::from(Refusal::NotFound).into_response() };
    let cached = HeaderValue::from_static("public, max-age=31536000, immutable");
    let mut response = Response::new(Body::empty());
    if asset.is_text() && accepts_gzip(&headers) {
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
    response
}

/// One of the pages that the binary holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Display,
    Phone,
    /// What a native app opens in its web view.
    InApp,
    Console,
}

impl Page {
    const fn folder(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Phone => "h5",
            Self::InApp => "app",
            Self::Console => "console",
        }
    }

    /// What besides our own files and the nonce each page may run.
    const fn script_extra(self) -> &'static str {
        match self {
            // The camera's reader is WebAssembly where the browser has none of its own.
            Self::Phone => " 'wasm-unsafe-eval'",
            Self::Display | Self::InApp | Self::Console => "",
        }
    }

    const fn policy_extra(self) -> &'static str {
        match self {
            Self::Display => "; require-trusted-types-for 'script'",
            Self::Phone => "; worker-src 'self' blob:",
            Self::InApp | Self::Console => "",
        }
    }

    /// The page, with a fresh nonce in it and in its policy, and `boot` where it asks for it.
    pub fn answer(
        self,
        status: StatusCode,
        boot: Option<&serde_json::Value>,
        asked: &HeaderMap,
        https: bool,
    ) -> Response {
        let Some(template) = ASSETS.get(&format!("{}/index.html", self.folder())) else {
            tracing::error!(
                page = self.folder(),
                "the page was not built into this binary: run `make pages` and build again"
            );
            return Problem::from(Refusal::NotFound).into_response();
        };
        let Ok(nonce) = nonce() else { return Problem::from(Refusal::Internal).into_response() };
        let mut html = String::from_utf8_lossy(&template.plain).replace("__CSP_NONCE__", &nonce);
        if let Some(boot) = boot {
            // Inside a script element only `<` could end it.
            html = html.replace("__BOOT__", &boot.to_string().replace('<', "\\u003c"));
        }
        let channel = channel(asked, https);
        let headers =
            page_headers(&policy(&nonce, self.script_extra(), &channel, self.policy_extra()), https);
        if !accepts_gzip(asked) {
            return (status, AppendHeaders(headers), Html(html)).into_response();
        }
        // What is secret in a page, a pass, is another one at every request: its length tells nothing worth knowing.
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
