//! How an export is made: from one snapshot of the database into a sealed file, which its row then takes.
//! It must not know who asked, nor who will read.

use std::io::{Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::PgPool;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::super::Error;
use super::super::export::{Heading, PersonRow, Xlsx, write_csv_header, write_csv_row};
use super::super::query::{Chosen, Filter};
use super::super::record::Record;
use super::super::sql::{self as records, PersonDay};
use super::sql::{self, Made};
use super::{Export, ExportFormat, Exports, MakeExport, filter};
use zaichang_core::seal::Sealer;
use zaichang_hosting::project::Course;
use zaichang_platform::files::{self, NewFile, Writing, Written};
use zaichang_platform::http::language::Language;
use zaichang_platform::jobs::{Failed, Job as _, Try};
use zaichang_registry::people;

/// Rows between the query and the file.
const ROWS: usize = 256;

/// What the file's writer is sent.
enum Line {
    Person(Box<Person>),
    Record(Box<Record>),
    /// All has been sent: only then is the file complete.
    End,
}

/// A person with all their days.
struct Person {
    first: PersonDay,
    masked_id_number: String,
    days: Vec<(Date, Option<(Timestamp, Timestamp)>)>,
    check_ins: i64,
    assisted: i64,
    struck: i64,
}

/// What the writer needs to know beforehand.
struct Sheet {
    format: ExportFormat,
    course: Arc<Course>,
    days: Vec<Date>,
    attendees: i64,
    check_ins: i64,
    made_at: Timestamp,
    is_part: bool,
}

impl Exports {
    /// Does the job. One that has been done already, or is not wanted any more, is done.
    pub(in super::super) async fn run(&self, job: MakeExport, attempt: Try) -> Result<(), Failed> {
        let export = job.export;
        let tried = self.try_once(export, &attempt).await;
        tried.map_err(|error| {
            tracing::warn!(%error, %export, last = attempt.is_last, "an export could not be made");
            error.word()
        })
    }

    async fn try_once(&self, id: Uuid, attempt: &Try) -> Result<(), Error> {
        let pool = &attempt.pool;
        let Some(export) = sql::take(pool, id, self.clock.now()).await? else { return Ok(()) };
        let made = match self.make(pool, &export).await {
            Ok(made) => self.keep(pool, id, made).await,
            Err(error) => Err(error),
        };
        if made.is_err() {
            sql::not_made(pool, id, attempt.is_last).await?;
        }
        made
    }

    /// Keeps the file with the row that it is for, in one transaction: both or neither, and once.
    async fn keep(&self, pool: &PgPool, id: Uuid, made: Made) -> Result<(), Error> {
        let mut transaction = pool.begin().await?;
        let kept = match self.files.keep(&mut transaction, &made.file).await {
            Ok(()) => sql::ready(&mut transaction, id, &made).await?,
            Err(files::Error::KeptAlready) => false,
            Err(error) => return Err(error.into()),
        };
        if kept {
            transaction.commit().await?;
            tracing::info!(export = %id, rows = made.rows, bytes = made.file.bytes, "an export is ready");
        } else {
            // Another node was first, or the export was given up.
            transaction.rollback().await?;
            self.files.discard(pool, made.file.id).await?;
        }
        Ok(())
    }

    async fn make(&self, pool: &PgPool, export: &Export) -> Result<Made, Error> {
        let course = self.roster.course(export.course).await.map_err(|_| Error::Interrupted)?;
        let course = course.ok_or(Error::Interrupted)?;
        let chosen = filter::open(&self.keys, export.id, &export.filter).ok_or(Error::Unreadable)?;
        let chosen: Chosen = serde_json::from_slice(&chosen).map_err(|_| Error::Unreadable)?;
        let filter = chosen.filter(course.id.0).map_err(|_| Error::Unreadable)?;
        let key = MakeExport { export: export.id }.key();
        let file = NewFile {
            kind: export.format.kind(),
            account: export.account,
            job: Some(&key),
            expires_at: export.expires_at,
        };
        let file = self.files.begin(pool, &file).await?;
        // One snapshot: the sheets agree with each other.
        let mut snapshot = pool.begin().await?;
        sqlx::query("set transaction isolation level repeatable read, read only")
            .execute(&mut *snapshot)
            .await?;
        let totals = records::totals(&mut *snapshot, &filter).await?;
        let sheet = Sheet {
            format: export.format,
            days: records::days(&mut *snapshot, &filter).await?,
            attendees: totals.attendees,
            check_ins: totals.check_ins,
            made_at: self.clock.now(),
            is_part: chosen.is_part(),
            course,
        };
        let (lines, received) = mpsc::channel(ROWS);
        let (scratch, format) = (self.scratch.clone(), sheet.format);
        let writing = tokio::task::spawn_blocking(move || write(&scratch, file, &sheet, received));
        let rows = self.tell(&mut snapshot, &filter, format, &lines).await;
        drop(lines);
        let written = writing.await.map_err(|_| Error::Interrupted)?;
        let rows = match (rows, &written) {
            // The writer's own reason says more than that it has gone.
            (Err(Error::Interrupted), Err(_)) => 0,
            (rows, _) => rows?,
        };
        Ok(Made { rows, file: written? })
    }

    /// Sends every row to the writer; returns how many records there were.
    async fn tell(
        &self,
        snapshot: &mut sqlx::PgConnection,
        filter: &Filter,
        format: ExportFormat,
        lines: &mpsc::Sender<Line>,
    ) -> Result<i64, Error> {
        if format == ExportFormat::Xlsx {
            let mut days = std::pin::pin!(records::people(&mut *snapshot, filter));
            let mut person: Option<Box<Person>> = None;
            while let Some(day) = days.try_next().await? {
                if person.as_ref().is_some_and(|person| person.first.person_id != day.person_id) {
                    send(lines, person.take().map(Line::Person)).await?;
                }
                match &mut person {
                    Some(person) => person.add(&day),
                    None => person = Some(Box::new(Person::begin(day, &self.sealer)?)),
                }
            }
            send(lines, person.take().map(Line::Person)).await?;
        }
        let mut rows = std::pin::pin!(records::records(&mut *snapshot, filter, None, None));
        let mut count = 0;
        while let Some(row) = rows.try_next().await? {
            count += 1;
            let record = Record::of(row, &self.sealer, Language::Chinese)?;
            send(lines, Some(Line::Record(Box::new(record)))).await?;
        }
        send(lines, Some(Line::End)).await?;
        Ok(count)
    }
}

async fn send(lines: &mpsc::Sender<Line>, line: Option<Line>) -> Result<(), Error> {
    match line {
        Some(line) => lines.send(line).await.map_err(|_| Error::Interrupted),
        None => Ok(()),
    }
}

impl Person {
    fn begin(day: PersonDay, sealer: &Sealer) -> Result<Self, Error> {
        let masked_id_number = people::masked_id_number(sealer, &day.key_id, &day.id_number_sealed)?;
        let mut person =
            Self { masked_id_number, days: Vec::new(), check_ins: 0, assisted: 0, struck: 0, first: day };
        let (times, counts) = (person.first.times(), person.first.counts());
        person.days.push(times);
        person.count(counts);
        Ok(person)
    }

    fn add(&mut self, day: &PersonDay) {
        self.days.push(day.times());
        self.count(day.counts());
    }

    fn count(&mut self, [check_ins, assisted, struck]: [i64; 3]) {
        self.check_ins += check_ins;
        self.assisted += assisted;
        self.struck += struck;
    }
}

impl PersonDay {
    fn times(&self) -> (Date, Option<(Timestamp, Timestamp)>) {
        (
            self.day.to_jiff(),
            self.first_at.zip(self.last_at).map(|(first, last)| (first.to_jiff(), last.to_jiff())),
        )
    }

    const fn counts(&self) -> [i64; 3] {
        [self.check_ins, self.assisted, self.struck]
    }
}

/// Writes the file until all has been received. Blocks.
fn write(
    scratch: &Path,
    mut file: Writing,
    sheet: &Sheet,
    mut received: mpsc::Receiver<Line>,
) -> Result<Written, Error> {
    match sheet.format {
        ExportFormat::Csv => write_csv(&mut file, sheet, &mut received)?,
        ExportFormat::Xlsx => write_xlsx(&mut file, scratch, sheet, &mut received)?,
    }
    Ok(file.finish()?)
}

fn write_csv(out: &mut impl Write, sheet: &Sheet, received: &mut mpsc::Receiver<Line>) -> Result<(), Error> {
    write_csv_header(out)?;
    loop {
        match received.blocking_recv() {
            Some(Line::Record(record)) => write_csv_row(out, &record.exported(&sheet.course.title))?,
            Some(Line::Person(_)) => {}
            Some(Line::End) => return Ok(()),
            None => return Err(Error::Interrupted),
        }
    }
}

fn write_xlsx(
    out: &mut impl Write,
    scratch: &Path,
    sheet: &Sheet,
    received: &mut mpsc::Receiver<Line>,
) -> Result<(), Error> {
    let project = &sheet.course.project;
    let heading = Heading {
        project_number: &project.number,
        project_name: &project.name,
        course: &sheet.course.title,
        place: &sheet.course.place,
        days: &sheet.days,
        attendees: sheet.attendees,
        check_ins: sheet.check_ins,
        made_at: sheet.made_at,
        is_part: sheet.is_part,
    };
    let mut workbook = Xlsx::new(&heading, sheet.made_at, scratch)?;
    loop {
        match received.blocking_recv() {
            Some(Line::Person(person)) => {
                let of =
                    |day: &Date| person.days.iter().find(|(of, _)| of == day).and_then(|(_, times)| *times);
                let days: Vec<_> = sheet.days.iter().map(of).collect();
                workbook.write_person(&PersonRow {
                    name: &person.first.name,
                    unit: &person.first.unit,
                    department: person.first.department.as_deref(),
                    title: &person.first.title,
                    card_number: person.first.card_number.as_deref(),
                    masked_id_number: &person.masked_id_number,
                    days: &days,
                    check_ins: person.check_ins,
                    assisted: person.assisted,
                    struck: person.struck,
                })?;
            }
            Some(Line::Record(record)) => workbook.write_row(&record.exported(&sheet.course.title))?,
            Some(Line::End) => break,
            None => return Err(Error::Interrupted),
        }
    }
    // A workbook is written with seeks, which a file does not allow that is sealed as it is written: it goes to a nameless temporary file first.
    let mut whole = tempfile::tempfile_in(scratch)?;
    workbook.finish(&mut whole)?;
    whole.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut whole, out)?;
    Ok(())
}
