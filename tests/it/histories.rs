//! Random histories, checked against a model that fits on a page: two nodes on one course, people and devices that mix,
//! slots that pass, a cap that changes, Redis wiped and Postgres' connections cut. Whatever a node remembers, it answers as
//! the model does.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sqlx::PgPool;
use zaichang_attendance::checkin;
use zaichang_core::ids::ScreenNumber;

use crate::test_server::{Answer, Service, TestServer, client};

const PEOPLE: usize = 6;
const DEVICES: usize = 5;
const REPEAT_S: u32 = 60;
/// More than the largest course of a history can need: a node that was left unanswered does not ask Postgres again for a second.
const TRIES: usize = 1000;
const PAUSE: Duration = Duration::from_millis(20);

#[derive(Clone, Debug)]
struct Scan {
    node: usize,
    person: usize,
    device: usize,
}

#[derive(Clone, Debug)]
enum Step {
    One(Scan),
    /// All at once.
    Burst(Vec<Scan>),
    NextSlot,
    Cap(Option<i32>),
    WipeRedis,
    CutPostgres,
}

fn scan() -> impl Strategy<Value = Scan> {
    (0..2usize, 0..PEOPLE, 0..DEVICES).prop_map(|(node, person, device)| Scan { node, person, device })
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => scan().prop_map(Step::One),
        4 => prop::collection::vec(scan(), 2..12).prop_map(Step::Burst),
        2 => Just(Step::NextSlot),
        2 => prop::option::weighted(0.8, 1..5).prop_map(Step::Cap),
        1 => Just(Step::WipeRedis),
        1 => Just(Step::CutPostgres),
    ];
    prop::collection::vec(step, 10..30)
}

/// What the server must do, in a page. A course's day; ids are what the server said when it recorded.
#[derive(Clone, Default)]
struct Model {
    cap: Option<i32>,
    slot: u32,
    rows: HashMap<(usize, u32), Value>,
    people: HashSet<usize>,
    devices: HashMap<usize, usize>,
}

impl Model {
    fn expects(&self, scan: &Scan) -> &'static str {
        let full = self.cap.is_some_and(|cap| self.people.len() >= usize::try_from(cap).unwrap());
        if self.rows.contains_key(&(scan.person, self.slot)) {
            "already_recorded"
        } else if self.devices.get(&scan.device).is_some_and(|holder| *holder != scan.person) {
            "device_in_use"
        } else if full && !self.people.contains(&scan.person) {
            "cap_reached"
        } else {
            "recorded"
        }
    }

    fn record(&mut self, scan: &Scan, id: Value) {
        self.rows.insert((scan.person, self.slot), id);
        self.people.insert(scan.person);
        self.devices.insert(scan.device, scan.person);
    }

    /// Takes one answer, which must be the one that is expected.
    fn take(&mut self, scan: &Scan, answer: &Answer) {
        assert_eq!(answer.word(), self.expects(scan), "{scan:?}: {}", answer.body);
        let id = answer.body["check_in"]["id"].clone();
        match answer.word() {
            "recorded" => self.record(scan, id),
            "already_recorded" => assert_eq!(id, self.rows[&(scan.person, self.slot)], "{scan:?}"),
            _ => {}
        }
    }

    /// Takes the answers to a burst: there must be an order in which each of them is the expected one.
    fn take_all(&mut self, burst: &[(Scan, Answer)]) {
        let all: Vec<_> = burst.iter().collect();
        let said = || all.iter().map(|(scan, answer)| (scan, answer.word())).collect::<Vec<_>>();
        *self = self.after(all.clone()).unwrap_or_else(|| panic!("right in no order: {:?}", said()));
    }

    /// The model after these, in some order that explains them.
    fn after(&self, mut left: Vec<&(Scan, Answer)>) -> Option<Self> {
        // Refusals and repeats change nothing: whichever is explained now may as well have come now.
        left.retain(|(scan, answer)| answer.word() == "recorded" || self.expects(scan) != answer.word());
        if left.is_empty() {
            return Some(self.clone());
        }
        (0..left.len()).find_map(|next| {
            let (scan, answer) = left[next];
            if answer.word() != "recorded" || self.expects(scan) != "recorded" {
                return None;
            }
            let (mut then, mut rest) = (self.clone(), left.clone());
            then.take(scan, answer);
            rest.swap_remove(next);
            then.after(rest)
        })
    }
}

struct Hall<'a> {
    server: &'a TestServer,
    /// Connections of the test's own, which are never cut.
    pool: &'a PgPool,
    second: &'a Service,
    course: i64,
    screen: ScreenNumber,
    /// Which of the server's people come.
    first_person: usize,
}

impl Hall<'_> {
    async fn tell(&self, scan: &Scan) -> Answer {
        let node = if scan.node == 0 { &self.server.service } else { self.second };
        let device = client(&format!("device-{}-{}", self.course, scan.device));
        let body = json!({ "code": self.server.code(self.screen), "client": device });
        for _ in 0..TRIES {
            let session = self.server.session(self.first_person + scan.person);
            let answer = node.post("/api/v1/check-ins", session, body.clone()).await;
            // Storage is away: a client with this answer asks again, with the same code.
            if !["deferred", "storage_unavailable"].contains(&answer.word()) {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("never answered: {scan:?}")
    }

    async fn run(&self, history: &[Step]) {
        let mut model = Model::default();
        for step in history {
            match step {
                Step::One(scan) => model.take(scan, &self.tell(scan).await),
                Step::Burst(scans) => {
                    let told = scans.iter().map(async |scan| (scan.clone(), self.tell(scan).await));
                    model.take_all(&join_all(told).await);
                }
                Step::NextSlot => {
                    self.server.advance(u64::from(REPEAT_S));
                    model.slot += 1;
                }
                Step::Cap(cap) => {
                    let change =
                        sqlx::query("update courses set cap = $1 where id = $2").bind(cap).bind(self.course);
                    change.execute(self.pool).await.unwrap();
                    model.cap = *cap;
                }
                Step::WipeRedis => {
                    let redis =
                        redis::Client::open(self.server.stores.redis.as_ref().unwrap().url()).unwrap();
                    let mut line = redis.get_multiplexed_async_connection().await.unwrap();
                    redis::cmd("FLUSHALL").exec_async(&mut line).await.unwrap();
                }
                Step::CutPostgres => {
                    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
                               where application_name = 'zaichang' and datname = current_database()";
                    sqlx::query(cut).execute(self.pool).await.unwrap();
                }
            }
        }
        self.is_what_postgres_holds(&model).await;
    }

    async fn is_what_postgres_holds(&self, model: &Model) {
        let (rows, people, tallied): (i64, i64, Option<i64>) = sqlx::query_as(
            "select count(*), count(distinct person_id), (select sum(check_ins * 1000 + newcomers) from tallies where course_id = $1)
             from check_ins where course_id = $1",
        )
        .bind(self.course)
        .fetch_one(self.pool)
        .await
        .unwrap();
        assert_eq!(rows, i64::try_from(model.rows.len()).unwrap());
        assert_eq!(people, i64::try_from(model.people.len()).unwrap());
        assert_eq!(tallied.unwrap_or(0), rows * 1000 + people);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_two_nodes_answer_as_the_model_does() {
    let server = TestServer::open_with(|settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.repeat_s = REPEAT_S);
    })
    .await;
    let second = server
        .second(|settings| {
            settings.modules.set::<checkin::Settings>(|checkin| checkin.repeat_s = REPEAT_S);
        })
        .await;
    let pool = PgPool::connect(server.stores.postgres.url()).await.unwrap();
    let mut halls = Vec::new();
    for case in 0..24 {
        let course = "insert into courses (project_id, title, hours, place, opens_minute, closes_minute)
             select project_id, title, hours, place, opens_minute, closes_minute from courses where id = $1 returning id";
        let course: i64 = sqlx::query_scalar(course).bind(server.course()).fetch_one(&pool).await.unwrap();
        let (screen, _) = server.screen(course).await;
        let first_person = case * PEOPLE % 30;
        halls.push(Hall { server: &server, pool: &pool, second: &second, course, screen, first_person });
    }
    // The same histories in every run: a failure can be looked at.
    let mut runner = TestRunner::deterministic();
    for hall in halls {
        let history = history().new_tree(&mut runner).unwrap().current();
        println!("course {}: {history:?}", hall.course);
        hall.run(&history).await;
    }
    second.stop().await;
    server.close().await;
}
