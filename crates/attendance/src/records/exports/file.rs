//! A file at rest: sealed in parts, so that it is written and read as a stream and from anywhere within.
//! Each file has a key of its own, from a master key and the file's random id. It must not know what is in it.
//!
//! ```text
//! part  = AES-256-GCM of at most 65,536 bytes; only the last is shorter
//! nonce = last (1 byte: 0 or 1) | 0 (3 bytes) | number of the part (u64 BE)
//! ```

use std::io::{self, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use bytes::Bytes;
use futures_util::Stream;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use uuid::Uuid;

use zaichang_core::keys::Keys;

const PURPOSE: &[u8] = b"zaichang/export/v1";
const FILTER: &[u8] = b"zaichang/export-filter/v1";
const PART: usize = 64 * 1024;
const TAG: usize = 16;

fn nonce(number: u64, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[0] = u8::from(last);
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce
}

/// Seals what it is given; `finish` must be called, or the file cannot be opened.
pub(super) struct Sealing<W> {
    out: W,
    cipher: Aes256Gcm,
    part: Vec<u8>,
    number: u64,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Sealing<W> {
    pub fn new(out: W, keys: &Keys, id: Uuid) -> Self {
        let cipher = Aes256Gcm::new(&keys.signing(&[PURPOSE, id.as_bytes()]).into());
        Self { out, cipher, part: Vec::with_capacity(PART + TAG), number: 0, bytes: 0, hash: Sha256::new() }
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.cipher.encrypt(&Nonce::from(nonce(self.number, last)), self.part.as_slice());
        self.out.write_all(&sealed.map_err(|_| io::Error::other("a part cannot be sealed"))?)?;
        self.number += 1;
        self.part.clear();
        Ok(())
    }

    /// The last part; gives what was written to, how many bytes went in, and their SHA-256.
    pub fn finish(mut self) -> io::Result<(W, u64, [u8; 32])> {
        self.seal(true)?;
        self.out.flush()?;
        Ok((self.out, self.bytes, self.hash.finalize().into()))
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full part waits until more comes: only then is it known not to be the last.
        if self.part.len() == PART {
            self.seal(false)?;
        }
        let taken = &bytes[..bytes.len().min(PART - self.part.len())];
        self.part.extend_from_slice(taken);
        self.hash.update(taken);
        self.bytes += taken.len() as u64;
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A sealed file that is read.
pub(super) struct Opened {
    file: tokio::fs::File,
    cipher: Aes256Gcm,
    bytes: u64,
}

impl Opened {
    /// The file with this id and so many bytes in it; none where it does not lie here. Each listed key is tried.
    pub async fn open(folder: &Path, keys: &Keys, id: Uuid, bytes: u64) -> io::Result<Option<Self>> {
        let file = match tokio::fs::File::open(folder.join(id.to_string())).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let ciphers: Vec<_> =
            keys.derive(&[PURPOSE, id.as_bytes()]).map(|key| Aes256Gcm::new(&key.into())).collect();
        let mut opened = Self { file, cipher: ciphers[0].clone(), bytes };
        for cipher in ciphers {
            opened.cipher = cipher;
            if opened.part(0).await.is_ok() {
                return Ok(Some(opened));
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    /// The number of the last part: an empty file has one, too.
    const fn last(&self) -> u64 {
        self.bytes.saturating_sub(1) / PART as u64
    }

    async fn part(&mut self, number: u64) -> io::Result<Vec<u8>> {
        let last = number == self.last();
        self.file.seek(SeekFrom::Start(number * (PART + TAG) as u64)).await?;
        let mut sealed = Vec::with_capacity(PART + TAG);
        (&mut self.file).take((PART + TAG) as u64).read_to_end(&mut sealed).await?;
        let clear = self.cipher.decrypt(&Nonce::from(nonce(number, last)), sealed.as_slice());
        clear.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
    }

    /// The bytes of a range that lies within the file.
    pub fn stream(self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
        futures_util::stream::try_unfold((self, range), |(mut file, range)| async move {
            if range.is_empty() {
                return Ok(None);
            }
            let number = range.start / PART as u64;
            let part = Bytes::from(file.part(number).await?);
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

/// Seals an export's filter, once for each export.
pub(super) fn seal_filter(keys: &Keys, export: Uuid, filter: &[u8]) -> io::Result<Vec<u8>> {
    let cipher = Aes256Gcm::new(&keys.signing(&[FILTER, export.as_bytes()]).into());
    cipher
        .encrypt(&Nonce::from(nonce(0, true)), filter)
        .map_err(|_| io::Error::other("a filter cannot be sealed"))
}

pub(super) fn open_filter(keys: &Keys, export: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
    let info: [&[u8]; 2] = [FILTER, export.as_bytes()];
    let mut keys = keys.derive(&info);
    keys.find_map(|key| Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(nonce(0, true)), sealed).ok())
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn keys(masters: &[[u8; 32]]) -> Keys {
        Keys::new(masters).unwrap()
    }

    fn sealed(folder: &Path, bytes: &[u8]) -> [u8; 32] {
        let out = std::fs::File::create(folder.join(ID.to_string())).unwrap();
        let mut sealing = Sealing::new(out, &keys(&[[1; 32]]), ID);
        for piece in bytes.chunks(1000) {
            sealing.write_all(piece).unwrap();
        }
        let (_, written, hash) = sealing.finish().unwrap();
        assert_eq!(written, bytes.len() as u64);
        hash
    }

    async fn read(folder: &Path, keys: &Keys, of: u64, range: Range<u64>) -> io::Result<Vec<u8>> {
        let file = Opened::open(folder, keys, ID, of).await?.expect("it is there");
        let parts: Vec<Bytes> = file.stream(range).try_collect().await?;
        Ok(parts.concat())
    }

    #[tokio::test]
    async fn any_range_of_any_length_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let rotated = keys(&[[2; 32], [1; 32]]);
        for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 7] {
            let clear: Vec<u8> = (0..=250).cycle().take(length).collect();
            let hash = sealed(folder.path(), &clear);
            assert_eq!(hash, <[u8; 32]>::from(Sha256::digest(&clear)));
            let middle = length / 3..length - length / 3;
            for range in [0..length, middle, length.saturating_sub(1)..length, PART.min(length)..length] {
                let asked = range.start as u64..range.end as u64;
                let found = read(folder.path(), &rotated, length as u64, asked).await.unwrap();
                assert_eq!(found, clear[range.clone()], "{range:?} of {length}");
            }
        }
    }

    #[tokio::test]
    async fn what_was_changed_cut_or_sealed_by_another_key_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let (length, path) = (2 * PART + 5, folder.path().join(ID.to_string()));
        sealed(folder.path(), &vec![7; length]);
        let whole = std::fs::read(&path).unwrap();
        assert!(!whole.windows(16).any(|window| window == [7; 16]));
        let all = 0..length as u64;
        assert!(read(folder.path(), &keys(&[[2; 32]]), length as u64, all.clone()).await.is_err());
        let cut = &whole[..2 * (PART + TAG)];
        std::fs::write(&path, cut).unwrap();
        assert!(read(folder.path(), &keys(&[[1; 32]]), 2 * PART as u64, 0..2 * PART as u64).await.is_err());
        let mut changed = whole.clone();
        changed[PART + TAG + 9] ^= 1;
        std::fs::write(&path, changed).unwrap();
        assert!(read(folder.path(), &keys(&[[1; 32]]), length as u64, all).await.is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(Opened::open(folder.path(), &keys(&[[1; 32]]), ID, 5).await.unwrap().is_none());
    }

    #[test]
    fn a_filter_is_opened_after_a_rotation_and_by_its_own_export_alone() {
        let sealed = seal_filter(&keys(&[[1; 32]]), ID, b"{\"q\":\"x\"}").unwrap();
        let rotated = keys(&[[2; 32], [1; 32]]);
        assert_eq!(open_filter(&rotated, ID, &sealed).unwrap(), b"{\"q\":\"x\"}");
        assert_eq!(open_filter(&rotated, Uuid::from_u128(8), &sealed), None);
    }
}
