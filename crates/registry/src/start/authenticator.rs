//! An authenticator that is set up with a link: a secret of its own each time, handed out with a sealed ticket that brings it back,
//! so that nothing is stored before the link is used, and who merely reads the link never learns the secret that its holder has.
//! It must not know how a link is judged.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::Error;
use zaichang_core::keys::KeyId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_core::totp::Secret;
use zaichang_platform::auth::{self, TokenHash};

/// Characters of a ticket at most; ours have 191.
pub(super) const LONGEST: usize = 256;

/// A secret that has just been made.
pub(super) struct SetUp {
    pub secret: Secret,
    /// Brings the secret back, by the link that it was made with and as long as that lives.
    pub ticket: String,
}

/// Makes a secret for the holder of this link, which ends `until` then.
pub(super) fn set_up(sealer: &Sealer, link: &TokenHash, until: Timestamp) -> Result<SetUp, Error> {
    let secret = Secret::random().map_err(auth::Error::from)?;
    let clear = format!("{}.{}.{}", secret.expose(), until.as_millisecond(), hex::encode(link));
    let sealed = sealer.seal(Kind::AuthenticatorTicket, &clear).map_err(auth::Error::from)?;
    let ticket = URL_SAFE_NO_PAD.encode([sealer.key_id().as_slice(), &sealed.bytes].concat());
    Ok(SetUp { secret, ticket })
}

/// The secret that this ticket was handed out with, if that was by this link and the ticket has not ended.
pub(super) fn brought_back(
    sealer: &Sealer,
    link: &TokenHash,
    ticket: &str,
    now: Timestamp,
) -> Option<Secret> {
    let bytes = URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let (key_id, sealed) = bytes.split_first_chunk::<{ size_of::<KeyId>() }>()?;
    let clear = sealer.open(Kind::AuthenticatorTicket, key_id, sealed).ok()?;
    let mut parts = clear.split('.');
    let (secret, until, of_link) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    let lives = now < Timestamp::from_millisecond(until).ok()?;
    (lives && of_link == hex::encode(link)).then(|| Secret::parse(secret))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use zaichang_core::keys::Keys;

    fn sealer(masters: &[[u8; 32]]) -> Sealer {
        Sealer::new(Keys::new(masters).unwrap())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    const LINK: TokenHash = [7; 32];

    #[test]
    fn each_set_up_has_a_secret_of_its_own_that_only_its_ticket_brings_back() {
        let sealer = sealer(&[[1; 32]]);
        let [one, other] = [(); 2].map(|()| set_up(&sealer, &LINK, at(3600)).unwrap());
        assert_ne!(one.secret, other.secret);
        assert!(one.ticket.len() < LONGEST && !one.ticket.contains(&one.secret.expose()));
        assert_eq!(brought_back(&sealer, &LINK, &one.ticket, at(0)), Some(one.secret));
        assert_eq!(brought_back(&sealer, &LINK, &other.ticket, at(3599)), Some(other.secret));
    }

    #[test]
    fn a_ticket_is_of_its_link_ends_with_it_and_is_not_made_up() {
        let sealer = sealer(&[[1; 32]]);
        let ticket = set_up(&sealer, &LINK, at(3600)).unwrap().ticket;
        assert_eq!(brought_back(&sealer, &[8; 32], &ticket, at(0)), None);
        assert_eq!(brought_back(&sealer, &LINK, &ticket, at(3600)), None);
        let altered = format!("{}AAAA", &ticket[..ticket.len() - 4]);
        // A secret that lies in an account is sealed for that, and is no ticket.
        let stored = sealer.seal(Kind::Totp, &Secret::new([7; 20]).expose()).unwrap().bytes;
        let stored = URL_SAFE_NO_PAD.encode([sealer.key_id().as_slice(), &stored].concat());
        for wrong in ["", "x", "䶮", &ticket[1..], &altered, &stored, &"A".repeat(LONGEST)] {
            assert_eq!(brought_back(&sealer, &LINK, wrong, at(0)), None, "{wrong}");
        }
    }

    #[test]
    fn a_ticket_outlives_a_rotation_and_not_the_loss_of_its_key() {
        let ticket = set_up(&sealer(&[[1; 32]]), &LINK, at(3600)).unwrap();
        let rotated = brought_back(&sealer(&[[2; 32], [1; 32]]), &LINK, &ticket.ticket, at(0));
        assert_eq!(rotated, Some(ticket.secret));
        assert_eq!(brought_back(&sealer(&[[2; 32]]), &LINK, &ticket.ticket, at(0)), None);
    }
}
