//! `zaichang serve`: starts, prints how to try the demo, runs until it is asked to stop.

use anyhow::Context as _;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use secrecy::ExposeSecret as _;
use tokio::signal::unix::{SignalKind, signal};

use super::say;
use crate::config::Settings;
use crate::demo::{self, Welcome};
use crate::serve::Server;
use crate::{serve, telemetry};
use zaichang_attendance::{checkin, display};
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_hosting::project;
use zaichang_platform::auth::{self, Sessions};
use zaichang_platform::cache::Hearing;

/// Serves until SIGINT or SIGTERM.
pub async fn serve(settings: Settings, demo: bool) -> anyhow::Result<()> {
    telemetry::log(&settings)?;
    let prometheus = telemetry::metrics()?;
    // Heard from the start, so that a stop during the start is orderly too.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let repeat_s = settings.modules.of::<checkin::Settings>().repeat_s;
    let server = serve::start(settings, Clock::System, Some(prometheus)).await?;
    if demo {
        let sealer = Sealer::new(Keys::clone(&server.keys));
        match fill_demo(&server, &sealer, repeat_s).await {
            Ok(welcome) => greet(&server.public_url, &welcome, &venue_page(&server, &welcome).await?),
            Err(error) => {
                let stopped = server.run(std::future::ready(())).await;
                return stopped.and(Err(error));
            }
        }
    } else {
        server.offer_first_admin().await;
    }
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let ran = server.run(stop).await;
    telemetry::close().await;
    ran
}

/// The demo's units, people and courses, with records in them.
async fn fill_demo(server: &Server, sealer: &Sealer, repeat_s: u32) -> anyhow::Result<Welcome> {
    let now = Clock::System.now();
    let welcome = demo::welcome(&server.pool, sealer, now).await?;
    demo::life(&server.pool, sealer, welcome.account_id, now, repeat_s).await?;
    Ok(welcome)
}

/// Opens a screen of the first course, so that there is something to look at at once.
async fn venue_page(server: &Server, welcome: &Welcome) -> anyhow::Result<String> {
    let sessions = Sessions::new(&server.pool, &Hearing::default(), auth::Settings::default());
    let account = sessions.account(welcome.account_id).await?;
    let course = project::courses(&server.pool, &[welcome.courses[0].id.0]).await?.pop();
    let course = course.map(|(_, course)| course).transpose()?;
    let (account, course) = account.zip(course).context("the demo's admin and course were just made")?;
    let opened = display::open(&server.pool, &account, &course, "主会场", Clock::System.now()).await?;
    Ok(opened.address(&server.public_url))
}

/// Where everything is and how to log in, in both languages.
fn greet(public_url: &str, welcome: &Welcome, venue_page: &str) {
    let Welcome { account, password, people, courses, .. } = welcome;
    let printed_once = "首次启动时已打印 · was printed at the first start";
    let secret = |password: &Option<secrecy::SecretString>| {
        password.as_ref().map_or(printed_once.to_owned(), |password| password.expose_secret().to_owned())
    };
    say("");
    say("  在场 zaichang 已就绪 · is ready");
    say("");
    say(&format!("  管理端 Console       {public_url}/console/"));
    say(&format!("    账号 account       {account}"));
    say(&format!("    密码 password      {}", secret(password)));
    say(&format!("  投屏 Venue page      {venue_page}"));
    say(
        "    一次有效，60 秒内打开；之后请在管理端打开投屏 · opens once, within 60 s; later ones from the console",
    );
    say(&format!("  手机 Phone           {public_url}/"));
    say("");
    say("  演示人员 Demo people（短信验证码显示在本窗口日志中 · SMS codes appear in this window's log）");
    for person in people {
        let state =
            if person.registration == "approved" { "已审核 approved" } else { "待审核 pending" };
        say(&format!(
            "    {}  手机 {}  账号 {}  密码 {}  {state}",
            person.name,
            person.phone,
            person.account,
            secret(&person.password)
        ));
    }
    say("");
    say(&format!(
        "  今天的课程 Courses today: {}",
        courses.iter().map(|course| course.title.as_str()).collect::<Vec<_>>().join("、")
    ));
    if let Ok(code) = QrCode::new(format!("{public_url}/")) {
        say(&code.render::<Dense1x2>().quiet_zone(true).build());
    }
    say("  Ctrl-C 停止 · stops everything");
    say("");
}
