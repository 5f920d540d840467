//! Opens screens as the unit's admin, as the console would. It must not know what they show.

use anyhow::{Context as _, ensure};

use crate::client::{Target, call};

/// A screen that is open.
pub struct Opened {
    /// Its number, which every code of it names.
    pub screen: u32,
    /// Opens its page once, within a minute. Secret.
    pub ticket: String,
}

/// Opens a screen of a course. `place` is where it stands: at most 50 characters.
pub async fn open_screen(target: &Target, admin: &str, course: i64, place: &str) -> anyhow::Result<Opened> {
    let path = format!("/api/v1/courses/{course}/screens");
    let body = serde_json::json!({ "place": place }).to_string();
    let reply = call(target, "POST", &path, Some(admin), Some(&body)).await?;
    let code = reply.body["code"].as_str().unwrap_or("no reason given");
    ensure!(
        reply.status == 201,
        "no screen of course {course} could be opened: {} {code}. Is the demo of today and of this server?",
        reply.status
    );
    let screen = reply.body["screen"].as_u64().and_then(|screen| u32::try_from(screen).ok());
    Ok(Opened {
        screen: screen.context("the answer names no screen")?,
        ticket: reply.body["ticket"].as_str().context("the answer holds no ticket")?.to_owned(),
    })
}
