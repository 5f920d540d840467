//! What a node answers to every read of its own API document and to the commonest acts of an admin: by status, so that the same
//! node before and after a migration, and two releases, can be compared. It must not know what the answers mean.

use std::collections::BTreeMap;

use anyhow::Context as _;
use loadtest::client::{Target, call};
use serde_json::Value;

use crate::releases::{Releases, patiently};

/// Acts on a course that any release knows.
const ACTS: [(&str, &str); 3] = [
    ("screens", r#"{"place":"侧厅"}"#),
    ("head-counts", r#"{"heads":30}"#),
    ("exports", r#"{"format":"xlsx"}"#),
];

/// A status for each call, by method and path.
#[derive(Debug)]
pub struct Answers(BTreeMap<String, u16>);

impl Answers {
    /// Calls everything that can be called, as the demo's admin and as one of its people.
    pub async fn of(releases: &Releases, node: &Target) -> anyhow::Result<Self> {
        let demo = &releases.crowd.shared().demo;
        let course = demo.courses[0].id;
        let document = call(node, "GET", "/openapi.json", None, None).await?.body;
        let projects =
            call(node, "GET", "/api/v1/projects", Some(&demo.unit_admin.session), None).await?.body;
        let project = projects["items"][0]["id"].clone();
        let mut answers = BTreeMap::new();
        let paths = document["paths"].as_object().context("a document without paths")?;
        for (path, methods) in paths {
            let filled = path
                .replace("/courses/{id}", &format!("/courses/{course}"))
                .replace("/projects/{id}", &format!("/projects/{project}"));
            if methods["get"].is_null() || filled.contains('{') {
                continue;
            }
            let searched = if asks_for_a_text(&methods["get"]) { "?q=%E7%8E%8B" } else { "" };
            for (who, session) in [("admin", &demo.unit_admin.session), ("person", &demo.people[0].session)] {
                let path_asked = format!("{filled}{searched}");
                let reply =
                    patiently(async || call(node, "GET", &path_asked, Some(session), None).await).await?;
                answers.insert(format!("GET {path} ({who})"), reply.status);
            }
        }
        for (what, body) in ACTS {
            let path = format!("/api/v1/courses/{course}/{what}");
            let (status, _) = releases.as_admin(node, "POST", &path, Some(body)).await?;
            answers.insert(format!("POST {what} (admin)"), status);
        }
        Ok(Self(answers))
    }

    /// What is answered otherwise than by the others: another status, a failure, or no such call any more.
    pub fn unlike(&self, others: &Self) -> Vec<String> {
        let unlike = others.0.iter().filter_map(|(call, status)| {
            let now = self.0.get(call);
            (now != Some(status)).then(|| format!("{call} was answered {status}, and now {now:?}"))
        });
        unlike.collect()
    }

    /// Whether none of them is the server's fault, and something was there at all.
    pub fn are_no_failures(&self) -> bool {
        self.0.values().all(|status| *status < 500) && self.0.values().any(|status| *status == 200)
    }
}

/// Whether a call must have a text to search for.
fn asks_for_a_text(call: &Value) -> bool {
    let parameters = call["parameters"].as_array().into_iter().flatten();
    parameters.clone().any(|one| one["name"] == "q" && one["required"] == true)
}
