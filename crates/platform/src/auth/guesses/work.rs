//! Logins by proved work: where the budgets of address and screen are spent, a login is judged all the same if its client has
//! worked for it. The work is of what is tried, its device and the moment, and counts once; the more of it is wrong, the
//! harder it gets. It must not know what is tried.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{Admitted, By};
use crate::auth::Error;
use crate::auth::hashing::Lane;
use crate::auth::proof_of_work::{Work, challenge_of};
use crate::http::budget::Budget;
use zaichang_core::keys::Keys;

/// As long as a slow phone may take for it on a bad line: proofs cannot be collected for later.
const LIFE: SignedDuration = SignedDuration::from_mins(2);
/// A challenge may be a second ahead of a node's clock, and its proof is remembered for as long as it could be shown again.
const REMEMBERED: Duration = Duration::from_secs(125);

/// 32,768, 65,536 and 98,304 hashes as a rule: docs/operating/logins.en.md says what they take. A phone that costs
/// little works at the hardest for less than three seconds.
const LEVELS: [(&str, Work); 3] = [
    ("easy", level(b"zaichang/login-proof/v1/easy", 4, 13)),
    ("medium", level(b"zaichang/login-proof/v1/medium", 8, 13)),
    ("hard", level(b"zaichang/login-proof/v1/hard", 6, 14)),
];

/// Wrong logins by work of an address at once, and how soon one is forgotten: each third of them makes the work harder.
const OF_ADDRESS: u32 = 150;
const OF_ADDRESS_EACH: Duration = Duration::from_secs(1);

const ENTRIES: usize = 1 << 16;

/// SMS codes are judged by Postgres, and WeChat's codes by WeChat: so many at once, so many waiting. Passwords have a lane of
/// their own (`password.rs`).
static OF_CODES: LazyLock<Lane> = LazyLock::new(|| Lane::new(4, 256));
static OF_WECHAT: LazyLock<Lane> = LazyLock::new(|| Lane::new(8, 256));
/// A request lasts ten seconds, and WeChat may take eight of them: who waits for a turn any longer would be cut off without a word.
const WAIT: Duration = Duration::from_millis(1500);

const fn level(purpose: &'static [u8], rounds: usize, bits: u32) -> Work {
    Work { purpose, rounds, bits, life: LIFE }
}

/// What is tried on which device, and what was worked out for it.
#[derive(Clone, Debug)]
pub struct Tried {
    what: [u8; 32],
    proof: Option<String>,
}

impl Tried {
    /// `kind` says what `what` is: no phone is an account.
    pub fn new(kind: &'static str, what: &[u8], device: &[u8; 16], proof: Option<&str>) -> Self {
        let hash = Sha256::new().chain_update(device).chain_update(kind).chain_update([0]).chain_update(what);
        Self { what: hash.finalize().into(), proof: proof.map(str::to_owned) }
    }
}

/// What a login by work waits for a turn among.
#[derive(Clone, Copy, Debug)]
pub enum Among {
    SmsCodes,
    WechatCodes,
}

/// The work that a node has asked for and been shown.
pub(super) struct Worked {
    keys: Arc<Keys>,
    wrong: Budget,
    shown: Budget,
}

impl Worked {
    pub fn new(keys: Arc<Keys>) -> Self {
        Self {
            keys,
            wrong: Budget::new(OF_ADDRESS, OF_ADDRESS_EACH, ENTRIES),
            shown: Budget::new(1, REMEMBERED, ENTRIES),
        }
    }

    /// Whether work was proved for what is tried, and not shown before. It is as much as is asked for now, wherever and whenever
    /// its challenge was had: otherwise easy ones would be collected while nothing is wrong yet, or from another address.
    pub fn is_proved(&self, tried: &Tried, address: IpAddr, node_is_spent: bool, now: Timestamp) -> bool {
        let Some(proof) = &tried.proof else { return false };
        let enough = &LEVELS[self.level(address, node_is_spent, now)..];
        let of_level = |(_, work): &&(&str, Work)| work.is_proved(&self.keys, proof, &tried.what, now);
        let Some((level, _)) = enough.iter().find(of_level) else { return false };
        if self.shown.admit(challenge_of(proof), now).is_err() {
            return false;
        }
        metrics::counter!("zaichang_logins_by_work_total", "level" => *level).increment(1);
        true
    }

    /// What has to be worked out first.
    pub fn challenge(&self, tried: &Tried, address: IpAddr, node_is_spent: bool, now: Timestamp) -> String {
        LEVELS[self.level(address, node_is_spent, now)].1.challenge(&self.keys, &tried.what, now)
    }

    /// Where the whole node is guessed at, it is the hardest.
    fn level(&self, address: IpAddr, node_is_spent: bool, now: Timestamp) -> usize {
        let left = if node_is_spent { 0 } else { self.wrong.left(address, now) };
        match 3 * left / OF_ADDRESS {
            0 => 2,
            1 => 1,
            _ => 0,
        }
    }

    /// A login by work was wrong. Those that are still judged make nothing harder: a hall that logs in at once is not sent to
    /// work again.
    pub fn was_wrong(&self, address: IpAddr, now: Timestamp) {
        self.wrong.count(address, now);
    }

    /// It may show its proof again.
    pub fn was_not_judged(&self, tried: Option<&Tried>, now: Timestamp) {
        if let Some(proof) = tried.and_then(|tried| tried.proof.as_deref()) {
            self.shown.give_back(challenge_of(proof), now);
        }
    }
}

impl Admitted<'_> {
    /// A turn for what takes its time to be judged, kept until it is. Only logins by work wait for one; `Busy` where it does not come
    /// in time.
    pub async fn turn(&self, among: Among) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let lane = match (self.by(), among) {
            (By::Work { .. }, Among::SmsCodes) => &OF_CODES,
            (By::Work { .. }, Among::WechatCodes) => &OF_WECHAT,
            _ => return Ok(None),
        };
        lane.turn_within(WAIT).await.map(Some)
    }
}
