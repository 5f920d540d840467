//! Every documented error code: what it comes to, who has to act, and what the person is answered. The page
//! docs/operating/wechat.en.md holds the same table.

use std::collections::HashMap;

use zaichang_attendance::phone::refusals;
use zaichang_integrations::wechat::{Actor, Code, Error, LoginCode, Reason};
use zaichang_platform::http::{Problem, Refusal};

use super::client::{refused, simulated};
use super::simulated::Fault;

/// Code, what it comes to, what the person is answered.
const TABLE: &[(i64, Reason, Refusal)] = &[
    (-1, Reason::Busy, refusals::WECHAT_UNAVAILABLE),
    (40001, Reason::Token, refusals::WECHAT_UNAVAILABLE),
    (40002, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (40003, Reason::Openid, refusals::WECHAT_UNAVAILABLE),
    (40013, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (40014, Reason::Token, refusals::WECHAT_UNAVAILABLE),
    (40029, Reason::CodeInvalid, refusals::WECHAT_CODE_INVALID),
    (40037, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (40097, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (40125, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (40129, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (40163, Reason::CodeUsed, refusals::WECHAT_CODE_INVALID),
    (40164, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (40165, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (40226, Reason::HighRisk, refusals::WECHAT_BLOCKED),
    (40243, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (41001, Reason::Token, refusals::WECHAT_UNAVAILABLE),
    (41002, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (41004, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (41008, Reason::CodeInvalid, refusals::WECHAT_CODE_INVALID),
    (41028, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (41029, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (41030, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (42001, Reason::Token, refusals::WECHAT_UNAVAILABLE),
    (42007, Reason::Token, refusals::WECHAT_UNAVAILABLE),
    (43001, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (43002, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (43003, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (43004, Reason::Openid, refusals::WECHAT_UNAVAILABLE),
    (43101, Reason::NotSubscribed, refusals::WECHAT_UNAVAILABLE),
    (43104, Reason::Openid, refusals::WECHAT_UNAVAILABLE),
    (43107, Reason::Right, refusals::WECHAT_UNAVAILABLE),
    (43108, Reason::Busy, refusals::WECHAT_UNAVAILABLE),
    (43302, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (44002, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (45009, Reason::Quota, refusals::WECHAT_UNAVAILABLE),
    (45011, Reason::UserRate, refusals::TOO_MANY_REQUESTS),
    (45035, Reason::Busy, refusals::WECHAT_UNAVAILABLE),
    (45066, Reason::Quota, refusals::WECHAT_UNAVAILABLE),
    (45068, Reason::Quota, refusals::WECHAT_UNAVAILABLE),
    (45168, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (46004, Reason::Openid, refusals::WECHAT_UNAVAILABLE),
    (47001, Reason::Request, refusals::WECHAT_UNAVAILABLE),
    (47003, Reason::Template, refusals::WECHAT_UNAVAILABLE),
    (48001, Reason::Right, refusals::WECHAT_UNAVAILABLE),
    (48004, Reason::Right, refusals::WECHAT_UNAVAILABLE),
    (48006, Reason::Right, refusals::WECHAT_UNAVAILABLE),
    (50001, Reason::Right, refusals::WECHAT_UNAVAILABLE),
    (50002, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (61010, Reason::Stale, refusals::WECHAT_UNAVAILABLE),
    (61024, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (89503, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (89504, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (89505, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (89506, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (89507, Reason::Account, refusals::WECHAT_UNAVAILABLE),
    (9_410_009, Reason::Quota, refusals::WECHAT_UNAVAILABLE),
    (65_535, Reason::Other, refusals::WECHAT_UNAVAILABLE),
];

#[tokio::test]
async fn every_code_comes_from_the_wire_to_its_reason_and_its_answer() {
    let (simulated, wechat) = simulated().await;
    for (code, reason, refusal) in TABLE {
        // Busy is asked twice.
        simulated.always("sns/jscode2session", Some(Fault::Errcode(*code)));
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
