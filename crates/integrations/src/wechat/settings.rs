//! What WeChat has to know about us, read from the settings and checked once: the mini-program, the Official Account, the
//! template of award messages. It must not know where settings come from, nor call anything.

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zaichang_platform::settings::{self, MayBe, Values};

/// Where WeChat's server API is.
const PUBLIC_ENDPOINT: &str = "https://api.weixin.qq.com";

/// The accounts at WeChat. All absent: nothing of WeChat is offered, and its routes say so.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The mini-program's AppID (小程序), `wx` and 16 characters.
    pub app_id: Option<String>,
    /// The mini-program's AppSecret.
    pub app_secret: Option<SecretString>,
    /// The Official Account's AppID (公众号): for pages inside WeChat.
    pub official_app_id: Option<String>,
    /// The Official Account's AppSecret.
    pub official_app_secret: Option<SecretString>,
    /// The mini-program's subscribe-message template (订阅消息) that notifies of an award.
    pub award_template_id: Option<String>,
    /// The template's keywords for activity, credits and day, in this order, separated by commas.
    pub award_template_fields: String,
    /// `https://host`: another way to WeChat, such as a proxy.
    pub endpoint: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            app_id: None,
            app_secret: None,
            official_app_id: None,
            official_app_secret: None,
            award_template_id: None,
            award_template_fields: "thing1,number2,time3".to_owned(),
            endpoint: PUBLIC_ENDPOINT.to_owned(),
        }
    }
}

const APP_ID: (&str, &str) = (
    "应为 wx 开头的 18 位 AppID，与密钥成对填写，小程序与公众号各用各的，请改正",
    "it is an AppID of 18 characters that begins with wx; it goes with its secret, and mini-program and Official Account each \
     have their own: correct it",
);
const APP_SECRET: (&str, &str) = (
    "应为该 AppID 的 AppSecret，与 AppID 成对，请填写或两项都去掉",
    "it is the AppSecret of its AppID: fill it in, or leave both out",
);

impl settings::Settings for Settings {
    const TABLE: Option<&'static str> = Some("wechat");

    const MAY_BE: &'static [MayBe] = &[
        (
            "WECHAT",
            "有一项写错：各项在文件中须加引号，请对照 docs/operating/settings.md 改正",
            "one of its settings is wrong: they stand in quotes in a file; correct it by docs/operating/settings.en.md",
        ),
        ("WECHAT__APP_ID", APP_ID.0, APP_ID.1),
        ("WECHAT__APP_SECRET", APP_SECRET.0, APP_SECRET.1),
        ("WECHAT__OFFICIAL_APP_ID", APP_ID.0, APP_ID.1),
        ("WECHAT__OFFICIAL_APP_SECRET", APP_SECRET.0, APP_SECRET.1),
        (
            "WECHAT__AWARD_TEMPLATE_ID",
            "应为小程序的订阅消息模板 ID，并须先填写 WECHAT__APP_ID，请改正或删除",
            "it is the id of a subscribe-message template of the mini-program, which needs WECHAT__APP_ID: correct it or leave it \
             out",
        ),
        (
            "WECHAT__AWARD_TEMPLATE_FIELDS",
            "应为模板中活动、学分、日期三个关键词，依次以逗号分隔，如 thing1,number2,time3",
            "it is the template's keywords for activity, credits and day, separated by commas: write it as thing1,number2,time3",
        ),
        (
            "WECHAT__ENDPOINT",
            "请写成 https://主机 或 https://主机:端口",
            "write it as https://host or https://host:port",
        ),
    ];

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        Self::check(self)
    }
}

/// An account with its secret.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub app_id: String,
    pub secret: SecretString,
}

impl Settings {
    /// Refuses what cannot work, by its field.
    pub fn check(&self) -> Result<(), &'static str> {
        let pairs = [
            (&self.app_id, &self.app_secret, "app_id", "app_secret"),
            (&self.official_app_id, &self.official_app_secret, "official_app_id", "official_app_secret"),
        ];
        for (id, secret, id_field, secret_field) in pairs {
            if id.is_none() && secret.is_some() || id.as_deref().is_some_and(|id| !is_app_id(id)) {
                return Err(id_field);
            }
            let secret = secret.as_ref().map(SecretString::expose_secret);
            if id.is_some() && !secret.is_some_and(is_plain) {
                return Err(secret_field);
            }
        }
        if self.app_id.is_some() && self.app_id == self.official_app_id {
            return Err("official_app_id");
        }
        let template = self.award_template_id.as_deref();
        if template.is_some_and(|template| self.app_id.is_none() || !is_plain(template)) {
            return Err("award_template_id");
        }
        if self.award_fields().is_none() {
            return Err("award_template_fields");
        }
        self.endpoint_url().map(|_| ()).ok_or("endpoint")
    }

    pub(super) fn mini_program(&self) -> Option<Credentials> {
        Some(Credentials { app_id: self.app_id.clone()?, secret: self.app_secret.clone()? })
    }

    pub(super) fn official_account(&self) -> Option<Credentials> {
        Some(Credentials { app_id: self.official_app_id.clone()?, secret: self.official_app_secret.clone()? })
    }

    /// The keywords for activity, credits and day.
    pub(super) fn award_fields(&self) -> Option<[String; 3]> {
        let fields: Vec<_> =
            self.award_template_fields.split(',').map(|field| field.trim().to_owned()).collect();
        let is_keyword =
            |field: &String| !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fields.try_into().ok().filter(|fields: &[String; 3]| fields.iter().all(is_keyword))
    }

    /// A host and nothing more. Clear text is for this machine alone: secrets and personal numbers go there.
    pub(super) fn endpoint_url(&self) -> Option<Url> {
        let url: Url = self.endpoint.parse().ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let local = matches!(url.host_str()?, "localhost" | "127.0.0.1" | "[::1]");
        let fits = url.scheme() == "https" || url.scheme() == "http" && local;
        (bare && fits && url.username().is_empty() && url.password().is_none()).then_some(url)
    }
}

/// `wx` and 16 letters or digits.
fn is_app_id(text: &str) -> bool {
    text.len() == 18 && text.starts_with("wx") && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What goes into a JSON body or an address as it is.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn whole() -> Value {
        json!({ "app_id": "wx00000000000000aa", "app_secret": "hushhush", "official_app_id": "wx00000000000000bb",
            "official_app_secret": "hushhush2", "award_template_id": "tmpl-1" })
    }

    fn read(settings: Value) -> Result<Settings, String> {
        let settings: Settings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
        settings.check().map(|()| settings).map_err(str::to_owned)
    }

    #[test]
    fn nothing_or_everything_or_one_account_may_be_set() {
        let nothing = read(json!({})).unwrap();
        assert!(nothing.mini_program().is_none() && nothing.official_account().is_none());
        assert_eq!(nothing.endpoint_url().unwrap().as_str(), "https://api.weixin.qq.com/");
        let whole = read(whole()).unwrap();
        assert!(whole.mini_program().is_some() && whole.official_account().is_some());
        assert_eq!(whole.award_fields().unwrap(), ["thing1", "number2", "time3"]);
        let one =
            read(json!({ "official_app_id": "wx00000000000000bb", "official_app_secret": "s" })).unwrap();
        assert!(one.mini_program().is_none() && one.official_account().is_some());
    }

    #[test]
    fn a_contradiction_is_refused_by_the_field_that_is_missing_or_wrong() {
        let wrong = [
            ("app_secret", json!(null), "app_secret"),
            ("app_id", json!(null), "app_id"),
            ("app_id", json!("gh_0123456789abcdef"), "app_id"),
            ("app_id", json!("wx0000000000000 aa"), "app_id"),
            ("app_secret", json!("two words"), "app_secret"),
            ("official_app_secret", json!(null), "official_app_secret"),
            ("official_app_id", json!(null), "official_app_id"),
            // The JS-SDK's signature needs the Official Account's own.
            ("official_app_id", json!("wx00000000000000aa"), "official_app_id"),
            ("award_template_id", json!("a b"), "award_template_id"),
            ("award_template_fields", json!("thing1,number2"), "award_template_fields"),
            ("award_template_fields", json!("thing1,,time3"), "award_template_fields"),
            ("endpoint", json!("http://api.weixin.qq.com"), "endpoint"),
            ("endpoint", json!("https://api.weixin.qq.com/cgi-bin"), "endpoint"),
            ("endpoint", json!("https://u:p@api.weixin.qq.com"), "endpoint"),
            ("endpoint", json!("api.weixin.qq.com"), "endpoint"),
            ("ap_id", json!("wx00000000000000aa"), "ap_id"),
        ];
        for (name, value, says) in wrong {
            let mut settings = whole();
            settings[name] = value;
            let refusal = read(settings).unwrap_err();
            assert!(refusal.contains(says) && !refusal.contains("hush"), "{name}: {refusal}");
        }
        let template_alone = json!({ "award_template_id": "tmpl-1" });
        assert_eq!(read(template_alone).unwrap_err(), "award_template_id");
    }

    #[test]
    fn no_secret_is_ever_printed() {
        let printed = format!("{:?}", read(whole()).unwrap());
        assert!(printed.contains("wx00000000000000aa") && !printed.contains("hush"), "{printed}");
        assert!(!format!("{:?}", read(whole()).unwrap().mini_program()).contains("hush"));
    }
}
