//! The Aliyun sender: SendSms of the API version 2017-05-25, signed by ACS3.
//! It must not decide what a refusal means for the person who waits, nor ever ask twice.

use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::Deserialize;

use super::settings::AliyunSettings;
use super::wire::{self, ProviderResponse};
use super::{Error, Refusal, acs3};
use zaichang_core::Phone;
use zaichang_core::clock::Clock;

/// Sends codes through 阿里云短信服务.
#[derive(Clone, Debug)]
pub struct Aliyun {
    settings: AliyunSettings,
    client: Client,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    code: String,
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    biz_id: String,
}

impl Aliyun {
    pub(super) fn new(settings: AliyunSettings, client: Client, clock: Clock) -> Self {
        Self { settings, client, clock }
    }

    pub(super) async fn send_code(&self, phone: &Phone, code: &str) -> Result<(), Error> {
        let parameter = serde_json::json!({ "code": code });
        self.send(phone, &self.settings.template_code, &parameter).await
    }

    /// A notice is sent only where a template is set for it.
    pub(super) fn has(&self, template: &str) -> bool {
        self.template(template).is_some()
    }

    fn template(&self, name: &str) -> Option<&str> {
        let AliyunSettings {
            registration_template, account_template, phone_template, notice_templates, ..
        } = &self.settings;
        notice_templates.of(name, [registration_template, account_template, phone_template])
    }

    pub(super) async fn tell(
        &self,
        phone: &Phone,
        template: &str,
        variable: &str,
        says: &str,
    ) -> Result<(), Error> {
        let template = self.template(template).ok_or(Error::NoTemplate)?;
        self.send(phone, template, &serde_json::json!({ variable: says })).await
    }

    async fn send(&self, phone: &Phone, template: &str, parameter: &serde_json::Value) -> Result<(), Error> {
        let mut nonce = [0; 16];
        // A machine without randomness can sign nothing, so nothing was sent.
        getrandom::fill(&mut nonce).map_err(|_| Error::Unreachable)?;
        let parameter = parameter.to_string();
        let signed = acs3::Request {
            host: self.settings.endpoint.host(),
            action: "SendSms",
            version: "2017-05-25",
            query: &[
                ("PhoneNumbers", phone.expose()),
                ("SignName", &self.settings.sign_name),
                ("TemplateCode", template),
                ("TemplateParam", &parameter),
            ],
            at: self.clock.now(),
            nonce: &hex::encode(nonce),
        }
        .sign(&self.settings.access_key_id, &self.settings.access_key_secret);

        let mut url = self.settings.endpoint.url();
        url.set_query(Some(&signed.query));
        let mut authorization =
            HeaderValue::try_from(signed.authorization).map_err(|_| Error::Unreachable)?;
        authorization.set_sensitive(true);
        let mut request = self.client.post(url).header(AUTHORIZATION, authorization);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        let answer = wire::exchange(request).await?;
        let message = understood(&answer)?;
        tracing::debug!(%phone, message, "Aliyun took a message");
        Ok(())
    }
}

/// The id under which Aliyun knows the message, or why it did not take it.
fn understood(answer: &ProviderResponse) -> Result<String, Error> {
    let malformed = || Error::Malformed { status: answer.status };
    let body: Body = serde_json::from_slice(&answer.body).map_err(|_| malformed())?;
    match (body.code.as_str(), answer.status) {
        ("OK", 200) => Ok(wire::plain(&body.biz_id)),
        ("OK" | "", _) => Err(malformed()),
        (code, _) => Err(wire::refused(refusal(code), code, &body.request_id)),
    }
}

/// The codes of "国内消息API错误码" <https://help.aliyun.com/zh/sms/developer-reference/api-error-codes> that SendSms
/// can give, and those that every Aliyun gateway gives.
fn refusal(code: &str) -> Refusal {
    match code {
        "isv.AMOUNT_NOT_ENOUGH" | "isv.OUT_OF_SERVICE" => Refusal::Balance,
        "isv.BUSINESS_LIMIT_CONTROL" | "isv.DAY_LIMIT_CONTROL" | "isv.MONTH_LIMIT_CONTROL" => Refusal::Rate,
        "isv.SMS_SIGNATURE_ILLEGAL"
        | "isv.SMS_SIGNATURE_SCENE_ILLEGAL"
        | "isv.SMS_SIGN_ILLEGAL"
        | "isv.SIGN_STATE_ILLEGAL"
        | "isv.SIGN_NAME_ILLEGAL"
        | "isv.SIGN_SOURCE_ILLEGAL"
        | "isv.SIGNATURE_BLACKLIST"
        | "PORT_NOT_REGISTERED" => Refusal::SignName,
        "isv.SMS_TEMPLATE_ILLEGAL"
        | "isv.SMS_CONTENT_ILLEGAL"
        | "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"
        | "isv.TEMPLATE_MISSING_PARAMETERS"
        | "isv.TEMPLATE_PARAMS_ILLEGAL"
        | "isv.INVALID_JSON_PARAM"
        | "isv.PARAM_LENGTH_LIMIT"
        | "isv.PARAM_NOT_SUPPORT_URL"
        | "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"
        | "template_parameter_count_illegal" => Refusal::Template,
        "isv.MOBILE_NUMBER_ILLEGAL" => Refusal::Number,
        "isv.ACCOUNT_NOT_EXISTS"
        | "isv.ACCOUNT_ABNORMAL"
        | "isv.SECURITY_FROZEN_ACCOUNT"
        | "isv.PRODUCT_UN_SUBSCRIPT"
        | "isv.PRODUCT_UNSUBSCRIBE"
        | "isv.DENY_IP_RANGE"
        | "isp.RAM_PERMISSION_DENY"
        | "SignatureDoesNotMatch"
        | "SignatureNonceUsed"
        | "IncompleteSignature" => Refusal::Account,
        "isp.SYSTEM_ERROR" | "isp.GATEWAY_ERROR" | "InternalError" | "ServiceUnavailable" => Refusal::Fault,
        _ if code.starts_with("Throttling") => Refusal::Rate,
        _ if ["InvalidAccessKeyId", "InvalidTimeStamp", "Forbidden", "NoPermission"]
            .iter()
            .any(|family| code.starts_with(family)) =>
        {
            Refusal::Account
        }
        _ => Refusal::Other,
    }
}

#[cfg(test)]
mod tests;
