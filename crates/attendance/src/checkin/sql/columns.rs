//! A batch as columns, as UNNEST takes them: its rows, and what they add to the tallies. Each column stands here once: its name in
//! the row, the same in Postgres, its type there and its type here. The statement (`write.rs`) takes names, types and values from
//! these two tables, so that no value can get into another's column. It must not know the statement.
//!
//! One parameter for all would be shorter. Of 400 rows as JSON Postgres makes their insert 2.8 times as long; as an array of rows it
//! is as quick as this, and needs a type in the schema that every release must agree on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::write::Write;
use crate::checkin::record::{Basis, Handover, NewCheckIn};
use crate::checkin::{Device, Network, Source};
use zaichang_core::ids::{AccountId, CourseId, PersonId, ScreenNumber};
use zaichang_platform::auth::ClientKind;

/// The columns of `check_ins` that a batch writes, given to the macro `$then`. The first five are what an act of staff is logged
/// with as well.
macro_rules! check_in_columns {
    ($then:ident $($with:tt)*) => {
        $then! { $($with)*
            [id "id" "uuid[]" (Uuid)]
            [person_id "person_id" "bigint[]" (PersonId)]
            [course_id "course_id" "bigint[]" (CourseId)]
            [assisted_by "assisted_by" "bigint[]" (Option<AccountId>)]
            [reason "reason" "text[]" (Option<String>)]
            [day "day" "date[]" (Date)]
            [slot "slot" "bigint[]" (i64)]
            [at "at" "timestamptz[]" (Timestamp)]
            [source "source" "text[]" (Source)]
            [screen "screen" "bigint[]" (Option<ScreenNumber>)]
            [step "step" "bigint[]" (Option<i64>)]
            [code_age_ms "code_age_ms" "int[]" (Option<i32>)]
            [device_hash "device_hash" "bytea[]" (Option<Device>)]
            [network "network" "bytea[]" (Option<Network>)]
            [bound_after_ms "bound_after_ms" "int[]" (Option<i32>)]
            [bound_network "bound_network" "bytea[]" (Option<Network>)]
            [presented_after_ms "presented_after_ms" "int[]" (Option<i32>)]
            [presented_network "presented_network" "bytea[]" (Option<Network>)]
            [client_kind "client_kind" "text[]" (ClientKind)]
            [scene "scene" "int[]" (Option<u16>)]
            [approved_afterwards "approved_afterwards" "bool[]" (bool)]
        }
    };
}

/// The columns of `tallies`, in the same way.
macro_rules! tally_columns {
    ($then:ident $($with:tt)*) => {
        $then! { $($with)*
            [course_id "course_id" "bigint[]" (CourseId)]
            [day "day" "date[]" (Date)]
            [attendees "attendees" "int[]" (i32)]
            [newcomers "newcomers" "int[]" (i32)]
            [check_ins "check_ins" "int[]" (i32)]
        }
    };
}

/// A row and its columns, from a table of columns.
macro_rules! declare {
    ($row:ident $columns:ident $([$field:ident $name:tt $sql:tt ($rust:ty)])*) => {
        /// One row.
        struct $row {
            $($field: $rust,)*
        }

        /// The rows as columns, as UNNEST takes them.
        #[derive(Default)]
        pub(super) struct $columns {
            $(pub $field: Vec<<$rust as Stored>::As>,)*
        }

        impl $columns {
            fn push(&mut self, row: $row) {
                $(self.$field.push(row.$field.stored());)*
            }
        }

        // The name that Postgres is told is the field's.
        $(const _: () = assert!(is_same(stringify!($field), $name));)*
    };
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// What lies in Postgres for a value.
pub(super) trait Stored {
    type As;
    fn stored(self) -> Self::As;
}

macro_rules! stored {
    ($($rust:ty => $as:ty, $value:ident $how:expr;)*) => {
        $(impl Stored for $rust {
            type As = $as;
            fn stored(self) -> $as {
                let $value = self;
                $how
            }
        })*
    };
}

stored! {
    Uuid => Uuid, id id;
    PersonId => i64, id id.0;
    CourseId => i64, id id.0;
    AccountId => i64, id id.0;
    ScreenNumber => i64, screen screen.stored();
    Date => jiff_sqlx::Date, day day.to_sqlx();
    Timestamp => jiff_sqlx::Timestamp, at at.to_sqlx();
    Source => &'static str, source source.word();
    ClientKind => &'static str, client client.word();
    Device => Vec<u8>, device device.0.to_vec();
    Network => Vec<u8>, network network.0.to_vec();
    String => String, text text;
    i64 => i64, number number;
    i32 => i32, number number;
    u16 => i32, number i32::from(number);
    bool => bool, so so;
}

impl<T: Stored> Stored for Option<T> {
    type As = Option<T::As>;
    fn stored(self) -> Self::As {
        self.map(T::stored)
    }
}

check_in_columns!(declare CheckInColumns Columns);
tally_columns!(declare Tally Added);

impl CheckInColumns {
    fn of(check_in: &NewCheckIn) -> Self {
        let (evidence, handover, assistance) = match &check_in.basis {
            Basis::Scan(evidence, handover) => (Some(evidence), *handover, None),
            Basis::Assisted { by, reason } => (None, Handover::default(), Some((*by, reason.clone()))),
        };
        let Handover { bound, presented } = handover;
        let (assisted_by, reason) = assistance.unzip();
        Self {
            id: check_in.id,
            person_id: check_in.slot.person,
            course_id: check_in.slot.course,
            assisted_by,
            reason,
            day: check_in.slot.day,
            slot: check_in.slot.slot,
            at: check_in.at,
            source: check_in.source(),
            screen: evidence.map(|evidence| evidence.screen),
            step: evidence.map(|evidence| evidence.step),
            code_age_ms: evidence.map(|evidence| evidence.code_age_ms),
            device_hash: evidence.map(|evidence| evidence.device),
            network: evidence.map(|evidence| evidence.network),
            bound_after_ms: bound.map(|bound| bound.after_ms),
            bound_network: bound.map(|bound| bound.network),
            presented_after_ms: presented.map(|presented| presented.after_ms),
            presented_network: presented.map(|presented| presented.network),
            client_kind: check_in.client,
            scene: check_in.scene,
            approved_afterwards: check_in.approved_afterwards,
        }
    }
}

impl Columns {
    pub fn of(writes: &[Write<'_>]) -> Self {
        let mut columns = Self::default();
        for Write { check_in, .. } in writes {
            columns.push(CheckInColumns::of(check_in));
        }
        columns
    }
}

impl Added {
    /// In the order of courses and days: the order in which all nodes lock the tallies.
    pub fn of(writes: &[Write<'_>]) -> Self {
        let mut tallies: BTreeMap<(CourseId, Date), [i32; 3]> = BTreeMap::new();
        for Write { check_in, first_today, newcomer } in writes {
            let tally = tallies.entry((check_in.slot.course, check_in.slot.day)).or_default();
            for (sum, more) in tally.iter_mut().zip([*first_today, *newcomer, true]) {
                *sum += i32::from(more);
            }
        }
        let mut added = Self::default();
        for ((course_id, day), [attendees, newcomers, check_ins]) in tallies {
            added.push(Tally { course_id, day, attendees, newcomers, check_ins });
        }
        added
    }
}

pub(super) use {check_in_columns, tally_columns};
