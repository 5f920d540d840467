//! The fingerprint of a master key, as people compare it: by eye, between a terminal and a page. It reveals nothing of the key.

use zaichang_core::keys::KeyId;

/// Eight digits in two groups: `1a2b 3c4d`.
pub fn fingerprint(key: KeyId) -> String {
    let digits = hex::encode(key);
    format!("{} {}", &digits[..4], &digits[4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_in_two_groups() {
        assert_eq!(fingerprint([0x1a, 0x2b, 0x3c, 0x0d]), "1a2b 3c0d");
    }
}
