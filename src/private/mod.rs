//! The private Postgres and Redis that `serve` starts when it is given none: the installed programs, in the data
//! directory, on Unix sockets only, for one server at a time. It must not know what is stored in them.
//!
//! A cluster is made in a folder of its own and renamed into place when it is whole, so `postgres/` in the data
//! directory is either a cluster or absent. A file lock keeps a second server away. Postgres that outlived a killed
//! server is adopted; Redis, which holds nothing that matters, is replaced.

mod cluster;
mod error;
mod home;
mod postgres;
mod postmaster;
mod programs;
mod redis;
mod running;
mod socket_path;
mod user;

#[cfg(test)]
mod tests;

pub use error::{Error, Program};
pub use postgres::Postgres;
pub use redis::Redis;
