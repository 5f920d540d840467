//! ClamAV: the port of `platform::scan`, fulfilled by a `clamd` that the operator runs beside the service. Every file goes to it as a
//! stream (`INSTREAM`, man clamd(8)), so that it may run on another machine and need not read ours.
//! It must not know what files are, nor whose.

mod settings;

#[cfg(test)]
mod tests;

pub use settings::{Address, AddressError, Settings};

use std::io;
use std::time::Duration;

use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, ping, scan_buffer};
use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::time::timeout;

use zaichang_platform::scan::{Found, NotScanned, Scanner};

/// A file that takes longer is not scanned: clamd is away, or too busy.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much of a file goes in one piece.
const PIECE: usize = 64 * 1024;

/// Asks one `clamd`.
#[derive(Clone, Debug)]
pub struct Clamav {
    address: Address,
}

impl Clamav {
    /// None where no scanner is set.
    pub fn of(settings: &Settings) -> Option<Self> {
        settings.address.clone().map(|address| Self { address })
    }

    /// Whether it is there and answers.
    pub async fn answers(&self) -> Result<(), NotScanned> {
        let answer = match &self.address {
            Address::Tcp(host_address) => within_patience(ping(Tcp { host_address })).await,
            Address::Socket(socket_path) => within_patience(ping(Socket { socket_path })).await,
        }?;
        if answer == clamav_client::PONG { Ok(()) } else { Err(unclear(&answer)) }
    }

    async fn ask(&self, file: &[u8]) -> Result<Found, NotScanned> {
        let answer = match &self.address {
            Address::Tcp(host_address) => {
                within_patience(scan_buffer(file, Tcp { host_address }, Some(PIECE))).await
            }
            Address::Socket(socket_path) => {
                within_patience(scan_buffer(file, Socket { socket_path }, Some(PIECE))).await
            }
        };
        understood(&answer?)
    }
}

impl Scanner for Clamav {
    fn scan(&self, file: Bytes) -> BoxFuture<'_, Result<Found, NotScanned>> {
        async move { self.ask(&file).await }.boxed()
    }
}

async fn within_patience(asked: impl Future<Output = io::Result<Vec<u8>>>) -> Result<Vec<u8>, NotScanned> {
    match timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(NotScanned(format!("clamd: {error}"))),
        Err(_) => Err(NotScanned(format!("clamd took longer than {} s", PATIENCE.as_secs()))),
    }
}

/// `stream: OK`, or `stream: Some.Signature FOUND`. Anything else says nothing of the file: the limit of a stream, a database that is
/// missing, a line that broke.
fn understood(answer: &[u8]) -> Result<Found, NotScanned> {
    let line = answer.strip_suffix(b"\0").and_then(|line| line.strip_prefix(b"stream: "));
    match line {
        Some(b"OK") => Ok(Found::Nothing),
        Some(line) if line.ends_with(b" FOUND") => Ok(Found::Malware),
        _ => Err(unclear(answer)),
    }
}

/// The beginning of what was answered, in plain characters: for the operator's log.
fn unclear(answer: &[u8]) -> NotScanned {
    let plain = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    let said: String = answer.iter().take(80).map(plain).collect();
    NotScanned(format!("clamd answered \"{said}\""))
}
