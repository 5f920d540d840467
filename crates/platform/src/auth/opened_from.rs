//! Where a session was opened: browser and system by their names, and the network as a keyed hash. It shows admins and people which
//! sessions are their own; neither address nor the browser's whole name is kept.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use super::Guard;
use zaichang_core::keys::{self, Keys};

const NETWORK: &[u8] = b"zaichang/admin-network/v1";
/// Characters of a browser's whole name that are looked at.
const LOOKED_AT: usize = 512;

/// Browsers by what is in their names; those that also carry another's name come first.
const BROWSERS: [(&str, &str); 9] = [
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("MetaSr", "Sogou"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems, likewise.
const SYSTEMS: [(&str, &str); 8] = [
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// Where a session is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFrom {
    /// `Chrome · Windows`; none of a browser that does not say.
    pub device: Option<String>,
    /// The network that the request came over, under the master key that signs.
    pub network: [u8; 8],
    /// The same under the older keys of the list: sessions that were opened while one of them signed keep it so.
    older: Vec<[u8; 8]>,
}

impl OpenedFrom {
    fn new(keys: &Keys, address: IpAddr, user_agent: &str) -> Self {
        let mut networks = networks(keys, address);
        let network = networks.next().expect("a list of keys has one at least");
        Self { device: device(user_agent), network, older: networks.collect() }
    }

    /// Whether a session that keeps this was opened over the same network, whichever master key signed then.
    pub fn is_over(&self, network: &[u8; 8]) -> bool {
        self.network == *network || self.older.contains(network)
    }
}

/// The first 8 bytes of HMAC-SHA256 over the /24 of IPv4, or the /48 of IPv6, under each master key, the newest first.
fn networks(keys: &Keys, address: IpAddr) -> impl Iterator<Item = [u8; 8]> {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets()[..6].to_vec(),
    };
    keys.derive(&[NETWORK]).map(move |key| keys::tag(&key, &network))
}

/// Of known browsers and systems alone: nothing that a client makes up is kept.
fn device(user_agent: &str) -> Option<String> {
    let looked_at: String = user_agent.chars().take(LOOKED_AT).collect();
    let of = |known: &[(&str, &'static str)]| {
        known.iter().find(|(part, _)| looked_at.contains(part)).map(|(_, name)| *name)
    };
    match (of(&BROWSERS), of(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

impl<S> FromRequestParts<S> for OpenedFrom
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let guard = Arc::<Guard>::from_ref(state);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self::new(guard.keys(), guard.address(parts), user_agent.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_its_browser_and_system_by_their_names_alone() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (user_agent, told) in [
            (format!("{windows} Chrome/131.0.0.0 Safari/537.36"), Some("Chrome · Windows")),
            (format!("{windows} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"), Some("Edge · Windows")),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0"
                    .to_owned(),
                Some("WeChat · iPhone"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned(),
                Some("Firefox · Linux"),
            ),
            ("curl/8.5.0".to_owned(), None),
            ("王伟 13800001234 ".repeat(100), None),
            (String::new(), None),
        ] {
            assert_eq!(device(&user_agent).as_deref(), told, "{user_agent}");
        }
        let longest = |known: &[(&str, &str)]| known.iter().map(|(_, name)| name.chars().count()).max();
        assert!(longest(&BROWSERS).unwrap_or(0) + 3 + longest(&SYSTEMS).unwrap_or(0) <= 40);
    }

    #[test]
    fn neighbours_share_a_network_and_without_the_key_it_tells_nothing() {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let first = |keys: &Keys, address: &str| networks(keys, address.parse().unwrap()).next();
        let of = |address: &str| first(&keys, address);
        assert_eq!(of("203.0.113.9"), of("::ffff:203.0.113.250"));
        assert_ne!(of("203.0.113.9"), of("203.0.114.9"));
        let other = Keys::new(&[[4; 32]]).unwrap();
        assert_ne!(of("203.0.113.9"), first(&other, "203.0.113.9"));
    }

    #[test]
    fn a_network_is_known_again_after_a_rotation_while_its_key_is_listed() {
        let (old, new) = ([3; 32], [4; 32]);
        let from = |masters: &[[u8; 32]]| {
            OpenedFrom::new(&Keys::new(masters).unwrap(), "203.0.113.9".parse().unwrap(), "")
        };
        let kept = from(&[old]).network;
        assert!(from(&[new, old]).is_over(&kept) && from(&[old, new]).is_over(&kept));
        assert!(!from(&[new]).is_over(&kept));
        assert_ne!(from(&[new, old]).network, kept);
    }
}
