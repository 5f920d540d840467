//! The port by which files are kept: what a store must do. `integrations` fulfils it, the program joins them.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// Where files lie: this node's disk, or a service that all nodes reach.
pub trait Store: Send + Sync + 'static {
    /// Begins the file with this name, which nothing else has or had.
    fn begin(&self, id: Uuid) -> BoxFuture<'_, io::Result<Box<dyn Upload>>>;

    /// The bytes of a range, fewer at the file's end; none if the file is not here.
    fn read(&self, id: Uuid, range: Range<u64>) -> BoxFuture<'_, io::Result<Option<Bytes>>>;

    /// Deletes the file, finished or not. One that is not here is deleted already.
    fn delete(&self, id: Uuid) -> BoxFuture<'_, io::Result<()>>;

    /// Every file here, finished or not, of any run.
    fn list(&self) -> BoxFuture<'_, io::Result<Vec<Uuid>>>;
}

/// A file that is being written. Dropped before `finish`, it is gone.
pub trait Upload: Send {
    /// Adds these bytes at its end.
    fn write(&mut self, bytes: Bytes) -> BoxFuture<'_, io::Result<()>>;

    /// It is whole. Once this has returned, it survives the death of the machine.
    fn finish(self: Box<Self>) -> BoxFuture<'static, io::Result<()>>;
}
