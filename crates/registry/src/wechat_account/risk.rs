//! The risk that WeChat sees in a person who logs in: asked in the background, kept as evidence. No login waits for it, and
//! none is refused for it.

use std::net::IpAddr;

use jiff::Timestamp;
use sqlx::PgPool;

use super::sql;
use zaichang_core::ids::PersonId;
use zaichang_integrations::wechat::{App, Identity, Scene, Wechat};
use zaichang_platform::supervise;

/// Asks for the rank of a person who has just logged in with the mini-program, and keeps it.
pub fn note_risk(
    wechat: &Wechat,
    pool: &PgPool,
    person: PersonId,
    identity: &Identity,
    address: IpAddr,
    now: Timestamp,
) {
    if identity.app != App::MiniProgram {
        return;
    }
    let (wechat, pool, openid) = (wechat.clone(), pool.clone(), identity.openid.clone());
    tokio::spawn(supervise::run("wechat_risk", async move {
        let rank = match wechat.risk_rank(&openid, address, Scene::Cheat).await {
            Ok(rank) => rank,
            Err(error) => return tracing::debug!(%error, "no risk rank was had"),
        };
        if let Err(error) = sql::keep_risk(&pool, person, rank, now).await {
            tracing::warn!(%error, "a risk rank was not kept");
        }
    }));
}
