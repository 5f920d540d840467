//! The faults, each one function whose name is a sentence. The list at the end is the order in which they are run.

mod answers;
mod clock;
mod death;
mod freeze;
mod line;
mod several;
mod stop;
mod storage;
mod upgrade;

use std::path::Path;

use futures_util::future::LocalBoxFuture;

use crate::cluster::Cluster;
use crate::releases::Releases;
use crate::test_server::{Plan, TestServer};

/// Injects the fault on one node and its stores, and repairs it.
type ToTestServer = for<'a> fn(&'a mut TestServer) -> LocalBoxFuture<'a, anyhow::Result<()>>;
/// Injects the fault on several nodes, and repairs it.
type ToCluster = for<'a> fn(&'a mut Cluster) -> LocalBoxFuture<'a, anyhow::Result<()>>;
/// Replaces one release by the next.
type ToReleases = for<'a> fn(&'a mut Releases) -> LocalBoxFuture<'a, anyhow::Result<()>>;

/// What the fault is injected into.
#[derive(Clone, Copy)]
pub enum Act {
    One(ToTestServer),
    Several(ToCluster),
    /// Needs the program of the release before.
    Upgrade(ToReleases),
}

/// One fault: its name, function and needs.
pub struct Fault {
    /// The name to select it by.
    pub name: &'static str,
    /// The function's name.
    pub sentence: &'static str,
    pub act: Act,
    /// What it needs from the start; the folder is for what it makes beforehand.
    pub plan: fn(&Path) -> anyhow::Result<Plan>,
    /// A part of the short set, which takes a few minutes.
    pub short: bool,
    /// No phone may notice it: no answer is deferred, none is missing.
    pub unfelt: bool,
}

impl Fault {
    fn short(mut self) -> Self {
        self.short = true;
        self
    }

    fn unfelt(mut self) -> Self {
        self.unfelt = true;
        self
    }

    fn planned(mut self, plan: fn(&Path) -> anyhow::Result<Plan>) -> Self {
        self.plan = plan;
        self
    }
}

macro_rules! fault {
    ($name:literal, $module:ident :: $sentence:ident) => {
        fault!(One, $name, $module::$sentence)
    };
    ($fixture:ident, $name:literal, $module:ident :: $sentence:ident) => {
        Fault {
            name: $name,
            sentence: stringify!($sentence),
            act: Act::$fixture(|fixture| Box::pin($module::$sentence(fixture))),
            plan: |_| Ok(Plan::default()),
            short: false,
            unfelt: false,
        }
    };
}

/// All of them.
pub fn all() -> Vec<Fault> {
    vec![
        fault!("kill_server", death::the_server_killed_ten_times_loses_nobody).short(),
        fault!("kill_postgres", death::postgres_killed_ten_times_loses_nobody).short(),
        fault!("kill_redis", death::redis_killed_ten_times_is_not_felt).short().unfelt(),
        fault!("flush_redis", death::redis_wiped_every_second_is_not_felt).short().unfelt(),
        fault!("freeze_server_5s", freeze::a_server_frozen_for_5_s_goes_on).short(),
        fault!("freeze_postgres_5s", freeze::a_postgres_frozen_for_5_s_defers_and_comes_back).short(),
        fault!("freeze_redis_5s", freeze::a_redis_frozen_for_5_s_is_not_felt).short().unfelt(),
        fault!("freeze_server_30s", freeze::a_server_frozen_for_30_s_goes_on),
        fault!("freeze_postgres_30s", freeze::a_postgres_frozen_for_30_s_defers_and_comes_back),
        fault!("freeze_redis_30s", freeze::a_redis_frozen_for_30_s_is_not_felt).unfelt(),
        fault!("cut_postgres", line::lines_to_postgres_cut_lose_nobody).short(),
        fault!("reset_postgres", line::lines_to_postgres_reset_lose_nobody),
        fault!("refuse_postgres", line::a_postgres_that_refuses_loses_nobody),
        fault!("half_open_postgres", line::half_open_lines_to_postgres_lose_nobody),
        fault!("deaf", line::a_screen_closed_after_a_half_open_line_is_closed_for_the_node),
        fault!("slow_line_postgres", line::a_postgres_200_ms_away_is_slow_and_sound).short(),
        fault!("cut_redis", line::lines_to_redis_cut_are_not_felt).unfelt(),
        fault!("reset_redis", line::lines_to_redis_reset_are_not_felt).unfelt(),
        fault!("refuse_redis", line::a_redis_that_refuses_is_not_felt).unfelt(),
        fault!("half_open_redis", line::half_open_lines_to_redis_are_not_felt).short().unfelt(),
        fault!("slow_redis", line::a_redis_that_answers_in_2_s_is_not_felt).short().unfelt(),
        fault!("slow_fsync", storage::an_fsync_of_half_a_second_is_waited_for)
            .planned(storage::with_slow_fsync),
        fault!("disk_full", storage::a_full_disk_defers_until_there_is_room)
            .planned(storage::on_a_small_disk),
        fault!("connections_taken", storage::a_postgres_without_a_free_connection_defers)
            .planned(storage::with_few_connections),
        fault!("poison_row", storage::a_row_that_postgres_refuses_is_refused_alone).short(),
        fault!("clock_behind", clock::a_node_5_minutes_behind_accepts_no_stale_code),
        fault!("clock_ahead", clock::a_node_5_minutes_ahead_accepts_no_code_of_the_future),
        fault!("clock_jumps", clock::a_clock_that_jumps_back_5_minutes_is_noticed),
        fault!("sigterm", stop::a_stop_in_a_burst_answers_what_it_has_taken).short(),
        fault!(
            Several,
            "nodes_agree",
            several::a_code_a_closed_screen_and_the_counts_are_the_same_on_every_node
        )
        .unfelt(),
        fault!(Several, "promote", several::the_primary_lost_and_its_standby_promoted_loses_nobody),
        fault!(Several, "standby_away", several::without_the_standby_nothing_is_acknowledged),
        fault!(Several, "kill_node", several::a_node_killed_behind_nginx_is_not_felt).unfelt(),
        fault!(Several, "rolling_restart", several::a_rolling_restart_is_not_felt).unfelt(),
        fault!(Several, "kill_redis_masters", several::redis_masters_killed_one_by_one_are_not_felt).unfelt(),
        fault!(Upgrade, "upgrade", upgrade::the_next_release_takes_over_node_by_node),
    ]
}
