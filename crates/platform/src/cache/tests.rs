//! A cache over a store that counts its queries and answers when the test lets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::*;

/// A store of the numbers below a hundred, each with its double, that counts how often it is asked and waits to be let go.
struct Store {
    queries: AtomicUsize,
    keys: AtomicUsize,
    go: Semaphore,
    began: Notify,
    away: AtomicBool,
}

fn store(open: bool) -> (Arc<Store>, Cache<u32, u32>) {
    let hearing = Hearing::default();
    hearing.prove();
    store_heard(open, &hearing)
}

fn store_heard(open: bool, hearing: &Hearing) -> (Arc<Store>, Cache<u32, u32>) {
    let go = Semaphore::new(if open { 1000 } else { 0 });
    let store =
        Arc::new(Store { queries: 0.into(), keys: 0.into(), go, began: Notify::new(), away: false.into() });
    let cache = Cache::new(1000, hearing, &store, |store: Arc<Store>, keys: Vec<u32>| async move {
        store.queries.fetch_add(1, Ordering::SeqCst);
        store.keys.fetch_add(keys.len(), Ordering::SeqCst);
        store.began.notify_one();
        store.go.acquire().await.unwrap().forget();
        if keys.contains(&666) || store.away.load(Ordering::SeqCst) {
            return Err(sqlx::Error::PoolTimedOut);
        }
        let row =
            |key| if key == 99 { Err(sqlx::Error::ColumnNotFound("word".to_owned())) } else { Ok(key * 2) };
        Ok(keys.into_iter().filter(|key| *key < 100).map(|key| (key, row(key))).collect())
    });
    (store, cache)
}

#[tokio::test]
async fn a_hall_that_arrives_at_once_is_asked_for_together() {
    let (store, cache) = store(false);
    let hall: Vec<_> = (0..500)
        .map(|phone| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get(&(phone % 200)).await })
        })
        .collect();
    // Two queries are under way; all other callers are in the third.
    store.began.notified().await;
    store.go.add_permits(3);
    for (phone, told) in (0..500).zip(hall) {
        let (key, told) = (phone % 200, told.await.unwrap());
        match key {
            // A row that cannot be read fails for its own callers alone.
            99 => assert!(told.is_err_and(|error| !is_away(&error))),
            _ => assert_eq!(told.unwrap(), (key < 100).then_some(key * 2)),
        }
    }
    assert!(store.queries.load(Ordering::SeqCst) <= 3);
    let asked = store.keys.load(Ordering::SeqCst);
    assert!((200..=602).contains(&asked), "{asked}");
}

#[tokio::test]
async fn what_was_told_is_not_asked_again_also_that_there_is_nothing() {
    let (store, cache) = store(true);
    for _ in 0..3 {
        assert_eq!(cache.get(&7).await.unwrap(), Some(14));
        assert_eq!(cache.get(&700).await.unwrap(), None);
    }
    assert_eq!(store.keys.load(Ordering::SeqCst), 2);
    cache.forget(&7);
    assert_eq!(cache.get(&7).await.unwrap(), Some(14));
    assert_eq!(store.keys.load(Ordering::SeqCst), 3);
    cache.forget_all();
    assert_eq!(cache.entries(), 0);
    assert_eq!(cache.get(&700).await.unwrap(), None);
    assert_eq!(store.keys.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn what_is_forgotten_by_its_row_takes_nothing_else_with_it() {
    let (store, cache) = store(true);
    for key in [7, 8, 700] {
        cache.get(&key).await.unwrap();
    }
    cache.forget_where(|double| *double == 14);
    assert_eq!(cache.entries(), 2);
    for (key, asked) in [(8, 3), (700, 3), (7, 4)] {
        cache.get(&key).await.unwrap();
        assert_eq!(store.keys.load(Ordering::SeqCst), asked, "{key}");
    }
}

#[tokio::test]
async fn what_was_forgotten_while_it_was_being_read_is_not_kept() {
    let (store, cache) = store(false);
    let asking = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&7).await }
    });
    store.began.notified().await;
    cache.forget(&7);
    store.go.add_permits(1);
    assert_eq!(asking.await.unwrap().unwrap(), Some(14));
    assert_eq!(cache.entries(), 0, "the query began before the change");
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_waited_and_not_kept() {
    let (store, cache) = store(false);
    let asking: Vec<_> = [666, 666, 7]
        .map(|key| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get(&key).await })
        })
        .into();
    store.began.notified().await;
    store.go.add_permits(10);
    let mut failed = 0;
    for told in asking {
        failed += usize::from(told.await.unwrap().is_err_and(|error| is_away(&error)));
    }
    assert!(failed >= 2);
    assert_eq!(cache.get(&8).await.unwrap(), Some(16));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_not_kept_and_says_why() {
    let (store, cache) = store(true);
    for asked in 1..=2 {
        assert!(matches!(cache.get(&99).await, Err(sqlx::Error::ColumnNotFound(_))));
        assert_eq!(store.keys.load(Ordering::SeqCst), asked);
    }
    assert_eq!(cache.entries(), 0);
}

/// Makes an entry so old as if it had been asked for then.
fn age(cache: &Cache<u32, u32>, key: u32, row: Option<u32>, by_ms: i64) {
    cache.kept.rows.insert(key, Entry { row, asked_ms: now_ms() - by_ms });
}

#[tokio::test]
async fn while_changes_are_not_heard_what_is_older_than_a_second_is_asked_for_again() {
    let hearing = Hearing::default();
    let (store, cache) = store_heard(true, &hearing);
    // As it was before it was changed.
    for row in [Some(1), None] {
        age(&cache, 7, row, 5 * 60_000);
        assert_eq!(cache.get(&7).await.unwrap(), Some(14));
    }
    assert_eq!(store.keys.load(Ordering::SeqCst), 2);
    // It is young now.
    age(&cache, 7, Some(14), 0);
    assert_eq!(cache.get(&7).await.unwrap(), Some(14));
    assert_eq!(store.keys.load(Ordering::SeqCst), 2);
    hearing.prove();
    age(&cache, 7, Some(1), 5 * 60_000);
    assert_eq!(cache.get(&7).await.unwrap(), Some(1), "what is heard of is believed");
    hearing.lose();
    assert_eq!(cache.get(&7).await.unwrap(), Some(14));
    assert_eq!(store.keys.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn those_who_wait_for_an_old_entry_share_the_query() {
    let hearing = Hearing::default();
    let (store, cache) = store_heard(false, &hearing);
    age(&cache, 7, Some(1), 60_000);
    let hall: Vec<_> = (0..100)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get(&7).await })
        })
        .collect();
    store.began.notified().await;
    store.go.add_permits(3);
    for told in hall {
        assert_eq!(told.await.unwrap().unwrap(), Some(14));
    }
    assert!(store.queries.load(Ordering::SeqCst) <= 3);
}

#[tokio::test]
async fn an_old_entry_is_not_believed_when_postgres_does_not_answer_and_serves_only_as_what_it_is() {
    let hearing = Hearing::default();
    let (store, cache) = store_heard(true, &hearing);
    store.away.store(true, Ordering::SeqCst);
    age(&cache, 7, Some(1), 60_000);
    age(&cache, 8, None, 60_000);
    age(&cache, 9, Some(1), LIFE_MS);
    assert!(cache.get(&7).await.is_err_and(|error| is_away(&error)));
    hearing.unanswered();
    assert!(cache.get(&7).await.is_err_and(|error| is_away(&error)));
    assert_eq!(store.queries.load(Ordering::SeqCst), 1, "an outage is not waited for again and again");
    assert_eq!(cache.stale(&7).map(Stale::to_keep_a_scan), Some(1));
    assert_eq!((cache.stale(&8), cache.stale(&9), cache.stale(&10)), (None, None, None));
    // A caller with nothing to fall back on asks.
    assert!(cache.get(&10).await.is_err_and(|error| is_away(&error)));
    assert_eq!(store.queries.load(Ordering::SeqCst), 2);
    // The first answer ends it for all.
    store.away.store(false, Ordering::SeqCst);
    assert_eq!(cache.get(&10).await.unwrap(), Some(20));
    assert_eq!(cache.get(&7).await.unwrap(), Some(14));
}

#[tokio::test]
async fn a_loader_that_panics_fails_those_who_waited_and_nobody_after_them() {
    let panicked = Arc::new(AtomicBool::new(false));
    let cache =
        Cache::new(10, &Hearing::default(), &panicked, |panicked: Arc<AtomicBool>, keys: Vec<u32>| {
            assert!(panicked.swap(true, Ordering::SeqCst), "planted");
            async move { Ok(keys.into_iter().map(|key| (key, Ok(key))).collect()) }
        });
    assert!(cache.get(&7).await.is_err_and(|error| is_away(&error)));
    assert_eq!(cache.get(&7).await.unwrap(), Some(7));
}
