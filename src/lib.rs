//! zaichang (在场): check-in for continuing medical education.
//!
//! # The rooms, in reading order
//! A pure core, one hot corridor, rooms of one plan, a roof that only lists them. See ARCHITECTURE.md.

// The rooms, each standing on those before it.

pub mod checkin;
pub mod presence;

pub mod attendance;
pub mod display;
pub mod face;
pub mod phone;

pub mod demo;

// The roof, and the life of the process.
pub mod app;
pub mod astray;
pub mod changes;
pub mod commands;
pub mod config;
pub mod docs;
pub mod embedded;
pub mod health;
pub mod housekeeping;
pub mod private;
pub mod router;
pub mod schema;
pub mod serve;
pub mod stores;
pub mod telemetry;
pub mod tls;
