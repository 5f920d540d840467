//! How a batch is written under its courses' versions: each course's count of the batches that wrote it (table `turns`; not the version
//! of its settings), locked until the commit. Where this node knows a course whole, one statement commits, provided that the course
//! still stands at the version that is known; where it does not, a transaction locks the version and looks first.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::Device;
use super::batch::{Fate, decide};
use super::commit::{Committed, Lane};
use super::counts::Count;
use super::course_rows::CourseRows;
use super::known_courses::LARGEST;
use super::outside::{Connection as _, PgConnection};
use super::record::{CheckIn, NewCheckIn};
use super::sql::{self, Write, Written};
use zaichang_core::ids::CourseId;

impl Lane {
    /// Commits a batch, and returns the answer to each check-in, in order.
    pub(super) async fn commit_batch(
        &mut self,
        connection: &mut PgConnection,
        batch: &[NewCheckIn],
    ) -> sqlx::Result<Vec<Committed>> {
        let known = |check_in: &&NewCheckIn| self.known_courses.of(check_in.slot.course).is_some();
        let by_known_rows: Vec<_> = batch.iter().filter(known).collect();
        let as_expected = if by_known_rows.is_empty() {
            AsExpected::default()
        } else {
            self.commit_by_known_rows(connection, &by_known_rows).await?
        };
        let by_looking: Vec<_> =
            batch.iter().filter(|check_in| !as_expected.courses.contains(&check_in.slot.course)).collect();
        let looked = if by_looking.is_empty() {
            Vec::new()
        } else {
            self.commit_by_looking(connection, &by_looking).await?
        };
        let (mut as_expected, mut looked) = (as_expected.answers.into_iter().peekable(), looked.into_iter());
        // Both kept the order of arrival; a course is wholly in one of them.
        let answers = batch.iter().map(|check_in| match as_expected.next_if(|(id, _)| *id == check_in.id) {
            Some((_, committed)) => committed,
            None => looked.next().unwrap_or(Committed::Broken),
        });
        Ok(answers.collect())
    }

    /// Decides by the known courses and commits in one round trip. For a course that was no longer at its version, nothing has
    /// been written and nothing is answered.
    async fn commit_by_known_rows(
        &mut self,
        connection: &mut PgConnection,
        batch: &[&NewCheckIn],
    ) -> sqlx::Result<AsExpected> {
        let courses = courses_of(batch);
        let known_courses =
            || courses.iter().filter_map(|course| Some((*course, self.known_courses.of(*course)?)));
        let seats = known_courses().map(|(course, course_rows)| (course, course_rows.seats())).collect();
        let versions: HashMap<_, _> =
            known_courses().map(|(course, course_rows)| (course, course_rows.version)).collect();
        let existing = batch.iter().map(|check_in| {
            let course_rows = self.known_courses.of(check_in.slot.course);
            course_rows.map(|course_rows| course_rows.existing(check_in)).unwrap_or_default()
        });
        let existing: Vec<_> = existing.collect();
        let decided = Decided { batch, fates: decide(batch, &existing, &seats), at: self.clock.now() };
        // A row that is there stays there: only what is written or refused needs to know whether the version is the same.
        let written = if decided.fates.iter().all(|fate| matches!(fate, Fate::Existing(_))) {
            Written { as_expected: courses.iter().copied().collect(), counts: Vec::new() }
        } else {
            let written = sql::write(connection, &versions, &decided.writes(), decided.at).await;
            if written.is_err() {
                // The remembered rows may be the reason; the next attempt looks.
                for course in &courses {
                    self.known_courses.forget(*course);
                }
            }
            written?
        };
        for course in courses.iter().filter(|course| !written.as_expected.contains(course)) {
            self.known_courses.forget(*course);
        }
        self.enter(&decided, &written.as_expected, written.counts);
        let answers =
            decided.answers().filter(|(check_in, _)| written.as_expected.contains(&check_in.slot.course));
        let answers = answers.map(|(check_in, committed)| (check_in.id, committed)).collect();
        Ok(AsExpected { answers, courses: written.as_expected })
    }

    /// Locks the courses' versions, looks at what is there, decides and commits. A course that is unchanged since this node's
    /// last write is read whole, and its rows kept.
    async fn commit_by_looking(
        &mut self,
        connection: &mut PgConnection,
        batch: &[&NewCheckIn],
    ) -> sqlx::Result<Vec<Committed>> {
        let courses: Vec<_> = courses_of(batch).into_iter().map(|course| course.0).collect();
        let mut transaction = connection.begin().await?;
        let versions = sql::lock_versions(&mut transaction, &courses).await?;
        let course_totals = sql::course_totals(&mut transaction, &courses).await?;
        let mut known_courses = HashMap::new();
        let mut rows = 0;
        for (course, version) in &versions {
            let Some(standing) = course_totals.get(course).filter(|standing| standing.rows <= LARGEST) else {
                continue;
            };
            let and_these = rows + usize::try_from(standing.rows).unwrap_or(0) + batch.len();
            if self.known_courses.was_left_at(*course, *version) && self.known_courses.make_room(and_these) {
                rows = and_these;
                known_courses.insert(*course, CourseRows::new(*version, standing.seats));
            }
        }
        if !known_courses.is_empty() {
            let known: Vec<_> = known_courses.keys().map(|course| course.0).collect();
            for (course, row) in sql::whole(&mut transaction, &known).await? {
                match (row, known_courses.get_mut(&course)) {
                    (Some((check_in, device)), Some(course_rows)) => course_rows.add(check_in, device),
                    // With a row that cannot be read it is not known whole: its check-ins are looked up one by one.
                    (None, Some(_)) => drop(known_courses.remove(&course)),
                    (_, None) => {}
                }
            }
        }
        let strangers = batch.iter().filter(|check_in| !known_courses.contains_key(&check_in.slot.course));
        let strangers: Vec<_> = strangers.copied().collect();
        let asked = if strangers.is_empty() {
            Vec::new()
        } else {
            sql::existing(&mut transaction, &strangers).await?
        };
        let mut asked = asked.into_iter();
        let existing = batch.iter().map(|check_in| match known_courses.get(&check_in.slot.course) {
            Some(course_rows) => course_rows.existing(check_in),
            None => asked.next().unwrap_or_default(),
        });
        let existing: Vec<_> = existing.collect();
        let seats = course_totals.into_iter().map(|(course, standing)| (course, standing.seats)).collect();
        let decided = Decided { batch, fates: decide(batch, &existing, &seats), at: self.clock.now() };
        let writes = decided.writes();
        let written = if writes.is_empty() {
            transaction.rollback().await?;
            Written::default()
        } else {
            let written = sql::write(&mut transaction, &versions, &writes, decided.at).await?;
            transaction.commit().await?;
            written
        };
        for (course, version) in versions {
            match known_courses.remove(&course) {
                Some(course_rows) => self.known_courses.keep(course, course_rows),
                None => {
                    let wrote = writes.iter().any(|write| write.check_in.slot.course == course);
                    self.known_courses.leave(course, version + i64::from(wrote));
                }
            }
        }
        self.enter(&decided, &written.as_expected, written.counts);
        Ok(decided.answers().map(|(_, committed)| committed).collect())
    }

    /// After the commit: enters the rows of these courses into their known courses, and publishes them.
    fn enter(&mut self, decided: &Decided<'_>, courses: &HashSet<CourseId>, counts: Vec<Count>) {
        let written: Vec<_> = decided.rows().filter(|(row, ..)| courses.contains(&row.slot.course)).collect();
        for course in written.iter().map(|(row, ..)| row.slot.course).collect::<HashSet<_>>() {
            let rows = written.iter().filter(|(row, ..)| row.slot.course == course);
            self.known_courses.change(course, |course_rows| {
                course_rows.version += 1;
                for (row, device, newcomer) in rows {
                    course_rows.add(*row, *device);
                    if *newcomer {
                        course_rows.seat();
                    }
                }
            });
        }
        if !written.is_empty() {
            self.publish(written.into_iter().map(|(row, ..)| row).collect(), counts);
        }
    }
}

/// The answers to the check-ins whose courses were at the expected version.
#[derive(Default)]
struct AsExpected {
    answers: Vec<(uuid::Uuid, Committed)>,
    courses: HashSet<CourseId>,
}

/// A batch and its fates.
struct Decided<'a> {
    batch: &'a [&'a NewCheckIn],
    fates: Vec<Fate>,
    /// The rows' `recorded_at`.
    at: Timestamp,
}

impl Decided<'_> {
    fn writes(&self) -> Vec<Write<'_>> {
        let pairs = self.batch.iter().zip(&self.fates);
        let writes = pairs.filter_map(|(check_in, fate)| match *fate {
            Fate::Write { first_today, newcomer } => Some(Write { check_in, first_today, newcomer }),
            _ => None,
        });
        writes.collect()
    }

    /// The rows that are written, each with its device, and whether it takes a seat.
    fn rows(&self) -> impl Iterator<Item = (CheckIn, Option<Device>, bool)> {
        let pairs = self.batch.iter().zip(&self.fates);
        pairs.filter_map(|(check_in, fate)| match fate {
            Fate::Write { newcomer, .. } => Some((check_in.recorded(self.at), check_in.device(), *newcomer)),
            _ => None,
        })
    }

    /// The answer to each waiting check-in.
    fn answers(&self) -> impl Iterator<Item = (&NewCheckIn, Committed)> {
        let pairs = self.batch.iter().zip(&self.fates);
        pairs.map(|(check_in, fate)| {
            let committed = match fate {
                Fate::Write { .. } => Committed::Recorded(check_in.recorded(self.at)),
                Fate::Existing(existing) => Committed::Already(*existing),
                Fate::Same(earlier) => Committed::Already(self.batch[*earlier].recorded(self.at)),
                Fate::Refused(refusal) => Committed::Refused(*refusal),
            };
            (*check_in, committed)
        })
    }
}

/// The courses of a batch, in the order of their ids.
fn courses_of(batch: &[&NewCheckIn]) -> BTreeSet<CourseId> {
    batch.iter().map(|check_in| check_in.slot.course).collect()
}
