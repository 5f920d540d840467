//! A stolen display link: the thief has the address that opened the venue's page and tries everything that could show a code.
//! It must not know the key.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::cast::Actor;
use super::play::Venue;
use crate::client::call;

/// Tries the used ticket, the attendee's own login and nothing at all; a code that is shown is used.
pub(super) async fn steal(venue: &Venue, actor: &Actor) {
    let session = venue.demo.people[actor.person].session.as_str();
    for hello in
        [json!({ "type": "hello", "ticket": venue.ticket }), json!({ "type": "hello", "resume": session })]
    {
        if let Some(code) = code_shown(venue, &hello).await {
            venue.check_in(actor, json!({ "code": code })).await;
            return;
        }
    }
    for credential in [None, Some(session)] {
        let path = format!("/api/v1/screens/{}/code.svg", venue.minter.screen());
        let shown = call(&venue.target, "GET", &path, credential, None).await;
        let status = shown.map_or(0, |reply| reply.status);
        venue.note(actor.person, |outcome| {
            outcome.recorded |= status == 200;
            outcome.refused = Some(format!("code.svg answered {status}"));
        });
    }
}

/// The code of the first frame that holds one.
async fn code_shown(venue: &Venue, hello: &Value) -> Option<String> {
    let address = format!("ws://{}/api/v1/screens/{}/live", venue.target.host, venue.minter.screen());
    let (mut line, _) = connect_async(address).await.ok()?;
    line.send(Message::text(hello.to_string())).await.ok()?;
    while let Some(Ok(Message::Text(text))) = line.next().await {
        let frame: Value = serde_json::from_str(&text).ok()?;
        if let Some(url) = frame["url"].as_str() {
            return url.rsplit('/').next().map(ToOwned::to_owned);
        }
    }
    None
}

/// The venue's page: uses the ticket up, as it is in every hall.
pub(super) async fn open_page(venue: &Venue) -> bool {
    code_shown(venue, &json!({ "type": "hello", "ticket": venue.ticket })).await.is_some()
}
