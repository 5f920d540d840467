//! How a module joins the program: it declares its routes, settings, tasks, jobs, sweeps, caches and what it does about changed
//! rows, and the program collects them. It knows no module.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::http::Extensions;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;
use uuid::Uuid;

use crate::audit::Titles;
use crate::auth::Guard;
use crate::authority::Losses;
use crate::cache::Hearing;
use crate::changes::Listeners;
use crate::checklist::Checklist;
use crate::files::{Files, Store};
use crate::http::Refusal;
use crate::jobs::{Declared, Failed, Job, RunsOn, Sweep, Try};
use crate::list::Lanes;
use crate::metric::Metric;
use crate::notices::Kinds;
use crate::pages::Pages;
use crate::redis::Redis;
use crate::settings::{Declaration, Values};
use crate::supervise::{for_ever, until_done};
use crate::timekeeper::Timekeeper;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;

/// The modules of a crate, each named once: declares them, and lists them as `MODULES` in the order in which they are opened. A module
/// may use those before it.
#[macro_export]
macro_rules! modules {
    ($($name:ident,)*) => {
        $(pub mod $name;)*

        /// The modules of this crate, in the order in which they are opened.
        pub const MODULES: &[$crate::module::Module] = &[$($name::MODULE),*];
    };
}

/// A module, as the program lists it.
#[derive(Clone, Copy)]
pub struct Module {
    /// In errors at the start.
    pub name: &'static str,
    /// What it may refuse, besides what every request may meet.
    pub refusals: &'static [Refusal],
    /// What may be set about it.
    pub settings: &'static [Declaration],
    /// What it records about itself.
    pub metrics: &'static [Metric],
    /// Its part of the API's document; needs no store.
    pub document: fn() -> OpenApi,
    /// Begins it: registers its background work with the context, and returns its routes with their state in them. Inside a
    /// Tokio runtime, after the modules that it stands on.
    pub open: fn(&mut Context) -> anyhow::Result<Router>,
}

impl Module {
    /// Declares nothing: what a module leaves out.
    pub const EMPTY: Self = Self {
        name: "",
        refusals: &[],
        settings: &[],
        metrics: &[],
        document: Default::default,
        open: |_| Ok(Router::new()),
    };
}

/// Which release the program is.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    pub version: &'static str,
    /// The commit it was built from; empty where that is not known.
    pub commit: &'static str,
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { version, commit } = self;
        if commit.is_empty() { f.write_str(version) } else { write!(f, "{version} ({commit})") }
    }
}

/// What every module is given when it is opened, and where it leaves what other modules and the program use.
pub struct Context {
    pub release: Release,
    pub clock: Clock,
    pub timekeeper: Timekeeper,
    pub keys: Arc<Keys>,
    pub sealer: Sealer,
    /// The primary, for requests.
    pub pool: PgPool,
    /// By which lists and searches read from it.
    pub lanes: Lanes,
    /// For pools of a module's own.
    pub database_url: SecretString,
    pub redis: Option<Arc<Redis>>,
    /// Whether this node receives notifications of changes; for caches.
    pub hearing: Hearing,
    pub guard: Arc<Guard>,
    pub pages: Pages,
    /// The address that phones open, without a path.
    pub public_url: Arc<str>,
    /// What is set, by the modules' types.
    pub settings: Arc<Values>,
    pub files: Arc<Files>,
    /// This node's own folder.
    pub data_dir: PathBuf,
    /// This process, for jobs that it had better do itself.
    pub node: Uuid,
    /// Cancelled when the process begins to stop.
    pub stopping: CancellationToken,
    /// What modules do about changed rows.
    pub changes: Listeners,
    /// What the things of the audit log are called.
    pub titles: Titles,
    /// What is closed when an account may no longer do an act.
    pub losses: Losses,
    /// What is still to be done before all can work.
    pub checklist: Checklist,
    /// What people and admins are told.
    pub notices: Kinds,
    pub collected: Collected,
    shared: Extensions,
}

/// How many entries each cache of a module has, by name.
type CountEntries = Box<dyn Fn() -> Vec<(&'static str, usize)> + Send + Sync>;

/// What the modules have left for the program.
#[derive(Default)]
pub struct Collected {
    /// Supervised, ended at the stop.
    pub tasks: JoinSet<()>,
    /// Without one of these the process must end. They end by themselves once no request can come any more.
    pub vital: JoinSet<()>,
    pub jobs: Vec<Declared>,
    pub sweeps: Vec<Sweep>,
    /// Pools of connections, by name, to be measured.
    pub pools: Vec<(&'static str, PgPool)>,
    pub caches: Vec<CountEntries>,
}

/// What has expired is kept for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Context {
    #[expect(clippy::too_many_arguments, reason = "this is what everything stands on")]
    pub fn new(
        release: Release,
        timekeeper: Timekeeper,
        keys: Arc<Keys>,
        pool: PgPool,
        database_url: SecretString,
        redis: Option<Redis>,
        hearing: Hearing,
        guard: Arc<Guard>,
        pages: Pages,
        public_url: Arc<str>,
        settings: Arc<Values>,
        store: Arc<dyn Store>,
        data_dir: PathBuf,
        stopping: CancellationToken,
    ) -> Self {
        let files = Arc::new(Files::new(store, Arc::clone(&keys), timekeeper.clock().clone()));
        Self {
            release,
            clock: timekeeper.clock().clone(),
            timekeeper,
            sealer: Sealer::new(Keys::clone(&keys)),
            keys,
            lanes: Lanes::new(pool.clone()),
            pool,
            database_url,
            redis: redis.map(Arc::new),
            hearing,
            guard,
            pages,
            public_url,
            settings,
            files,
            data_dir,
            node: Uuid::from_u128(fastrand::u128(..)),
            stopping,
            changes: Listeners::default(),
            titles: Titles::default(),
            losses: Losses::default(),
            checklist: Checklist::default(),
            notices: Kinds::default(),
            collected: Collected::default(),
            shared: Extensions::new(),
        }
    }

    /// Leaves something for the modules that are opened after this one: a state, or settings. One of each type.
    pub fn share<T: Clone + Send + Sync + 'static>(&mut self, state: T) {
        self.shared.insert(state);
    }

    /// What was shared before.
    pub fn shared<T: Clone + Send + Sync + 'static>(&self) -> anyhow::Result<T> {
        let shared = self.shared.get::<T>().cloned();
        shared.with_context(|| {
            format!("{} has not been shared: its module must be opened before", std::any::type_name::<T>())
        })
    }

    /// A task that never ends by itself.
    pub fn for_ever<F>(&mut self, name: &'static str, begin: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.collected.tasks.spawn(for_ever(name, begin));
    }

    /// A task that is begun again only if it panics.
    pub fn until_done<F>(&mut self, name: &'static str, begin: impl FnMut() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.collected.tasks.spawn(until_done(name, begin));
    }

    /// A kind of job, and what is done for one.
    pub fn job<J: Job, F>(&mut self, run: impl Fn(J, Try) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Failed>> + Send + 'static,
    {
        self.collected.jobs.push(Declared::new(run));
    }

    /// The nodes that take what this one would: itself, and those whose newest master key is the same.
    pub fn places(&self) -> [RunsOn; 2] {
        [RunsOn::Node(self.node), RunsOn::Key(hex::encode(self.keys.signing_id()))]
    }

    /// Done once an hour by one node of all, with the instant at which it is done.
    pub fn hourly<F>(
        &mut self,
        name: &'static str,
        run: impl Fn(PgPool, Timestamp) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = sqlx::Result<()>> + Send + 'static,
    {
        self.collected.sweeps.push(Sweep::new(name, run));
    }

    /// Takes away what expired a day before the instant that it is given.
    pub fn sweep<F>(
        &mut self,
        name: &'static str,
        run: impl Fn(PgPool, Timestamp) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = sqlx::Result<()>> + Send + 'static,
    {
        self.hourly(name, move |pool, now| run(pool, now - KEPT));
    }

    /// How many entries this module's caches have, by name.
    pub fn caches<C>(&mut self, count: impl Fn() -> C + Send + Sync + 'static)
    where
        C: IntoIterator<Item = (&'static str, usize)>,
    {
        self.collected.caches.push(Box::new(move || count().into_iter().collect()));
    }
}
