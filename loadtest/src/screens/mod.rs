//! The crowd of screens: thousands of pages over WebSocket, how late each frame is, and what a page costs.
//! It must not know how check-ins are sent.

// What a page receives, and how it is written down.
mod books;
mod density;
mod heard;
mod instant;
mod lateness;
mod news;
mod scan;
mod wire;

// A page, a process of pages, all of them.
mod block;
mod gathering;
mod line;
mod orders;
mod page;

// What they look at, and what that costs.
mod check_ins;
mod frozen;
mod many;
mod process;
mod publish;
mod venue;

// The commands.
mod compare;
mod displays;
mod nchan;
mod service;
mod showing;
mod shown;
mod verdict;

/// What can be asked of the crowd.
#[derive(clap::Subcommand)]
pub enum Args {
    /// Pages of a server that is running: how late codes and counts are, and what a page costs
    Displays(displays::Displays),
    /// The same crowd before nginx with nchan, which only publishes: what pages cost at least
    Nchan(nchan::Nchan),
    /// The server and nginx with nchan in turn, started here: the table of record for screens
    CompareDisplays(compare::CompareDisplays),
    /// A process that is a part of the crowd; started by the others
    #[command(hide = true)]
    ScreensBlock,
}

/// Runs a command.
pub async fn run(args: Args) -> anyhow::Result<()> {
    match args {
        Args::Displays(args) => displays::run(args).await,
        Args::Nchan(args) => nchan::run(args).await,
        Args::CompareDisplays(args) => compare::run(args).await,
        Args::ScreensBlock => block::run().await,
    }
}
