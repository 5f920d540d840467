//! The phone number that a user gave to the mini-program by a button: WeChat has proved that it is theirs.
//! It must not know whose it is with us.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::call::Call;
use super::{App, Code, Error, Wechat};
use zaichang_core::Phone;

#[derive(Deserialize)]
struct PhoneResponse {
    phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    pure_phone_number: String,
    country_code: CountryCode,
    watermark: Watermark,
}

/// A text in the documents, a number in some answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum CountryCode {
    Text(String),
    Number(u32),
}

#[derive(Deserialize)]
struct Watermark {
    appid: String,
}

impl Wechat {
    /// Uses the code of the button `getPhoneNumber` up. None: a number of another country, which no registered person can have.
    pub async fn phone_number(&self, code: &SecretString) -> Result<Option<Phone>, Error> {
        let account = self.account(App::MiniProgram)?;
        let body = json!({ "code": code.expose_secret() });
        let PhoneResponse { phone_info } = account.post(Call::GetUserPhoneNumber, &body).await?;
        if phone_info.watermark.appid != account.credentials.app_id {
            return Err(Error::Refused(Code(40029)));
        }
        let mainland = match phone_info.country_code {
            CountryCode::Text(code) => code == "86",
            CountryCode::Number(code) => code == 86,
        };
        Ok(Phone::parse(&phone_info.pure_phone_number).ok().filter(|_| mainland))
    }
}
