//! Files that users send are looked at for malware before they are read: the port by which a scanner is asked, and what is refused.
//! `integrations` fulfils it, the program joins them. It must not know which scanner that is, nor what files hold.

pub mod refusals;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::http::Problem;
use crate::metric::Metric;
use crate::module::Module;

/// Files that users send, and whether a scanner finds malware in them. The program shares `Scan`.
pub const MODULE: Module =
    Module { name: "scan", refusals: refusals::ALL, metrics: METRICS, ..Module::EMPTY };

const METRICS: &[Metric] = &[Metric::counter_of(
    "zaichang_files_scanned_total",
    "outcome",
    &["clean", "malware", "failed"],
    "Files of users that the scanner was asked about, by outcome: clean, malware, or failed (it did not answer, or not clearly).",
)];

/// Looks at files for malware.
pub trait Scanner: Send + Sync + 'static {
    /// Looks at a whole file. What cannot be looked at, or not whole, is an error and never clean.
    fn scan(&self, file: Bytes) -> BoxFuture<'_, Result<Found, NotScanned>>;
}

/// What a scanner found in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Malware,
}

/// The scanner did not say what a file is. The reason holds nothing of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scanner has not looked at a file: {0}")]
pub struct NotScanned(pub String);

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("a file holds malware")]
    Malware,
    #[error(transparent)]
    NotScanned(#[from] NotScanned),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Malware => refusals::FILE_HAS_MALWARE.into(),
            Error::NotScanned(error) => {
                tracing::error!(%error, "a file is not taken");
                Self::from(refusals::SCANNER_UNAVAILABLE).retry_after_ms(30_000)
            }
        }
    }
}

/// The scanner of a deployment. Where none is set, every file passes.
#[derive(Clone, Default)]
pub struct Scan(Option<Arc<dyn Scanner>>);

impl Scan {
    pub const fn by(scanner: Option<Arc<dyn Scanner>>) -> Self {
        Self(scanner)
    }

    /// Lets a file pass in which the scanner finds nothing.
    pub async fn pass(&self, file: Bytes) -> Result<(), Error> {
        let Some(scanner) = &self.0 else { return Ok(()) };
        let found = scanner.scan(file).await;
        let outcome = match &found {
            Ok(Found::Nothing) => "clean",
            Ok(Found::Malware) => "malware",
            Err(_) => "failed",
        };
        metrics::counter!("zaichang_files_scanned_total", "outcome" => outcome).increment(1);
        match found? {
            Found::Nothing => Ok(()),
            Found::Malware => Err(Error::Malware),
        }
    }
}
