//! How many connections a node holds, in all and of one address, so that no address takes the files of a node.
//! It must not know what a connection is for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use zaichang_platform::http::address::TrustedProxies;
use zaichang_platform::http::failures::network;

/// Files that are no client's: the pools, Redis, the log, exports, the private servers' pipes.
const OWN: u64 = 256;

/// The places of a node.
#[derive(Clone)]
pub struct Places(Arc<Inner>);

struct Inner {
    free: Arc<Semaphore>,
    /// Of one address, or of one network of IPv6.
    most: u32,
    proxies: TrustedProxies,
    taken: Mutex<HashMap<IpAddr, u32>>,
}

impl Places {
    /// For a process that may hold `files` open: each connection is one. No address gets more than three quarters of
    /// them, however many it is allowed.
    pub fn new(files: u64, of_one_address: u32, proxies: TrustedProxies) -> Self {
        let all = files.saturating_sub(OWN).max(files / 2).min(1 << 24);
        let all = u32::try_from(all).unwrap_or(u32::MAX).max(1);
        let most = of_one_address.min(all / 4 * 3).max(1);
        Self(Arc::new(Inner {
            free: Arc::new(Semaphore::new(all as usize)),
            most,
            proxies,
            taken: Mutex::default(),
        }))
    }

    /// Waits for a place in the node.
    pub async fn free(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.0.free).acquire_owned().await.expect("it is never closed")
    }

    /// The place of an address; none if it has taken all that it may. Declared proxies speak for many.
    pub fn take(&self, address: IpAddr, permit: OwnedSemaphorePermit) -> Option<ConnectionPlace> {
        let address = address.to_canonical();
        if self.0.proxies.trusts(address) {
            return Some(ConnectionPlace { _permit: permit, counted: None });
        }
        let network = network(address);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let places = taken.entry(network).or_insert(0);
        if *places >= self.0.most {
            metrics::counter!("zaichang_connections_refused_total").increment(1);
            return None;
        }
        *places += 1;
        Some(ConnectionPlace { _permit: permit, counted: Some((Arc::clone(&self.0), network)) })
    }
}

/// A connection's place, given back when the connection is closed.
pub struct ConnectionPlace {
    _permit: OwnedSemaphorePermit,
    counted: Option<(Arc<Inner>, IpAddr)>,
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let Some((places, network)) = self.counted.take() else { return };
        let mut taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut of_one) = taken.entry(network) {
            *of_one.get_mut() -= 1;
            if *of_one.get() == 0 {
                of_one.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(places: &Places, address: &str) -> Option<ConnectionPlace> {
        places.take(address.parse().unwrap(), places.free().await)
    }

    #[tokio::test]
    async fn an_address_is_refused_beyond_its_places_and_gets_back_what_it_leaves() {
        let places = Places::new(u64::MAX, 2, TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]));
        let mut kept = vec![take(&places, "203.0.113.7").await.unwrap()];
        kept.push(take(&places, "::ffff:203.0.113.7").await.unwrap());
        assert!(take(&places, "203.0.113.7").await.is_none());
        for _ in 0..9 {
            kept.push(take(&places, "10.0.0.1").await.unwrap());
        }
        kept.push(take(&places, "2001:db8::1").await.unwrap());
        kept.push(take(&places, "2001:db8::2").await.unwrap());
        assert!(take(&places, "2001:db8::3").await.is_none());
        kept.clear();
        assert!(take(&places, "203.0.113.7").await.is_some());
        assert!(places.0.taken.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn no_address_takes_all_files_of_a_node() {
        let places = Places::new(2048, 20_000, TrustedProxies::default());
        let mut kept = Vec::new();
        while let Some(place) = take(&places, "203.0.113.7").await {
            kept.push(place);
        }
        assert_eq!((kept.len(), places.0.free.available_permits()), (1344, 448));
    }
}
