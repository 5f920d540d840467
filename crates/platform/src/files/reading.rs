//! A kept file that is read: any range of it, part by part, each opened and proved before it leaves.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use uuid::Uuid;

use super::port::Store;
use super::sealing::{Cipher, PART, TAG};
use zaichang_core::keys::Keys;

/// Bytes of a part as it is stored when it is sealed.
const SEALED_PART: u64 = (PART + TAG) as u64;

/// A file that is read.
pub struct Opened {
    store: Arc<dyn Store>,
    id: Uuid,
    cipher: Option<Cipher>,
    bytes: u64,
}

impl Opened {
    /// The file with this id and so many bytes in it; none where it does not lie here. Each listed key is tried.
    pub(super) async fn open(
        store: Arc<dyn Store>,
        keys: &Keys,
        id: Uuid,
        bytes: u64,
        sealed: bool,
    ) -> io::Result<Option<Self>> {
        let mut opened = Self { store, id, cipher: None, bytes };
        if bytes == 0 && !sealed {
            return Ok(Some(opened));
        }
        let Some(first) = opened.store.read(id, 0..SEALED_PART).await? else { return Ok(None) };
        if !sealed {
            return Ok(Some(opened));
        }
        let last = opened.last() == 0;
        let mut ciphers = Cipher::candidates(keys, id).into_iter();
        opened.cipher = ciphers.find(|cipher| cipher.open(0, last, &first).is_some());
        if opened.cipher.is_some() { Ok(Some(opened)) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Bytes of the file, in clear.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of the last part: an empty file has one, too.
    const fn last(&self) -> u64 {
        self.bytes.saturating_sub(1) / PART as u64
    }

    async fn part(&self, number: u64) -> io::Result<Bytes> {
        let length = if self.cipher.is_some() { SEALED_PART } else { PART as u64 };
        let stored = self
            .store
            .read(self.id, number * length..(number + 1) * length)
            .await?
            .ok_or(io::ErrorKind::NotFound)?;
        match &self.cipher {
            None => Ok(stored),
            Some(cipher) => {
                let clear = cipher.open(number, number == self.last(), &stored);
                Ok(clear.ok_or(io::ErrorKind::InvalidData)?.into())
            }
        }
    }

    /// The bytes of a range that lies within the file.
    pub fn stream(self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
        futures_util::stream::try_unfold((self, range), |(file, range)| async move {
            if range.is_empty() {
                return Ok(None);
            }
            let number = range.start / PART as u64;
            let part = file.part(number).await?;
            let begin = number * PART as u64;
            let within = |at: u64| usize::try_from(at - begin).unwrap_or(usize::MAX).min(part.len());
            let cut = part.slice(within(range.start)..within(range.end));
            let start = range.start + cut.len() as u64;
            if cut.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Some((cut, (file, start..range.end))))
        })
    }
}
