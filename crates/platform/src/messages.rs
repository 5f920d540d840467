//! The port by which messages reach phones: what a sender must do. `integrations` fulfils it, the program joins them.
//! It must not know a provider.

use futures_util::future::BoxFuture;

use zaichang_core::Phone;

/// What is said to a phone. Providers take approved templates alone, so that each is a kind of its own.
#[derive(Clone, Copy)]
pub enum Message<'a> {
    /// The digits by which somebody logs in.
    LoginCode(&'a str),
    /// What a unit has found of its reader's registration: 已通过, 已退回修改 or 未通过.
    RegistrationJudged(&'a str),
    /// What somebody else has done to its reader's account: 登录密码已被重置, 第二道验证即将重设 or 第二道验证已重设.
    AccountChanged(&'a str),
    /// That the phone by which its reader logged in was replaced by another: 已由本人更换 or 已由所在单位更换.
    PhoneReplaced(&'a str),
}

/// Sends messages.
pub trait Sender: Send + Sync + 'static {
    /// Whether messages reach phones. Without a provider they are only written to the log.
    fn delivers(&self) -> bool;

    /// Whether messages of this kind are sent here at all: an operator may have set no template for them.
    fn is_set_for(&self, message: Message<'_>) -> bool;

    /// Sends it once, and never again by itself: each costs money and somebody's attention. `Ok` means that the provider took
    /// it, not that the phone has it.
    fn send<'a>(&'a self, to: &'a Phone, message: Message<'a>) -> BoxFuture<'a, Result<(), NotSent>>;
}

/// It was not sent, or not surely. The reason holds no phone, no code and no secret.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    #[source]
    pub reason: Box<dyn std::error::Error + Send + Sync>,
    /// Whether the person may receive it all the same: a code must then stay valid.
    pub may_have_been_sent: bool,
}
