//! An export's filter at rest: sealed, once for each export, as it holds what somebody typed into a search field.

use std::io;

use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use uuid::Uuid;

use zaichang_core::keys::Keys;

const FILTER: &[u8] = b"zaichang/export-filter/v1";

/// The key is the export's own and seals nothing else.
const NONCE: [u8; 12] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Seals an export's filter.
pub(super) fn seal(keys: &Keys, export: Uuid, filter: &[u8]) -> io::Result<Vec<u8>> {
    let cipher = Aes256Gcm::new(&keys.signing(&[FILTER, export.as_bytes()]).into());
    let sealed = cipher.encrypt(&Nonce::from(NONCE), filter);
    sealed.map_err(|_| io::Error::other("a filter cannot be sealed"))
}

/// None if none of the keys sealed it.
pub(super) fn open(keys: &Keys, export: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
    let info: [&[u8]; 2] = [FILTER, export.as_bytes()];
    let mut keys = keys.derive(&info);
    keys.find_map(|key| Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(NONCE), sealed).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn a_filter_is_opened_after_a_rotation_and_by_its_own_export_alone() {
        let keys = |masters: &[[u8; 32]]| Keys::new(masters).unwrap();
        let sealed = seal(&keys(&[[1; 32]]), ID, b"{\"q\":\"x\"}").unwrap();
        let rotated = keys(&[[2; 32], [1; 32]]);
        assert_eq!(open(&rotated, ID, &sealed).unwrap(), b"{\"q\":\"x\"}");
        assert_eq!(open(&rotated, Uuid::from_u128(8), &sealed), None);
    }
}
