//! The benchmark of record: an independent client of the check-in service that knows only its public contract.
//! It must not know the server's crate: shared code would hide shared mistakes.

// What is sent, and to whom.
pub mod client;
pub mod codes;
pub mod crowd;
pub mod demo;
pub mod opening;
pub mod pairs;
pub mod said;

// When and how it is sent, and the results.
pub mod clock;
pub mod drive;
pub mod history;
pub mod measure;
pub mod processor;
pub mod schedule;

// What is asked of the service, and of what it is measured against.
pub mod baseline;
pub mod cheats;
pub mod compare;
pub mod scenario;
pub mod screens;

// How it is reported.
pub mod cli;
pub mod progress;
pub mod report;
pub mod say;
