//! The modules against real Postgres and Redis, each test with servers and a clock of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]
#![expect(clippy::unnecessary_wraps, reason = "a session is handed on as calls take it")]

mod admins;
mod app_sessions;
mod approval;
mod astray;
mod attendance;
mod audit_log;
mod authority;
mod bad_input;
mod clock;
mod console;
mod database;
mod deployment_checks;
mod doctor;
mod document;
mod exports;
mod files;
mod first_hour;
mod guessing;
mod histories;
mod importing;
mod jobs;
mod lists;
mod login;
mod metrics;
mod names;
mod nation;
mod outage;
mod page;
mod pairing;
mod people;
mod plans;
mod presence;
mod program;
mod projects;
mod promise;
mod receipts;
mod redis_cluster;
mod refusals;
mod registration;
mod rotation;
mod screens;
mod search;
mod second_readers;
mod service;
mod settings;
mod shown;
mod sms_codes;
mod test_server;
mod unheard;
mod units;
mod unknown_words;
mod versions;
mod wechat;
