//! The screen-scoped credential: lets a page that once had a ticket come back after a reload, a lost line or a restart
//! of the server. Signed, so that no store is needed; good for one screen while that is open. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::{Keys, sign, verify};

const PURPOSE: &[u8] = b"zaichang/display/v1";
const SALT: usize = 8;
const BODY: usize = 4 + SALT;
const TAG: usize = 16;

/// A new credential for a screen; each page has its own.
pub(super) fn make(keys: &Keys, screen: ScreenNumber) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; BODY];
    bytes[..4].copy_from_slice(&screen.0.to_be_bytes());
    getrandom::fill(&mut bytes[4..])?;
    let tag: [u8; TAG] = sign(keys, PURPOSE, &bytes);
    bytes.extend(tag);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether this is a credential of ours for this screen.
pub(super) fn opens(keys: &Keys, screen: ScreenNumber, credential: &str) -> bool {
    let mut bytes = [0; BODY + TAG];
    let Ok(length) = URL_SAFE_NO_PAD.decode_slice(credential, &mut bytes) else { return false };
    let (body, tag) = bytes.split_at(BODY);
    length == bytes.len() && body[..4] == screen.0.to_be_bytes() && verify(keys, PURPOSE, body, tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_opens_its_own_screen_only() {
        let keys = Keys::new(&[[9; 32]]).unwrap();
        let credential = make(&keys, ScreenNumber(7)).unwrap();
        assert!(opens(&keys, ScreenNumber(7), &credential));
        assert!(!opens(&keys, ScreenNumber(8), &credential));
        assert!(!opens(&keys, ScreenNumber(7), &credential[1..]));
        assert!(!opens(&keys, ScreenNumber(7), ""));
        assert!(!opens(&Keys::new(&[[8; 32]]).unwrap(), ScreenNumber(7), &credential));
    }
}
