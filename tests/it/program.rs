//! The program as it is run: its commands with the settings of a test and no others, and a server of its own process.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

/// Much longer than any healthy start or stop.
const DEADLINE: Duration = Duration::from_mins(1);

/// A setting without its prefix, and its value.
pub type Setting = (&'static str, String);

/// A command with these settings and no others.
pub fn command(name: &str, settings: &[Setting]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaichang"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ZAICHANG_")) {
        command.env_remove(name);
    }
    command.arg(name).envs(settings.iter().map(|(name, value)| (format!("ZAICHANG_{name}"), value)));
    command
}

/// The same, begun by a shell whose soft limit of open files is this.
fn command_with_files(name: &str, settings: &[Setting], soft: u64) -> Command {
    let program = command(name, settings);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -S -n {soft} && exec \"$0\" \"$@\"")]);
    shell.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// A server in a process of its own.
pub struct Program {
    child: Child,
    /// Where it serves.
    pub base: String,
    /// Where its metrics are.
    pub metrics: String,
}

impl Program {
    /// Starts it on free ports and waits until it is ready.
    pub async fn serve(settings: &[Setting]) -> Self {
        Self::begin(command("serve", settings)).await
    }

    /// The same in a shell whose soft limit of open files is this.
    pub async fn serve_with_files(settings: &[Setting], soft: u64) -> Self {
        Self::begin(command_with_files("serve", settings, soft)).await
    }

    async fn begin(mut command: Command) -> Self {
        for (name, value) in [
            ("LISTEN", "127.0.0.1:0"),
            ("METRICS_LISTEN", "127.0.0.1:0"),
            ("LOG_FORMAT", "json"),
            ("DRAIN_S", "2"),
        ] {
            command.env(format!("ZAICHANG_{name}"), value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut addresses = Vec::new();
        let started = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
                addresses.extend(line["address"].as_str().map(|address| format!("http://{address}")));
                if line["message"] == "ready" {
                    return;
                }
            }
            panic!("it ended before it was ready");
        };
        tokio::time::timeout(DEADLINE, started).await.expect("it becomes ready");
        // The rest of its output is read, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let [metrics, base] = addresses.try_into().expect("two listeners are told");
        Self { child, base, metrics }
    }

    /// Its metrics now.
    pub async fn measured(&self) -> Measured {
        Measured(reqwest::get(format!("{}/metrics", self.metrics)).await.unwrap().text().await.unwrap())
    }

    /// Ends it without a word, as `kill -9` does.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let ended = tokio::time::timeout(DEADLINE, self.child.wait()).await.expect("it stops").unwrap();
        assert!(ended.success(), "{ended}");
    }
}

/// A page of metrics.
#[derive(Debug)]
pub struct Measured(String);

impl Measured {
    /// The value of a series, written as on the page: `name` or `name{label="value"}`.
    #[track_caller]
    pub fn of(&self, series: &str) -> f64 {
        let values = self.0.lines().filter_map(|line| line.rsplit_once(' '));
        let value =
            values.filter(|(name, _)| *name == series).map(|(_, value)| value.parse().unwrap()).next();
        value.unwrap_or_else(|| panic!("{series} is not measured: {}", self.0))
    }
}
