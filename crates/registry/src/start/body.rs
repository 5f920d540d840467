//! What is sent with a link, and what is answered. It must not know how a link is judged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::authenticator;
use super::qr::QrPicture;
use crate::admin_links::LinkUse;
use zaichang_core::Phone;
use zaichang_core::unseen::holds_unseen;
use zaichang_platform::auth::password::Password;
use zaichang_platform::auth::{AccountUnit, SecondFactor};
use zaichang_platform::http::{Problem, Text};

/// Characters of an authority's name.
const AUTHORITY: std::ops::RangeInclusive<usize> = 2..=100;

/// A link that is opened: what stands in its address after `#`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    #[schema(value_type = String, max_length = 64)]
    pub token: Text<64>,
}

/// What a link that lives is for.
#[derive(Serialize, ToSchema)]
pub(super) struct OpenedLink {
    pub expires_at: Timestamp,
    /// Before this opening.
    pub used_before: LinkUse,
    /// The unit or authority whose admin is made; null where the authority itself is still to be founded.
    pub unit: Option<AccountUnit>,
    /// The account that sets its second factor anew; null of a link that makes a new account.
    #[schema(example = "hunan-wjw")]
    pub account: Option<String>,
    /// Whether that is the deployment's own authority, whose admins check the deployment.
    pub of_deployment: bool,
    /// What the admin will prove at each login besides the password: a code by SMS where messages reach phones.
    pub second_factor: SecondFactor,
}

/// An authenticator that is set up, for the account that will have it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthenticatorWanted {
    #[schema(value_type = String, max_length = 64)]
    pub token: Text<64>,
    #[schema(value_type = String, max_length = 64, example = "hunan-wjw")]
    pub account: Text<64>,
}

/// What an authenticator app takes.
#[derive(Serialize, ToSchema)]
pub(super) struct Authenticator {
    /// 32 characters of base32, to be typed.
    pub secret: String,
    /// The same as an address, which the picture holds.
    pub uri: String,
    pub qr: QrPicture,
    /// What the acceptance sends back, so that the admin is made with this very secret. It works with this link alone, and ends
    /// with it.
    pub ticket: String,
    /// Before this set-up.
    pub used_before: LinkUse,
}

/// A phone that is proved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PhoneProof {
    #[schema(value_type = String, max_length = 64)]
    pub token: Text<64>,
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    pub phone: Text<32>,
}

/// The authority that is founded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAuthority {
    /// As it calls itself.
    #[schema(value_type = String, min_length = 2, max_length = 100, example = "湖南省卫生健康委员会")]
    pub name: Text<100>,
    /// The code of the province, city or county that it is the authority of.
    #[schema(value_type = String, min_length = 6, max_length = 6, example = "430000")]
    pub division: Text<6>,
}

/// The admin that a link makes, and the authority with it where that is still to be founded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acceptance {
    #[schema(value_type = String, max_length = 64)]
    pub token: Text<64>,
    pub authority: Option<NewAuthority>,
    #[schema(value_type = String, min_length = 2, max_length = 50, example = "何建国")]
    pub name: Text<50>,
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    pub phone: Text<32>,
    /// 4 to 32 lower-case letters, digits, `-`, `_` and `.`, a letter first.
    #[schema(value_type = String, max_length = 64, example = "hunan-wjw")]
    pub account: Text<64>,
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    pub password: Password,
    /// The `ticket` of the authenticator that was set up; needed where the second factor is `totp`.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub authenticator_ticket: Option<Text<{ authenticator::LONGEST }>>,
    /// The 6 digits of the authenticator that was set up, or of the message that was sent.
    #[schema(value_type = String, max_length = 16, example = "042917")]
    pub one_time_code: Text<16>,
}

/// A second factor that a link sets anew, with the password of its account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorAcceptance {
    #[schema(value_type = String, max_length = 64)]
    pub token: Text<64>,
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub password: Password,
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    pub phone: Text<32>,
    /// As in an acceptance.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub authenticator_ticket: Option<Text<{ authenticator::LONGEST }>>,
    #[schema(value_type = String, max_length = 16, example = "042917")]
    pub one_time_code: Text<16>,
}

/// The admin that was made, who is logged in now.
#[derive(Serialize, ToSchema)]
pub(super) struct AcceptedLink {
    pub account: String,
    pub unit: AccountUnit,
}

pub(super) fn authority_name(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if AUTHORITY.contains(&text.chars().count()) && !holds_unseen(text) {
        Ok(text)
    } else {
        Err(Problem::field("authority.name", "an authority's name is 2 to 100 characters"))
    }
}

pub(super) fn phone(text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).map_err(|error| Problem::field("phone", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_s_name_is_neither_too_short_nor_too_long() {
        assert!(authority_name(" 湖南省卫生健康委员会 ").is_ok());
        for wrong in ["", "委", "a\tb", "卫生\u{200b}委员会", &"委".repeat(101)] {
            assert_eq!(
                authority_name(wrong).unwrap_err().field.as_deref(),
                Some("authority.name"),
                "{wrong}"
            );
        }
    }
}
