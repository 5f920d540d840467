//! What a verdict on a change of state is told as: to the person, and to the admin who has submitted it.

use serde_json::{Value, json};
use sqlx::{PgConnection, query_scalar};

use super::entry::StateChange;
use crate::people::of_unit::Person;
use crate::people::standing::State;
use jiff::Timestamp;
use zaichang_core::ids::{AccountId, PersonId};
use zaichang_platform::notices::{self, Kind, Notice, Reader, Sms, Via};
use zaichang_platform::review::Step;

const fn sms(says: &'static str) -> Sms {
    Sms { template: "person_state", variable: "result", says, is_compulsory: false, comes_last: false }
}

const APPROVED: Kind = Kind {
    word: "person_state_approved",
    title: ("人员状态变更已通过审核", "A change of your state was approved"),
    text: ("您的状态自 {from} 起变更为“{state}”。", "From {from} on you are: {state}."),
    sms: Some(sms("已通过")),
};

const RETURNED: Kind = Kind {
    word: "person_state_returned",
    title: ("人员状态变更已退回修改", "A change of your state was sent back"),
    text: (
        "单位为您申请变更为“{state}”（自 {from} 起），已退回修改：{reason}",
        "Your unit had applied for: {state} from {from}. It was sent back: {reason}",
    ),
    sms: Some(sms("已退回修改")),
};

const REJECTED: Kind = Kind {
    word: "person_state_rejected",
    title: ("人员状态变更未通过审核", "A change of your state was not approved"),
    text: (
        "单位为您申请变更为“{state}”（自 {from} 起），未通过：{reason}",
        "Your unit had applied for: {state} from {from}. It was not approved: {reason}",
    ),
    sms: Some(sms("未通过")),
};

const SUBMITTED_APPROVED: Kind = Kind {
    word: "state_change_approved",
    title: ("{name}的状态变更已通过审核", "The change of state of {name} was approved"),
    text: ("自 {from} 起变更为“{state}”。", "From {from} on: {state}."),
    sms: None,
};

const SUBMITTED_RETURNED: Kind = Kind {
    word: "state_change_returned",
    title: ("{name}的状态变更已退回修改", "The change of state of {name} was sent back"),
    text: (
        "申请变更为“{state}”（自 {from} 起）：{reason}。请修改后重新提交。",
        "{state} from {from}: {reason}. Please change it and submit it again.",
    ),
    sms: None,
};

const SUBMITTED_REJECTED: Kind = Kind {
    word: "state_change_rejected",
    title: ("{name}的状态变更未通过审核", "The change of state of {name} was not approved"),
    text: ("申请变更为“{state}”（自 {from} 起）：{reason}。", "{state} from {from}: {reason}."),
    sms: None,
};

pub(in crate::people) const KINDS: &[&Kind] =
    &[&APPROVED, &RETURNED, &REJECTED, &SUBMITTED_APPROVED, &SUBMITTED_RETURNED, &SUBMITTED_REJECTED];

const fn words(state: State) -> [&'static str; 2] {
    match state {
        State::Normal => ["正常", "normal"],
        State::Maternity => ["产假", "maternity leave"],
        State::Exempt => ["不计达标", "exempt from the standard"],
        State::NotInPost => ["非工作岗位", "not in post"],
        State::Cancelled => ["注销", "cancelled"],
    }
}

/// Tells a verdict in its transaction; other steps are not told.
pub(super) async fn write(
    connection: &mut PgConnection,
    person: &Person,
    change: &StateChange,
    step: &Step,
    now: Timestamp,
) -> sqlx::Result<()> {
    let (to_person, to_admin) = match step {
        Step::Approve => (&APPROVED, &SUBMITTED_APPROVED),
        Step::Return(_) => (&RETURNED, &SUBMITTED_RETURNED),
        Step::Reject(_) => (&REJECTED, &SUBMITTED_REJECTED),
        Step::Submit | Step::Withdraw => return Ok(()),
    };
    // Why the unit has applied may speak of health: it is repeated nowhere.
    let reason = step.reason().map_or(Value::Null, |reason| json!(reason.as_str()));
    let parameters =
        json!({ "name": person.name, "state": words(change.state), "from": change.from, "reason": reason });
    let notice = |kind, to| Notice {
        kind,
        to,
        about: ("person", person.id.0),
        parameters: parameters.clone(),
        unit: Some(person.unit.id),
        via: Via::Present,
    };
    notices::write(connection, notice(to_person, Reader::Person(person.id)), now).await?;
    if let Some(admin) = submitted_by(connection, person.id).await? {
        notices::write(connection, notice(to_admin, Reader::Account(admin)), now).await?;
    }
    Ok(())
}

/// Who has submitted the newest change.
async fn submitted_by(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<AccountId>> {
    let by = query_scalar!(
        "select account_id from reviews join review_steps on review_steps.id = submission
         where noun = 'person_state' and noun_id = $1 order by reviews.id desc limit 1",
        person.0,
    );
    Ok(by.fetch_optional(connection).await?.flatten().map(AccountId))
}
