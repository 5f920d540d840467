//! What the steps of a transfer are told as: to the person, and, once they are taken in, to the admin who has let them go.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use sqlx::{PgConnection, query_scalar};

use crate::people::of_unit::Person;
use zaichang_core::ids::AccountId;
use zaichang_platform::notices::{self, Kind, Notice, Reader, Sms, Via};

const fn sms(says: &'static str) -> Sms {
    Sms { template: "transfer", variable: "result", says, is_compulsory: false, comes_last: false }
}

const LET_GO: Kind = Kind {
    word: "person_let_go",
    title: ("单位已为您办理调出", "Your unit has let you go"),
    text: (
        "{unit}已为您办理调出，调出日期 {from}。请联系新单位，由其按姓名和证件号码查找并调入；在此之前您仍可照常签到。",
        "{unit} has let you go from {from} on. Please ask your new unit to find you by name and document and take you in; until then you check in as ever.",
    ),
    sms: Some(sms("已办理调出")),
};

const KEPT: Kind = Kind {
    word: "person_kept",
    title: ("您的调出已取消", "Your transfer was cancelled"),
    text: ("{unit}取消了您的调出，您仍为该单位人员。", "{unit} has cancelled it: you stay with this unit."),
    sms: Some(sms("调出已取消")),
};

const TAKEN_IN: Kind = Kind {
    word: "person_taken_in",
    title: ("您已调入新单位", "You were taken in by your new unit"),
    text: ("您已调入{unit}，签到记录和学分不变。", "{unit} has taken you in. Your records and credits stay."),
    sms: Some(sms("已调入新单位")),
};

const TRANSFERRED: Kind = Kind {
    word: "transfer_taken_in",
    title: ("{name}已调入其他单位", "{name} was taken in by another unit"),
    text: (
        "本单位办理调出的{name}已由{unit}调入。",
        "{unit} has taken in {name}, whom your unit had let go.",
    ),
    sms: None,
};

pub(in crate::people) const KINDS: &[&Kind] = &[&LET_GO, &KEPT, &TAKEN_IN, &TRANSFERRED];

fn to_person(kind: &'static Kind, person: &Person, parameters: Value) -> Notice {
    Notice {
        kind,
        to: Reader::Person(person.id),
        about: ("person", person.id.0),
        parameters,
        unit: Some(person.unit.id),
        via: Via::Present,
    }
}

pub(super) async fn let_go(
    connection: &mut PgConnection,
    person: &Person,
    from: Date,
    now: Timestamp,
) -> sqlx::Result<()> {
    let parameters = json!({ "unit": person.unit.name, "from": from });
    notices::write(connection, to_person(&LET_GO, person, parameters), now).await
}

pub(super) async fn kept(connection: &mut PgConnection, person: &Person, now: Timestamp) -> sqlx::Result<()> {
    notices::write(connection, to_person(&KEPT, person, json!({ "unit": person.unit.name })), now).await
}

/// The person as they were, and the name of the unit that has them from now on.
pub(super) async fn taken_in(
    connection: &mut PgConnection,
    transfer: i64,
    person: &Person,
    unit: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    let parameters = json!({ "unit": unit, "name": person.name });
    notices::write(connection, to_person(&TAKEN_IN, person, parameters.clone()), now).await?;
    let let_go_by = query_scalar!("select let_go_by from person_transfers where id = $1", transfer);
    let admin = Notice {
        kind: &TRANSFERRED,
        to: Reader::Account(AccountId(let_go_by.fetch_one(&mut *connection).await?)),
        about: ("person_transfer", transfer),
        parameters,
        unit: Some(person.unit.id),
        via: Via::Present,
    };
    notices::write(connection, admin, now).await
}
