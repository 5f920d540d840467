//! The messages between the command and its blocks of pages: one JSON value a line, over the process's input and
//! output. It must not know how a block is run.

use std::collections::HashMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::heard::Heard;
use super::instant::Micros;
use super::lateness::Lateness;
use super::news::{CheckIns, News};

/// A process's configuration: its pages, and from where they connect.
#[derive(Debug, Serialize, Deserialize)]
pub struct Plan {
    pub server: SocketAddr,
    pub host: String,
    /// The loopback addresses its pages connect from, in turn; none for the system's choice.
    pub sources: Vec<std::net::IpAddr>,
    pub screens: Vec<Channel>,
    /// Pages in all, spread evenly over the screens.
    pub pages: usize,
    /// So many of them can be frozen: their receive buffers are as small as the system allows.
    pub freezable: usize,
    /// How many may be connecting at a time while they gather.
    pub at_once: usize,
}

/// What a page connects to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Channel {
    pub path: String,
    /// The credential that it says hello with; none where the server wants no hello.
    pub resume: Option<String>,
    /// The course's place in the list of the command.
    pub course: u16,
}

/// The orders to a process, after its `Plan`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Begin to connect.
    Gather,
    /// Forget what was received so far and measure from now on.
    Measure,
    /// The freezable pages stop reading for good.
    Freeze,
    /// Report what was received since `Measure`; the times of the check-ins by course, if some were made.
    Report { check_ins: HashMap<u16, CheckIns> },
}

/// The reports of a process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Ten times a second while it changes.
    Online(Online),
    /// The measuring began; the newest count of each course.
    Measuring {
        counts: HashMap<u16, u32>,
    },
    /// The addresses of the pages that read no more.
    Frozen {
        from: Vec<SocketAddr>,
    },
    Report(Box<Report>),
    /// It cannot continue.
    Failed {
        why: String,
    },
}

/// How many pages are in, and how many show a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Online {
    pub pages: usize,
    /// When that changed last, in microseconds since 1970.
    pub since: Micros,
    /// When the last page was welcomed.
    pub joined_at: Micros,
}

/// What a process has measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub heard: Heard,
    pub news: News,
    /// From a page's first packet to its welcome, while they gathered.
    pub opening: Lateness,
    /// From a connection's loss to a code on the page again, since the measuring began.
    pub away: Lateness,
    /// Processor time of the generator since the measuring began.
    pub cpu_ms: u64,
}

impl Report {
    pub fn add(&mut self, other: &Self) {
        self.heard.add(&other.heard);
        self.news.add(&other.news);
        self.opening.add(&other.opening);
        self.away.add(&other.away);
        self.cpu_ms += other.cpu_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_arrives_as_it_was_meant() {
        let check_ins = HashMap::from([(7, CheckIns { counted_before: 3, acknowledged_at: vec![5] })]);
        let order = serde_json::to_string(&Order::Report { check_ins }).unwrap();
        let Order::Report { check_ins } = serde_json::from_str(&order).unwrap() else { panic!("{order}") };
        assert_eq!(
            (check_ins[&7].counted_before, check_ins[&7].acknowledged_at.as_slice()),
            (3, [5].as_slice())
        );
        let said = serde_json::to_string(&Said::Measuring { counts: HashMap::from([(7, 40)]) }).unwrap();
        let Said::Measuring { counts } = serde_json::from_str(&said).unwrap() else { panic!("{said}") };
        assert_eq!(counts, HashMap::from([(7, 40)]));
        assert!(!said.contains('\n'));
    }
}
