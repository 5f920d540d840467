//! The access token: fetched once for all callers, on two nodes together; renewed early; replaced when WeChat refuses it, by
//! force within a quota; and all of it also when Redis is slow, gone or none.

use std::time::Duration;

use futures_util::future::join_all;
use tempfile::TempDir;
use zaichang::private;
use zaichang_integrations::wechat::{App, Error, Reason, Wechat};
use zaichang_platform::redis::Redis;

use super::client::{node, refused, stage};
use super::stage::{Fault, MINI, Stage};

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
async fn call(stage: &Stage, wechat: &Wechat) -> Result<(), Error> {
    wechat.phone_number(&stage.phone_code("13800001234").into()).await.map(|_| ())
}

async fn at_once(stage: &Stage, nodes: &[&Wechat], times: usize) {
    let calls = (0..times).flat_map(|_| nodes.iter().map(|wechat| call(stage, wechat)));
    for called in join_all(calls).await {
        called.unwrap();
    }
}

fn forced(stage: &Stage) -> usize {
    stage.asked(TOKEN).iter().filter(|asked| asked["force_refresh"] == true).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_calls_on_two_nodes_fetch_one_token() {
    let (stage, _) = stage().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&stage, Some(&shared.redis)), node(&stage, Some(&shared.redis)));
    // Redis is connected before the race, so that no first connection to it is late.
    shared.ask::<String>(&mut redis::cmd("PING")).await;
    // Long enough for the other node to come while it is being fetched.
    stage.always(TOKEN, Some(Fault::Slow(Duration::from_millis(500))));
    at_once(&stage, &[&one, &two], 50).await;
    assert_eq!((stage.calls(TOKEN), stage.calls(PHONE)), (1, 100));
    // What lies in Redis does not reveal the token.
    let kept: String = shared.ask(redis::cmd("GET").arg(format!("zc:wechat:{{{MINI}}}:token"))).await;
    assert!(!kept.contains("token-of-ours") && kept.len() > 40, "{kept}");
    // A node that starts later finds it there.
    let three = node(&stage, Some(&shared.redis));
    at_once(&stage, &[&three], 5).await;
    assert_eq!(stage.calls(TOKEN), 1);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_early_once_and_a_failure_then_is_none_yet() {
    let (stage, _) = stage().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&stage, Some(&shared.redis)), node(&stage, Some(&shared.redis)));
    at_once(&stage, &[&one, &two], 5).await;
    // Two where Redis was late.
    let fetched = stage.calls(TOKEN);
    assert!((1..=2).contains(&fetched), "{fetched}");
    stage.clock.advance(Duration::from_secs(7200 - 301));
    at_once(&stage, &[&one, &two], 5).await;
    assert_eq!(stage.calls(TOKEN), fetched);
    stage.clock.advance(Duration::from_secs(2));
    // WeChat is in trouble: the old token is good for five minutes.
    stage.always(TOKEN, Some(Fault::Status(502, "Bad Gateway")));
    at_once(&stage, &[&one, &two], 5).await;
    let tried = stage.calls(TOKEN);
    assert!((fetched + 1..=fetched + 2).contains(&tried), "{tried}");
    stage.always(TOKEN, None);
    // Past the pause after the failure.
    stage.clock.advance(Duration::from_secs(2));
    at_once(&stage, &[&one, &two], 5).await;
    let renewed = stage.calls(TOKEN);
    assert!((tried + 1..=tried + 2).contains(&renewed), "{renewed}");
    assert!(stage.office(|office| office.tokens[MINI].before.is_some()));
    at_once(&stage, &[&one, &two], 5).await;
    assert_eq!((stage.calls(TOKEN), forced(&stage)), (renewed, 0));
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_and_after_its_death_each_node_goes_on_alone() {
    let (stage, alone) = stage().await;
    at_once(&stage, &[&alone], 50).await;
    assert_eq!(stage.calls(TOKEN), 1);
    let shared = Shared::open().await;
    let (one, two) = (node(&stage, Some(&shared.redis)), node(&stage, Some(&shared.redis)));
    at_once(&stage, &[&one], 5).await;
    shared.server.stop().await.unwrap();
    at_once(&stage, &[&one, &two], 20).await;
    assert_eq!(stage.calls(TOKEN), 3);
    // The ordinary way gives every node the same token: no node has invalidated another's.
    assert_eq!((stage.office(|office| office.tokens.len()), forced(&stage)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_died_in_its_turn_keeps_nobody_waiting_for_ever() {
    let (stage, _) = stage().await;
    let shared = Shared::open().await;
    let turn = format!("zc:wechat:{{{MINI}}}:token:turn");
    shared.ask::<()>(redis::cmd("SET").arg(&turn).arg("of the dead").arg("PX").arg(60_000)).await;
    let one = node(&stage, Some(&shared.redis));
    call(&stage, &one).await.unwrap();
    assert_eq!(stage.calls(TOKEN), 1);
    // It was not ours to give back.
    assert_eq!(shared.ask::<String>(redis::cmd("GET").arg(&turn)).await, "of the dead");
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_while_a_token_is_fetched_for_them_gives_the_turn_back() {
    let (stage, _) = stage().await;
    let shared = Shared::open().await;
    let one = node(&stage, Some(&shared.redis));
    let turn = format!("zc:wechat:{{{MINI}}}:token:turn");
    let left = async || shared.ask::<i64>(redis::cmd("PTTL").arg(&turn)).await;
    stage.next(TOKEN, &[Fault::Silence]);
    let waiting = tokio::spawn({
        let one = one.clone();
        async move { one.token_can_be_had(App::MiniProgram).await }
    });
    crate::test_server::eventually(async || stage.calls(TOKEN) == 1).await;
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
    call(&stage, &one).await.unwrap();
    assert_eq!(stage.calls(TOKEN), 2);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_another_system_renewed_is_replaced_without_force() {
    let (stage, wechat) = stage().await;
    call(&stage, &wechat).await.unwrap();
    stage.office(|office| office.tokens.get_mut(MINI).unwrap().now = "token-of-ours-by-others".to_owned());
    at_once(&stage, &[&wechat], 20).await;
    assert_eq!((stage.calls(TOKEN), forced(&stage)), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_wechat_says_against_a_token_the_call_is_made_with_another_and_once_only() {
    let (stage, wechat) = stage().await;
    call(&stage, &wechat).await.unwrap();
    for code in [40001, 40014, 42001] {
        stage.clock.advance(Duration::from_secs(31));
        let before = stage.calls(PHONE);
        stage.next(PHONE, &[Fault::Errcode(code)]);
        call(&stage, &wechat).await.unwrap();
        assert_eq!(stage.calls(PHONE), before + 2, "{code}");
        // The other one is refused as well: that is returned, and nothing is tried for a third time.
        stage.clock.advance(Duration::from_secs(31));
        stage.next(PHONE, &[Fault::Errcode(code), Fault::Errcode(code)]);
        assert_eq!(refused(call(&stage, &wechat).await.unwrap_err()), Reason::Token);
        assert_eq!(stage.calls(PHONE), before + 4, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_ended_is_not_sent() {
    let (stage, wechat) = stage().await;
    call(&stage, &wechat).await.unwrap();
    stage.clock.advance(Duration::from_secs(7201));
    call(&stage, &wechat).await.unwrap();
    assert_eq!((stage.calls(TOKEN), stage.calls(PHONE), forced(&stage)), (2, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_wechat_refuses_and_gives_again_is_renewed_by_force_once_on_both_nodes() {
    let (stage, _) = stage().await;
    let shared = Shared::open().await;
    let (one, two) = (node(&stage, Some(&shared.redis)), node(&stage, Some(&shared.redis)));
    at_once(&stage, &[&one, &two], 2).await;
    // WeChat refuses its own token, and gives it again when it is asked in the ordinary way.
    stage.office(|office| office.poisoned = Some(office.tokens[MINI].now.clone()));
    stage.always(TOKEN, Some(Fault::Slow(Duration::from_millis(300))));
    at_once(&stage, &[&one, &two], 10).await;
    assert_eq!(forced(&stage), 1);
    shared.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn force_is_used_at_most_every_thirty_seconds_and_twenty_times_a_day() {
    let (stage, wechat) = stage().await;
    call(&stage, &wechat).await.unwrap();
    let refuse_and_call = async || {
        stage.next(PHONE, &[Fault::Errcode(40001)]);
        call(&stage, &wechat).await
    };
    refuse_and_call().await.unwrap();
    assert_eq!(forced(&stage), 1);
    stage.clock.advance(Duration::from_secs(29));
    assert_eq!(refused(refuse_and_call().await.unwrap_err()), Reason::Token);
    assert_eq!(forced(&stage), 1);
    for expected in 2..=20 {
        stage.clock.advance(Duration::from_secs(31));
        refuse_and_call().await.unwrap();
        assert_eq!(forced(&stage), expected);
    }
    stage.clock.advance(Duration::from_secs(31));
    assert_eq!(refused(refuse_and_call().await.unwrap_err()), Reason::Token);
    assert_eq!(forced(&stage), 20);
    // The next day begins anew.
    stage.clock.advance(Duration::from_hours(24));
    refuse_and_call().await.unwrap();
    assert_eq!(forced(&stage), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_wrong_is_told_at_once_to_all_who_wait() {
    let (stage, _) = stage().await;
    let settings =
        zaichang_integrations::wechat::Settings { app_secret: Some("another".into()), ..stage.settings() };
    let wechat = super::client::with(&settings, &stage.clock, None);
    let told = join_all((0..50).map(|_| wechat.token_can_be_had(App::MiniProgram))).await;
    assert!(told.iter().all(|told| told.is_err_and(|error| refused(error) == Reason::Account)));
    assert!(stage.calls(TOKEN) <= 2, "{}", stage.calls(TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_wechat_holds_nobody_longer_than_the_first() {
    let (stage, wechat) = stage().await;
    stage.always(TOKEN, Some(Fault::Silence));
    let told = join_all((0..30).map(|_| call(&stage, &wechat))).await;
    assert!(told.iter().all(|told| *told == Err(Error::Timeout)), "{told:?}");
    assert_eq!(stage.calls(TOKEN), 1);
}
