//! Passwords: argon2id, off the async threads, one at a time for each of six kinds of people. It knows no account.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de};

use super::guesses::{By, Logins};
use super::hashing::Lane;
use super::{AccountName, Error};

/// Characters of a password: what is longer is not hashed, what is shorter is not taken for a new one.
const LONGEST: usize = 128;
const SHORTEST: usize = 10;
/// Kinds of characters in a new one: capitals, small letters, digits, everything else.
const KINDS: usize = 3;

/// Each check takes 19 MiB and a core for some 20 ms. Known devices have a lane in which no stranger's password is checked,
/// and so have the hall, and those who proved work; admins have lanes that no attendee's password fills. A queue is as long as
/// can be worked off in a request's time.
static OF_KNOWN_DEVICES: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 64));
static OF_SCANS: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 256));
static OF_STRANGERS: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 32));
static OF_WORKERS: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 256));
static OF_STRANGE_ADMINS: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 32));
static OF_WORKING_ADMINS: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 64));
/// New passwords, of those who have proved that they may set one.
static NEW: LazyLock<Lane> = LazyLock::new(|| Lane::new(1, 32));

/// A password as a client sends it.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let password = SecretString::deserialize(from)?;
        if password.expose_secret().chars().count() > LONGEST {
            return Err(de::Error::custom("it is 128 characters at most"));
        }
        Ok(Self(password))
    }
}

impl Password {
    /// Whether both are one.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

#[cfg(feature = "fuzzing")]
impl Password {
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Compared when the account does not exist, so that the time reveals nothing.
static OF_NO_ACCOUNT: LazyLock<String> =
    LazyLock::new(|| hash(&SecretString::from("no account has this password")).unwrap_or_default());

/// Hashes a password in PHC form, with the parameters that OWASP recommends (the crate's defaults).
pub fn hash(password: &SecretString) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| Error::Interrupted)
}

/// Whether the password is the one that was hashed; with no hash it takes the same time and says no.
pub async fn verify(
    password: Password,
    hashed: Option<String>,
    logins: Logins,
    by: By,
) -> Result<bool, Error> {
    let lane = match (by, logins) {
        (By::KnownDevice(_), _) => &OF_KNOWN_DEVICES,
        (By::Scan(_), _) => &OF_SCANS,
        (By::Address(_), Logins::Attendees) => &OF_STRANGERS,
        (By::Work { .. }, Logins::Attendees) => &OF_WORKERS,
        (By::Address(_), Logins::Admins) => &OF_STRANGE_ADMINS,
        (By::Work { .. }, Logins::Admins) => &OF_WORKING_ADMINS,
    };
    lane.run(move || {
        let known = hashed.is_some();
        let hashed = hashed.unwrap_or_else(|| OF_NO_ACCOUNT.clone());
        let Ok(parsed) = PasswordHash::new(&hashed) else { return false };
        let password = password.0.expose_secret().as_bytes();
        Argon2::default().verify_password(password, &parsed).is_ok() && known
    })
    .await
}

/// Whether somebody may log in by this from now on. A single character many times over is none, however long.
pub fn strong(password: &Password, account: &AccountName) -> Result<(), Error> {
    strong_for(password, account.as_str())
}

/// The same for an account that may be called otherwise than new ones are.
pub fn strong_for(password: &Password, account: &str) -> Result<(), Error> {
    if is_strong(password.0.expose_secret(), account) { Ok(()) } else { Err(Error::PasswordWeak) }
}

fn is_strong(text: &str, account: &str) -> bool {
    let kinds: [fn(char) -> bool; 4] = [
        |character| character.is_ascii_uppercase(),
        |character| character.is_ascii_lowercase(),
        |character| character.is_ascii_digit(),
        |character| !character.is_ascii_alphanumeric(),
    ];
    let of_kinds = kinds.iter().filter(|is_of| text.chars().any(is_of)).count();
    let distinct: std::collections::BTreeSet<_> = text.chars().collect();
    let holds_account = !account.is_empty() && text.to_lowercase().contains(&account.to_lowercase());
    text.chars().count() >= SHORTEST && of_kinds >= KINDS && distinct.len() * 2 >= SHORTEST && !holds_account
}

/// Hashes a new password, off the async threads.
pub async fn hash_new(password: Password) -> Result<String, Error> {
    NEW.run(move || hash(&password.0)).await?
}

/// Hashes a password that was given, likewise.
pub async fn hash_given(password: SecretString) -> Result<String, Error> {
    hash_new(Password(password)).await
}

/// A password that can be read aloud: 12 letters and digits without those that look alike, in groups, 71 bits; with capitals, small
/// letters and digits in it.
pub fn random() -> Result<SecretString, getrandom::Error> {
    loop {
        let password = drawn()?;
        let has = |is_of: fn(&char) -> bool| password.chars().any(|character| is_of(&character));
        let kinds = [char::is_ascii_uppercase, char::is_ascii_lowercase, char::is_ascii_digit];
        if kinds.into_iter().all(has) {
            return Ok(password.into());
        }
    }
}

fn drawn() -> Result<String, getrandom::Error> {
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
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_that_was_hashed_is_accepted() {
        let hashed = hash(&"correct horse".into()).unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        let verify = async |password: &str, hashed: Option<&String>| {
            let by = By::Address([203, 0, 113, 1].into());
            verify(Password(password.into()), hashed.cloned(), Logins::Attendees, by).await.unwrap()
        };
        assert!(verify("correct horse", Some(&hashed)).await);
        assert!(!verify("wrong horse", Some(&hashed)).await);
        assert!(!verify("no account has this password", None).await);
    }

    #[test]
    fn a_new_password_is_long_of_several_kinds_and_not_the_account() {
        let account = AccountName::parse("hunan-wjw").unwrap();
        let is_strong = |password: &str| strong(&Password(password.into()), &account).is_ok();
        for good in ["Chufang-2026", "岳麓山下 2026 spring", "aB3$aB3$xY", "correct horse 9"] {
            assert!(is_strong(good), "{good}");
        }
        for weak in [
            "",
            "Ab3$",
            "abcdefghij",
            "1234567890",
            "abcdefg123",
            "Hunan-WJW-2026",
            "aA1aA1aA1a",
            "Aaaaaaaaaaaa1",
        ] {
            assert!(!is_strong(weak), "{weak}");
        }
    }

    #[test]
    fn what_is_too_long_is_no_password() {
        let read = |password: String| serde_json::from_value::<Password>(password.into());
        assert!(read("岳".repeat(128)).is_ok());
        let refused = read("x".repeat(15_000)).unwrap_err().to_string();
        assert_eq!(refused, "it is 128 characters at most");
    }

    #[test]
    fn a_random_password_is_twelve_readable_characters_in_groups() {
        let password = random().unwrap();
        let groups: Vec<_> = password.expose_secret().split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
        for _ in 0..500 {
            let password = random().unwrap();
            let kinds: [fn(char) -> bool; 3] =
                [|one| one.is_ascii_uppercase(), |one| one.is_ascii_lowercase(), |one| one.is_ascii_digit()];
            assert!(kinds.iter().all(|is_of| password.expose_secret().chars().any(is_of)));
            assert!(is_strong(password.expose_secret(), "hunan-wjw"));
        }
    }
}
