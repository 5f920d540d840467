//! What is reviewed of a project: when it is held, and what it is worth. Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Error;
use crate::project::Period;
use zaichang_core::amounts::{Credits, Hours};
use zaichang_platform::http::Problem;

/// The most periods of a project.
const MOST_PERIODS: usize = 20;

/// When a project is held, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProjectPlan)]
pub struct Plan {
    /// 举办周期, in order, none overlapping.
    pub period: Vec<Period>,
    /// 学分.
    #[schema(value_type = String, example = "6.0")]
    pub credits: Credits,
    /// 学时.
    #[schema(value_type = String, example = "18.0")]
    pub hours: Hours,
}

/// What is to be planned otherwise; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProjectChange)]
pub struct PlanChange {
    /// 1 to 20, none overlapping, none longer than a year.
    #[schema(min_items = 1, max_items = 20)]
    period: Option<Vec<Period>>,
    /// 0.1 to 9999.9, with one place after the point.
    #[schema(value_type = Option<String>, max_length = 6, example = "6.0")]
    credits: Option<Credits>,
    /// 0.1 to 9999.9, with one place after the point.
    #[schema(value_type = Option<String>, max_length = 6, example = "18.0")]
    hours: Option<Hours>,
}

/// A change whose values may each be.
pub(super) struct ValidPlan(PlanChange);

impl PlanChange {
    /// Refuses what is wrong for any project.
    pub(super) fn read(mut self) -> Result<ValidPlan, Problem> {
        if let Some(period) = &mut self.period {
            period.sort_unstable_by_key(|period| period.from);
            let no = |explanation: &str| Err(Problem::field("period", explanation));
            if !(1..=MOST_PERIODS).contains(&period.len()) {
                return no("they are 1 to 20");
            }
            if period.iter().any(|period| !(2000..=2100).contains(&period.from.year())) {
                return no("each begins in 2000 to 2100");
            }
            let days = |period: &Period| period.to.duration_since(period.from).as_hours() / 24;
            if period.iter().any(|period| !(0..366).contains(&days(period))) {
                return no("each ends on the day on which it begins or within a year after");
            }
            if period.windows(2).any(|two| two[1].from <= two[0].to) {
                return no("no two hold the same day");
            }
        }
        Ok(ValidPlan(self))
    }
}

impl Plan {
    pub(super) fn changed(&self, ValidPlan(wanted): &ValidPlan) -> Self {
        Self {
            period: wanted.period.clone().unwrap_or_else(|| self.period.clone()),
            credits: wanted.credits.unwrap_or(self.credits),
            hours: wanted.hours.unwrap_or(self.hours),
        }
    }

    /// Its days: a few thousand at most.
    fn days(&self) -> BTreeSet<Date> {
        let of = |period: &Period| {
            period.from.series(jiff::Span::new().days(1)).take_while({
                let to = period.to;
                move |day| *day <= to
            })
        };
        self.period.iter().flat_map(of).collect()
    }

    pub fn count_days(&self) -> usize {
        self.days().len()
    }

    /// Whether this may be held from today on, where `in_force` has been until now: on days that have begun people may have
    /// checked in already, and the past cannot be attended.
    pub(super) fn fits(&self, in_force: Option<&Self>, today: Date) -> Result<(), Error> {
        let days = self.days();
        let fits = match in_force.map(Self::days) {
            Some(held) => {
                held.iter().filter(|day| **day <= today).all(|day| days.contains(day))
                    && days.iter().filter(|day| **day < today).all(|day| held.contains(day))
            }
            None => days.last().is_none_or(|last| *last >= today),
        };
        if fits { Ok(()) } else { Err(Error::DaysHavePassed) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(from: (i8, i8), to: (i8, i8)) -> Period {
        Period { from: date(2025, from.0, from.1), to: date(2025, to.0, to.1) }
    }

    fn plan(period: &[Period]) -> Plan {
        Plan { period: period.to_vec(), credits: "6.0".parse().unwrap(), hours: "18.0".parse().unwrap() }
    }

    fn change(json: &str) -> Result<Plan, Problem> {
        let change: PlanChange = serde_json::from_str(json).unwrap();
        Ok(plan(&[period((11, 29), (11, 30))]).changed(&change.read()?))
    }

    #[test]
    fn what_is_left_out_stays_and_periods_are_put_in_order() {
        let before = plan(&[period((11, 29), (11, 30))]);
        assert_eq!(change("{}").unwrap(), before);
        let credits = Plan { credits: "4.5".parse().unwrap(), ..before };
        assert_eq!(change(r#"{"credits":"4.5"}"#).unwrap(), credits);
        let two = change(
            r#"{"period":[{"from":"2025-12-06","to":"2025-12-07"},{"from":"2025-11-29","to":"2025-11-29"}]}"#,
        );
        assert_eq!(two.unwrap(), plan(&[period((11, 29), (11, 29)), period((12, 6), (12, 7))]));
    }

    #[test]
    fn a_period_that_cannot_be_names_its_field() {
        let one = |from: &str, to: &str| format!(r#"{{"from":"{from}","to":"{to}"}}"#);
        let many = vec![one("2025-11-29", "2025-11-29"); 21].join(",");
        for periods in [
            "",
            &many,
            &one("2025-11-30", "2025-11-29"),
            &one("2025-01-01", "2026-01-02"),
            &one("1999-12-31", "2000-01-01"),
            &format!("{},{}", one("2025-11-29", "2025-11-30"), one("2025-11-30", "2025-12-01")),
        ] {
            let refused = change(&format!(r#"{{"period":[{periods}]}}"#)).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some("period"), "{periods}");
        }
    }

    #[test]
    fn days_that_have_begun_stay_and_none_is_added_before_today() {
        let today = date(2025, 11, 30);
        let held = plan(&[period((11, 29), (12, 2))]);
        let table = [
            (plan(&[period((11, 29), (12, 2))]), true),
            // The days ahead may go, and others come.
            (plan(&[period((11, 29), (11, 30))]), true),
            (plan(&[period((11, 29), (11, 30)), period((12, 6), (12, 7))]), true),
            (plan(&[period((11, 29), (11, 29)), period((12, 6), (12, 7))]), false),
            (plan(&[period((11, 30), (12, 2))]), false),
            (plan(&[period((11, 28), (12, 2))]), false),
        ];
        for (plan, fits) in table {
            assert_eq!(plan.fits(Some(&held), today).is_ok(), fits, "{plan:?}");
        }
        assert!(plan(&[period((11, 29), (11, 30))]).fits(None, today).is_ok());
        assert!(plan(&[period((11, 28), (11, 29))]).fits(None, today).is_err());
        assert_eq!(held.count_days(), 4);
    }
}
