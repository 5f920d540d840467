//! This node's disk: a folder that only our user can read. A file gets its name when it is whole and has been synced, its
//! folder as well; before, it lies beside under the name with `#1`.

use std::io;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path as FilePath, PathBuf};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStoreExt as _};
use uuid::Uuid;

use zaichang_platform::files::{Store, Upload};

/// Files in a folder of this node.
pub struct LocalStore {
    folder: PathBuf,
    files: LocalFileSystem,
}

impl LocalStore {
    /// The files in this folder, which is made where it is missing.
    pub fn new(folder: &FilePath) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(failed)?.with_fsync(true);
        Ok(Self { folder: folder.to_owned(), files })
    }
}

fn place(id: Uuid) -> Path {
    Path::from(id.to_string())
}

fn failed(error: Error) -> io::Error {
    io::Error::other(error)
}

/// What is not there is none.
fn if_there<T>(result: Result<T, Error>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

impl Store for LocalStore {
    fn begin(&self, id: Uuid) -> BoxFuture<'_, io::Result<Box<dyn Upload>>> {
        async move {
            let upload = self.files.put_multipart(&place(id)).await.map_err(failed)?;
            Ok(Box::new(LocalUpload(upload)) as Box<dyn Upload>)
        }
        .boxed()
    }

    fn read(&self, id: Uuid, range: Range<u64>) -> BoxFuture<'_, io::Result<Option<Bytes>>> {
        async move { if_there(self.files.get_range(&place(id), range).await) }.boxed()
    }

    fn delete(&self, id: Uuid) -> BoxFuture<'_, io::Result<()>> {
        async move {
            if_there(self.files.delete(&place(id)).await)?;
            match tokio::fs::remove_file(self.folder.join(format!("{id}#1"))).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        }
        .boxed()
    }

    /// Read by hand: the library does not list what is unfinished, and a killed process leaves that behind.
    fn list(&self) -> BoxFuture<'_, io::Result<Vec<Uuid>>> {
        async move {
            let (mut found, mut files) = (Vec::new(), tokio::fs::read_dir(&self.folder).await?);
            while let Some(file) = files.next_entry().await? {
                let name = file.file_name();
                let name = name.to_str().and_then(|name| name.split('#').next());
                found.extend(name.and_then(|name| name.parse::<Uuid>().ok()));
            }
            Ok(found)
        }
        .boxed()
    }
}

/// Dropped before it is whole, its bytes are deleted.
struct LocalUpload(Box<dyn MultipartUpload>);

impl Upload for LocalUpload {
    fn write(&mut self, bytes: Bytes) -> BoxFuture<'_, io::Result<()>> {
        let written = self.0.put_part(bytes.into());
        async move { written.await.map_err(failed) }.boxed()
    }

    fn finish(mut self: Box<Self>) -> BoxFuture<'static, io::Result<()>> {
        async move { self.0.complete().await.map(|_| ()).map_err(failed) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    #[tokio::test]
    async fn a_file_is_there_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(&folder.path().join("files")).unwrap();
        let mut upload = store.begin(ID).await.unwrap();
        upload.write(Bytes::from_static(b"one ")).await.unwrap();
        assert_eq!(store.read(ID, 0..9).await.unwrap(), None);
        assert_eq!(store.list().await.unwrap(), [ID], "what is unfinished is listed, too");
        upload.write(Bytes::from_static(b"two")).await.unwrap();
        upload.finish().await.unwrap();
        assert_eq!(store.read(ID, 2..6).await.unwrap().unwrap(), "e tw");
        assert_eq!(store.read(ID, 4..99).await.unwrap().unwrap(), "two");
        store.delete(ID).await.unwrap();
        store.delete(ID).await.unwrap();
        assert!(store.list().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_a_killed_process_left_unfinished_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path()).unwrap();
        let mut upload = store.begin(ID).await.unwrap();
        upload.write(Bytes::from_static(b"half")).await.unwrap();
        // As the end of a process: nothing is cleaned up.
        std::mem::forget(upload);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        store.delete(ID).await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
