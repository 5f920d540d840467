//! zaichang (在场): check-in for continuing medical education. The program: what the crates of `crates/` are put together to.
//! See ARCHITECTURE.md.

pub mod demo;

// What requests reach, and the life of the process.
mod admin_link;
pub mod commands;
pub mod config;
pub mod docs;
pub mod embedded;
pub mod modules;
pub mod private;
pub mod release;
pub mod router;
pub mod schema;
pub mod serve;
pub mod stores;
pub mod telemetry;
pub mod tls;
