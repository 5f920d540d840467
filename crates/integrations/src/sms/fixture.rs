//! What the tests of this module share: a phone, a client that keeps to this machine, and a capture of the log.
//! It must not be part of the program.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;

use zaichang_core::Phone;

pub(super) fn phone() -> Phone {
    Phone::parse("13800001234").unwrap()
}

/// The program's own client, without the proxies that the environment may name.
pub(super) fn client() -> reqwest::Client {
    install_tls();
    super::wire::once_only().no_proxy().build().unwrap()
}

/// As `main` does before anything else.
pub(super) fn install_tls() {
    // Another test may have done it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// All that this thread logs, down to `trace`, while the guard lives.
pub(super) fn listen() -> (Log, DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
