//! Whose verdict a project may have: an authority does not judge what it hosts itself where there is one above it. It must not know
//! what the verdict is.

use sqlx::{PgConnection, query_scalar};

use super::Error;
use zaichang_core::ids::UnitId;
use zaichang_platform::authority::{Act, rights_for};

/// An authority that judges.
pub(super) struct Judge {
    unit: UnitId,
    /// The nearest authority above it, by the region's name for itself. Only one whose admins can log in counts: the topmost has
    /// none above it, and judges its own.
    above: Option<String>,
}

impl Judge {
    /// The authority of this unit, as it stands now. One above it counts if it has an account that can judge: a full admin's, or a
    /// sub-account's with the right; none that has still to choose a password of its own.
    pub async fn of(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Self> {
        let rights: Vec<_> =
            rights_for(Act::JudgeProject).iter().map(|right| right.word().to_owned()).collect();
        let above = query_scalar!(
            r#"select coalesce(units.authority, units.name) as "name!" from units
           where units.id in (select unit_and_above($1)) and units.id <> $1
               and exists (select from accounts
                   where accounts.unit_id = units.id and disabled_at is null
                       and (role = 'authority_admin' or (role = 'limited_authority_admin'
                           and password_given_at is null and rights && $2)))
           order by length(units.path) desc limit 1"#,
            unit.0,
            &rights,
        );
        Ok(Self { unit, above: above.fetch_optional(connection).await? })
    }

    /// Whether it may give a verdict on what this unit hosts, or whose admins may.
    pub fn may_judge(&self, hosted_by: UnitId) -> Result<(), Error> {
        match &self.above {
            Some(above) if self.unit == hosted_by => Err(Error::JudgesItself { above: above.clone() }),
            _ => Ok(()),
        }
    }
}
