//! Where a report goes besides the terminal. It must not know what it reports.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

/// The files that were asked for.
#[derive(Args, Clone, Debug, Default)]
pub struct Output {
    /// Also write the report as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Also draw it
    #[arg(long)]
    svg: Option<PathBuf>,
}

impl Output {
    /// Writes the files that were asked for; the picture is drawn only then.
    pub fn write(&self, report: &impl Serialize, picture: impl FnOnce() -> String) -> anyhow::Result<()> {
        if let Some(path) = &self.json {
            write(path, &serde_json::to_string_pretty(report)?)?;
        }
        if let Some(path) = &self.svg {
            write(path, &picture())?;
        }
        Ok(())
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
