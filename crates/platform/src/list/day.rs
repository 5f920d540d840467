//! A day that is asked for.

use jiff::civil::Date;

use crate::http::Problem;

/// The day, if it is one of the years 2000 to 9000: Postgres does not know every day that can be written. Refused by its field.
pub fn day(field: &str, day: Option<Date>) -> Result<Option<Date>, Problem> {
    match day {
        Some(day) if !(2000..=9000).contains(&day.year()) => {
            Err(Problem::field(field, "it is a day of the years 2000 to 9000"))
        }
        day => Ok(day),
    }
}
