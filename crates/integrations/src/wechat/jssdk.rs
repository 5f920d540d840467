//! What a page inside WeChat needs before it may use the JS-SDK: a signature over its own address with the Official Account's
//! ticket. It must not decide which pages are ours.

use reqwest::RequestBuilder;
use serde::Deserialize;
use sha1::{Digest, Sha1};

use super::call::Call;
use super::keeper::Fetched;
use super::{App, Error, Wechat};

/// What `wx.config` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageConfig {
    pub app_id: String,
    /// Unix seconds.
    pub timestamp: i64,
    pub nonce: String,
    pub signature: String,
}

#[derive(Deserialize)]
struct Ticket {
    ticket: secrecy::SecretString,
    expires_in: i64,
}

impl Wechat {
    /// Signs the page's address, as it is written; what follows `#` is not part of it. `timestamp` is in Unix seconds.
    pub async fn page_config(&self, url: &str, timestamp: i64) -> Result<PageConfig, Error> {
        let account = self.account(App::OfficialAccount)?;
        let fetch = async {
            let request = |token: &str| -> RequestBuilder {
                let request = account.client.get(account.url(Call::GetTicket));
                request.query(&[("access_token", token), ("type", "jsapi")])
            };
            let ticket: Ticket = account.with_token(Call::GetTicket, request).await?;
            Ok(Fetched { secret: ticket.ticket, expires_in_s: ticket.expires_in })
        };
        let ticket = account.ticket.get(fetch).await?;
        let nonce = format!("{:016x}", fastrand::u64(..));
        let signature = signature(ticket.secret(), &nonce, timestamp, url);
        Ok(PageConfig { app_id: account.credentials.app_id.clone(), timestamp, nonce, signature })
    }
}

/// The JS-SDK's signature: SHA-1 in hexadecimal, over raw values.
pub fn signature(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let signed = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::encode(Sha1::digest(signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published with the JS-SDK's documents: "附录1-JS-SDK使用权限签名算法".
    #[test]
    fn the_signature_is_the_published_one() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        let sign = |url| signature(ticket, "Wm3WZYTPz0wzccnW", 1_414_587_457, url);
        assert_eq!(sign("http://mp.weixin.qq.com?params=value"), "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
        assert_eq!(sign("http://mp.weixin.qq.com"), "f4d90daf4b3bca3078ab155816175ba34c443a7b");
        assert_eq!(sign("http://mp.weixin.qq.com#records"), sign("http://mp.weixin.qq.com"));
    }
}
