//! A batch as columns, as UNNEST takes them: its rows, and what they add to the tallies. It must not know the statement.

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::batch::Write;
use crate::checkin::record::{Basis, Handover};
use zaichang_core::ids::CourseId;

/// The batch's rows as columns, as UNNEST takes them.
#[derive(Default)]
pub(super) struct Columns {
    pub ids: Vec<Uuid>,
    pub people: Vec<i64>,
    pub courses: Vec<i64>,
    pub days: Vec<jiff_sqlx::Date>,
    pub slots: Vec<i64>,
    pub ats: Vec<jiff_sqlx::Timestamp>,
    pub sources: Vec<&'static str>,
    pub screens: Vec<Option<i64>>,
    pub steps: Vec<Option<i64>>,
    pub code_ages: Vec<Option<i32>>,
    pub devices: Vec<Option<Vec<u8>>>,
    pub networks: Vec<Option<Vec<u8>>>,
    pub bound_after: Vec<Option<i32>>,
    pub bound_networks: Vec<Option<Vec<u8>>>,
    pub presented_after: Vec<Option<i32>>,
    pub presented_networks: Vec<Option<Vec<u8>>>,
    pub clients: Vec<&'static str>,
    pub scenes: Vec<Option<i32>>,
    pub assisted_by: Vec<Option<i64>>,
    pub reasons: Vec<Option<String>>,
    pub approved_afterwards: Vec<bool>,
}

impl Columns {
    pub fn of(writes: &[Write<'_>]) -> Self {
        let mut columns = Self::default();
        for Write { check_in, .. } in writes {
            let (evidence, handover, assistance) = match &check_in.basis {
                Basis::Scan(evidence, handover) => (Some(evidence), *handover, None),
                Basis::Assisted { by, reason } => (None, Handover::default(), Some((by.0, reason.clone()))),
            };
            let Handover { bound, presented } = handover;
            columns.ids.push(check_in.id);
            columns.people.push(check_in.slot.person.0);
            columns.courses.push(check_in.slot.course.0);
            columns.days.push(check_in.slot.day.to_sqlx());
            columns.slots.push(check_in.slot.slot);
            columns.ats.push(check_in.at.to_sqlx());
            columns.sources.push(check_in.source().word());
            columns.screens.push(evidence.map(|evidence| evidence.screen.stored()));
            columns.steps.push(evidence.map(|evidence| evidence.step));
            columns.code_ages.push(evidence.map(|evidence| evidence.code_age_ms));
            columns.devices.push(evidence.map(|evidence| evidence.device.0.to_vec()));
            columns.networks.push(evidence.map(|evidence| evidence.network.0.to_vec()));
            columns.bound_after.push(bound.map(|bound| bound.after_ms));
            columns.bound_networks.push(bound.map(|bound| bound.network.0.to_vec()));
            columns.presented_after.push(presented.map(|presented| presented.after_ms));
            columns.presented_networks.push(presented.map(|presented| presented.network.0.to_vec()));
            columns.clients.push(check_in.client.word());
            columns.scenes.push(check_in.scene.map(i32::from));
            let (by, reason) = assistance.unzip();
            columns.assisted_by.push(by);
            columns.reasons.push(reason);
            columns.approved_afterwards.push(check_in.approved_afterwards);
        }
        columns
    }
}

/// What the rows add to the tallies, as columns, in the order of courses and days: the order in which all nodes lock them.
#[derive(Default)]
pub(super) struct Added {
    pub courses: Vec<i64>,
    pub days: Vec<jiff_sqlx::Date>,
    pub attendees: Vec<i32>,
    pub newcomers: Vec<i32>,
    pub check_ins: Vec<i32>,
}

impl Added {
    pub fn of(writes: &[Write<'_>]) -> Self {
        let mut tallies: BTreeMap<(CourseId, jiff::civil::Date), [i32; 3]> = BTreeMap::new();
        for Write { check_in, first_today, newcomer } in writes {
            let tally = tallies.entry((check_in.slot.course, check_in.slot.day)).or_default();
            for (sum, more) in tally.iter_mut().zip([*first_today, *newcomer, true]) {
                *sum += i32::from(more);
            }
        }
        let mut added = Self::default();
        for ((course, day), [attendees, newcomers, check_ins]) in tallies {
            added.courses.push(course.0);
            added.days.push(day.to_sqlx());
            added.attendees.push(attendees);
            added.newcomers.push(newcomers);
            added.check_ins.push(check_ins);
        }
        added
    }
}
