//! The port by which messages reach phones: what a sender must do. `integrations` fulfils it, the program joins them.
//! It must not know a provider.

use futures_util::future::BoxFuture;

use zaichang_core::Phone;

/// What is said to a phone. Providers take approved templates alone, so that each is a kind of its own.
#[derive(Clone, Copy)]
pub enum Message<'a> {
    /// The digits by which somebody logs in.
    LoginCode(&'a str),
    /// A notice, by the template that the operator has set under this name: what stands in its one variable, which has a name where a
    /// provider's variables have names.
    Notice { template: &'static str, variable: &'static str, says: &'static str },
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
    /// The provider's code, or a word of ours: 64 plain characters at most.
    pub code: String,
}
