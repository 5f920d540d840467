//! A process of its own that is a block of pages: one thread, so that its cost is known and its limit of open files is
//! its own. It takes orders over its input and must not know how its report is used.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write as _;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::LocalSet;
use tokio::time::{Instant, interval, sleep};

use super::books::Books;
use super::line::{Buffer, Ends};
use super::news::CheckIns;
use super::orders::{Online, Order, Plan, Said};
use super::page::Page;
use super::process;
use crate::clock::unix_us;

/// How often it reports how many pages are online, if that has changed.
const TELL: Duration = Duration::from_millis(100);
/// How long the pages may take to freeze.
const FREEZE_WITHIN: Duration = Duration::from_secs(5);

/// Runs the block until its input ends.
pub async fn run() -> anyhow::Result<()> {
    let (done, ended) = oneshot::channel();
    std::thread::Builder::new().name("pages".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let ran = runtime
            .map_err(anyhow::Error::from)
            .and_then(|runtime| LocalSet::new().block_on(&runtime, serve()));
        let _ = done.send(ran);
    })?;
    if let Err(error) = ended.await.context("the pages' thread ended")? {
        say(&Said::Failed { why: format!("{error:#}") })?;
    }
    Ok(())
}

/// The pages, and what is shared by all of them.
struct Block {
    plan: Plan,
    books: Rc<RefCell<Books>>,
    freeze: watch::Sender<bool>,
    cpu_before_ms: u64,
}

async fn serve() -> anyhow::Result<()> {
    let mut orders = input();
    let plan: Plan = serde_json::from_str(&orders.recv().await.context("a plan comes first")?)?;
    anyhow::ensure!(!plan.screens.is_empty(), "the plan has no screens");
    let courses = (0..plan.pages).map(|page| plan.screens[page % plan.screens.len()].course);
    let books = Rc::new(RefCell::new(Books::of(courses)));
    let mut block = Block { plan, books, freeze: watch::Sender::new(false), cpu_before_ms: 0 };
    let (mut told, mut ticks) = (Online::default(), interval(TELL));
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => block.obey(serde_json::from_str(&order)?).await?,
                None => return Ok(()),
            },
            _ = ticks.tick() => {
                let online = block.books.borrow().online();
                if online != told {
                    say(&Said::Online(online))?;
                    told = online;
                }
            }
        }
    }
}

/// The lines of the input, read by a thread of their own.
fn input() -> mpsc::UnboundedReceiver<String> {
    let (line, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for read in std::io::stdin().lines().map_while(Result::ok) {
            if line.send(read).is_err() {
                return;
            }
        }
    });
    lines
}

fn say(said: &Said) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    let mut output = std::io::stdout().lock();
    output.write_all(&line)?;
    Ok(output.flush()?)
}

impl Block {
    async fn obey(&mut self, order: Order) -> anyhow::Result<()> {
        match order {
            Order::Gather => self.gather(),
            Order::Measure => {
                self.cpu_before_ms = cpu_ms()?;
                let counts = self.books.borrow_mut().measure();
                say(&Said::Measuring { counts })?;
            }
            Order::Freeze => {
                self.freeze.send_replace(true);
                let deadline = Instant::now() + FREEZE_WITHIN;
                while self.books.borrow().frozen_from().len() < self.plan.freezable
                    && Instant::now() < deadline
                {
                    sleep(Duration::from_millis(10)).await;
                }
                let from = self.books.borrow().frozen_from().to_vec();
                say(&Said::Frozen { from })?;
            }
            Order::Report { check_ins } => self.report(&check_ins)?,
        }
        Ok(())
    }

    fn gather(&self) {
        let gate = Rc::new(Semaphore::new(self.plan.at_once.max(1)));
        let channels: Vec<_> = self.plan.screens.iter().cloned().map(Rc::new).collect();
        let host: Rc<str> = self.plan.host.as_str().into();
        let buffer = Buffer::default();
        for number in 0..self.plan.pages {
            let freezes = number < self.plan.freezable;
            let sources = &self.plan.sources;
            let source = (!sources.is_empty()).then(|| sources[number % sources.len()]);
            let page = Page {
                number,
                ends: Ends { server: self.plan.server, source, narrow: freezes },
                host: Rc::clone(&host),
                channel: Rc::clone(&channels[number % channels.len()]),
                buffer: buffer.clone(),
                books: Rc::clone(&self.books),
                freeze: freezes.then(|| self.freeze.subscribe()),
            };
            tokio::task::spawn_local(page.live(Rc::clone(&gate)));
        }
    }

    fn report(&self, check_ins: &HashMap<u16, CheckIns>) -> anyhow::Result<()> {
        let mut report = self.books.borrow().report(check_ins, unix_us());
        report.cpu_ms = cpu_ms()?.saturating_sub(self.cpu_before_ms);
        say(&Said::Report(Box::new(report)))
    }
}

/// Processor time of this process so far.
fn cpu_ms() -> anyhow::Result<u64> {
    Ok(process::cost(&[std::process::id()])?.cpu_ms)
}
