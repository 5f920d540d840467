//! The private servers as they really are: started, stopped, killed and found again, in every kind of folder.
//! Run as root and as an ordinary user; both must hold.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::task::yield_now;

use super::{Error, Postgres, Program, Redis};

fn data_dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn ask(postgres: &Postgres, sql: &'static str) -> String {
    let mut connection = PgConnection::connect(postgres.url()).await.unwrap();
    let answer: String = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    answer
}

async fn run(postgres: &Postgres, sql: &'static str) {
    let mut connection = PgConnection::connect(postgres.url()).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_restart_keeps_the_data_and_the_address() {
    let dir = data_dir();
    let postgres = Postgres::start(dir.path()).await.unwrap();
    run(&postgres, "create table t as select '䶮'::text as name").await;
    let url = postgres.url().to_owned();
    postgres.stop().await.unwrap();
    assert!(!dir.path().join("postgres/postmaster.pid").exists());

    let postgres = Postgres::start(dir.path()).await.unwrap();
    assert_eq!(postgres.url(), url);
    assert_eq!(ask(&postgres, "select name from t").await, "䶮");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn it_is_durable_and_listens_on_no_network() {
    let dir = data_dir();
    let postgres = Postgres::start(dir.path()).await.unwrap();
    for (setting, value) in [
        ("show fsync", "on"),
        ("show synchronous_commit", "on"),
        ("show listen_addresses", ""),
        ("show server_encoding", "UTF8"),
        ("select datcollate from pg_database where datname = current_database()", "C.UTF-8"),
        ("select current_user::text", "zaichang"),
        ("select current_database()::text", "zaichang"),
    ] {
        assert_eq!(ask(&postgres, setting).await, value, "{setting}");
    }
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let dir = data_dir();
    let postgres = Postgres::start(dir.path()).await.unwrap();
    let refusal = Postgres::start(dir.path()).await.unwrap_err();
    assert!(matches!(refusal, Error::InUse(_)), "{refusal}");
    assert!(refusal.to_string().contains("请先停止它") && refusal.to_string().contains("stop it first"));
    postgres.stop().await.unwrap();
    Postgres::start(dir.path()).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn any_folder_will_do() {
    let above = data_dir();
    let deep = above.path().join("d".repeat(120));
    let mut folders = vec![deep, above.path().join("签到 数据 'a'")];
    let home = geteuid().is_root().then(|| tempfile::tempdir_in("/root").unwrap());
    folders.extend(home.iter().map(|home| home.path().join(".data")));
    for folder in folders {
        let postgres = Postgres::start(&folder).await.unwrap();
        assert_eq!(ask(&postgres, "select 'yes'").await, "yes", "{}", folder.display());
        let redis = Redis::start(&folder).await.unwrap().unwrap();
        redis::Client::open(redis.url()).unwrap();
        redis.stop().await.unwrap();
        postgres.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_interrupted_making_is_begun_anew() {
    let dir = data_dir();
    let left = dir.path().join("postgres.new-0123456789abcdef");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("PG_VERSION"), "15\n").unwrap();
    tokio::select! {
        biased;
        started = Postgres::start(dir.path()) => panic!("it was to be interrupted: {started:?}"),
        () = async { while unfinished(dir.path()).is_empty() || left.exists() { yield_now().await } } => {}
    }
    assert!(!unfinished(dir.path()).is_empty() && !dir.path().join("postgres").exists());

    Postgres::start(dir.path()).await.unwrap().stop().await.unwrap();
    assert_eq!(unfinished(dir.path()), Vec::<PathBuf>::new());
}

fn unfinished(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains(".new-")).collect()
}

#[tokio::test]
async fn a_damaged_cluster_is_refused_and_left_untouched() {
    let dir = data_dir();
    let folder = dir.path().join("postgres");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("PG_VERSION"), "15\n").unwrap();
    let refusal = Postgres::start(dir.path()).await.unwrap_err();
    assert!(matches!(refusal, Error::NotACluster(_)), "{refusal}");
    assert_eq!(fs::read_to_string(folder.join("PG_VERSION")).unwrap(), "15\n");
}

#[tokio::test]
async fn a_cluster_of_a_version_that_is_not_installed_is_refused_by_its_name() {
    let dir = data_dir();
    let folder = dir.path().join("postgres");
    fs::create_dir_all(folder.join("global")).unwrap();
    fs::write(folder.join("PG_VERSION"), "9\n").unwrap();
    fs::write(folder.join("global/pg_control"), "").unwrap();
    let refusal = Postgres::start(dir.path()).await.unwrap_err();
    assert!(matches!(refusal, Error::OtherVersion { made_by: 9, .. }), "{refusal}");
}

#[tokio::test]
async fn its_death_is_noticed_and_the_next_start_recovers() {
    let dir = data_dir();
    let mut postgres = Postgres::start(dir.path()).await.unwrap();
    run(&postgres, "create table t as select 'kept'::text as word").await;
    kill(postgres.pid());
    let death = postgres.died().await;
    assert!(matches!(death, Error::Died { program: Program::Postgres, .. }), "{death}");
    drop(postgres);

    let postgres = Postgres::start(dir.path()).await.unwrap();
    assert_eq!(ask(&postgres, "select word from t").await, "kept");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_pid_file_whose_number_went_to_another_process_is_no_obstacle() {
    let dir = data_dir();
    let mut postgres = Postgres::start(dir.path()).await.unwrap();
    let pid_file = dir.path().join("postgres/postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    kill(postgres.pid());
    postgres.died().await;
    let other = text.replacen(&postgres.pid().to_string(), &std::process::id().to_string(), 1);
    fs::write(&pid_file, other).unwrap();
    drop(postgres);
    Postgres::start(dir.path()).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn one_that_was_let_go_of_stops_and_makes_way_for_the_next() {
    let dir = data_dir();
    let postgres = Postgres::start(dir.path()).await.unwrap();
    drop(postgres);
    Postgres::start(dir.path()).await.unwrap().stop().await.unwrap();
}

const HOLDER: &str = "ZAICHANG_TEST_HOLDS_SERVERS_IN";

/// Not a test of its own: the process that the next one kills.
#[tokio::test]
async fn a_server_process_holds_both_until_it_is_killed() {
    let Some(dir) = std::env::var_os(HOLDER) else {
        return;
    };
    let postgres = Postgres::start(Path::new(&dir)).await.unwrap();
    let redis = Redis::start(Path::new(&dir)).await.unwrap().unwrap();
    println!("\nholding {} {}", postgres.pid(), redis.pid());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn what_a_killed_server_left_running_is_adopted_or_replaced() {
    let dir = data_dir();
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["a_server_process_holds_both_until_it_is_killed", "--nocapture"])
        .env(HOLDER, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    let pids = lines.find_map(|line| line.strip_prefix("holding ").map(str::to_owned)).unwrap();
    let (postgres_pid, redis_pid) = pids.split_once(' ').unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();

    let mut postgres = Postgres::start(dir.path()).await.unwrap();
    assert_eq!(postgres.pid().to_string(), postgres_pid, "adopted");
    let redis = Redis::start(dir.path()).await.unwrap().unwrap();
    assert_ne!(redis.pid().to_string(), redis_pid, "replaced");
    redis.stop().await.unwrap();
    kill(postgres.pid());
    let death = postgres.died().await;
    assert!(matches!(death, Error::Died { .. }), "an adopted one's death is noticed too: {death}");
    drop(postgres);
    Postgres::start(dir.path()).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn redis_keeps_nothing_and_listens_on_no_network() {
    let dir = data_dir();
    let redis = Redis::start(dir.path()).await.unwrap().unwrap();
    let mut connection =
        redis::Client::open(redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    for (name, value) in
        [("save", ""), ("appendonly", "no"), ("port", "0"), ("maxmemory-policy", "allkeys-lru")]
    {
        let answer: Vec<String> =
            redis::cmd("config").arg("get").arg(name).query_async(&mut connection).await.unwrap();
        assert_eq!(answer, [name, value]);
    }
    let refusal = Redis::start(dir.path()).await.unwrap_err();
    assert!(matches!(refusal, Error::InUse(_)), "{refusal}");
    redis.stop().await.unwrap();
}

#[tokio::test]
async fn the_death_of_redis_is_noticed() {
    let dir = data_dir();
    let mut redis = Redis::start(dir.path()).await.unwrap().unwrap();
    kill(redis.pid());
    let death = redis.died().await;
    assert!(matches!(death, Error::Died { program: Program::Redis, .. }), "{death}");
}
