//! The worker of a node: one export after another, from one snapshot of the database into a sealed file.
//! It must not know who asked, nor who will read.

use std::io::{Seek as _, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::super::Error;
use super::super::export::{Heading, PersonRow, Xlsx, write_csv_header, write_csv_row};
use super::super::query::{Chosen, Filter};
use super::super::record::Record;
use super::super::sql::{self as records, PersonDay};
use super::file::{self, Sealing};
use super::sql::{self, Made};
use super::{Export, ExportFormat, Exports, random_id};
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_hosting::project::Course;
use zaichang_platform::http::language::Language;
use zaichang_registry::people;

/// How often to look for exports of workers that died. Exports asked for on this node wake the worker at once.
const LOOK: Duration = Duration::from_secs(5);
/// How long others leave an export alone after its worker was last heard of…
pub(super) const ALONE: SignedDuration = SignedDuration::from_secs(30);
/// …which is this often.
const HEARD: Duration = Duration::from_secs(10);
/// How often to look for files that may no longer be downloaded.
const SWEEP: Duration = Duration::from_mins(1);
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
    /// Works until it is dropped.
    pub async fn work(self: Arc<Self>) {
        let mut looks = tokio::time::interval(LOOK);
        let mut sweeps = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = self.wake.notified() => {}
                _ = looks.tick() => {}
                _ = sweeps.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::warn!(%error, "old exports are deleted later");
                    }
                }
            }
            loop {
                match self.next().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "exports wait");
                        break;
                    }
                }
            }
        }
    }

    /// Makes the next one; false if there is none.
    async fn next(&self) -> Result<bool, Error> {
        let file = random_id().map_err(std::io::Error::from)?;
        let now = self.pipeline.clock.now();
        let Some(export) = sql::take(&self.pool, self.worker, file, now, now + ALONE).await? else {
            sql::give_up(&self.pool, now).await?;
            return Ok(false);
        };
        let made = tokio::select! {
            made = self.make(&export, file) => made,
            () = self.be_heard(export.id, file) => Err(Error::Interrupted),
        };
        match made {
            Ok(made) => {
                if !sql::ready(&self.pool, export.id, file, &made).await? {
                    let _ = tokio::fs::remove_file(self.folder.join(file.to_string())).await;
                }
                tracing::info!(export = %export.id, rows = made.rows, bytes = made.bytes, "an export is ready");
                Ok(true)
            }
            Err(error) => {
                sql::not_made(&self.pool, export.id, file).await?;
                Err(error)
            }
        }
    }

    /// Records every 10 s that the worker lives; ends if another worker has taken the export.
    async fn be_heard(&self, export: Uuid, file: Uuid) {
        loop {
            tokio::time::sleep(HEARD).await;
            let until = self.pipeline.clock.now() + ALONE;
            if let Ok(false) = sql::keep(&self.pool, export, file, until).await {
                return;
            }
        }
    }

    async fn make(&self, export: &Export, file: Uuid) -> Result<Made, Error> {
        let course = self.pipeline.roster.course(export.course).await.map_err(|_| Error::Interrupted)?;
        let course = course.ok_or(Error::Interrupted)?;
        let chosen = file::open_filter(&self.keys, export.id, &export.filter).ok_or(Error::Unreadable)?;
        let chosen: Chosen = serde_json::from_slice(&chosen).map_err(|_| Error::Unreadable)?;
        let filter = chosen.filter(course.id.0).map_err(|_| Error::Unreadable)?;
        // One snapshot: the sheets agree with each other.
        let mut snapshot = self.pool.begin().await?;
        sqlx::query("set transaction isolation level repeatable read, read only")
            .execute(&mut *snapshot)
            .await?;
        let totals = records::totals(&mut *snapshot, &filter).await?;
        let sheet = Sheet {
            format: export.format,
            days: records::days(&mut *snapshot, &filter).await?,
            attendees: totals.attendees,
            check_ins: totals.check_ins,
            made_at: self.pipeline.clock.now(),
            is_part: chosen.is_part(),
            course,
        };
        let (lines, told) = mpsc::channel(ROWS);
        let (folder, keys) = (self.folder.clone(), Arc::clone(&self.keys));
        let format = sheet.format;
        let writing = tokio::task::spawn_blocking(move || write(&folder, &keys, file, &sheet, told));
        let rows = self.tell(&mut snapshot, &filter, format, &lines).await;
        drop(lines);
        let written = writing.await.map_err(|_| Error::Interrupted)?;
        let rows = match (rows, &written) {
            // The writer's own reason says more than that it has gone.
            (Err(Error::Interrupted), Err(_)) => 0,
            (rows, _) => rows?,
        };
        let (bytes, sha256) = written?;
        Ok(Made { rows, bytes: i64::try_from(bytes).unwrap_or(i64::MAX), sha256 })
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

    /// Deletes files that may no longer be downloaded, and unfinished ones that a killed process left behind.
    async fn sweep(&self) -> Result<(), Error> {
        let now = self.pipeline.clock.now();
        let kept = sql::sweep(&self.pool, now, now - super::KEPT).await?;
        let mut files = match tokio::fs::read_dir(&self.folder).await {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        while let Some(found) = files.next_entry().await? {
            let id = found.file_name().to_str().and_then(|name| name.parse::<Uuid>().ok());
            if id.is_none_or(|id| !kept.contains(&id)) {
                let _ = tokio::fs::remove_file(found.path()).await;
            }
        }
        Ok(())
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

/// Writes the file until all has been received, and only then gives it its name. Blocks.
fn write(
    folder: &Path,
    keys: &Keys,
    id: Uuid,
    sheet: &Sheet,
    mut told: mpsc::Receiver<Line>,
) -> Result<(u64, [u8; 32]), Error> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let half = folder.join(format!("{id}.half"));
    let out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half)?;
    let mut sealing = Sealing::new(std::io::BufWriter::new(out), keys, id);
    match sheet.format {
        ExportFormat::Csv => write_csv(&mut sealing, sheet, &mut told)?,
        ExportFormat::Xlsx => write_xlsx(&mut sealing, folder, sheet, &mut told)?,
    }
    let (out, bytes, sha256) = sealing.finish()?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(half, folder.join(id.to_string()))?;
    Ok((bytes, sha256))
}

fn write_csv(out: &mut impl Write, sheet: &Sheet, told: &mut mpsc::Receiver<Line>) -> Result<(), Error> {
    write_csv_header(out)?;
    loop {
        match told.blocking_recv() {
            Some(Line::Record(record)) => write_csv_row(out, &record.exported(&sheet.course.title))?,
            Some(Line::Person(_)) => {}
            Some(Line::End) => return Ok(()),
            None => return Err(Error::Interrupted),
        }
    }
}

fn write_xlsx(
    out: &mut impl Write,
    folder: &Path,
    sheet: &Sheet,
    told: &mut mpsc::Receiver<Line>,
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
    let mut workbook = Xlsx::new(&heading, sheet.made_at, folder)?;
    loop {
        match told.blocking_recv() {
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
    // A workbook is written with seeks, which a sealed file does not allow: it goes to a nameless temporary file first.
    let mut whole = tempfile::tempfile_in(folder)?;
    workbook.finish(&mut whole)?;
    whole.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut whole, out)?;
    Ok(())
}
