//! A workbook on its way to a browser: written to a nameless temporary file off the async threads, then read at the reader's own
//! pace. A node writes two at a time.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::PathBuf;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt as _;
use tokio::sync::Semaphore;

use super::{Error, XLSX};
use crate::http::{Problem, refusals};

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

static TURNS: Semaphore = Semaphore::const_new(2);

/// Answers with what `write` writes, saved under this name (`files::attachment`).
pub async fn download(
    name: HeaderValue,
    scratch: PathBuf,
    write: impl FnOnce(&mut File) -> Result<(), Error> + Send + 'static,
) -> Result<Response, Problem> {
    let turn = TURNS.acquire().await.map_err(|_| refusals::BUSY)?;
    let written = tokio::task::spawn_blocking(move || -> Result<(File, u64), Error> {
        let mut file = tempfile::tempfile_in(scratch)?;
        write(&mut file)?;
        let bytes = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, bytes))
    });
    let (file, bytes) = written.await.map_err(|_| refusals::INTERNAL)??;
    drop(turn);
    let file = tokio::fs::File::from_std(file);
    let body = futures_util::stream::try_unfold(file, |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
