//! What units say of themselves as a kind of rows that are imported.

use std::sync::Arc;

use uuid::Uuid;

use super::apply::apply;
use super::columns::COLUMNS;
use super::plan;
use zaichang_platform::authority::Act;
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::{Error, Judging, Kind, Outcome, Progress, Words};
use zaichang_platform::sheets::{Column, Sheet, read_apart};

/// Rows of one file: the largest province has fewer institutions than that.
const ROWS: usize = 10_000;

/// Files of units.
pub struct Units {
    /// Under which the console is opened, without a path; where no links are made, none.
    pub public_url: Arc<str>,
}

impl Kind for Units {
    const NOUN: &'static str = "unit";
    const ACT: Act = Act::ImportUnits;
    const JOBS: [&'static str; 2] = ["check_units", "import_units"];
    const WORDS: Words = Words {
        path: "/api/v1/unit-imports",
        operation: "unit_import",
        things: "units",
        sheet: super::sheet::NAME,
        staging: "Stage a file of units, XLSX or CSV, 16 MB at most: it is checked by and by, and kept sealed for 24 hours. Nothing is changed yet.",
        writing: "",
        not_staged: None,
    };
    const COLUMNS: &'static [Column] = &COLUMNS;

    type Judged = Sheet;

    async fn judge(&self, file: Vec<u8>, of: &Judging<'_>) -> Result<(Outcome, Sheet), Error> {
        let sheet = read_apart(file, &COLUMNS, ROWS).await?;
        let mut connection = of.pool.acquire().await?;
        let tally = plan::read(&mut connection, of.by.unit.id, &sheet).await?.tally;
        let plan = tally.plan();
        let (place, counts, faults, is_anew) = (sheet.place, tally.counts, tally.faults, false);
        let (missing, added) = (Vec::new(), Vec::new());
        Ok((Outcome { place, plan, counts, faults, missing, is_anew, added }, sheet))
    }

    /// Judged anew in the change, as somebody may have been quicker.
    async fn write(
        &self,
        change: &mut Change<'_>,
        _: Uuid,
        outcome: &mut Outcome,
        sheet: Sheet,
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        outcome.added = apply(change, &sheet, &outcome.plan, progress).await?;
        Ok(())
    }
}
