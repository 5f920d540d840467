//! Every documented error code: what it comes to, who has to act, and what the person is answered. The page docs/operating/wechat.en.md holds
//! the same table.

use std::collections::HashMap;

use zaichang_integrations::wechat::{Actor, Code, Error, LoginCode, Reason};
use zaichang_platform::http::{Problem, Refusal};

use super::client::{refused, stage};
use super::stage::Fault;

/// Code, what it comes to, what the person is answered.
const TABLE: &[(i64, Reason, Refusal)] = &[
    (-1, Reason::Busy, Refusal::WechatUnavailable),
    (40001, Reason::Token, Refusal::WechatUnavailable),
    (40002, Reason::Request, Refusal::WechatUnavailable),
    (40003, Reason::Openid, Refusal::WechatUnavailable),
    (40013, Reason::Account, Refusal::WechatUnavailable),
    (40014, Reason::Token, Refusal::WechatUnavailable),
    (40029, Reason::CodeInvalid, Refusal::WechatCodeInvalid),
    (40037, Reason::Template, Refusal::WechatUnavailable),
    (40097, Reason::Request, Refusal::WechatUnavailable),
    (40125, Reason::Account, Refusal::WechatUnavailable),
    (40129, Reason::Request, Refusal::WechatUnavailable),
    (40163, Reason::CodeUsed, Refusal::WechatCodeInvalid),
    (40164, Reason::Account, Refusal::WechatUnavailable),
    (40165, Reason::Template, Refusal::WechatUnavailable),
    (40226, Reason::HighRisk, Refusal::WechatBlocked),
    (40243, Reason::Account, Refusal::WechatUnavailable),
    (41001, Reason::Token, Refusal::WechatUnavailable),
    (41002, Reason::Account, Refusal::WechatUnavailable),
    (41004, Reason::Account, Refusal::WechatUnavailable),
    (41008, Reason::CodeInvalid, Refusal::WechatCodeInvalid),
    (41028, Reason::Template, Refusal::WechatUnavailable),
    (41029, Reason::Template, Refusal::WechatUnavailable),
    (41030, Reason::Template, Refusal::WechatUnavailable),
    (42001, Reason::Token, Refusal::WechatUnavailable),
    (42007, Reason::Token, Refusal::WechatUnavailable),
    (43001, Reason::Request, Refusal::WechatUnavailable),
    (43002, Reason::Request, Refusal::WechatUnavailable),
    (43003, Reason::Request, Refusal::WechatUnavailable),
    (43004, Reason::Openid, Refusal::WechatUnavailable),
    (43101, Reason::NotSubscribed, Refusal::WechatUnavailable),
    (43104, Reason::Openid, Refusal::WechatUnavailable),
    (43107, Reason::Right, Refusal::WechatUnavailable),
    (43108, Reason::Busy, Refusal::WechatUnavailable),
    (43302, Reason::Request, Refusal::WechatUnavailable),
    (44002, Reason::Request, Refusal::WechatUnavailable),
    (45009, Reason::Quota, Refusal::WechatUnavailable),
    (45011, Reason::UserRate, Refusal::TooManyRequests),
    (45035, Reason::Busy, Refusal::WechatUnavailable),
    (45066, Reason::Quota, Refusal::WechatUnavailable),
    (45068, Reason::Quota, Refusal::WechatUnavailable),
    (45168, Reason::Template, Refusal::WechatUnavailable),
    (46004, Reason::Openid, Refusal::WechatUnavailable),
    (47001, Reason::Request, Refusal::WechatUnavailable),
    (47003, Reason::Template, Refusal::WechatUnavailable),
    (48001, Reason::Right, Refusal::WechatUnavailable),
    (48004, Reason::Right, Refusal::WechatUnavailable),
    (48006, Reason::Right, Refusal::WechatUnavailable),
    (50001, Reason::Right, Refusal::WechatUnavailable),
    (50002, Reason::Account, Refusal::WechatUnavailable),
    (61010, Reason::Stale, Refusal::WechatUnavailable),
    (61024, Reason::Account, Refusal::WechatUnavailable),
    (89503, Reason::Account, Refusal::WechatUnavailable),
    (89504, Reason::Account, Refusal::WechatUnavailable),
    (89505, Reason::Account, Refusal::WechatUnavailable),
    (89506, Reason::Account, Refusal::WechatUnavailable),
    (89507, Reason::Account, Refusal::WechatUnavailable),
    (9_410_009, Reason::Quota, Refusal::WechatUnavailable),
    (65_535, Reason::Other, Refusal::WechatUnavailable),
];

#[tokio::test]
async fn every_code_comes_from_the_wire_to_its_reason_and_its_answer() {
    let (stage, wechat) = stage().await;
    for (code, reason, refusal) in TABLE {
        // Busy is asked twice.
        stage.always("sns/jscode2session", Some(Fault::Errcode(*code)));
        let error = wechat.identify(&LoginCode::MiniProgram("code".into())).await.unwrap_err();
        assert_eq!(error, Error::Refused(Code(*code)));
        assert_eq!(refused(error), *reason, "{code}");
        let problem = Problem::from(error);
        assert_eq!(problem.refusal, *refusal, "{code}");
        // Where waiting helps, it is said for how long; where it does not, it is not.
        let helps = matches!(
            reason,
            Reason::Busy
                | Reason::UserRate
                | Reason::Token
                | Reason::Openid
                | Reason::NotSubscribed
                | Reason::Stale
        );
        assert_eq!(problem.retry_after_ms.is_some(), helps, "{code}");
    }
}

#[test]
fn the_page_s_table_is_the_program_s() {
    let page = include_str!("../../../docs/operating/wechat.en.md");
    let mut told = HashMap::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        if let Ok(code) = cells[1].parse::<i64>() {
            told.insert(code, (cells[2].to_owned(), cells[3].to_owned(), cells[4].to_owned()));
        }
    }
    for (code, reason, refusal) in TABLE.iter().filter(|(_, reason, _)| *reason != Reason::Other) {
        let actor = match reason.actor() {
            Actor::Person => "the person",
            Actor::Operator => "the operator",
            Actor::Developer => "the developer",
            Actor::Wechat => "WeChat",
            Actor::Ourselves => "this program",
        };
        let expected = (reason.word().to_owned(), actor.to_owned(), refusal.word().to_owned());
        assert_eq!(told.remove(code), Some(expected), "{code}");
    }
    assert!(told.is_empty(), "not in the program: {told:?}");
}
