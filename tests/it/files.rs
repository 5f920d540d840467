//! Files, sealed on a real disk with their rows in a real Postgres: any range is read back, nothing else is, and each goes.

use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use zaichang_core::clock::Clock;
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;
use zaichang_integrations::files::LocalStore;
use zaichang_platform::files::{Content, Error, Files, Kind, NewFile, Written};

use crate::test_server::{TestServer, eventually};

const PART: usize = 64 * 1024;
const SEALED: &Kind = &Kind { name: "planted", content: Content::Csv, limit: 1 << 20, sealed: true };
const CLEAR: &Kind = &Kind { name: "planted_clear", content: Content::Csv, limit: 1 << 20, sealed: false };

/// Files of a folder, under these master keys.
fn files(folder: &Path, masters: &[[u8; 32]], clock: &Clock) -> Files {
    let store = Arc::new(LocalStore::new(folder).unwrap());
    Files::new(store, Arc::new(Keys::new(masters).unwrap()), clock.clone())
}

struct FilesNode {
    server: TestServer,
    folder: tempfile::TempDir,
    account: AccountId,
}

impl FilesNode {
    async fn open() -> Self {
        let server = TestServer::open().await;
        let account =
            sqlx::query_scalar("select id from accounts limit 1").fetch_one(&server.service.pool).await;
        Self { server, folder: tempfile::tempdir().unwrap(), account: AccountId(account.unwrap()) }
    }

    fn pool(&self) -> &PgPool {
        &self.server.service.pool
    }

    fn files(&self, masters: &[[u8; 32]]) -> Files {
        files(self.folder.path(), masters, &self.server.clock)
    }

    async fn write(
        &self,
        files: &Files,
        kind: &'static Kind,
        job: Option<&str>,
        clear: Vec<u8>,
    ) -> Result<Written, Error> {
        let expires_at = self.server.now() + SignedDuration::from_hours(1);
        let mut writing =
            files.begin(self.pool(), &NewFile { kind, account: self.account, job, expires_at }).await?;
        let written = tokio::task::spawn_blocking(move || {
            for piece in clear.chunks(1000) {
                writing.write_all(piece)?;
            }
            writing.finish()
        });
        written.await.unwrap()
    }

    async fn keep(&self, files: &Files, written: &Written) -> Result<(), Error> {
        let mut transaction = self.pool().begin().await?;
        files.keep(&mut transaction, written).await?;
        Ok(transaction.commit().await?)
    }

    async fn read(
        &self,
        files: &Files,
        file: &Written,
        kind: &'static Kind,
        range: Range<u64>,
    ) -> Result<Vec<u8>, Error> {
        let opened = files.open(self.pool(), file.id, kind).await?.expect("it is there");
        assert_eq!(opened.bytes(), file.bytes);
        let parts: Vec<Bytes> = opened.stream(range).try_collect().await?;
        Ok(parts.concat())
    }

    fn on_disk(&self) -> usize {
        std::fs::read_dir(self.folder.path()).unwrap().count()
    }
}

fn letters(length: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(length).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_of_any_length_is_read_back_after_a_rotation_too() {
    let place = FilesNode::open().await;
    let (before, rotated) = (place.files(&[[1; 32]]), place.files(&[[2; 32], [1; 32]]));
    for kind in [SEALED, CLEAR] {
        for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 7] {
            let clear = letters(length);
            let written = place.write(&before, kind, None, clear.clone()).await.unwrap();
            assert_eq!((written.bytes, written.sha256), (length as u64, Sha256::digest(&clear).into()));
            place.keep(&before, &written).await.unwrap();
            let middle = length / 3..length - length / 3;
            for range in [0..length, middle, length.saturating_sub(1)..length, PART.min(length)..length] {
                let asked = range.start as u64..range.end as u64;
                let found = place.read(&rotated, &written, kind, asked).await.unwrap();
                assert_eq!(found, clear[range.clone()], "{range:?} of {length}");
            }
        }
    }
    place.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_cut_or_sealed_by_another_key_is_not_read() {
    let place = FilesNode::open().await;
    let files = place.files(&[[1; 32]]);
    let length = 2 * PART + 5;
    let written = place.write(&files, SEALED, None, vec![b'7'; length]).await.unwrap();
    assert!(files.open(place.pool(), written.id, SEALED).await.unwrap().is_none(), "it is not kept yet");
    place.keep(&files, &written).await.unwrap();
    assert!(files.open(place.pool(), written.id, CLEAR).await.unwrap().is_none(), "it is of another kind");
    let path = place.folder.path().join(written.id.to_string());
    let whole = std::fs::read(&path).unwrap();
    assert!(!whole.windows(16).any(|window| window == [b'7'; 16]), "it is sealed");
    assert!(place.files(&[[2; 32]]).open(place.pool(), written.id, SEALED).await.is_err());
    let all = 0..length as u64;
    for (at, cut) in [(None::<usize>, 2 * (PART + 16)), (Some(PART + 16 + 9), whole.len())] {
        let mut other = whole[..cut].to_vec();
        if let Some(at) = at {
            other[at] ^= 1;
        }
        std::fs::write(&path, other).unwrap();
        assert!(place.read(&files, &written, SEALED, all.clone()).await.is_err());
    }
    std::fs::remove_file(&path).unwrap();
    assert!(files.open(place.pool(), written.id, SEALED).await.unwrap().is_none(), "it lies elsewhere");
    place.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_of_another_type_is_refused_and_leaves_nothing() {
    let place = FilesNode::open().await;
    let files = place.files(&[[1; 32]]);
    let too_large = place.write(&files, SEALED, None, letters((1 << 20) + 1)).await;
    assert!(matches!(too_large, Err(Error::TooLarge)));
    let much_too_large = place.write(&files, SEALED, None, letters(2 << 20)).await;
    assert!(
        matches!(much_too_large, Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::FileTooLarge)
    );
    let program = place.write(&files, SEALED, None, b"\x7fELF\x02\x01\x01\x00".to_vec()).await;
    assert!(matches!(program, Err(Error::OtherContent)));
    eventually(async || place.on_disk() == 0).await;
    place.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_keeps_one_file_however_many_nodes_write_it() {
    let place = FilesNode::open().await;
    let files = place.files(&[[1; 32]]);
    let first = place.write(&files, SEALED, Some("planted:7"), letters(9)).await.unwrap();
    let second = place.write(&files, SEALED, Some("planted:7"), letters(9)).await.unwrap();
    let third = place.write(&files, SEALED, Some("planted:8"), letters(9)).await.unwrap();
    let both = tokio::join!(place.keep(&files, &first), place.keep(&files, &second));
    assert!(matches!(both, (Ok(()), Err(_)) | (Err(_), Ok(()))), "{both:?}");
    place.keep(&files, &third).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from files where kept_at is not null")
        .fetch_one(place.pool())
        .await
        .unwrap();
    assert_eq!(kept, 2);
    place.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_when_they_are_old_unfinished_or_nobodys() {
    let place = FilesNode::open().await;
    let files = Arc::new(place.files(&[[1; 32]]));
    let kept = place.write(&files, SEALED, None, letters(9)).await.unwrap();
    place.keep(&files, &kept).await.unwrap();
    let discarded = place.write(&files, SEALED, None, letters(9)).await.unwrap();
    files.discard(place.pool(), discarded.id).await.unwrap();
    assert_eq!(place.on_disk(), 1);
    // As a process leaves them that was killed while it wrote, and before its transaction.
    let gone = uuid::Uuid::from_u128(7);
    std::fs::write(place.folder.path().join(format!("{gone}#1")), "half").unwrap();
    std::fs::write(place.folder.path().join(uuid::Uuid::from_u128(8).to_string()), "whole").unwrap();
    let sweep = || tokio::spawn(Arc::clone(&files).delete_old(place.pool().clone()));
    let sweeping = sweep();
    eventually(async || place.on_disk() == 1).await;
    sweeping.abort();
    assert!(files.open(place.pool(), kept.id, SEALED).await.unwrap().is_some());
    place.server.advance(3601);
    assert!(files.open(place.pool(), kept.id, SEALED).await.unwrap().is_none());
    let sweeping = sweep();
    eventually(async || place.on_disk() == 0).await;
    sweeping.abort();
    place.server.close().await;
}
