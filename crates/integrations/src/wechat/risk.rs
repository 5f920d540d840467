//! How risky WeChat finds a user who was in the mini-program within the last two hours. A hint, never a proof.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::json;

use super::call::Call;
use super::{App, Error, Wechat};

/// What the user is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    Register,
    /// WeChat calls it cheating at promotions; nearest to a check-in.
    Cheat,
}

#[derive(Deserialize)]
struct RiskResponse {
    risk_rank: u8,
}

impl Wechat {
    /// 0, none, to 4, the highest.
    pub async fn risk_rank(&self, openid: &str, address: IpAddr, scene: Scene) -> Result<u8, Error> {
        let account = self.account(App::MiniProgram)?;
        let scene = match scene {
            Scene::Register => 0,
            Scene::Cheat => 1,
        };
        let body = json!({ "appid": account.credentials.app_id, "openid": openid, "scene": scene,
            "client_ip": address.to_string() });
        let answer: RiskResponse = account.post(Call::GetUserRiskRank, &body).await?;
        if answer.risk_rank > 4 {
            return Err(Error::Malformed { status: 200 });
        }
        Ok(answer.risk_rank)
    }
}
