//! What a person agreed to be notified of by WeChat, and sending it: one message for one agreement. A message that may be on its
//! way has used its agreement up. It must not know what credits are.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use sqlx::PgPool;
use utoipa::ToSchema;

use super::{binding, sql};
use zaichang_core::ids::PersonId;
use zaichang_integrations::wechat::{App, Error, Message, Reason, Wechat};

/// The mini-program's page that a message opens.
const PAGE: &str = "pages/records/records";
/// WeChat takes so many characters for a `thing`.
const LONGEST: usize = 20;

/// What a message may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[schema(as = WechatTemplate)]
#[strum(serialize_all = "snake_case")]
pub enum Template {
    /// 学分已授予
    Award,
}

/// What `wx.requestSubscribeMessage` answered for a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[schema(as = WechatAnswered)]
#[strum(serialize_all = "snake_case")]
pub enum Answered {
    Accept,
    Reject,
    /// The template is banned.
    Ban,
    /// WeChat did not ask: two templates have one title.
    Filter,
}

impl Template {
    fn word(self) -> &'static str {
        self.into()
    }
}

impl Answered {
    pub(super) fn word(self) -> &'static str {
        self.into()
    }
}

/// What a message says of an award.
#[derive(Clone, Copy, Debug)]
pub struct Award<'a> {
    pub activity: &'a str,
    /// As people read it: `3.0`.
    pub credits: &'a str,
    pub day: Date,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    Sent,
    /// The person has not agreed to a message, or WeChat knows of no agreement any more.
    NotSubscribed,
    /// The person has no WeChat account bound with the mini-program.
    NotBound,
}

/// Why no message was sent, or perhaps none.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    #[error(transparent)]
    Wechat(#[from] Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps what the person answered.
pub async fn answered(
    pool: &PgPool,
    person: PersonId,
    template: Template,
    answered: Answered,
    now: Timestamp,
) -> sqlx::Result<()> {
    sql::answered(pool, person, template.word(), answered, now).await
}

/// Notifies a person of their award, if they agreed to it, and uses one agreement up.
pub async fn tell_award(
    pool: &PgPool,
    wechat: &Wechat,
    person: PersonId,
    award: &Award<'_>,
) -> Result<Notified, TellError> {
    let template = Template::Award.word();
    let app_id = wechat.app_id(App::MiniProgram)?;
    let (template_id, fields) = wechat.award_template().ok_or(Error::NotConfigured(App::MiniProgram))?;
    let Some(openid) = binding::openid_of(pool, app_id, person).await? else { return Ok(Notified::NotBound) };
    if !sql::take_acceptance(pool, person, template).await? {
        return Ok(Notified::NotSubscribed);
    }
    let values = [shortened(award.activity), award.credits.to_owned(), award.day.to_string()];
    let data: Vec<_> = fields.iter().map(String::as_str).zip(values).collect();
    let sent = wechat.send(&Message { openid: &openid, template_id, page: PAGE, data: &data }).await;
    match sent {
        Ok(()) => Ok(Notified::Sent),
        Err(Error::Refused(code)) if code.reason() == Reason::NotSubscribed => {
            sql::clear_acceptances(pool, person, template).await?;
            Ok(Notified::NotSubscribed)
        }
        Err(error) => {
            if !error.may_have_happened() {
                sql::give_acceptance_back(pool, person, template).await?;
            }
            Err(error.into())
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_activity_is_cut_to_what_wechat_takes() {
        assert_eq!(shortened("抗栓治疗的平衡之道"), "抗栓治疗的平衡之道");
        assert_eq!(shortened(&"长".repeat(20)), "长".repeat(20));
        let cut = shortened(&"长".repeat(21));
        assert_eq!((cut.chars().count(), cut.ends_with('…')), (20, true));
    }
}
