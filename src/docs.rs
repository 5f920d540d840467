//! The API's document and its page, both offline: `/openapi.json`, `/docs`.

mod complete;

pub use complete::complete;

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::Config;

use crate::{modules, router};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{ACT, Act};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::refusals;
use zaichang_platform::http::{Problem, cookies};
use zaichang_platform::pages::{nonce, page_headers, policy};

/// How callers say who they are.
pub struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
        let credential = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let credential =
            credential.description(Some("A screen's credential, from the channel's `welcome`.")).build();
        components.add_security_scheme("screen_credential", SecurityScheme::Http(credential));
        let registration = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A registration's session, from the refusal `phone_not_registered`."));
        components.add_security_scheme("registration_session", SecurityScheme::Http(registration.build()));
        let cookies = [
            ("phone_cookie", cookies::SESSION),
            ("registration_cookie", cookies::REGISTRATION),
            ("console_cookie", cookies::ADMIN),
        ];
        for (name, cookie) in cookies {
            let cookie = ApiKey::Cookie(ApiKeyValue::new(cookie));
            components.add_security_scheme(name, SecurityScheme::ApiKey(cookie));
        }
    }
}

/// The page about who may do what, in Markdown: the table of roles and acts, with the calls of this document.
pub fn authority(document: &serde_json::Value) -> String {
    let paths = document["paths"].as_object().into_iter().flatten();
    let calls: Vec<_> = paths
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            operations.map(move |(method, operation)| {
                (operation[ACT].as_str(), format!("{} {path}", method.to_uppercase()))
            })
        })
        .collect();
    let of = |act: Act| calls.iter().filter(move |(named, _)| *named == Some(act.word()));
    zaichang_platform::authority::page(|act| of(act).map(|(_, call)| call.clone()).collect())
}

/// The document as it is served, and the pages about it.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
{
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(page))
        .route("/docs/problems", get(problems))
        .route("/docs/assets/{file}", get(file))
}

/// Put together when somebody first asks for it.
async fn document() -> impl IntoResponse {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(router::openapi().to_string()));
    ([(header::CONTENT_TYPE, "application/json")], Bytes::clone(&DOCUMENT))
}

async fn page(State(guard): State<Arc<Guard>>) -> Result<Response, Problem> {
    let nonce = nonce().map_err(|_| refusals::INTERNAL)?;
    let html = format!(
        r#"<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>zaichang API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><main id="api"></main><script src="/docs/assets/swagger-ui-bundle.js" nonce="{nonce}"></script>
<script nonce="{nonce}">SwaggerUIBundle({{url:"/openapi.json",dom_id:"\#api",deepLinking:true,validatorUrl:null}})</script></body></html>"#
    )
    .replace("\\#", "#");
    Ok((AppendHeaders(page_headers(&policy(&nonce, "", "", ""), guard.secure)), Html(html)).into_response())
}

/// Every refusal with its sentences: where a problem's `type` points.
async fn problems(State(guard): State<Arc<Guard>>) -> Result<Response, Problem> {
    let nonce = nonce().map_err(|_| refusals::INTERNAL)?;
    let mut rows = String::new();
    for refusal in modules::refusals() {
        let (chinese, english) = (Language::Chinese.of(refusal), Language::English.of(refusal));
        let (word, status) = (refusal.word(), refusal.status().as_u16());
        write!(
            rows,
            "<tr id=\"{word}\"><th scope=\"row\"><code>{word}</code><td>{status}<td>{}。{}<td lang=\"en\">{}. {}",
            chinese.title, chinese.detail, english.title, english.detail,
        )
        .expect("a String takes all");
    }
    let html = format!(
        r#"<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>拒绝代码 · Refusals</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style nonce="{nonce}">body{{font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans SC",system-ui,sans-serif;color:\#10232B;background:\#F7F6F2;margin:0 auto;max-width:1100px;padding:24px}}
table{{border-collapse:collapse;width:100%;background:\#fff}}th,td{{text-align:left;vertical-align:top;padding:8px 12px;border-bottom:1px solid \#e3e6e4}}@media (max-width:700px){{tr,th,td{{display:block}}thead{{display:none}}td{{padding:2px 12px}}}}:target{{background:\#e6f3f1}}</style></head>
<body><main><h1>拒绝代码 · Refusals</h1><table><thead><tr><th scope="col">code<th scope="col">HTTP<th scope="col">说明<th scope="col" lang="en">What it says</thead><tbody>{rows}</tbody></table></main></body></html>"#
    )
    .replace("\\#", "#");
    Ok((AppendHeaders(page_headers(&policy(&nonce, "", "", ""), guard.secure)), Html(html)).into_response())
}

async fn file(Path(file): Path<String>) -> Response {
    let served = utoipa_swagger_ui::serve(&file, Arc::new(Config::from("/openapi.json")));
    match served {
        Ok(Some(file)) => {
            let headers = [
                (header::CONTENT_TYPE, file.content_type),
                (header::CACHE_CONTROL, "public, max-age=86400".to_owned()),
            ];
            (StatusCode::OK, headers, file.bytes.into_owned()).into_response()
        }
        _ => Problem::from(refusals::NOT_FOUND).into_response(),
    }
}
