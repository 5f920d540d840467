//! What somebody is told whom their unit has entered, and who has never logged in.

use serde_json::json;

use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::notices::{Kind, Notice, Reader, Sms, Via};

pub(super) const SMS: Sms = Sms {
    template: "invitation",
    variable: "result",
    says: "您已加入继续医学教育平台",
    is_compulsory: false,
    comes_last: true,
};

const INVITED: Kind = Kind {
    word: "person_invited",
    title: ("您已加入继续医学教育平台", "You are on the CME platform"),
    text: (
        "{unit}已将您加入继续医学教育平台。用接收短信的手机号和验证码登录，即可扫码签到。",
        "{unit} has entered you on the CME platform. Log in with your phone and a code, and you can check in.",
    ),
    sms: Some(SMS),
};

pub(in crate::people) const KINDS: &[&Kind] = &[&INVITED];

/// To somebody of this unit.
pub(super) fn invitation(person: PersonId, (unit, name): (UnitId, &str)) -> Notice {
    Notice {
        kind: &INVITED,
        to: Reader::Person(person),
        about: ("person", person.0),
        parameters: json!({ "unit": name }),
        unit: Some(unit),
        via: Via::Present,
    }
}
