//! A file carried out: its rows in one transaction, or none. It is judged anew there, and carried out only if that comes to what
//! its sender has seen.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Error;
use super::plan::{self, Altered, New, Plan, What};
use crate::units::editing::taken;
use crate::units::kind::UnitKind;
use crate::units::sql::{self, Facts, NewNames, NewUnits};
use crate::units::supervision::{self, Supervisor};
use crate::units::{Error as UnitError, Unit};
use zaichang_core::ids::UnitId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::change::Change;
use zaichang_platform::sheets::Sheet;
use zaichang_platform::sheets::imports::{Added, Progress};

/// Units that are entered by one statement.
const PIECE: usize = 500;

/// Carries the rows out below the authority of the admin who changes, if they come to this plan. `progress` hears how many rows are done.
/// What was added.
pub(super) async fn apply(
    change: &mut Change<'_>,
    sheet: &Sheet,
    seen: &str,
    progress: Progress<'_>,
) -> Result<Vec<Added>, Error> {
    let authority = change.by().unit.id;
    let Plan { rows, tally } = plan::read(change.connection(), authority, sheet).await?;
    if tally.plan() != seen {
        return Err(Error::Otherwise);
    }
    let counts = tally.counts;
    let changes: Vec<&Altered> = rows.iter().filter_map(as_change).collect();
    let ids: Vec<_> = changes.iter().map(|altered| altered.unit.0).collect();
    let stand: HashMap<_, _> =
        change.lock_all::<Unit>(&ids).await?.into_iter().map(|unit| (unit.id, unit)).collect();
    // Somebody was quicker, between our reading and our lock.
    if changes
        .iter()
        .any(|altered| stand.get(&altered.unit).is_none_or(|unit| unit.version.0 != altered.version))
    {
        return Err(Error::Otherwise);
    }
    let mut done = 0;
    for altered in changes {
        let unit = stand.get(&altered.unit).ok_or(UnitError::NotFound)?;
        alter(change, unit, altered).await?;
        done += 1;
        if done % PIECE == 0 {
            progress.tell(done).await;
        }
    }
    let new: Vec<&New> = rows.iter().filter_map(as_new).collect();
    let mut regions = Regions::default();
    let mut added = Vec::with_capacity(new.len());
    for piece in new.chunks(PIECE) {
        enter(change, &mut regions, piece, &mut added).await?;
        progress.tell(done + added.len()).await;
    }
    if counts.add + counts.change > 0 {
        let detail = json!({ "rows": rows.len(), "added": counts.add, "changed": counts.change });
        let entry = Entry { action: "import_units", noun: "unit", noun_id: authority.0, detail };
        let (by, now) = (change.by(), change.now());
        audit::record(change.connection(), by, now, entry).await?;
    }
    Ok(added)
}

fn as_change(what: &What) -> Option<&Altered> {
    match what {
        What::Change(altered) => Some(altered),
        _ => None,
    }
}

fn as_new(what: &What) -> Option<&New> {
    match what {
        What::Add(new) => Some(new),
        _ => None,
    }
}

/// The regions that were found or made, by what rows say.
#[derive(Default)]
struct Regions(HashMap<(String, Option<Supervisor>), UnitId>);

impl Regions {
    async fn of(&mut self, change: &mut Change<'_>, new: &New) -> Result<UnitId, Error> {
        let (division, level) = (&new.institution.facts.division, new.institution.supervisor);
        let key = (division.clone(), level);
        if let Some(region) = self.0.get(&key) {
            return Ok(*region);
        }
        let (by, now) = (change.by(), change.now());
        let region = supervision::region(change.connection(), by, division, level, now).await?;
        self.0.insert(key, region);
        Ok(region)
    }
}

async fn enter(
    change: &mut Change<'_>,
    regions: &mut Regions,
    piece: &[&New],
    added: &mut Vec<Added>,
) -> Result<(), Error> {
    let mut units = NewUnits::default();
    for new in piece {
        let region = regions.of(change, new).await?;
        let facts = &new.institution.facts;
        units.push(
            region,
            UnitKind::Unit,
            &Facts {
                name: &facts.name,
                division: Some(&facts.division),
                category: facts.category,
                grade: facts.grade,
                hospital_class: facts.hospital_class,
            },
        );
    }
    let ids = sql::insert_all(change.connection(), &units).await.map_err(taken)?;
    if ids.len() != piece.len() {
        return Err(Error::Interrupted);
    }
    let mut names = NewNames::default();
    let mut acts: Vec<(i64, Value)> = Vec::with_capacity(piece.len());
    for (id, new) in ids.iter().zip(piece) {
        let institution = &new.institution;
        names.push(*id, "earlier", &institution.earlier_names);
        names.push(*id, "alias", &institution.aliases);
        let facts = &institution.facts;
        let detail = json!({
            "unit_name": facts.name, "unit_division": facts.division, "category": facts.category,
            "grade": facts.grade, "hospital_class": facts.hospital_class, "imported": true,
        });
        acts.push((id.0, detail));
        added.push(Added { id: id.0, contact: new.contact.clone() });
    }
    sql::keep_names(change.connection(), &names).await?;
    let (by, now) = (change.by(), change.now());
    audit::record_all(change.connection(), by, now, "add_unit", "unit", &acts).await?;
    Ok(())
}

async fn alter(change: &mut Change<'_>, unit: &Unit, altered: &Altered) -> Result<(), Error> {
    let now = change.now();
    let connection = change.connection();
    let name = altered.renamed.as_deref().unwrap_or(&unit.name);
    if altered.renamed.is_some() {
        sql::keep_earlier_name(connection, unit.id, &unit.name, Some(now)).await?;
    }
    for earlier in &altered.earlier {
        sql::keep_earlier_name(connection, unit.id, earlier, None).await?;
    }
    let mut aliases = unit.aliases();
    aliases.extend(altered.aliases.iter().cloned());
    aliases.retain(|alias| alias != name && !altered.earlier.contains(alias));
    sql::keep_aliases(connection, unit.id, &aliases).await?;
    let facts = Facts {
        name,
        division: unit.division_code(),
        category: altered.category.unwrap_or(unit.category),
        grade: altered.grade.unwrap_or(unit.grade),
        hospital_class: altered.hospital_class.unwrap_or(unit.hospital_class),
    };
    sql::update(connection, unit.id, &facts).await.map_err(taken)?;
    let before = json!({ "unit_name": unit.name, "category": unit.category, "grade": unit.grade,
        "hospital_class": unit.hospital_class, "aliases": unit.aliases().join("、") });
    let after = json!({ "unit_name": name, "category": facts.category, "grade": facts.grade,
        "hospital_class": facts.hospital_class, "aliases": aliases.join("、") });
    change.record("change_unit", unit, json!({ "before": before, "after": after, "imported": true })).await?;
    Ok(())
}
