//! `zaichang-print`: the port of `platform::print`, fulfilled by a program that is started for each document and ends with it. It gets
//! one request on its standard input and nothing of ours besides: no environment, no files, no connection. Few run at once, each for a
//! limited time. It must not know what documents say.

mod settings;

#[cfg(test)]
mod tests;

pub use settings::Settings;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zaichang_core::clock::SHANGHAI;
use zaichang_platform::print::{Document, NotPrinted, Printer};

/// Programs at once on one node: a document costs a processor for as long as it takes.
const AT_ONCE: usize = 2;
/// So long a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// A program that takes longer is ended. It limits its own work, too.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest document.
const PDF_BYTES: u64 = 32 * 1024 * 1024;
/// The longest fault.
const FAULT_BYTES: u64 = 16 * 1024;

/// Starts one program for each document.
#[derive(Debug)]
pub struct PrintProgram {
    program: PathBuf,
    arguments: Vec<OsString>,
    turns: Semaphore,
    patience: Duration,
}

/// What the program says on its standard error when there is no document.
#[derive(Debug, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Fault {
    DataWrong {},
    TemplateMissing { template: String },
    TemplateWrong { file: String, line: u32 },
    MissingGlyph { character: char },
    FontsMissing { lacking: Vec<String> },
}

impl PrintProgram {
    /// None where no program is set.
    pub fn of(settings: &Settings) -> Option<Self> {
        let mut arguments = vec!["--templates".into(), settings.templates.clone().into()];
        if let Some(fonts) = &settings.fonts {
            arguments.extend(["--fonts".into(), fonts.clone().into()]);
        }
        let program = settings.program.clone()?;
        Some(Self { program, arguments, turns: Semaphore::new(AT_ONCE), patience: PATIENCE })
    }

    /// Prints every template with its sample, and throws it away: the templates' names, or what is wrong, for the operator.
    pub async fn check(&self) -> Result<Vec<String>, String> {
        let said = self.run(Some("check"), b"").await.map_err(|error| error.to_string())?;
        let names = String::from_utf8_lossy(&said)
            .lines()
            .filter_map(|line| Some(line.split_once('\t')?.0.to_owned()))
            .collect();
        Ok(names)
    }

    /// Starts the program, hands it its request, and takes what it answers.
    async fn run(&self, verb: Option<&str>, request: &[u8]) -> Result<Bytes, NotPrinted> {
        let mut command = Command::new(&self.program);
        command.args(verb).args(&self.arguments).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child =
            command.spawn().map_err(|error| NotPrinted::Failed(format!("it cannot be started: {error}")))?;
        // What is dropped at the end of its time is ended.
        timeout(self.patience, answered(child, request)).await.unwrap_or(Err(NotPrinted::TooLarge))
    }
}

impl Printer for PrintProgram {
    fn print(&self, document: Document) -> BoxFuture<'_, Result<Bytes, NotPrinted>> {
        async move {
            let request = json!({
                "template": document.template, "made_at": written(document.made_at), "data": document.data,
            });
            let _turn = timeout(TURN, self.turns.acquire()).await.map_err(|_| NotPrinted::Busy)?;
            self.run(None, request.to_string().as_bytes()).await
        }
        .boxed()
    }
}

/// `2026-12-01 08:30:00` in Shanghai.
fn written(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(SHANGHAI)).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Writes and reads at the same time: a program that refuses early reads no further.
async fn answered(mut child: Child, request: &[u8]) -> Result<Bytes, NotPrinted> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(NotPrinted::Failed("its pipes are missing".to_owned()));
    };
    let asking = async move {
        // A program that has closed its side says why on its standard error.
        let _ = stdin.write_all(request).await;
    };
    let ((), pdf, fault) = tokio::join!(asking, taken(stdout, PDF_BYTES), taken(stderr, FAULT_BYTES));
    let (pdf, fault) = (pdf?, fault?);
    let ended = child.wait().await.map_err(|error| NotPrinted::Failed(error.to_string()))?;
    if ended.success() {
        return Ok(pdf);
    }
    Err(match (serde_json::from_slice(&fault), ended.code()) {
        (Ok(fault), _) => failure(fault),
        (Err(_), Some(code)) => NotPrinted::Failed(format!("it ended with {code}")),
        // By a signal: more processor time or memory than it may use.
        (Err(_), None) => NotPrinted::TooLarge,
    })
}

/// All that comes, if it is no more than this.
async fn taken(from: impl AsyncRead + Unpin, most: u64) -> Result<Bytes, NotPrinted> {
    let mut bytes = Vec::new();
    let read = from.take(most + 1).read_to_end(&mut bytes).await;
    read.map_err(|error| NotPrinted::Failed(error.to_string()))?;
    if bytes.len() as u64 > most { Err(NotPrinted::TooLarge) } else { Ok(bytes.into()) }
}

fn failure(fault: Fault) -> NotPrinted {
    NotPrinted::Failed(match fault {
        Fault::MissingGlyph { character } => return NotPrinted::GlyphMissing(character),
        Fault::DataWrong {} => "its data are wrong".to_owned(),
        Fault::TemplateMissing { template } => format!("no template {template}"),
        Fault::TemplateWrong { file, line } => format!("{file}, line {line}"),
        Fault::FontsMissing { lacking } => format!("no font {}", lacking.join(", ")),
    })
}
