//! Frozen pages in the machine's own table of connections: since when the server cannot get rid of its
//! bytes, and when it let go. Only the table shows it: a page that does not read receives no close. It must not know WebSocket.

use std::collections::HashMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::instant::Micros;
use super::lateness::Lateness;
use crate::clock::unix_us;

/// How often the table is read; as precise are the figures.
const LOOK: Duration = Duration::from_millis(500);
const ESTABLISHED: u8 = 1;

/// The results for the frozen pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frozen {
    pub pages: usize,
    /// Pages whose connection the server had given up when the watch ended.
    pub dropped: usize,
    /// From the first byte that could not be delivered to the end of the connection.
    #[serde(skip)]
    pub dropped_after: Lateness,
    /// The most bytes that waited in the system for one of them.
    pub most_waiting_of_one: u64,
}

/// A connection's end at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Connection {
    established: bool,
    /// Bytes that the server has sent and the page has not taken.
    waiting: u64,
}

/// Watches the server's side of these connections until all are gone or the time is over.
///
/// # Errors
/// The table cannot be read: this works on Linux and over IPv4 only.
pub async fn watch(server: SocketAddr, pages: &[SocketAddr], within: Duration) -> anyhow::Result<Frozen> {
    let mut stuck_since: HashMap<SocketAddr, Option<Micros>> =
        pages.iter().map(|page| (*page, None)).collect();
    let mut frozen = Frozen { pages: pages.len(), ..Frozen::default() };
    let deadline = Instant::now() + within;
    while !stuck_since.is_empty() && Instant::now() < deadline {
        sleep(LOOK).await;
        let table = tokio::task::spawn_blocking(|| fs::read_to_string("/proc/net/tcp")).await??;
        let (now, found) = (unix_us(), connections(&table, server));
        stuck_since.retain(|page, since| match found.get(page).filter(|connection| connection.established) {
            Some(connection) => {
                frozen.most_waiting_of_one = frozen.most_waiting_of_one.max(connection.waiting);
                *since = if connection.waiting == 0 { None } else { Some(since.unwrap_or(now)) };
                true
            }
            None => {
                frozen.dropped += 1;
                frozen.dropped_after.record(now - since.unwrap_or(now));
                false
            }
        });
    }
    Ok(frozen)
}

/// The connections of a server by the address at their other end.
fn connections(table: &str, server: SocketAddr) -> HashMap<SocketAddr, Connection> {
    let of_line = |line: &str| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let (local, remote) = (address(fields.next()?)?, address(fields.next()?)?);
        if local.port() != server.port() || remote.port() == 0 {
            return None;
        }
        let established = u8::from_str_radix(fields.next()?, 16).ok()? == ESTABLISHED;
        let waiting = u64::from_str_radix(fields.next()?.split_once(':')?.0, 16).ok()?;
        Some((remote, Connection { established, waiting }))
    };
    table.lines().skip(1).filter_map(of_line).collect()
}

/// `0100007F:1F90` is 127.0.0.1:8080: the address is a number in the machine's own order of bytes.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let ip = Ipv4Addr::from(u32::from_str_radix(ip, 16).ok()?.to_ne_bytes());
    Some(SocketAddr::new(IpAddr::V4(ip), u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn the_server_s_side_is_read_as_the_kernel_writes_it() {
        let table =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1
   1: 0100007F:1F90 0200007F:9C41 01 0000A000:00000000 01:00000014 00000000     0        0 12 1
   2: 0100007F:1F90 0200007F:9C42 04 00000010:00000000 01:00000014 00000000     0        0 0 1
   3: 0200007F:9C41 0100007F:1F90 01 00000000:00000F00 00:00000000 00000000     0        0 13 1";
        let found = connections(table, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(found.len(), 2);
        let page = |port: u16| found[&SocketAddr::from(([127, 0, 0, 2], port))];
        assert_eq!(page(40001), Connection { established: true, waiting: 40960 });
        assert!(!page(40002).established);
    }

    #[tokio::test]
    async fn a_line_that_the_server_gives_up_is_found_though_the_page_reads_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        let page = TcpStream::connect(server).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        let mut accepted = accepted.into_std().unwrap();
        // Writes until the page's buffer and the server's own are full.
        while accepted.write(&[0; 4096]).is_ok() {}
        let pages = [page.local_addr().unwrap()];
        let stuck = watch(server, &pages, Duration::from_millis(1200)).await.unwrap();
        assert_eq!((stuck.pages, stuck.dropped), (1, 0));
        assert!(stuck.most_waiting_of_one > 0);
        drop(accepted);
        let dropped = watch(server, &pages, Duration::from_secs(10)).await.unwrap();
        assert_eq!((dropped.dropped, dropped.dropped_after.count()), (1, 1));
    }
}
