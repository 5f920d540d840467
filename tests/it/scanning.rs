//! What users send is looked at by a real `clamd` before it is read; while that is away, nothing is read, and nothing is lost.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use zaichang_integrations::clamav;

use crate::doctor::doctor;
use crate::importing::{checked, rests, sent, workbook};
use crate::projects::session;
use crate::test_server::{MORNING, Stores, TestServer, eventually};
use zaichang_core::clock::Clock;

const IMPORTS: &str = "/api/v1/unit-imports";
/// What the database of this clamd calls malware.
const MARK: &str = "恶意测试标记";

/// A clamd of this test's own. Ends with it.
struct Clamd {
    folder: TempDir,
    child: Option<Child>,
}

impl Clamd {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("database");
        std::fs::create_dir(&database).unwrap();
        std::fs::write(database.join("test.ndb"), format!("Test.Mark:0:*:{}\n", hex::encode(MARK))).unwrap();
        let conf = format!(
            "Foreground yes\nLocalSocket {}\nDatabaseDirectory {}\n",
            folder.path().join("clamd.ctl").display(),
            database.display(),
        );
        std::fs::write(folder.path().join("clamd.conf"), conf).unwrap();
        Self { folder, child: None }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("clamd.ctl")
    }

    fn settings(&self) -> clamav::Settings {
        clamav::Settings { address: Some(clamav::Address::Socket(self.socket())) }
    }

    async fn start(&mut self) {
        let program = if Path::new("/usr/sbin/clamd").is_file() { "/usr/sbin/clamd" } else { "clamd" };
        let mut clamd = Command::new(program);
        let clamd = clamd.arg("-c").arg(self.folder.path().join("clamd.conf"));
        let clamd = clamd.stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(clamd.spawn().expect("clamd is installed: scripts/install.sh test"));
        let clamav = clamav::Clamav::of(&self.settings()).unwrap();
        eventually(async || clamav.answers().await.is_ok()).await;
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn refusal(server: &TestServer, session: &str, path: &str) -> Value {
    server.service.get(path, Some(session)).await.is(200, "").body["refusal"]["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_malware_is_refused_and_one_that_cannot_be_scanned_waits() {
    let mut clamd = Clamd::new();
    clamd.start().await;
    let settings = clamd.settings();
    let server = TestServer::on(Stores::open().await, Clock::set_to(MORNING.parse().unwrap()), |all| {
        all.modules.put(settings);
    })
    .await;
    let by = session(&server, "xiaoxiang-wjw").await;
    let rows = |name: &'static str| workbook(&[&["单位名称*", "省", "市州", "区县"], &[name, "", "", ""]]);

    // Also where it lies compressed in a workbook.
    let (path, import) = checked(&server, IMPORTS, &by, rows(MARK)).await;
    assert_eq!((import["state"].as_str(), import["counts"].is_null()), (Some("refused"), true), "{import}");
    assert_eq!(refusal(&server, &by, &path).await, "file_has_malware");
    let (_, import) = checked(&server, IMPORTS, &by, rows("普通单位")).await;
    assert_eq!(import["state"], "checked", "{import}");

    // Away: the file waits, unread; once it is back, the job goes on by itself.
    clamd.stop();
    let staged = sent(&server, IMPORTS, &by, rows("后来的单位")).await.is(202, "");
    let path = staged.headers["location"].to_str().unwrap();
    let tried = "select count(*) from graphile_worker.jobs where key like 'import:check:%' and last_error like '%scanner%'";
    eventually(async || {
        sqlx::query_scalar::<_, i64>(tried).fetch_one(&server.service.pool).await.unwrap() == 1
    })
    .await;
    assert_eq!(server.service.get(path, Some(&by)).await.is(200, "").body["state"], "checking");
    clamd.start().await;
    server.sql("update graphile_worker._private_jobs set run_at = now()").await;
    rests(&server, path).await;
    assert_eq!(server.service.get(path, Some(&by)).await.is(200, "").body["state"], "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_whether_the_scanner_answers() {
    let stores = Stores::open_alone().await;
    let mut clamd = Clamd::new();
    let mut settings = crate::doctor::stores(&stores);
    doctor(&settings).is("clamav", "note");
    settings.push(("CLAMAV_ADDRESS", clamd.socket().display().to_string()));
    doctor(&settings).is("clamav", "fix");
    clamd.start().await;
    doctor(&settings).is("clamav", "ok");
}
