//! Passwords: argon2id, off the async threads, a few at a time. It knows no account.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::Error;

/// Each check takes 19 MiB and a core for some 20 ms: two at a time leave room for check-ins.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Compared when the account does not exist, so that the time tells nothing.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash(&SecretString::from("nobody has this password")).unwrap_or_default());

/// Hashes a password in PHC form, with the parameters that OWASP recommends (the crate's defaults).
pub fn hash(password: &SecretString) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| Error::Interrupted)
}

/// Whether the password is the one that was hashed; with no hash it takes the same time and says no.
pub async fn verify(password: SecretString, hashed: Option<String>) -> Result<bool, Error> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| Error::Interrupted)?;
    let verified = tokio::task::spawn_blocking(move || {
        let known = hashed.is_some();
        let hashed = hashed.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&hashed) else { return false };
        Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok() && known
    });
    verified.await.map_err(|_| Error::Interrupted)
}

/// A password that can be read aloud: 12 letters and digits without those that look alike, 71 bits.
pub fn random() -> Result<SecretString, getrandom::Error> {
    const ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    let mut password = String::with_capacity(14);
    while password.chars().filter(|character| *character != '-').count() < 12 {
        let mut byte = [0];
        getrandom::fill(&mut byte)?;
        // Bytes beyond the largest multiple would make the first letters likelier.
        let limit = 256 - 256 % ALPHABET.len();
        if usize::from(byte[0]) < limit {
            if password.len() % 5 == 4 {
                password.push('-');
            }
            password.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
        }
    }
    Ok(password.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_that_was_hashed_is_accepted() {
        let hashed = hash(&"correct horse".into()).unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("correct horse".into(), Some(hashed.clone())).await.unwrap());
        assert!(!verify("wrong horse".into(), Some(hashed)).await.unwrap());
        assert!(!verify("nobody has this password".into(), None).await.unwrap());
    }

    #[test]
    fn a_random_password_is_twelve_readable_characters_in_groups() {
        let password = random().unwrap();
        let groups: Vec<_> = password.expose_secret().split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
    }
}
