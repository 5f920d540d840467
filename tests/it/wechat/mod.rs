//! WeChat: its client, its routes and its face check, against a WeChat of our own.

mod answers;
mod award;
mod binding;
pub mod client;
mod codes;
mod credentials;
mod face;
mod login;
mod outage;
mod page;
pub mod person;
mod program;
mod replaced;
pub mod simulated;
mod unbinding;
