//! The OpenAPI document, and the pages that need no login.

use reqwest::Method;
use serde_json::Value;

use crate::test_server::TestServer;

#[test]
fn the_committed_document_is_the_code_s() {
    let committed: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let generated = serde_json::to_value(zaichang::router::openapi()).unwrap();
    assert!(committed == generated, "run `make openapi`: openapi.json is not what the code says");
}

/// Every text that a caller may send, with its place.
fn texts(schema: &Value, of: &Value, place: &str, within: &[&str], found: &mut Vec<(String, Value)>) {
    if let Some(named) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        if !within.contains(&named) {
            let within = [within, &[named]].concat();
            texts(&of["components"]["schemas"][named], of, &format!("{place} {named}"), &within, found);
        }
        return;
    }
    let kind = &schema["type"];
    if kind == "string" || kind.as_array().is_some_and(|kinds| kinds.contains(&"string".into())) {
        found.push((place.to_owned(), schema.clone()));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        texts(field, of, &format!("{place}.{name}"), within, found);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        for one in schema[several].as_array().into_iter().flatten() {
            texts(one, of, place, within, found);
        }
    }
    texts_of_items(schema, of, place, within, found);
}

fn texts_of_items(
    schema: &Value,
    of: &Value,
    place: &str,
    within: &[&str],
    found: &mut Vec<(String, Value)>,
) {
    if schema["items"].is_object() {
        texts(&schema["items"], of, &format!("{place}[]"), within, found);
    }
}

#[test]
fn every_text_that_may_be_sent_says_how_long_it_may_be() {
    let document = serde_json::to_value(zaichang::router::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            for (_, body) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                texts(&body["schema"], &document, &place, &[], &mut found);
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap_or_default();
                texts(&parameter["schema"], &document, &format!("{place}?{name}"), &[], &mut found);
            }
        }
    }
    assert!(found.len() > 40, "{found:?}");
    let is_bounded = |schema: &Value| {
        ["maxLength", "enum", "const", "pattern"].iter().any(|bound| !schema[bound].is_null())
            || ["date", "date-time", "uuid"].iter().any(|format| schema["format"] == *format)
    };
    let unbounded: Vec<_> =
        found.iter().filter(|(_, schema)| !is_bounded(schema)).map(|(place, _)| place).collect();
    assert!(unbounded.is_empty(), "{unbounded:#?}");
}

/// The names under which types of this source stand in the document: those that derive `ToSchema`, by `as` or their own.
fn schemas_in(source: &str) -> Vec<String> {
    let (mut names, mut is_schema, mut called) = (Vec::new(), false, None);
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line.starts_with("#[derive(") {
            let mut derive = line.to_owned();
            while !derive.contains(")]") {
                derive.push_str(lines.next().unwrap());
            }
            (is_schema, called) = (derive.contains("ToSchema"), None);
        } else if let Some((_, after)) =
            line.strip_prefix("#[schema(").and_then(|line| line.split_once("as = "))
        {
            let end = after.find(|letter: char| !letter.is_alphanumeric()).unwrap();
            called = Some(after[..end].to_owned());
        } else if is_schema && !line.starts_with("#[") && !line.starts_with("//") {
            let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let name = words.skip_while(|word| !matches!(*word, "struct" | "enum")).nth(1).unwrap();
            names.push(called.take().unwrap_or_else(|| name.to_owned()));
            is_schema = false;
        }
    }
    names
}

/// Of two schemas of one name the document holds the last one alone, and says nothing.
#[test]
fn no_two_types_have_one_name_in_the_document() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("crates"), root.join("src")];
    let mut found: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                for name in schemas_in(&std::fs::read_to_string(&path).unwrap()) {
                    found.entry(name).or_default().push(path.display().to_string());
                }
            }
        }
    }
    let twice: Vec<_> = found.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "give each a name of its own by `#[schema(as = …)]`: {twice:#?}");
    // Nothing has escaped: ids are made by one macro.
    let ids = std::fs::read_to_string(root.join("crates/core/src/ids.rs")).unwrap();
    let document = serde_json::to_value(zaichang::router::openapi()).unwrap();
    let named = document["components"]["schemas"].as_object().unwrap().keys();
    // A type of another is called by both: `TakenReviewSteps_ProjectPlan`.
    let is_seen = |name: &str| found.contains_key(name) || ids.contains(&format!(" {name}"));
    let unseen: Vec<_> = named.filter(|name| !name.split('_').all(is_seen)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn a_body_that_is_sent_and_one_that_is_answered_have_names_of_their_own() {
    let document = serde_json::to_value(zaichang::router::openapi()).unwrap();
    let scan = &document["paths"]["/api/v1/scans"]["post"];
    let body = &scan["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let body = body.as_str().unwrap().rsplit('/').next().unwrap();
    let fields = document["components"]["schemas"][body]["properties"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["client", "code"]);
    assert_ne!(body, "Scan");
}

#[test]
fn the_committed_page_about_who_may_do_what_is_the_table() {
    let committed = include_str!("../../docs/authority.md");
    let generated = zaichang::docs::authority(&zaichang::router::openapi());
    assert!(committed == generated, "run `make openapi`: docs/authority.md is not what the table says");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_a_policy_with_a_fresh_nonce_and_cannot_be_framed() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let code = server.code(screen);
    let paths = [
        "/".to_owned(),
        "/records".into(),
        "/login".into(),
        "/app/".into(),
        format!("/C/{code}"),
        format!("/c/{}", code.to_lowercase()),
        "/v/nonsense".into(),
        format!("/display/{screen}"),
        "/console/".into(),
        "/console/courses/1".into(),
        "/docs".into(),
        "/docs/problems".into(),
    ];
    let mut policies = std::collections::HashSet::new();
    for path in paths {
        let response = server
            .service
            .request(Method::GET, &path, None)
            .header("accept", "text/html")
            .send()
            .await
            .unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe-inline"), "{path}");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let html = response.text().await.unwrap();
        assert!(
            html.contains(&nonce) && !html.contains("__CSP_NONCE__") && !html.contains("__BOOT__"),
            "{path}"
        );
        assert!(policies.insert(nonce), "a nonce was used twice");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_a_code_s_address_judges_it_there_and_then() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let code = server.code(screen);
    let open = |code: &str| {
        server.service.request(Method::GET, &format!("/C/{code}"), None).header("accept", "text/html").send()
    };
    let fresh = open(&code).await.unwrap();
    assert_eq!(fresh.status(), 200);
    assert!(fresh.headers()["set-cookie"].to_str().unwrap().starts_with("zc_device="));
    assert!(fresh.text().await.unwrap().contains(r#""needs":["login"]"#));
    server.advance(10);
    let expired = open(&code).await.unwrap();
    assert_eq!(expired.status(), 410);
    assert!(expired.text().await.unwrap().contains("code_expired"));
    let evil = open("%3C%2Fscript%3E%3Cscript%3Ealert(1)").await.unwrap();
    assert_eq!(evil.status(), 400);
    assert!(!evil.text().await.unwrap().contains("</script><script>alert"));
    server.close().await;
}
