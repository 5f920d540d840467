//! The network that a scan came from, as a keyed hash: it shows which scans share one, never which network it was. Pure.

use std::net::IpAddr;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use zaichang_core::keys::{Keys, mac};

/// First 8 bytes of HMAC-SHA256 over the network an address lies in: /24 of IPv4, /48 of IPv6, as providers hand them out.
/// A hall behind one address is one network, and so is a carrier's gateway for many phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(pub [u8; 8]);

/// Hashes networks, under a key derived once.
#[derive(Clone)]
pub struct Networks(Hmac<Sha256>);

impl Networks {
    pub fn new(keys: &Keys) -> Self {
        Self(mac(&keys.signing(&[b"zaichang/network/v1"])))
    }

    pub fn of(&self, address: IpAddr) -> Network {
        let mac = self.0.clone();
        let tag = match address.to_canonical() {
            IpAddr::V4(address) => mac.chain_update(&address.octets()[..3]),
            IpAddr::V6(address) => mac.chain_update(&address.octets()[..6]),
        };
        let tag = tag.finalize().into_bytes();
        Network(tag[..8].try_into().expect("SHA-256 is longer than 8 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network_and_strangers_do_not() {
        let networks = Networks::new(&Keys::new(&[[3; 32]]).unwrap());
        let of = |address: &str| networks.of(address.parse().unwrap());
        let table = [
            ("203.0.113.9", "203.0.113.250", true),
            ("203.0.113.9", "203.0.114.9", false),
            ("203.0.113.9", "::ffff:203.0.113.1", true),
            ("2001:db8:1:2::1", "2001:db8:1:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:2:2::1", false),
        ];
        for (one, other, together) in table {
            assert_eq!(of(one) == of(other), together, "{one} {other}");
        }
        let others = Networks::new(&Keys::new(&[[4; 32]]).unwrap());
        assert_ne!(
            of("203.0.113.9"),
            others.of("203.0.113.9".parse().unwrap()),
            "without the key it tells nothing"
        );
    }
}
