//! What an SMS provider has to know about us, read from the settings and checked once.
//! It must not know where settings come from, nor send anything.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zaichang_platform::settings::{self, MayBe, Values, fields_of};

/// Which sender, with what it needs: `provider = "log" | "aliyun" | "tencent"` and the fields beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(tag = "provider", rename_all = "lowercase")]
pub enum Settings {
    #[default]
    Log,
    Aliyun(AliyunSettings),
    Tencent(TencentSettings),
}

/// Aliyun (阿里云短信服务).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliyunSettings {
    pub access_key_id: String,
    pub access_key_secret: SecretString,
    /// 短信签名, without its 【】.
    pub sign_name: String,
    /// `SMS_…`: an approved template with one variable, `code`.
    pub template_code: String,
    /// `SMS_…`: an approved template with one variable, `result`, for verdicts on registrations; left out, none is sent.
    #[serde(default)]
    pub registration_template: Option<String>,
    /// `SMS_…`: an approved template with one variable, `event`, for what others do to an admin's account; left out, none is sent.
    #[serde(default)]
    pub account_template: Option<String>,
    /// `SMS_…`: an approved template with one variable, `event`, that tells a person's old phone of its replacement; left out, none is sent.
    #[serde(default)]
    pub phone_template: Option<String>,
    /// `name=SMS_…,name=SMS_…`: an approved template with one variable, `result`, for each further kind of notice; of those that are
    /// left out none is sent.
    #[serde(default)]
    pub notice_templates: NoticeTemplates,
    #[serde(default = "AliyunSettings::public_endpoint")]
    pub endpoint: Endpoint,
}

/// Tencent Cloud (腾讯云短信).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TencentSettings {
    pub secret_id: String,
    pub secret_key: SecretString,
    /// `SmsSdkAppId` of the application in the SMS console, such as 1400006666.
    pub sdk_app_id: String,
    /// 短信签名, without its 【】.
    pub sign_name: String,
    /// The number of an approved template with one variable, `{1}`.
    pub template_id: String,
    /// The number of an approved template with one variable, `{1}`, for verdicts on registrations; left out, none is sent.
    #[serde(default)]
    pub registration_template: Option<String>,
    /// The same for what others do to an admin's account.
    #[serde(default)]
    pub account_template: Option<String>,
    /// The same for a person's old phone, of its replacement.
    #[serde(default)]
    pub phone_template: Option<String>,
    /// `name=number,name=number`: the same for each further kind of notice.
    #[serde(default)]
    pub notice_templates: NoticeTemplates,
    /// ap-beijing, ap-guangzhou or ap-nanjing.
    #[serde(default = "TencentSettings::nearest_region")]
    pub region: String,
    #[serde(default = "TencentSettings::public_endpoint")]
    pub endpoint: Endpoint,
}

const FILLED: (&str, &str) =
    ("所选的短信服务需要它，不能为空，请填写", "the chosen SMS provider needs it: fill it in");
const PLAIN: (&str, &str) = (
    "所选的短信服务需要它，只能由字母、数字、-、_ 和 . 组成，请填写或改正",
    "the chosen SMS provider needs it, in letters, digits, '-', '_' and '.' only: fill it in or correct it",
);

impl settings::Settings for Settings {
    const TABLE: Option<&'static str> = Some("sms");

    const MAY_BE: &'static [MayBe] = &[
        (
            "SMS",
            "有一项写错，或不属于所选的服务：SMS__ENDPOINT 须为 https://主机，其余各项在文件中须加引号，请对照 docs/operating/settings.md 改正",
            "one of its settings is wrong or is not the chosen provider's: SMS__ENDPOINT is https://host, the others stand \
             in quotes in a file; correct it by docs/operating/settings.en.md",
        ),
        ("SMS__PROVIDER", "请写 log、aliyun 或 tencent", "write log, aliyun or tencent"),
        ("SMS__ACCESS_KEY_ID", PLAIN.0, PLAIN.1),
        ("SMS__ACCESS_KEY_SECRET", FILLED.0, FILLED.1),
        ("SMS__SECRET_ID", PLAIN.0, PLAIN.1),
        ("SMS__SECRET_KEY", FILLED.0, FILLED.1),
        ("SMS__SDK_APP_ID", FILLED.0, FILLED.1),
        ("SMS__SIGN_NAME", FILLED.0, FILLED.1),
        ("SMS__TEMPLATE_CODE", FILLED.0, FILLED.1),
        ("SMS__TEMPLATE_ID", FILLED.0, FILLED.1),
        ("SMS__REGISTRATION_TEMPLATE", FILLED.0, FILLED.1),
        ("SMS__ACCOUNT_TEMPLATE", FILLED.0, FILLED.1),
        ("SMS__PHONE_TEMPLATE", FILLED.0, FILLED.1),
        (
            "SMS__NOTICE_TEMPLATES",
            "请写成 名称=模板,名称=模板，名称见 docs/operating/settings.md，每个名称一次",
            "write it as name=template,name=template, each name once; docs/operating/settings.en.md lists the names",
        ),
        ("SMS__REGION", PLAIN.0, PLAIN.1),
        (
            "SMS__ENDPOINT",
            "请写成 https://主机 或 https://主机:端口",
            "write it as https://host or https://host:port",
        ),
    ];

    fn names() -> Vec<&'static str> {
        let mut names = vec!["provider"];
        names.extend(fields_of::<AliyunSettings>());
        names.extend(fields_of::<TencentSettings>());
        names
    }

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        Self::check(self)
    }
}

impl Settings {
    /// Refuses what cannot work, by its field: an id goes into a header as it is, and nothing else may be empty.
    pub fn check(&self) -> Result<(), &'static str> {
        let (ids, texts): (&[_], &[_]) = match self {
            Self::Log => (&[], &[]),
            Self::Aliyun(settings) => (
                &[("access_key_id", &settings.access_key_id)],
                &[
                    ("access_key_secret", settings.access_key_secret.expose_secret()),
                    ("sign_name", &settings.sign_name),
                    ("template_code", &settings.template_code),
                ],
            ),
            Self::Tencent(settings) => (
                &[("secret_id", &settings.secret_id), ("region", &settings.region)],
                &[
                    ("secret_key", settings.secret_key.expose_secret()),
                    ("sdk_app_id", &settings.sdk_app_id),
                    ("sign_name", &settings.sign_name),
                    ("template_id", &settings.template_id),
                ],
            ),
        };
        let is_id = |text: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            !text.is_empty() && text.bytes().all(plain)
        };
        let notices: [&Option<String>; 3] = match self {
            Self::Log => [&None; 3],
            Self::Aliyun(of) => [&of.registration_template, &of.account_template, &of.phone_template],
            Self::Tencent(of) => [&of.registration_template, &of.account_template, &of.phone_template],
        };
        let fields = ["registration_template", "account_template", "phone_template"];
        let is_empty =
            |template: &Option<String>| template.as_ref().is_some_and(|text| text.trim().is_empty());
        if let Some((field, _)) = fields.into_iter().zip(notices).find(|(_, template)| is_empty(template)) {
            return Err(field);
        }
        let wrong = ids.iter().filter(|(_, id)| !is_id(id)).map(|(field, _)| *field).next();
        let empty = texts.iter().filter(|(_, text)| text.trim().is_empty()).map(|(field, _)| *field).next();
        wrong.or(empty).map_or(Ok(()), Err)
    }
}

/// Templates of notices, by the names under which notices ask for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NoticeTemplates(BTreeMap<String, String>);

/// It is not written as it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("应写成 名称=模板,名称=模板 · it is written as name=template,name=template")]
pub struct TemplatesError;

impl NoticeTemplates {
    pub fn parse(text: &str) -> Result<Self, TemplatesError> {
        let mut templates = BTreeMap::new();
        for entry in settings::list(text) {
            let (name, template) = entry.split_once('=').ok_or(TemplatesError)?;
            let (name, template) = (name.trim(), template.trim());
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if !is_name || template.is_empty() || template.contains('=') {
                return Err(TemplatesError);
            }
            if templates.insert(name.to_owned(), template.to_owned()).is_some() {
                return Err(TemplatesError);
            }
        }
        Ok(Self(templates))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is set under this name, here or by an older setting of its own: of registrations, accounts and phones.
    pub(super) fn of<'a>(&'a self, name: &str, older: [&'a Option<String>; 3]) -> Option<&'a str> {
        let [registration, account, phone] = older;
        let older = match name {
            "registration" => registration.as_deref(),
            "account" => account.as_deref(),
            "phone" => phone.as_deref(),
            _ => None,
        };
        self.0.get(name).map(String::as_str).or(older)
    }
}

impl TryFrom<String> for NoticeTemplates {
    type Error = TemplatesError;

    fn try_from(text: String) -> Result<Self, TemplatesError> {
        Self::parse(&text)
    }
}

impl Settings {
    /// Under which names templates of notices are set.
    pub fn notice_templates(&self) -> Vec<&str> {
        match self {
            Self::Log => Vec::new(),
            Self::Aliyun(settings) => settings.notice_templates.names().collect(),
            Self::Tencent(settings) => settings.notice_templates.names().collect(),
        }
    }
}

impl AliyunSettings {
    fn public_endpoint() -> Endpoint {
        Endpoint::parse("https://dysmsapi.aliyuncs.com").expect("a constant that a test parses")
    }
}

impl TencentSettings {
    fn public_endpoint() -> Endpoint {
        Endpoint::parse("https://sms.tencentcloudapi.com").expect("a constant that a test parses")
    }

    fn nearest_region() -> String {
        "ap-guangzhou".to_owned()
    }
}

/// Where a provider listens: `https://host[:port]` and nothing more. Clear text is for this machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Endpoint {
    url: reqwest::Url,
    host: String,
}

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error(
        "短信服务地址应写成 https://主机 或 https://主机:端口 · an endpoint is written as https://host or https://host:port"
    )]
    Form,
    #[error(
        "短信服务地址必须为 https，验证码与手机号会发往那里 · an endpoint must be https: codes and phone numbers go there"
    )]
    ClearText,
}

impl Endpoint {
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let url: reqwest::Url = text.parse().map_err(|_| EndpointError::Form)?;
        let name = url.host_str().ok_or(EndpointError::Form)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Form);
        }
        match url.scheme() {
            "https" => {}
            "http" if matches!(name, "localhost" | "127.0.0.1" | "[::1]") => {}
            "http" => return Err(EndpointError::ClearText),
            _ => return Err(EndpointError::Form),
        }
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { url, host })
    }

    /// As the `Host` header carries it, which both signatures cover: with the port only where it is not the usual one.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn url(&self) -> reqwest::Url {
        self.url.clone()
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, EndpointError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn aliyun() -> serde_json::Value {
        json!({"provider": "aliyun", "access_key_id": "LTAI5tExample", "access_key_secret": "hush-hush",
            "sign_name": "在场", "template_code": "SMS_154950909"})
    }

    fn read(settings: serde_json::Value) -> Result<Settings, String> {
        let settings: Settings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
        settings.check().map(|()| settings).map_err(str::to_owned)
    }

    #[test]
    fn each_provider_is_read_with_its_public_endpoint() {
        assert!(matches!(read(json!({"provider": "log"})), Ok(Settings::Log)));
        let Ok(Settings::Aliyun(aliyun)) = read(aliyun()) else { panic!("not read") };
        assert_eq!(aliyun.endpoint.host(), "dysmsapi.aliyuncs.com");
        let Ok(Settings::Tencent(tencent)) = read(json!({"provider": "tencent", "secret_id": "AKIDexample",
            "secret_key": "hush-hush", "sdk_app_id": "1400006666", "sign_name": "在场", "template_id": "1110"}))
        else {
            panic!("not read")
        };
        assert_eq!((tencent.endpoint.host(), &*tencent.region), ("sms.tencentcloudapi.com", "ap-guangzhou"));
    }

    #[test]
    fn a_setting_that_cannot_work_is_refused_by_name() {
        let wrong = [
            ("access_key_id", json!("two words"), "access_key_id"),
            ("access_key_id", json!("a\r\nb"), "access_key_id"),
            ("access_key_secret", json!(" "), "access_key_secret"),
            ("sign_name", json!(""), "sign_name"),
            ("template_code", json!(null), "null"),
            ("endpoint", json!("http://dysmsapi.aliyuncs.com"), "https"),
            ("regoin", json!("cn-hangzhou"), "regoin"),
        ];
        for (name, value, says) in wrong {
            let mut settings = aliyun();
            settings[name] = value;
            let refusal = read(settings).unwrap_err();
            assert!(refusal.contains(says) && !refusal.contains("hush"), "{name}: {refusal}");
        }
        assert!(read(json!({"provider": "pigeon"})).unwrap_err().contains("pigeon"));
    }

    #[test]
    fn templates_of_notices_are_named_and_an_older_setting_stands_for_its_own() {
        let templates = NoticeTemplates::parse("person_state = SMS_1, transfer=SMS_2,").unwrap();
        let (registration, none) = (Some("SMS_3".to_owned()), None);
        let older = [&registration, &none, &none];
        let of = |name| templates.of(name, older);
        assert_eq!(
            [of("person_state"), of("transfer"), of("registration")],
            ["SMS_1", "SMS_2", "SMS_3"].map(Some)
        );
        assert_eq!([of("phone"), of("other")], [None, None]);
        for wrong in ["person_state", "=SMS_1", "person_state=", "a=1,a=2", "Person=1", "a=b=c"] {
            assert_eq!(NoticeTemplates::parse(wrong), Err(TemplatesError), "{wrong}");
        }
    }

    #[test]
    fn no_secret_is_ever_printed() {
        let printed = format!("{:?}", read(aliyun()).unwrap());
        assert!(printed.contains("LTAI5tExample") && !printed.contains("hush"), "{printed}");
    }

    #[test]
    fn an_endpoint_is_a_host_and_never_clear_text_abroad() {
        use EndpointError::*;
        let hosts = [
            ("https://sms.tencentcloudapi.com", "sms.tencentcloudapi.com"),
            ("https://sms.tencentcloudapi.com:443/", "sms.tencentcloudapi.com"),
            ("https://gateway.example:8443", "gateway.example:8443"),
            ("http://127.0.0.1:9000", "127.0.0.1:9000"),
        ];
        for (text, host) in hosts {
            assert_eq!(Endpoint::parse(text).map(|endpoint| endpoint.host), Ok(host.to_owned()), "{text}");
        }
        for (text, mistake) in [
            ("sms.tencentcloudapi.com", Form),
            ("ftp://sms.tencentcloudapi.com", Form),
            ("https://sms.tencentcloudapi.com/path", Form),
            ("https://sms.tencentcloudapi.com/?a=b", Form),
            ("https://user:word@sms.tencentcloudapi.com", Form),
            ("http://sms.tencentcloudapi.com", ClearText),
            ("http://127.0.0.1.example.com", ClearText),
        ] {
            assert_eq!(Endpoint::parse(text), Err(mistake), "{text}");
        }
    }
}
