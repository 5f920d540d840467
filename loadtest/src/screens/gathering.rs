//! All the pages of a run, as the command sees them: starts their blocks as processes of this same program, gives
//! orders and adds up reports. It must not know what is connected to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout, timeout_at};

use super::instant::Micros;
use super::news::CheckIns;
use super::orders::{Online, Order, Plan, Report, Said};
use crate::clock::unix_us;

/// The hidden command that makes a process a block.
pub const BLOCK: &str = "screens-block";
/// How long a block may take to answer an order.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The blocks of a run. Dropped, all pages are gone.
pub struct Gathering {
    blocks: Vec<Block>,
    pages: usize,
}

struct Block {
    _process: Child,
    orders: ChildStdin,
    said: mpsc::UnboundedReceiver<Said>,
    online: watch::Receiver<Online>,
}

impl Gathering {
    /// Starts a process for each plan; none of them has connected yet.
    pub async fn start(plans: &[Plan]) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("where this program lies is not known")?;
        let mut blocks = Vec::new();
        for plan in plans {
            let mut process = Command::new(&program)
                .arg(BLOCK)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .context("a block of pages could not be started")?;
            let orders = process.stdin.take().context("a block has no input")?;
            let output = process.stdout.take().context("a block has no output")?;
            let ((say, said), (tell, online)) =
                (mpsc::unbounded_channel(), watch::channel(Online::default()));
            tokio::spawn(listen(output, say, tell));
            let mut block = Block { _process: process, orders, said, online };
            block.write(plan).await?;
            blocks.push(block);
        }
        Ok(Self { blocks, pages: plans.iter().map(|plan| plan.pages).sum() })
    }

    /// Lets all pages connect and waits until each shows a code; returns how long it took until the last was welcomed.
    pub async fn gather(&mut self, within: Duration) -> anyhow::Result<Micros> {
        let began = unix_us();
        self.order(&Order::Gather).await?;
        if self.all_online(self.pages, within).await.is_none() {
            let (online, report) = (self.online(), self.report(&HashMap::new()).await?);
            bail!(
                "after {} s only {online} of {} pages show a code; lines ended so: {:?}. Is the course open and \
                 may the server have as many open files (ulimit -n)?",
                within.as_secs(),
                self.pages,
                report.heard.endings
            );
        }
        let joined_at = self.blocks.iter().map(|block| block.online.borrow().joined_at).max();
        Ok(joined_at.unwrap_or(began) - began)
    }

    /// How many pages show a code.
    pub fn online(&self) -> usize {
        self.blocks.iter().map(|block| block.online.borrow().pages).sum()
    }

    /// Waits until so many pages show a code; since when they do, or none if that takes too long.
    pub async fn all_online(&mut self, pages: usize, within: Duration) -> Option<Micros> {
        self.until(within, |online| online >= pages).await
    }

    /// Waits until at most so many pages show a code; since when, or none if that takes too long.
    pub async fn at_most_online(&mut self, pages: usize, within: Duration) -> Option<Micros> {
        self.until(within, |online| online <= pages).await
    }

    async fn until(&mut self, within: Duration, reached: impl Fn(usize) -> bool) -> Option<Micros> {
        let deadline = Instant::now() + within;
        while !reached(self.online()) {
            let changes = self.blocks.iter_mut().map(|block| Box::pin(block.online.changed()));
            let (changed, ..) = timeout_at(deadline, futures_util::future::select_all(changes)).await.ok()?;
            changed.ok()?;
        }
        self.blocks.iter().map(|block| block.online.borrow().since).max()
    }

    /// Forgets what was received so far; returns the newest count of each course.
    pub async fn measure(&mut self) -> anyhow::Result<HashMap<u16, u32>> {
        self.order(&Order::Measure).await?;
        let mut newest = HashMap::new();
        for block in &mut self.blocks {
            let Said::Measuring { counts } = block.answer().await? else { bail!("a block did not measure") };
            for (course, count) in counts {
                let known = newest.entry(course).or_default();
                *known = count.max(*known);
            }
        }
        Ok(newest)
    }

    /// The freezable pages stop reading; from where they are connected.
    pub async fn freeze(&mut self) -> anyhow::Result<Vec<SocketAddr>> {
        self.order(&Order::Freeze).await?;
        let mut all = Vec::new();
        for block in &mut self.blocks {
            let Said::Frozen { from } = block.answer().await? else { bail!("a block did not freeze") };
            all.extend(from);
        }
        Ok(all)
    }

    /// What all pages have received since the measuring began.
    pub async fn report(&mut self, check_ins: &HashMap<u16, CheckIns>) -> anyhow::Result<Report> {
        self.order(&Order::Report { check_ins: check_ins.clone() }).await?;
        let mut sum = Report::default();
        for block in &mut self.blocks {
            let Said::Report(report) = block.answer().await? else { bail!("a block did not report") };
            sum.add(&report);
        }
        Ok(sum)
    }

    async fn order(&mut self, order: &Order) -> anyhow::Result<()> {
        for block in &mut self.blocks {
            block.write(order).await?;
        }
        Ok(())
    }
}

impl Block {
    async fn write(&mut self, what: &impl serde::Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.orders.write_all(&line).await.context("a block of pages has ended")
    }

    async fn answer(&mut self) -> anyhow::Result<Said> {
        let said =
            timeout(ANSWER_WITHIN, self.said.recv()).await.context("a block of pages does not answer")?;
        match said.context("a block of pages has ended")? {
            Said::Failed { why } => bail!("a block of pages failed: {why}"),
            said => Ok(said),
        }
    }
}

async fn listen(output: ChildStdout, say: mpsc::UnboundedSender<Said>, tell: watch::Sender<Online>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let said =
            serde_json::from_str(&line).unwrap_or_else(|error| Said::Failed { why: error.to_string() });
        match said {
            Said::Online(online) => drop(tell.send_replace(online)),
            said => drop(say.send(said)),
        }
    }
}
