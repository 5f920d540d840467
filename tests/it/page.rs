//! A venue page: what it says on its screen's channel and what it hears there. It draws nothing.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use zaichang_core::ids::ScreenNumber;

use crate::test_server::{Service, TestServer};

/// The status with which a connection was not opened.
pub fn refused_with(error: Error) -> Option<u16> {
    match error {
        Error::Http(answer) => Some(answer.status().as_u16()),
        _ => None,
    }
}

/// A venue page as the server sees it.
pub struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a page receives: a frame, or the code with which the connection was closed.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Frame(Value),
    Ended(u16),
}

impl Page {
    pub async fn open(server: &TestServer, screen: ScreenNumber, hello: Value) -> Self {
        let mut page = Self::connect(server, screen, None).await.unwrap();
        page.say(&hello.to_string()).await;
        page
    }

    /// The same on a node of one's choice.
    pub async fn open_on(node: &Service, screen: ScreenNumber, hello: Value) -> Self {
        let mut page = Self::connect_to(node, screen, None).await.unwrap();
        page.say(&hello.to_string()).await;
        page
    }

    pub async fn connect(
        server: &TestServer,
        screen: ScreenNumber,
        origin: Option<&str>,
    ) -> Result<Self, Error> {
        Self::connect_to(&server.service, screen, origin).await
    }

    async fn connect_to(node: &Service, screen: ScreenNumber, origin: Option<&str>) -> Result<Self, Error> {
        let address = format!("{}/api/v1/screens/{screen}/live", node.base.replace("http", "ws"));
        let mut request = address.into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Frame(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Heard::Ended(frame.code.into()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Ended(0),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame of a type.
    pub async fn frame(&mut self, kind: &str) -> Value {
        loop {
            match self.hear().await {
                Heard::Frame(frame) if frame["type"] == kind => return frame,
                Heard::Frame(_) => {}
                Heard::Ended(code) => panic!("the line ended with {code} before a {kind}"),
            }
        }
    }

    pub async fn ending(&mut self) -> u16 {
        loop {
            if let Heard::Ended(code) = self.hear().await {
                return code;
            }
        }
    }
}
