//! One account at WeChat: its credentials, and the calls that need its access token. A token that WeChat refuses is replaced and
//! the call made once more: it was refused before it did anything. It must not know what a call is about.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::call::{self, Call};
use super::errcode::Reason;
use super::keeper::{CachedCredential, Fetched, Keeper};
use super::{Code, Error};
use crate::wechat::settings::Credentials;

/// A caller is answered within this time, repeats included.
const WHOLE: Duration = Duration::from_secs(8);

/// Which of our accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// 小程序
    MiniProgram,
    /// 公众号: pages inside WeChat.
    OfficialAccount,
}

impl App {
    pub const fn name(self) -> &'static str {
        match self {
            Self::MiniProgram => "mini-program",
            Self::OfficialAccount => "Official Account",
        }
    }
}

pub(super) struct Account {
    pub credentials: Credentials,
    pub token: Keeper,
    /// The JS-SDK's; only the Official Account has one.
    pub ticket: Keeper,
    pub client: Client,
    pub endpoint: Url,
}

#[derive(Deserialize)]
struct Token {
    access_token: secrecy::SecretString,
    expires_in: i64,
}

impl Account {
    pub(super) fn url(&self, call: Call) -> Url {
        self.endpoint.join(call.path()).expect("a constant path after a host")
    }

    /// A call that needs no token.
    pub(super) async fn plainly<T: DeserializeOwned>(
        &self,
        call: Call,
        request: impl Fn() -> RequestBuilder + Send + Sync,
    ) -> Result<T, Error> {
        within(call::make(call, request)).await
    }

    /// Posts JSON with the access token, and reads the answer.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        call: Call,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|_| Error::Malformed { status: 0 })?;
        self.with_token(call, |token| {
            let request = self.client.post(self.url(call)).query(&[("access_token", token)]);
            request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.clone())
        })
        .await
    }

    /// A call that carries the access token; made again with another one where WeChat does not take this.
    pub(super) async fn with_token<T: DeserializeOwned>(
        &self,
        call: Call,
        request: impl Fn(&str) -> RequestBuilder + Send + Sync,
    ) -> Result<T, Error> {
        within(async {
            let token = self.token().await?;
            match call::make(call, || request(token.secret())).await {
                Err(Error::Refused(code)) if code.reason() == Reason::Token => {
                    let token =
                        self.token.replace(&token, self.fetch_token(false), self.fetch_token(true)).await?;
                    call::make(call, || request(token.secret())).await
                }
                made => made,
            }
        })
        .await
    }

    pub(super) async fn token(&self) -> Result<Arc<CachedCredential>, Error> {
        self.token.get(self.fetch_token(false)).await
    }

    /// Whether WeChat gives a token now. It is not kept: what is held goes on.
    pub(super) async fn asks_for_token(&self) -> Result<(), Error> {
        within(self.fetch_token(false)).await.map(drop)
    }

    /// The ordinary way gives every node the same token; by force the one before is worth nothing any more.
    async fn fetch_token(&self, force: bool) -> Result<Fetched, Error> {
        let Credentials { app_id, secret } = &self.credentials;
        let body =
            json!({ "grant_type": "client_credential", "appid": app_id, "secret": secret.expose_secret(),
            "force_refresh": force })
            .to_string();
        let request = || {
            let request = self.client.post(self.url(Call::StableToken));
            request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.clone())
        };
        let token: Token = call::make(Call::StableToken, request).await.map_err(|error| match error {
            // Where there is no token yet, this code is about the secret.
            Error::Refused(Code(40001)) => Error::Refused(Code(40125)),
            error => error,
        })?;
        Ok(Fetched { secret: token.access_token, expires_in_s: token.expires_in })
    }
}

async fn within<T>(made: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(WHOLE, Box::pin(made)).await.unwrap_or(Err(Error::Timeout))
}
