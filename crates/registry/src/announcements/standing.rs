//! What each unit announces, as a node keeps it in memory, and which of it a reader has: those of its unit and of all above, at the
//! instant of the reading. So a phone that looks once in a while costs a query by a key, however many announcements there are.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::PgPool;

use super::sql::AnnouncementId;
use super::sql_of_readers as sql;
use crate::named::Named;
use zaichang_core::ids::UnitId;
use zaichang_platform::cache::{Cache, Hearing};

/// The most that a unit has standing at once.
pub(super) const MOST: i64 = 200;
/// Units whose announcements are kept. Most have none, and take some 100 bytes.
const UNITS: usize = 60_000;

/// An announcement that was published, and may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub id: AnnouncementId,
    pub title: String,
    pub to_admins: bool,
    pub to_people: bool,
    pub pinned: bool,
    pub only_units: Vec<i64>,
    pub published_at: Timestamp,
    pub shown_until: Option<Timestamp>,
}

/// For whom one reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    Admins,
    People,
}

impl Standing {
    /// Whether a reader whose unit and those above it are these has it now.
    fn is_for(&self, audience: Audience, units: &[Named], now: Timestamp) -> bool {
        let addressed = match audience {
            Audience::Admins => self.to_admins,
            Audience::People => self.to_people,
        };
        let only = &self.only_units;
        addressed
            && self.published_at <= now
            && self.shown_until.is_none_or(|until| now < until)
            && (only.is_empty() || units.iter().any(|unit| only.contains(&unit.id.0)))
    }
}

/// An announcement that a reader has, with who announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Had {
    pub unit: Arc<Named>,
    pub announcement: Arc<Standing>,
}

impl Had {
    /// Where it lies among the others: pinned ones first, then the newest.
    pub fn place(&self) -> (bool, i64, i64) {
        let Standing { pinned, published_at, id, .. } = &*self.announcement;
        (*pinned, published_at.as_millisecond(), id.0)
    }
}

/// What all units announce.
#[derive(Clone)]
pub(super) struct Board(Cache<UnitId, Arc<[Arc<Standing>]>>);

impl Board {
    /// To be called inside a Tokio runtime.
    pub fn new(pool: &PgPool, hearing: &Hearing) -> Self {
        Self(Cache::new(UNITS, hearing, pool, |pool: PgPool, units: Vec<UnitId>| async move {
            let mut found = sql::standing(&pool, &units).await?;
            let each = units.into_iter().map(|unit| {
                let of_unit =
                    found.extract_if(.., |(of, _)| *of == unit).map(|(_, standing)| Arc::new(standing));
                (unit, Ok(of_unit.collect()))
            });
            Ok(each.collect())
        }))
    }

    /// This unit has announced, changed or withdrawn something.
    pub fn forget(&self, unit: UnitId) {
        self.0.forget(&unit);
    }

    pub fn forget_all(&self) {
        self.0.forget_all();
    }

    pub fn entries(&self) -> usize {
        self.0.entries()
    }

    /// What a reader has whose unit and those above it are these, in its order.
    pub async fn had(&self, audience: Audience, units: &[Named], now: Timestamp) -> sqlx::Result<Vec<Had>> {
        let mut had = Vec::new();
        for unit in units {
            let of_unit = self.0.get(&unit.id).await?.unwrap_or_default();
            let by = Arc::new(unit.clone());
            had.extend(
                of_unit.iter().filter(|announcement| announcement.is_for(audience, units, now)).map(
                    |announcement| Had { unit: Arc::clone(&by), announcement: Arc::clone(announcement) },
                ),
            );
        }
        had.sort_unstable_by_key(|had| std::cmp::Reverse(had.place()));
        Ok(had)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        Standing {
            id: AnnouncementId(1),
            title: "学分审核".to_owned(),
            to_admins: true,
            to_people: false,
            pinned: false,
            only_units: Vec::new(),
            published_at: "2026-12-01T08:00:00Z".parse().unwrap(),
            shown_until: Some("2026-12-02T08:00:00Z".parse().unwrap()),
        }
    }

    #[test]
    fn one_is_read_from_its_publication_to_its_end_by_those_whom_it_is_for() {
        let units = [2, 7].map(|id| Named { id: UnitId(id), name: String::new() });
        let at = |now: &str| standing().is_for(Audience::Admins, &units, now.parse().unwrap());
        assert!(at("2026-12-01T08:00:00Z") && at("2026-12-02T07:59:59Z"));
        assert!(!at("2026-12-01T07:59:59Z") && !at("2026-12-02T08:00:00Z"));
        let now = standing().published_at;
        assert!(!standing().is_for(Audience::People, &units, now));
        for (only, has) in [(vec![7], true), (vec![8], false), (vec![8, 2], true)] {
            let chosen = Standing { only_units: only.clone(), ..standing() };
            assert_eq!(chosen.is_for(Audience::Admins, &units, now), has, "{only:?}");
        }
    }
}
