//! A venue page on one node: the newest code and count that it was sent, and how its connection ended.
//! It must not know what the others were sent.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use loadtest::client::{Target, call};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// What was sent last.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The code itself, without its address.
    pub code: Option<String>,
    pub attendees: Option<i64>,
    /// The code with which the server ended the connection.
    pub ended: Option<u16>,
}

/// A page with its connection. Dropped, it leaves.
pub struct Page {
    shown: Arc<Mutex<Shown>>,
    hearing: JoinHandle<()>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.hearing.abort();
    }
}

impl Page {
    /// Opens the page of a screen on a node, with a ticket of its own. The public name is the page's origin.
    pub async fn open(node: &Target, front: &Target, screen: u64, admin: &str) -> anyhow::Result<Self> {
        let path = format!("/api/v1/screens/{screen}/tickets");
        let ticketed = call(node, "POST", &path, Some(admin), None).await?;
        ensure!(ticketed.status == 201, "no ticket: {} {}", ticketed.status, ticketed.body);
        let address = format!("ws://{}/api/v1/screens/{screen}/live", node.host);
        let mut request = address.into_client_request()?;
        request.headers_mut().insert("origin", format!("http://{}", front.host).parse()?);
        let (mut line, _) = connect_async(request).await.context("the channel does not open")?;
        let hello = json!({ "type": "hello", "ticket": ticketed.body["ticket"] }).to_string();
        line.send(Message::text(hello)).await?;
        let shown = Arc::new(Mutex::new(Shown::default()));
        let kept = Arc::clone(&shown);
        let hearing = tokio::spawn(async move {
            let mut ended = 0;
            while let Some(Ok(message)) = line.next().await {
                match message {
                    Message::Text(text) => kept.lock().unwrap_or_else(PoisonError::into_inner).hear(&text),
                    Message::Close(frame) => ended = frame.map_or(0, |frame| frame.code.into()),
                    _ => {}
                }
            }
            kept.lock().unwrap_or_else(PoisonError::into_inner).ended = Some(ended);
        });
        Ok(Self { shown, hearing })
    }

    pub fn shown(&self) -> Shown {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shown {
    fn hear(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        match frame["type"].as_str() {
            Some("code") => {
                self.code = frame["url"]
                    .as_str()
                    .and_then(|url| url.rsplit_once('/'))
                    .map(|(_, code)| code.to_owned());
            }
            Some("count") => self.attendees = frame["attendees"].as_i64(),
            _ => {}
        }
    }
}
