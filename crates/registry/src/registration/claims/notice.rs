//! What claimants are told of their claim's verdict. It names no unit: whose number it is stays untold to who does not get it.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::NumberClaimId;
use zaichang_core::ids::{PersonId, RegistrationId, UnitId};
use zaichang_platform::notices::{self, Kind, Notice, Reader, Sms, Via};
use zaichang_platform::review::State;

/// A verdict is told by one template, which says what it was.
const fn sms(says: &'static str) -> Sms {
    Sms { template: "number_claim", variable: "result", says, is_compulsory: false, comes_last: false }
}

const APPROVED: Kind = Kind {
    word: "number_claim_approved",
    title: ("号码认领已通过", "Your claim was approved"),
    text: ("登录手机号已更换，请用本手机号登录。", "Your mobile number was replaced: log in with this one."),
    sms: Some(sms("已通过")),
};

const RETURNED: Kind = Kind {
    word: "number_claim_returned",
    title: ("号码认领已退回", "Your claim was sent back"),
    text: ("请修改后重新提交。审核意见：{reason}", "Please change it and hand it in again: {reason}"),
    sms: Some(sms("已退回修改")),
};

const REJECTED: Kind = Kind {
    word: "number_claim_rejected",
    title: ("号码认领未通过", "Your claim was not approved"),
    text: ("审核意见：{reason}", "Why: {reason}"),
    sms: Some(sms("未通过")),
};

/// To whose number it is, while it can still be prevented: by the template of a phone that is replaced.
const WARNED: Kind = Kind {
    word: "number_claim_warned",
    title: ("有人申请更换您的登录手机号", "Somebody asks to have your mobile number replaced"),
    text: (
        "有人以您的证件号码申请更换登录手机号，由所在单位审核。如非本人办理，请立即联系所在单位。",
        "Somebody claims your document number, and asks to have the phone you log in with replaced. Your unit decides. If it is not you, please tell your unit at once.",
    ),
    sms: Some(Sms {
        template: "phone",
        variable: "event",
        says: "正被申请更换",
        is_compulsory: true,
        comes_last: false,
    }),
};

pub(in crate::registration) const KINDS: &[&Kind] = &[&APPROVED, &RETURNED, &REJECTED, &WARNED];

/// Tells the person that their number is claimed.
pub(super) async fn warn(
    connection: &mut PgConnection,
    NumberClaimId(claim): NumberClaimId,
    person: PersonId,
    now: Timestamp,
) -> sqlx::Result<()> {
    let notice = Notice {
        kind: &WARNED,
        to: Reader::Person(person),
        about: ("number_claim", claim),
        parameters: json!({}),
        unit: None,
        via: Via::Present,
    };
    notices::write(connection, notice, now).await
}

/// Tells a verdict that the caller's transaction has just given: who the claimant is from now on, if it was approved.
pub(super) async fn write(
    connection: &mut PgConnection,
    (claim, registration, person): (NumberClaimId, RegistrationId, PersonId),
    state: &State,
    unit: UnitId,
    now: Timestamp,
) -> sqlx::Result<()> {
    let (kind, to) = match state {
        State::Approved => (&APPROVED, Reader::Person(person)),
        State::Returned { .. } => (&RETURNED, Reader::Applicant(registration)),
        State::Rejected { .. } => (&REJECTED, Reader::Applicant(registration)),
        State::Draft | State::Submitted { .. } => return Ok(()),
    };
    let reason = state.reason().map_or(Value::Null, |reason| json!(reason.as_str()));
    let notice = Notice {
        kind,
        to,
        about: ("number_claim", claim.0),
        parameters: json!({ "reason": reason }),
        unit: Some(unit),
        via: Via::Present,
    };
    notices::write(connection, notice, now).await
}
