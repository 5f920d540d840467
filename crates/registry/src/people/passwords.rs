//! The account and the password by which a person logs in where no text message reaches them: set by themselves alone, with what they
//! have proved. It must not know how that is proved, nor which sessions end.

use jiff::Timestamp;
use serde_json::json;
use sqlx::{PgConnection, query_scalar};

use super::phones::Owned;
use zaichang_platform::auth::{self, AccountName};
use zaichang_platform::db::Constraint as _;
use zaichang_platform::notices::{self, Kind, Notice, Reader, Via};

const SET: Kind = Kind {
    word: "own_password_set",
    title: ("登录密码已设置", "A password was set for your login"),
    text: (
        "今后也可以用账号 {account} 和密码登录。如非本人办理，请立即联系所在单位。",
        "You can log in by the account {account} and the password from now on. If it was not you, please tell your unit at once.",
    ),
    sms: None,
};

pub(super) const KINDS: &[&Kind] = &[&SET];

/// Sets the password of a person who is held, by its hash, and tells them; gives the account that they log in by: the new one, or the
/// one that they had. None without either. The caller ends their sessions.
pub async fn set(
    transaction: &mut PgConnection,
    person: &Owned,
    account: Option<&AccountName>,
    hash: &str,
    now: Timestamp,
) -> Result<Option<String>, auth::Error> {
    let written = query_scalar!(
        r#"update people set account = coalesce($2, account), password_hash = $3
           where id = $1 and coalesce($2, account) is not null returning account as "account!""#,
        person.id.0,
        account.map(AccountName::as_str),
        hash,
    );
    let account = match written.fetch_optional(&mut *transaction).await {
        Err(error) if error.breaks("person_account_is_unique") => return Err(auth::Error::AccountTaken),
        written => written?,
    };
    if let Some(account) = &account {
        let notice = Notice {
            kind: &SET,
            to: Reader::Person(person.id),
            about: ("person", person.id.0),
            parameters: json!({ "account": account }),
            unit: None,
            via: Via::InboxAlone,
        };
        notices::write(transaction, notice, now).await?;
    }
    Ok(account)
}
