//! Many courses at once: those that change all the time do not keep the others from being assessed.

use jiff::ToSpan as _;
use zaichang_attendance::presence::{Rules, look};

use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_course_is_assessed_although_busy_ones_are_due_again_and_again() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    // The quiet one is the newest: read in the order of their making, it would always come last.
    server
        .sql("insert into courses (project_id, title, hours, place)
              select project_id, 'busy ' || n, 3, 'hall' from courses, generate_series(1, 40) n where courses.id = (select min(id) from courses);
              insert into courses (project_id, title, hours, place)
              select project_id, 'quiet', 3, 'hall' from courses where id = (select min(id) from courses);
              insert into tallies (course_id, day, attendees, newcomers, check_ins)
              select id, '2025-11-29', 0, 0, 1 from courses where title like 'busy %' or title = 'quiet'")
        .await;
    let mut now = server.now();
    for _ in 0..4 {
        look(pool, &Rules::default(), now).await.unwrap();
        server
            .sql(
                "update tallies set check_ins = check_ins + 1
                  where course_id in (select id from courses where title like 'busy %')",
            )
            .await;
        now += 25.seconds();
    }
    let quiet: bool = sqlx::query_scalar(
        "select exists (select from assessed_days join courses on courses.id = course_id where title = 'quiet' and assessed_at is not null)",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert!(quiet);
    server.close().await;
}
