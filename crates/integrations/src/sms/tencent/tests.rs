//! The Tencent Cloud sender against a server that answers as Tencent Cloud's documents say.
//! They must not reach the network.

use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::super::{Endpoint, NoticeTemplates, fixture};
use super::*;
use zaichang_platform::messages::{self, Message};

const NOW: &str = "2026-11-21T01:02:13.123Z";
const REQUEST_ID: &str = "a0aabda6-cf91-4f3e-a81f-9198114a2279";

fn sender(server: &MockServer) -> Tencent {
    let settings = TencentSettings {
        secret_id: "AKIDexample".to_owned(),
        secret_key: "hush-hush".into(),
        sdk_app_id: "1400006666".to_owned(),
        sign_name: "在场".to_owned(),
        template_id: "1110".to_owned(),
        registration_template: None,
        notice_templates: NoticeTemplates::default(),
        account_template: None,
        phone_template: None,
        region: "ap-guangzhou".to_owned(),
        endpoint: Endpoint::parse(&server.uri()).unwrap(),
    };
    Tencent::new(settings, fixture::client(), Clock::set_to(NOW.parse().unwrap()))
}

async fn outcome(answer: ResponseTemplate) -> Result<(), Error> {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/")).respond_with(answer).expect(1).mount(&server).await;
    sender(&server).send_code(&fixture::phone(), "042917").await
}

fn status(code: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"Response": {"SendStatusSet": [{
        "SerialNo": "5000:1045710669157053657849499619", "PhoneNumber": "+8613800001234", "Fee": 1,
        "SessionContext": "", "Code": code, "Message": "13800001234 的情况", "IsoCode": "CN"}],
        "RequestId": REQUEST_ID}}))
}

fn fault(code: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(
        json!({"Response": {"Error": {"Code": code, "Message": "13800001234 的情况"}, "RequestId": REQUEST_ID}}),
    )
}

#[tokio::test]
async fn the_code_is_sent_as_documented_and_signed_as_it_arrives() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/")).respond_with(status("Ok")).expect(1).mount(&server).await;
    sender(&server).send_code(&fixture::phone(), "042917").await.unwrap();

    let requests = server.received_requests().await.unwrap();
    let request = &requests[0];
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    let documented = json!({"PhoneNumberSet": ["+8613800001234"], "SmsSdkAppId": "1400006666",
        "SignName": "在场", "TemplateId": "1110", "TemplateParamSet": ["042917"]});
    assert_eq!(sent, documented);

    let header = |name: &str| request.headers[name].to_str().unwrap();
    assert_eq!(header("x-tc-action"), "SendSms");
    assert_eq!(header("x-tc-version"), "2021-01-11");
    assert_eq!(header("x-tc-region"), "ap-guangzhou");
    assert_eq!(header("x-tc-timestamp"), "1795222933");
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    let again = tc3::Request {
        host: header("host"),
        service: "sms",
        action: "SendSms",
        body: std::str::from_utf8(&request.body).unwrap(),
        at: NOW.parse().unwrap(),
    };
    assert_eq!(header("authorization"), again.sign("AKIDexample", &"hush-hush".into()));
}

#[tokio::test]
async fn each_documented_refusal_is_understood_wherever_it_stands() {
    let cases = [
        ("FailedOperation.InsufficientBalanceInSmsPackage", Refusal::Balance),
        ("UnauthorizedOperation.SerivceSuspendDueToArrears", Refusal::Balance),
        ("LimitExceeded.PhoneNumberDailyLimit", Refusal::Rate),
        ("LimitExceeded.PhoneNumberOneHourLimit", Refusal::Rate),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", Refusal::Rate),
        ("LimitExceeded.AppDailyLimit", Refusal::Rate),
        ("RequestLimitExceeded", Refusal::Rate),
        ("FailedOperation.SignatureIncorrectOrUnapproved", Refusal::SignName),
        ("FailedOperation.TemplateIncorrectOrUnapproved", Refusal::Template),
        ("InvalidParameterValue.TemplateParameterFormatError", Refusal::Template),
        ("InvalidParameterValue.IncorrectPhoneNumber", Refusal::Number),
        ("FailedOperation.PhoneNumberInBlacklist", Refusal::Number),
        ("AuthFailure.SecretIdNotFound", Refusal::Account),
        ("AuthFailure.SignatureFailure", Refusal::Account),
        ("AuthFailure.SignatureExpire", Refusal::Account),
        ("InternalError.RequestTimeException", Refusal::Account),
        ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", Refusal::Account),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", Refusal::Account),
        ("InternalError.Timeout", Refusal::Fault),
        ("InternalError.SendAndRecvFail", Refusal::Fault),
        ("FailedOperation.SomethingNew", Refusal::Other),
    ];
    for (code, reason) in cases {
        for answer in [status(code), fault(code)] {
            let error = outcome(answer).await.unwrap_err();
            let request_id = REQUEST_ID.to_owned();
            assert_eq!(error, Error::Refused { reason, code: code.to_owned(), request_id });
            assert!(!error.to_string().contains("138"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_not_taken_for_either() {
    for (status, body) in [
        (200, "<html>welcome</html>"),
        (200, ""),
        (200, "{}"),
        (200, r#"{"Response":{}}"#),
        (200, r#"{"Response":{"SendStatusSet":[]}}"#),
        (200, r#"{"Response":{"SendStatusSet":[{"Code":"Ok"},{"Code":"Ok"}]}}"#),
        (200, r#"{"Response":{"SendStatusSet":[{"Code":""}]}}"#),
        (200, r#"{"Response":{"Error":{"Code":""}}}"#),
        (500, r#"{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}"#),
        (502, "Bad Gateway"),
    ] {
        let error = outcome(ResponseTemplate::new(status).set_body_string(body)).await.unwrap_err();
        assert_eq!(error, Error::Malformed { status }, "{body}");
        assert!(error.may_have_been_sent());
    }
}

#[tokio::test]
async fn the_log_has_neither_code_nor_phone_nor_secret() {
    let (log, guard) = fixture::listen();
    outcome(status("Ok")).await.unwrap();
    outcome(fault("AuthFailure.SignatureFailure")).await.unwrap_err();
    drop(guard);
    let log = log.text();
    assert!(log.contains("138****1234") && log.contains("5000:1045710669157053657849499619"), "{log}");
    for hidden in ["13800001234", "042917", "hush-hush", "Signature="] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}

#[tokio::test]
async fn what_the_provider_says_of_each_message_is_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let (counted, _guard) = (recorder.handle(), metrics::set_default_local_recorder(&recorder));
    for answer in [status("Ok"), status("FailedOperation.InsufficientBalanceInSmsPackage"), status("Ok")] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let sender = super::super::Sender::Tencent(sender(&server));
        let _ = messages::Sender::send(&sender, &fixture::phone(), Message::LoginCode("042917")).await;
    }
    let counted = counted.render();
    for line in
        [r#"zaichang_sms_sent_total{outcome="ok"} 2"#, r#"zaichang_sms_sent_total{outcome="balance"} 1"#]
    {
        assert!(counted.contains(line), "{counted}");
    }
}
