//! The access token: fetched once for all callers, on two nodes together; renewed early; replaced when WeChat refuses it, by
//! force within a quota; and all of it also when Redis is slow, gone or none.

use std::time::Duration;

use futures_util::future::join_all;
use tempfile::TempDir;
use zaichang::private;
use zaichang_integrations::wechat::{App, Error, Reason, Wechat};
use zaichang_platform::redis::Redis;

use super::client::{node, refused, simulated};
use super::simulated::{Fault, MINI, SimulatedWechat};

const TOKEN: &str = "cgi-bin/stable_token";
const PHONE: &str = "wxa/business/getuserphonenumber";

/// A Redis of its own.
struct Shared {
    server: private::Redis,
    redis: Redis,
    _folder: TempDir,
}

impl Shared {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = private::Redis::start(folder.path()).await.unwrap().expect("redis-server is installed");
        let redis = Redis::at(server.url()).unwrap();
        Self { server, redis, _folder: folder }
    }

    async fn ask<T: redis::FromRedisValue>(&self, command: &mut redis::Cmd) -> T {
        let client = redis::Client::open(self.server.url()).unwrap();
        let mut line = client.get_multiplexed_async_connection().await.unwrap();
        command.query_async(&mut line).await.unwrap()
    }
}

/// Asks for a person's phone: a call that needs the token.
async fn call(simulated: &SimulatedWechat, wechat: &Wechat) -> Result<(), Error> {
    wechat.phone_number(&simulated.phone_code("13800001234").into()).await.map(|_| ())
}

async fn at_once(simulated: &SimulatedWechat, nodes: &[&Wechat], times: usize) {
    let calls = (0..times).flat_map(|_| nodes.iter().map(|wechat| call(simulated, wechat)));
    for called in join_all(calls).await {
        called.unwrap();
    }
}

fn forced(simulated: &SimulatedWechat) -> usize {
    simulated.asked(TOKEN).iter().filter(|asked| asked["force_refresh"] == true).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_calls_on_two_nodes_fetch_one_token() {
    let (simulated, _) = simulated().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&simulated, Some(&shared.redis)), node(&simulated, Some(&shared.redis)));
    // Redis is connected before the race, so that no first connection to it is late.
    shared.ask::<String>(&mut redis::cmd("PING")).await;
    // Long enough for the other node to come while it is being fetched.
    simulated.always(TOKEN, Some(Fault::Slow(Duration::from_millis(500))));
    at_once(&simulated, &[&one, &two], 50).await;
    assert_eq!((simulated.calls(TOKEN), simulated.calls(PHONE)), (1, 100));
    // What lies in Redis does not reveal the token.
    let kept: String = shared.ask(redis::cmd("GET").arg(format!("zc:wechat:{{{MINI}}}:token"))).await;
    assert!(!kept.contains("token-of-ours") && kept.len() > 40, "{kept}");
    // A node that starts later finds it there.
    let three = node(&simulated, Some(&shared.redis));
    at_once(&simulated, &[&three], 5).await;
    assert_eq!(simulated.calls(TOKEN), 1);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_early_once_and_a_failure_then_is_none_yet() {
    let (simulated, _) = simulated().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&simulated, Some(&shared.redis)), node(&simulated, Some(&shared.redis)));
    at_once(&simulated, &[&one, &two], 5).await;
    // Two where Redis was late.
    let fetched = simulated.calls(TOKEN);
    assert!((1..=2).contains(&fetched), "{fetched}");
    simulated.clock.advance(Duration::from_secs(7200 - 301));
    at_once(&simulated, &[&one, &two], 5).await;
    assert_eq!(simulated.calls(TOKEN), fetched);
    simulated.clock.advance(Duration::from_secs(2));
    // WeChat is in trouble: the old token is good for five minutes.
    simulated.always(TOKEN, Some(Fault::Status(502, "Bad Gateway")));
    at_once(&simulated, &[&one, &two], 5).await;
    let tried = simulated.calls(TOKEN);
    assert!((fetched + 1..=fetched + 2).contains(&tried), "{tried}");
    simulated.always(TOKEN, None);
    // Past the pause after the failure.
    simulated.clock.advance(Duration::from_secs(2));
    at_once(&simulated, &[&one, &two], 5).await;
    let renewed = simulated.calls(TOKEN);
    assert!((tried + 1..=tried + 2).contains(&renewed), "{renewed}");
    assert!(simulated.office(|office| office.tokens[MINI].before.is_some()));
    at_once(&simulated, &[&one, &two], 5).await;
    assert_eq!((simulated.calls(TOKEN), forced(&simulated)), (renewed, 0));
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_and_after_its_death_each_node_goes_on_alone() {
    let (simulated, alone) = simulated().await;
    at_once(&simulated, &[&alone], 50).await;
    assert_eq!(simulated.calls(TOKEN), 1);
    let shared = Shared::open().await;
    let (one, two) = (node(&simulated, Some(&shared.redis)), node(&simulated, Some(&shared.redis)));
    at_once(&simulated, &[&one], 5).await;
    shared.server.stop().await.unwrap();
    at_once(&simulated, &[&one, &two], 20).await;
    assert_eq!(simulated.calls(TOKEN), 3);
    // The ordinary way gives every node the same token: no node has invalidated another's.
    assert_eq!((simulated.office(|office| office.tokens.len()), forced(&simulated)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_died_in_its_turn_keeps_nobody_waiting_for_ever() {
    let (simulated, _) = simulated().await;
    let shared = Shared::open().await;
    let turn = format!("zc:wechat:{{{MINI}}}:token:turn");
    shared.ask::<()>(redis::cmd("SET").arg(&turn).arg("of the dead").arg("PX").arg(60_000)).await;
    let one = node(&simulated, Some(&shared.redis));
    call(&simulated, &one).await.unwrap();
    assert_eq!(simulated.calls(TOKEN), 1);
    // It was not ours to give back.
    assert_eq!(shared.ask::<String>(redis::cmd("GET").arg(&turn)).await, "of the dead");
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_while_a_token_is_fetched_for_them_gives_the_turn_back() {
    let (simulated, _) = simulated().await;
    let shared = Shared::open().await;
    let one = node(&simulated, Some(&shared.redis));
    let turn = format!("zc:wechat:{{{MINI}}}:token:turn");
    let left = async || shared.ask::<i64>(redis::cmd("PTTL").arg(&turn)).await;
    simulated.next(TOKEN, &[Fault::Silence]);
    let waiting = tokio::spawn({
        let one = one.clone();
        async move { one.token_can_be_had(App::MiniProgram).await }
    });
    crate::test_server::eventually(async || simulated.calls(TOKEN) == 1).await;
    assert!(left().await > 5000);
    waiting.abort();
    // It would have run out by itself much later: it is gone while there was most of its time left.
    let seen = std::cell::Cell::new(i64::MAX);
    crate::test_server::eventually(async || match left().await {
        gone if gone < 0 => true,
        left => {
            seen.set(left);
            false
        }
    })
    .await;
    assert!(seen.get() > 5000, "{}", seen.get());
    call(&simulated, &one).await.unwrap();
    assert_eq!(simulated.calls(TOKEN), 2);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_another_system_renewed_is_replaced_without_force() {
    let (simulated, wechat) = simulated().await;
    call(&simulated, &wechat).await.unwrap();
    simulated
        .office(|office| office.tokens.get_mut(MINI).unwrap().now = "token-of-ours-by-others".to_owned());
    at_once(&simulated, &[&wechat], 20).await;
    assert_eq!((simulated.calls(TOKEN), forced(&simulated)), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_wechat_says_against_a_token_the_call_is_made_with_another_and_once_only() {
    let (simulated, wechat) = simulated().await;
    call(&simulated, &wechat).await.unwrap();
    for code in [40001, 40014, 42001] {
        simulated.clock.advance(Duration::from_secs(31));
        let before = simulated.calls(PHONE);
        simulated.next(PHONE, &[Fault::Errcode(code)]);
        call(&simulated, &wechat).await.unwrap();
        assert_eq!(simulated.calls(PHONE), before + 2, "{code}");
        // The other one is refused as well: that is returned, and nothing is tried for a third time.
        simulated.clock.advance(Duration::from_secs(31));
        simulated.next(PHONE, &[Fault::Errcode(code), Fault::Errcode(code)]);
        assert_eq!(refused(call(&simulated, &wechat).await.unwrap_err()), Reason::Token);
        assert_eq!(simulated.calls(PHONE), before + 4, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_ended_is_not_sent() {
    let (simulated, wechat) = simulated().await;
    call(&simulated, &wechat).await.unwrap();
    simulated.clock.advance(Duration::from_secs(7201));
    call(&simulated, &wechat).await.unwrap();
    assert_eq!((simulated.calls(TOKEN), simulated.calls(PHONE), forced(&simulated)), (2, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_wechat_refuses_and_gives_again_is_renewed_by_force_once_on_both_nodes() {
    let (simulated, _) = simulated().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&simulated, Some(&shared.redis)), node(&simulated, Some(&shared.redis)));
    at_once(&simulated, &[&one, &two], 2).await;
    // WeChat refuses its own token, and gives it again when it is asked in the ordinary way.
    simulated.office(|office| office.poisoned = Some(office.tokens[MINI].now.clone()));
    simulated.always(TOKEN, Some(Fault::Slow(Duration::from_millis(300))));
    at_once(&simulated, &[&one, &two], 10).await;
    assert_eq!(forced(&simulated), 1);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn force_is_used_at_most_every_thirty_seconds_and_twenty_times_a_day() {
    let (simulated, wechat) = simulated().await;
    call(&simulated, &wechat).await.unwrap();
    let refuse_and_call = async || {
        simulated.next(PHONE, &[Fault::Errcode(40001)]);
        call(&simulated, &wechat).await
    };
    refuse_and_call().await.unwrap();
    assert_eq!(forced(&simulated), 1);
    simulated.clock.advance(Duration::from_secs(29));
    assert_eq!(refused(refuse_and_call().await.unwrap_err()), Reason::Token);
    assert_eq!(forced(&simulated), 1);
    for expected in 2..=20 {
        simulated.clock.advance(Duration::from_secs(31));
        refuse_and_call().await.unwrap();
        assert_eq!(forced(&simulated), expected);
    }
    simulated.clock.advance(Duration::from_secs(31));
    assert_eq!(refused(refuse_and_call().await.unwrap_err()), Reason::Token);
    assert_eq!(forced(&simulated), 20);
    // The next day begins anew.
    simulated.clock.advance(Duration::from_hours(24));
    refuse_and_call().await.unwrap();
    assert_eq!(forced(&simulated), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_wrong_is_told_at_once_to_all_who_wait() {
    let (simulated, _) = simulated().await;
    let settings = zaichang_integrations::wechat::Settings {
        app_secret: Some("another".into()),
        ..simulated.settings()
    };
    let wechat = super::client::with(&settings, &simulated.clock, None);
    let told = join_all((0..50).map(|_| wechat.token_can_be_had(App::MiniProgram))).await;
    assert!(told.iter().all(|told| told.is_err_and(|error| refused(error) == Reason::Account)));
    assert!(simulated.calls(TOKEN) <= 2, "{}", simulated.calls(TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_wechat_holds_nobody_longer_than_the_first() {
    let (simulated, wechat) = simulated().await;
    simulated.always(TOKEN, Some(Fault::Silence));
    let told = join_all((0..30).map(|_| call(&simulated, &wechat))).await;
    assert!(told.iter().all(|told| *told == Err(Error::Timeout)), "{told:?}");
    assert_eq!(simulated.calls(TOKEN), 1);
}
