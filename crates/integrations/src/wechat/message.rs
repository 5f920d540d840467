//! Subscribe messages (订阅消息): one message for one agreement of the user. It must not know what it is about.

use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::{App, Error, Wechat};

/// A message to one user.
pub struct Message<'a> {
    pub openid: &'a str,
    pub template_id: &'a str,
    /// The mini-program's page that it opens, without a leading slash.
    pub page: &'a str,
    /// The template's keywords and what stands there. WeChat takes up to 20 characters for a `thing`.
    pub data: &'a [(&'a str, String)],
}

#[derive(Deserialize)]
struct Sent {}

impl Wechat {
    /// Sends it once: never again after WeChat may have taken it.
    pub async fn send(&self, message: &Message<'_>) -> Result<(), Error> {
        let data =
            message.data.iter().map(|(keyword, text)| ((*keyword).to_owned(), json!({ "value": text })));
        let body = json!({
            "touser": message.openid,
            "template_id": message.template_id,
            "page": message.page,
            "data": data.collect::<serde_json::Map<String, Value>>(),
            "miniprogram_state": "formal",
            "lang": "zh_CN",
        });
        let Sent {} = self.account(App::MiniProgram)?.post(Call::SendSubscribeMessage, &body).await?;
        Ok(())
    }
}
