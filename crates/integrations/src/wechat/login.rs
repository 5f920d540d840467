//! Who holds the phone, by a code that WeChat gave the page: code2Session for the mini-program, OAuth for the Official Account.
//! Session keys and users' access tokens are in the answers; they are not read. It must not know who of ours it is.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::call::Call;
use super::{App, Error, Wechat};

/// A code that works once, within five minutes.
#[derive(Clone, Debug)]
pub enum LoginCode {
    /// Of `wx.login`.
    MiniProgram(SecretString),
    /// Of the Official Account's authorisation page.
    OfficialAccount(SecretString),
}

/// A user as WeChat knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub app: App,
    /// The user's id with this account alone.
    pub openid: String,
    /// The user's id with all accounts under one Open Platform account; absent where there is none.
    pub unionid: Option<String>,
}

#[derive(Deserialize)]
struct LoginResponse {
    openid: String,
    unionid: Option<String>,
    #[serde(default)]
    is_snapshotuser: u8,
}

impl Wechat {
    /// Uses the code up.
    pub async fn identify(&self, code: &LoginCode) -> Result<Identity, Error> {
        let (app, call, name, code) = match code {
            LoginCode::MiniProgram(code) => (App::MiniProgram, Call::Code2Session, "js_code", code),
            LoginCode::OfficialAccount(code) => (App::OfficialAccount, Call::SnsOauth2, "code", code),
        };
        let account = self.account(app)?;
        let request = || -> RequestBuilder {
            account.client.get(account.url(call)).query(&[
                ("appid", account.credentials.app_id.as_str()),
                ("secret", account.credentials.secret.expose_secret()),
                (name, code.expose_secret()),
                ("grant_type", "authorization_code"),
            ])
        };
        let answer: LoginResponse = account.plainly(call, request).await?;
        if answer.is_snapshotuser == 1 {
            return Err(Error::Snapshot);
        }
        if !is_id(&answer.openid) {
            return Err(Error::Malformed { status: 200 });
        }
        let unionid = answer.unionid.filter(|unionid| is_id(unionid));
        Ok(Identity { app, openid: answer.openid, unionid })
    }
}

/// As the rows take it.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("app", &self.app).finish_non_exhaustive()
    }
}
