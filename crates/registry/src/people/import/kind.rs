//! What people say of themselves as a kind of rows that are imported. That numbers were compared is in the log, and of how many of
//! others an account is told in a day is bounded.

use jiff::Timestamp;
use serde_json::json;
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use super::columns::COLUMNS;
use super::plan::Disclosures;
use super::{Checked, Error, check, clear, refusals, sql, stage, write};
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Account, Role};
use zaichang_platform::authority::Act;
use zaichang_platform::change::Change;
use zaichang_platform::http::{Problem, Refusal};
use zaichang_platform::sheets::imports::{Judging, Kind, Outcome, Progress, Words};
use zaichang_platform::sheets::{Column, refusals as of_sheets};

/// Numbers that an account is told in a day to be somebody's who is not its own, by imports and corrections: a hospital's slips, not a
/// range of numbers.
pub(in crate::people) const ANSWERS_A_DAY: i32 = 2000;

/// Files of people.
pub struct People {
    pub sealer: Sealer,
}

impl Kind for People {
    const NOUN: &'static str = "person";
    const ACT: Act = Act::ImportPeople;
    const JOBS: [&'static str; 2] = ["check_people", "import_people"];
    const WORDS: Words = Words {
        path: "/api/v1/people-imports",
        operation: "people_import",
        things: "people",
        sheet: "人员",
        staging: "Stage a file of people, XLSX or CSV, 100,000 rows and 16 MB at most: it is checked by and by, and kept sealed for 24 hours. A unit's\nadmin enters people of that unit; an authority's those of the units below, which each row names. Nothing is changed yet.",
        writing: " Who is entered is approved, and logs in with their phone.",
        not_staged: Some("people_of_units_only: the account is of no open institution"),
    };
    const COLUMNS: &'static [Column] = &COLUMNS;

    type Judged = Disclosures;

    async fn may_send(&self, pool: &PgPool, by: &Account) -> Result<(), Problem> {
        let is_of_unit = by.role == Role::UnitAdmin;
        if is_of_unit && !sql::is_open_unit(pool, by.unit.id).await.map_err(Error::from)? {
            return Err(refusals::PEOPLE_OF_UNITS_ONLY.into());
        }
        Ok(())
    }

    async fn judge(&self, file: Vec<u8>, of: &Judging<'_>) -> Result<(Outcome, Disclosures), Error> {
        let Judging { pool, by, now, progress, batch } = *of;
        let checked = match batch {
            None => check(pool, &self.sealer, by, file, now, progress).await?,
            Some(batch) => stage(pool, &self.sealer, by, file, now, progress, batch).await?,
        };
        let Checked { place, plan, counts, faults, told, missing } = checked;
        let (is_anew, added) = (false, Vec::new());
        Ok((Outcome { place, plan, counts, faults, missing, is_anew, added }, told))
    }

    /// A check tells of each number whether somebody has it. One that would tell more of others than an account is told in a day tells
    /// nothing, and the log says so.
    async fn checked(
        &self,
        transaction: &mut PgConnection,
        by: &Account,
        now: Timestamp,
        outcome: &Outcome,
        told: Disclosures,
    ) -> Result<Option<Refusal>, Error> {
        let counts = outcome.counts;
        let rows = counts.add + counts.change + counts.same + counts.wrong;
        let of_log = |detail| Entry { action: "check_people", noun: "unit", noun_id: by.unit.id.0, detail };
        let mut counted = transaction.begin().await?;
        let news = sql::keep_told(&mut counted, by.id, day_of(now), &told.rows).await?;
        let in_all = sql::count_answers(&mut counted, by.id, day_of(now), news).await?;
        if news > 0 && in_all > ANSWERS_A_DAY {
            counted.rollback().await?;
            let detail = json!({ "rows": rows, "not_told": told.in_all() });
            audit::record(transaction, by, now, of_log(detail)).await?;
            let is_never_told = i32::try_from(told.rows.len()).is_ok_and(|rows| rows > ANSWERS_A_DAY);
            return Ok(Some(if is_never_told {
                of_sheets::IMPORT_OF_TOO_MANY_OTHERS
            } else {
                of_sheets::IMPORT_OF_OTHERS
            }));
        }
        counted.commit().await?;
        let detail = json!({ "rows": rows, "wrong": counts.wrong, "of_other_unit": told.of_other_unit,
            "registers_elsewhere": told.registers_elsewhere, "phone_taken": told.phone_taken, "card_taken": told.card_taken,
            "account_taken": told.account_taken });
        audit::record(transaction, by, now, of_log(detail)).await?;
        Ok(None)
    }

    async fn write(
        &self,
        change: &mut Change<'_>,
        batch: Uuid,
        outcome: &mut Outcome,
        _: Disclosures,
        _: Progress<'_>,
    ) -> Result<(), Error> {
        write(change, &self.sealer, batch, outcome.counts).await
    }

    async fn clear(&self, pool: &PgPool, batch: Uuid) {
        clear(pool, batch).await;
    }
}
