//! A file that is being written, from a blocking thread: counted, summed, looked at, sealed where its kind is, and handed to
//! the store part by part. It must not know where that is.

use std::io::{self, Write};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::content::LOOKED_AT;
use super::port::Upload;
use super::sealing::{Cipher, PART, TAG};
use super::{Error, Kind};
use zaichang_core::keys::Keys;

/// Parts between the writer and the store: a slow store slows the writer down.
const PARTS: usize = 4;

/// A file that was written and can be kept.
pub struct Written {
    pub id: Uuid,
    /// In clear.
    pub bytes: u64,
    pub sha256: [u8; 32],
}

enum Piece {
    Part(Vec<u8>),
    End,
}

/// Takes a file's bytes; blocks, so it belongs off the async threads. Without `finish` there is no file.
pub struct Writing {
    id: Uuid,
    kind: &'static Kind,
    cipher: Option<Cipher>,
    part: Vec<u8>,
    number: u64,
    bytes: u64,
    beginning: Vec<u8>,
    hash: Sha256,
    pieces: mpsc::Sender<Piece>,
    /// None once it has been asked.
    stored: Option<oneshot::Receiver<io::Result<()>>>,
}

impl Writing {
    pub(super) fn new(id: Uuid, kind: &'static Kind, upload: Box<dyn Upload>, keys: &Keys) -> Self {
        let (pieces, sent) = mpsc::channel(PARTS);
        let (done, stored) = oneshot::channel();
        tokio::spawn(async move {
            // The writer may have gone.
            let _ = done.send(store(upload, sent).await);
        });
        Self {
            id,
            kind,
            cipher: kind.sealed.then(|| Cipher::of_new(keys, id)),
            part: Vec::with_capacity(PART + TAG),
            number: 0,
            bytes: 0,
            beginning: Vec::new(),
            hash: Sha256::new(),
            pieces,
            stored: Some(stored),
        }
    }

    /// Its name, by which it is opened once it is kept.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    fn hand_on(&mut self, last: bool) -> io::Result<()> {
        let clear = std::mem::replace(&mut self.part, Vec::with_capacity(PART + TAG));
        let part = match &self.cipher {
            None => clear,
            Some(cipher) => cipher
                .seal(self.number, last, &clear)
                .ok_or_else(|| io::Error::other("a part cannot be sealed"))?,
        };
        self.number += 1;
        self.send(Piece::Part(part))
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        match self.pieces.blocking_send(piece) {
            Ok(()) => Ok(()),
            // The store's own reason says more than that it has gone.
            Err(_) => self.stored().and(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// What the store says in the end.
    fn stored(&mut self) -> io::Result<()> {
        let told = self.stored.take().and_then(|stored| stored.blocking_recv().ok());
        told.unwrap_or(Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// The last part; the file is whole and safe on its storage when this has returned.
    pub fn finish(mut self) -> Result<Written, Error> {
        if self.bytes > self.kind.limit {
            return Err(Error::TooLarge);
        }
        if !self.kind.content.begins(&self.beginning) {
            return Err(Error::OtherContent);
        }
        self.hand_on(true)?;
        self.send(Piece::End)?;
        self.stored()?;
        Ok(Written { id: self.id, bytes: self.bytes, sha256: self.hash.finalize().into() })
    }
}

async fn store(mut upload: Box<dyn Upload>, mut sent: mpsc::Receiver<Piece>) -> io::Result<()> {
    loop {
        match sent.recv().await {
            Some(Piece::Part(part)) => upload.write(Bytes::from(part)).await?,
            Some(Piece::End) => return upload.finish().await,
            None => return Err(io::ErrorKind::Interrupted.into()),
        }
    }
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes > self.kind.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // A full part waits until more comes: only then is it known not to be the last.
        if self.part.len() == PART {
            self.hand_on(false)?;
        }
        let taken = &bytes[..bytes.len().min(PART - self.part.len())];
        let looked_at = taken.len().min(LOOKED_AT - self.beginning.len());
        self.beginning.extend_from_slice(&taken[..looked_at]);
        self.part.extend_from_slice(taken);
        self.hash.update(taken);
        self.bytes += taken.len() as u64;
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
