//! The Tencent Cloud sender: SendSms of the API version 2021-01-11, signed by TC3.
//! It must not decide what a refusal means for the person who waits, nor ever ask twice.

use reqwest::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use super::settings::TencentSettings;
use super::wire::{self, ProviderResponse};
use super::{Error, Refusal, tc3};
use zaichang_core::Phone;
use zaichang_core::clock::Clock;

/// Sends codes through 腾讯云短信.
#[derive(Clone, Debug)]
pub struct Tencent {
    settings: TencentSettings,
    client: Client,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    response: Response,
}

/// Either an error of the request as a whole, or one status for each phone: here, for the one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error: Option<Fault>,
    #[serde(default)]
    send_status_set: Vec<Status>,
    #[serde(default)]
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fault {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
    #[serde(default)]
    serial_no: String,
}

impl Tencent {
    pub(super) fn new(settings: TencentSettings, client: Client, clock: Clock) -> Self {
        Self { settings, client, clock }
    }

    pub(super) async fn send_code(&self, phone: &Phone, code: &str) -> Result<(), Error> {
        self.send(phone, &self.settings.template_id, code).await
    }

    /// A notice is sent only where a template is set for it.
    pub(super) fn has(&self, template: &str) -> bool {
        self.template(template).is_some()
    }

    fn template(&self, name: &str) -> Option<&str> {
        let TencentSettings {
            registration_template, account_template, phone_template, notice_templates, ..
        } = &self.settings;
        notice_templates.of(name, [registration_template, account_template, phone_template])
    }

    pub(super) async fn tell(&self, phone: &Phone, template: &str, says: &str) -> Result<(), Error> {
        let template = self.template(template).ok_or(Error::NoTemplate)?;
        self.send(phone, template, says).await
    }

    async fn send(&self, phone: &Phone, template: &str, parameter: &str) -> Result<(), Error> {
        let settings = &self.settings;
        let body = json!({
            "PhoneNumberSet": [format!("+86{}", phone.expose())],
            "SmsSdkAppId": settings.sdk_app_id,
            "SignName": settings.sign_name,
            "TemplateId": template,
            "TemplateParamSet": [parameter],
        })
        .to_string();
        let signing = tc3::Request {
            host: settings.endpoint.host(),
            service: "sms",
            action: "SendSms",
            body: &body,
            at: self.clock.now(),
        };
        let authorization = signing.sign(&settings.secret_id, &settings.secret_key);
        let mut authorization = HeaderValue::try_from(authorization).map_err(|_| Error::Unreachable)?;
        authorization.set_sensitive(true);
        let request = self
            .client
            .post(settings.endpoint.url())
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, tc3::CONTENT_TYPE)
            .header("x-tc-action", "SendSms")
            .header("x-tc-version", "2021-01-11")
            .header("x-tc-region", &settings.region)
            .header("x-tc-timestamp", signing.timestamp())
            .body(body);
        let answer = wire::exchange(request).await?;
        let message = understood(&answer)?;
        tracing::debug!(%phone, message, "Tencent Cloud took a message");
        Ok(())
    }
}

/// The id under which Tencent Cloud knows the message, or why it did not take it.
fn understood(answer: &ProviderResponse) -> Result<String, Error> {
    let malformed = || Error::Malformed { status: answer.status };
    let Body { response } = serde_json::from_slice(&answer.body).map_err(|_| malformed())?;
    let refused = |code: &str| match code {
        "" => malformed(),
        code => wire::refused(refusal(code), code, &response.request_id),
    };
    match (&response.error, response.send_status_set.as_slice()) {
        (Some(error), _) => Err(refused(&error.code)),
        (None, [status]) if status.code == "Ok" && answer.status == 200 => Ok(wire::plain(&status.serial_no)),
        (None, [status]) if status.code != "Ok" => Err(refused(&status.code)),
        _ => Err(malformed()),
    }
}

/// The codes of "错误码" of the SMS API, version 2021-01-11 <https://cloud.tencent.com/document/api/382/52075>, and the
/// common ones that every Tencent Cloud API gives.
fn refusal(code: &str) -> Refusal {
    match code {
        // The second name is spelled this way in the documents.
        "FailedOperation.InsufficientBalanceInSmsPackage"
        | "UnauthorizedOperation.SerivceSuspendDueToArrears"
        | "UnauthorizedOperation.ServiceSuspendDueToArrears" => Refusal::Balance,
        "FailedOperation.SignatureIncorrectOrUnapproved"
        | "FailedOperation.MissingSignature"
        | "FailedOperation.MissingSignatureList" => Refusal::SignName,
        "FailedOperation.TemplateIncorrectOrUnapproved"
        | "FailedOperation.MissingTemplateList"
        | "FailedOperation.ContainSensitiveWord"
        | "InvalidParameterValue.ContentLengthLimit"
        | "InvalidParameterValue.InvalidTemplateFormat"
        | "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"
        | "InvalidParameterValue.TemplateParameterFormatError"
        | "InvalidParameterValue.TemplateParameterLengthLimit"
        | "InvalidParameterValue.TemplateWithDirtyWords" => Refusal::Template,
        "InvalidParameterValue.IncorrectPhoneNumber"
        | "FailedOperation.PhoneNumberInBlacklist"
        | "UnsupportedOperation.UnsuportedRegion" => Refusal::Number,
        "InternalError.RequestTimeException"
        | "InternalError.SigFieldMissing"
        | "InternalError.SigVerificationFail"
        | "InternalError.RestApiInterfaceNotExist"
        | "InvalidParameter.AppidAndBizId"
        | "InvalidParameterValue.SdkAppIdNotExist" => Refusal::Account,
        _ => match code.split('.').next() {
            Some("LimitExceeded" | "RequestLimitExceeded") => Refusal::Rate,
            Some("AuthFailure" | "UnauthorizedOperation") => Refusal::Account,
            Some("InternalError" | "ServiceUnavailable") => Refusal::Fault,
            _ => Refusal::Other,
        },
    }
}

#[cfg(test)]
mod tests;
