//! The Aliyun sender against a server that answers as Aliyun's documents say.
//! They must not reach the network.

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::super::{Endpoint, NoticeTemplates, fixture};
use super::*;

const NOW: &str = "2026-11-21T01:02:13.123Z";

fn sender(server: &MockServer) -> Aliyun {
    let settings = AliyunSettings {
        access_key_id: "LTAI5tExample".to_owned(),
        access_key_secret: "hush-hush".into(),
        sign_name: "在场 & 医教".to_owned(),
        template_code: "SMS_154950909".to_owned(),
        registration_template: Some("SMS_154950910".to_owned()),
        notice_templates: NoticeTemplates::default(),
        account_template: Some("SMS_154950911".to_owned()),
        phone_template: Some("SMS_154950912".to_owned()),
        endpoint: Endpoint::parse(&server.uri()).unwrap(),
    };
    Aliyun::new(settings, fixture::client(), Clock::set_to(NOW.parse().unwrap()))
}

async fn outcome(answer: ResponseTemplate) -> Result<(), Error> {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/")).respond_with(answer).expect(1).mount(&server).await;
    sender(&server).send_code(&fixture::phone(), "042917").await
}

fn taken() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"Code": "OK", "Message": "OK",
        "BizId": "9006197469364984^0", "RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990"}))
}

fn refused(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"Code": code,
        "Message": "13800001234 被拒绝", "RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990"}))
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn the_code_is_sent_as_documented_and_signed_as_it_arrives() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/")).respond_with(taken()).expect(1).mount(&server).await;
    let sender = sender(&server);
    sender.send_code(&fixture::phone(), "042917").await.unwrap();

    let requests = server.received_requests().await.unwrap();
    let request = &requests[0];
    let mut query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    query.sort();
    let parameter: Value = serde_json::from_str(&query.pop().unwrap().1).unwrap();
    assert_eq!(parameter, json!({"code": "042917"}));
    let sent: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let documented =
        [("PhoneNumbers", "13800001234"), ("SignName", "在场 & 医教"), ("TemplateCode", "SMS_154950909")];
    assert_eq!(sent, documented);
    assert!(request.body.is_empty());
    assert_eq!(header(request, "x-acs-action"), "SendSms");
    assert_eq!(header(request, "x-acs-version"), "2017-05-25");
    assert_eq!(header(request, "x-acs-date"), "2026-11-21T01:02:13Z");

    let parameter = r#"{"code":"042917"}"#;
    let again = acs3::Request {
        host: header(request, "host"),
        action: "SendSms",
        version: "2017-05-25",
        query: &[documented[0], documented[1], documented[2], ("TemplateParam", parameter)],
        at: NOW.parse().unwrap(),
        nonce: header(request, "x-acs-signature-nonce"),
    }
    .sign("LTAI5tExample", &"hush-hush".into());
    assert_eq!(request.url.query(), Some(again.query.as_str()));
    assert_eq!(header(request, "authorization"), again.authorization);
}

#[tokio::test]
async fn no_nonce_is_used_twice() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(taken()).mount(&server).await;
    let sender = sender(&server);
    for _ in 0..2 {
        sender.send_code(&fixture::phone(), "042917").await.unwrap();
    }
    let requests = server.received_requests().await.unwrap();
    let nonce = |at: usize| header(&requests[at], "x-acs-signature-nonce").to_owned();
    assert_ne!(nonce(0), nonce(1));
}

#[tokio::test]
async fn each_documented_refusal_is_understood() {
    let cases = [
        (200, "isv.AMOUNT_NOT_ENOUGH", Refusal::Balance),
        (200, "isv.OUT_OF_SERVICE", Refusal::Balance),
        (200, "isv.BUSINESS_LIMIT_CONTROL", Refusal::Rate),
        (200, "isv.DAY_LIMIT_CONTROL", Refusal::Rate),
        (400, "Throttling.User", Refusal::Rate),
        (200, "isv.SMS_SIGNATURE_ILLEGAL", Refusal::SignName),
        (200, "isv.SMS_SIGNATURE_SCENE_ILLEGAL", Refusal::SignName),
        (200, "isv.SMS_TEMPLATE_ILLEGAL", Refusal::Template),
        (200, "isv.TEMPLATE_MISSING_PARAMETERS", Refusal::Template),
        (200, "isv.INVALID_JSON_PARAM", Refusal::Template),
        (200, "isv.MOBILE_NUMBER_ILLEGAL", Refusal::Number),
        (200, "isp.RAM_PERMISSION_DENY", Refusal::Account),
        (404, "InvalidAccessKeyId.NotFound", Refusal::Account),
        (400, "SignatureDoesNotMatch", Refusal::Account),
        (400, "InvalidTimeStamp.Expired", Refusal::Account),
        (200, "isp.SYSTEM_ERROR", Refusal::Fault),
        (503, "ServiceUnavailable", Refusal::Fault),
        (200, "isv.SOMETHING_NEW", Refusal::Other),
    ];
    for (status, code, reason) in cases {
        let error = outcome(refused(status, code)).await.unwrap_err();
        let request_id = "F655A8D5-B967-440B-8683-DAD6FF8DE990".to_owned();
        assert_eq!(error, Error::Refused { reason, code: code.to_owned(), request_id });
        assert!(!error.to_string().contains("138"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_not_taken_for_either() {
    for (status, body) in [
        (200, "<html>welcome</html>"),
        (200, ""),
        (200, "{}"),
        (200, r#"{"Code":""}"#),
        (200, r#"{"Code":7}"#),
        (502, "Bad Gateway"),
        (500, r#"{"Code":"OK"}"#),
    ] {
        let error = outcome(ResponseTemplate::new(status).set_body_string(body)).await.unwrap_err();
        assert_eq!(error, Error::Malformed { status }, "{body}");
        assert!(error.may_have_been_sent());
    }
}

#[tokio::test]
async fn the_log_has_neither_code_nor_phone_nor_secret() {
    let (log, guard) = fixture::listen();
    outcome(taken()).await.unwrap();
    outcome(refused(200, "isv.AMOUNT_NOT_ENOUGH")).await.unwrap_err();
    drop(guard);
    let log = log.text();
    assert!(log.contains("138****1234") && log.contains("9006197469364984"), "{log}");
    for hidden in ["13800001234", "042917", "hush-hush", "Signature="] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}
