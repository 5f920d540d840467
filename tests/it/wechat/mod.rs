//! WeChat: its client, its doors and its face check, against a WeChat of our own.

mod answers;
mod client;
mod codes;
mod credentials;
pub mod stage;
