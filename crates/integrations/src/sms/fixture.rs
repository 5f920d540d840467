//! What the tests of this module share: a phone, a client that keeps to this machine, and a capture of the log.
//! It must not be part of the program.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, Mutex, Once};

use zaichang_core::Phone;

pub(super) fn phone() -> Phone {
    Phone::parse("13800001234").unwrap()
}

/// The program's own client, without the proxies that the environment may name.
pub(super) fn client() -> reqwest::Client {
    install_tls();
    install_log();
    super::wire::once_only().no_proxy().build().unwrap()
}

/// As `main` does before anything else.
pub(super) fn install_tls() {
    // Another test may have done it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// All that this thread logs, down to `trace`, while the guard lives.
pub(super) fn listen() -> (Log, Listening) {
    install_log();
    let log = Log::default();
    LISTENING.set(Some(log.clone()));
    (log, Listening)
}

thread_local! {
    static LISTENING: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// One subscriber for the process, made before the first line that any test of this module logs. With one for each
/// test, a line that another thread logs first, while it has none, is taken for one that nothing will ever listen to.
fn install_log() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(|| LISTENING.with_borrow(Clone::clone).unwrap_or_default())
            .init();
    });
}

/// This thread's lines are kept until it is dropped.
pub(super) struct Listening;

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.set(None);
    }
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
