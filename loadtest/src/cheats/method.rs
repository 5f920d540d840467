//! How a person comes to be recorded: by being present, or by one of the ways of cheating. It must not know how it is judged.

use serde::Serialize;

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Is present and scans.
    Honest,
    /// A photo of the screen, sent by chat.
    Photo,
    /// A script sends each code on to a group.
    Relay,
    /// The screen in a video call, scanned from the other phone.
    Video,
    /// One phone checks in several accounts.
    Accounts,
    /// A pass of another person's scan, presented from another device.
    ReplayedPass,
    /// An accomplice in the hall scans with the absent person's own device id, without a login, and sends the pass on.
    SentOn,
    /// A code that was made without a key.
    Forged,
    /// The display's address, opened again to read codes from it.
    StolenLink,
    /// A picture from the album, scanned in WeChat.
    Album,
}

impl Method {
    /// The ways of cheating, as the table lists them.
    pub const CHEATS: [Self; 9] = [
        Self::Photo,
        Self::Relay,
        Self::Video,
        Self::Accounts,
        Self::ReplayedPass,
        Self::SentOn,
        Self::Forged,
        Self::StolenLink,
        Self::Album,
    ];

    /// In the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Honest => "people who are there",
            Self::Photo => "photo sent by chat",
            Self::Relay => "scripted relay",
            Self::Video => "live video",
            Self::Accounts => "accounts on one phone, after the first",
            Self::ReplayedPass => "replayed pass",
            Self::SentOn => "pass sent on",
            Self::Forged => "forged code",
            Self::StolenLink => "stolen display link",
            Self::Album => "album scan",
        }
    }
}
