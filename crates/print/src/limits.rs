//! What this process may use. A document that asks for more ends the process, and harms no other.

use rustix::process::{Resource, Rlimit, nice, setrlimit};

/// Its memory, fonts and all.
const ADDRESS_SPACE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Its work. The caller watches the clock on the wall.
const CPU_SECONDS: u64 = 30;
/// Fonts, templates and the three standard streams.
const OPEN_FILES: u64 = 64;
/// What it writes, should its standard output be a file.
const DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;
/// Check-ins go first.
const NICER: i32 = 10;
/// Where the machine's memory ends, this process goes and no server.
const OOM_SCORE: &str = "500";
/// More threads make one document quicker and the machine's others slower.
const THREADS: usize = 2;

/// Limits this process. It leaves no memory of its own behind when it dies.
pub fn set() -> std::io::Result<()> {
    let limits = [
        (Resource::As, ADDRESS_SPACE_BYTES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Nofile, OPEN_FILES),
        (Resource::Fsize, DOCUMENT_BYTES),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    nice(NICER)?;
    // Where that cannot be written, the kernel chooses by itself.
    let _ = std::fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build_global();
    threads.map_err(std::io::Error::other)
}
