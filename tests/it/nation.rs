//! The demo data of a nation, in small: what it says of itself adds up, and it is written once.

use zaichang::demo::nation::{self, Scale};
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;

use crate::service::Service;
use crate::test_server::{MORNING, Stores};

#[tokio::test(flavor = "multi_thread")]
async fn a_nations_tallies_are_what_its_rows_come_to() {
    let stores = Stores::open_alone().await;
    let clock = Clock::set_to(MORNING.parse().unwrap());
    let service = Service::start(stores.settings(), clock.clone()).await;
    let (pool, sealer) = (&service.pool, Sealer::new(Keys::clone(&service.keys)));
    let fill = || nation::fill(pool, &sealer, clock.now(), Scale::HAMLET, |_, _, _| {});
    let written = fill().await.unwrap();
    let rows = |table: &str| written.iter().find(|(name, _)| *name == table).unwrap().1;
    assert_eq!(rows("people"), 400);
    assert_eq!(rows("projects"), 24);
    assert!((800..=6000).contains(&rows("check_ins")), "{written:?}");
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from tallies full join (
             select course_id, day, count(*) as check_ins, count(distinct person_id) as attendees from check_ins group by 1, 2
         ) counted using (course_id, day)
         where (tallies.check_ins, tallies.attendees) is distinct from (counted.check_ins, counted.attendees)",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0, "tallies that are not what was counted");
    let newcomers: i64 = sqlx::query_scalar(
        "select (select sum(newcomers) from tallies)
             - (select count(*) from (select distinct course_id, person_id from check_ins) people)",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(newcomers, 0);
    assert!(fill().await.is_err(), "it is written twice");
    service.stop().await;
    stores.close().await;
}
