//! WeChat's error codes, and who has to do something about each. Pure: it must not know what was asked, nor words for people.

/// A code of WeChat's; 0 is never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(pub i64);

/// What WeChat's many codes come down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// The login or phone code is not valid: made up, of another app, older than five minutes.
    #[error("the code is not valid")]
    CodeInvalid,
    /// The login or phone code has been used: each works once.
    #[error("the code has been used")]
    CodeUsed,
    /// WeChat blocks this user as a risk.
    #[error("the user is blocked as a risk")]
    HighRisk,
    /// This user has asked too often within a minute.
    #[error("this user asks too often")]
    UserRate,
    /// The account's calls of the day or the minute are used up.
    #[error("the account's quota is used up")]
    Quota,
    /// Our access token is wrong or has expired: another one is to be had.
    #[error("the access token is not valid any more")]
    Token,
    /// App id, secret, or the address asked from are not accepted.
    #[error("app id, secret or this server's address is not accepted")]
    Account,
    /// The account lacks the right to this call, or was stripped of it.
    #[error("the account may not do this")]
    Right,
    /// The user is none of this account's.
    #[error("the user is not known to this account")]
    Openid,
    /// The user has not agreed to this message, or not to another one.
    #[error("the user has not agreed to a message")]
    NotSubscribed,
    /// The template, its page, or what was put into it.
    #[error("the message's template or content is not accepted")]
    Template,
    /// The user has not been here lately enough to be asked about.
    #[error("the user's last visit is too long ago")]
    Stale,
    /// WeChat's own trouble.
    #[error("WeChat is busy")]
    Busy,
    /// Our request was not as it should be: a mistake of this program's.
    #[error("the request was not understood")]
    Request,
    /// A code that is in no document we know.
    #[error("for a reason of its own")]
    Other,
}

/// Who has to act before the same may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The user of the phone: try again, or another way.
    Person,
    /// The operator of this service: settings, the account's console at WeChat.
    Operator,
    /// The developers of this program.
    Developer,
    /// WeChat: wait.
    Wechat,
    /// This program by itself: it renews its token.
    Ourselves,
}

impl Code {
    /// What the documented codes of the calls made here mean. Sources: each call's own page, and "通用错误码",
    /// <https://developers.weixin.qq.com/doc/oplatform/developers/errCode/>.
    pub const fn reason(self) -> Reason {
        match self.0 {
            40029 | 41008 => Reason::CodeInvalid,
            40163 => Reason::CodeUsed,
            40226 => Reason::HighRisk,
            45011 => Reason::UserRate,
            45009 | 45066 | 45068 | 9_410_009 => Reason::Quota,
            40001 | 40014 | 41001 | 42001 | 42007 => Reason::Token,
            // App id, app secret, and the list of addresses that may ask (40164, 89503 to 89507).
            40013 | 40125 | 40164 | 40243 | 41002 | 41004 | 50002 | 61024 | 89503..=89507 => Reason::Account,
            43107 | 48001 | 48004 | 48006 | 50001 => Reason::Right,
            40003 | 43004 | 43104 | 46004 => Reason::Openid,
            43101 => Reason::NotSubscribed,
            40037 | 40165 | 41028 | 41029 | 41030 | 45168 | 47003 => Reason::Template,
            61010 => Reason::Stale,
            -1 | 43108 | 45035 => Reason::Busy,
            40002 | 40097 | 40129 | 43001..=43003 | 43302 | 44002 | 47001 => Reason::Request,
            _ => Reason::Other,
        }
    }
}

impl Reason {
    pub const fn actor(self) -> Actor {
        match self {
            Self::CodeInvalid
            | Self::CodeUsed
            | Self::HighRisk
            | Self::UserRate
            | Self::Openid
            | Self::NotSubscribed
            | Self::Stale => Actor::Person,
            Self::Quota | Self::Account | Self::Right | Self::Template | Self::Other => Actor::Operator,
            Self::Token => Actor::Ourselves,
            Self::Busy => Actor::Wechat,
            Self::Request => Actor::Developer,
        }
    }

    /// The word in metrics.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
