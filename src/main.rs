//! The commands: serve, migrate, admin, demo, doctor, key, import, openapi.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Check-in for continuing medical education.
#[derive(Parser)]
#[command(name = "zaichang", version = zaichang::release::IN_WORDS.as_str(), about)]
struct Line {
    /// Settings file; `zaichang.toml` here is read when it is there.
    #[arg(long, global = true)]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve; with private Postgres and Redis where the settings name none.
    Serve {
        /// Fill demo data, and print where everything is and how to log in.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Fill a database with demo data.
    Demo {
        /// How many approved people, each with a session.
        #[arg(long, default_value_t = 100)]
        people: usize,
        /// Print ids, sessions and keys as JSON for other programs.
        #[arg(long)]
        json: bool,
        /// Fill an empty database with a whole nation instead: 50,000 units, 3.66 million people, 20 million check-ins.
        #[arg(long, value_enum, conflicts_with_all = ["people", "json"])]
        scale: Option<Scale>,
    },
    /// Check settings, keys, machine, clocks and stores, and say what to fix.
    Doctor {
        /// Print the findings as JSON for other programs.
        #[arg(long)]
        json: bool,
    },
    /// Let an admin of the authority in.
    Admin {
        #[command(subcommand)]
        act: zaichang::commands::AdminAct,
    },
    /// Make, rotate or back up master keys.
    Key {
        #[command(subcommand)]
        act: zaichang::commands::KeyAct,
    },
    /// Import a file, as the console does it.
    Import {
        #[command(subcommand)]
        what: zaichang::commands::ImportWhat,
    },
    /// Print the OpenAPI document.
    Openapi {
        /// Print the page about who may do what instead, in Markdown.
        #[arg(long)]
        authority: bool,
    },
}

/// How large the demo's data are to be.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Scale {
    Nation,
}

fn main() -> ExitCode {
    let line = Line::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return zaichang::commands::fail(&error.into()),
    };
    let done = runtime.block_on(async {
        let settings =
            || zaichang::config::Settings::load(line.settings.as_deref()).map_err(anyhow::Error::from);
        match line.command {
            Command::Serve { demo: false } => zaichang::commands::serve(settings()?, false).await,
            Command::Serve { demo: true } => zaichang::commands::serve(settings()?.of_demo(), true).await,
            Command::Migrate => zaichang::commands::migrate(settings()?).await,
            Command::Admin { act } => zaichang::commands::admin(settings()?, act).await,
            Command::Demo { scale: Some(Scale::Nation), .. } => {
                zaichang::commands::nation(settings()?.of_demo()).await
            }
            Command::Demo { people, json, scale: None } => {
                zaichang::commands::demo(settings()?.of_demo(), people, json).await
            }
            Command::Doctor { json } => zaichang::commands::doctor(line.settings.as_deref(), json).await,
            Command::Key { act } => zaichang::commands::key(&settings()?, act),
            Command::Import { what } => zaichang::commands::import(settings()?, what).await,
            Command::Openapi { authority: false } => zaichang::commands::openapi(),
            Command::Openapi { authority: true } => zaichang::commands::authority(),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => zaichang::commands::fail(&error),
    }
}
