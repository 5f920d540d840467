//! Opens the screens of a run as the unit's admin, uses each ticket once to learn the credential that its pages
//! use, and closes them at the end: a course takes only so many. It must not know how many pages follow.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};

use super::line::{Buffer, Ends, Line};
use super::many;
use super::orders::Channel;
use super::page::hello;
use crate::client::{Reply, Target, call};
use crate::demo::{Course, Demo};
use crate::history;

/// How long the server may ask to wait, in total.
const PATIENCE: Duration = Duration::from_mins(1);

/// The screens of a run.
pub struct Venue {
    target: Target,
    admin: String,
    screens: Vec<u64>,
    /// The server's, if the screens were written into it.
    database: Option<PgPool>,
    pub channels: Vec<Channel>,
    /// The courses, in the order of the channels' numbers.
    pub courses: Vec<Course>,
}

impl Venue {
    /// Opens so many screens, spread evenly over the courses that take most people; more than these may have through the
    /// API are written into the database at `database_url`.
    pub async fn open(
        demo: &Demo,
        target: &Target,
        screens: usize,
        database_url: &str,
    ) -> anyhow::Result<Self> {
        ensure!(screens > 0, "no pages without a screen: --screens must be above zero");
        let courses = Self::courses(demo, screens);
        let admin = demo.unit_admin.session.clone();
        let (target, database) = (target.clone(), None);
        let mut venue = Self { target, admin, screens: vec![], database, channels: vec![], courses };
        if screens > EACH * venue.courses.len() {
            let opened = venue.open_many(screens, database_url).await;
            if let Err(error) = opened {
                venue.close().await?;
                return Err(error);
            }
            return Ok(venue);
        }
        for number in 0..screens {
            if let Err(error) = venue.open_one(number).await {
                venue.close().await?;
                return Err(error);
            }
        }
        Ok(venue)
    }

    /// The courses that so many screens are spread over.
    pub fn courses(demo: &Demo, screens: usize) -> Vec<Course> {
        let mut courses = demo.courses.clone();
        courses.sort_by_key(|course| std::cmp::Reverse(course.cap.unwrap_or(u32::MAX)));
        courses.truncate(courses_needed(screens, courses.len()));
        courses
    }

    async fn open_many(&mut self, screens: usize, database_url: &str) -> anyhow::Result<()> {
        /// Pages that show their ticket at a time.
        const AT_ONCE: usize = 16;
        let pool = self.database.insert(history::open(database_url).await?).clone();
        let courses: Vec<_> = self.courses.iter().map(|course| course.id).collect();
        let opened = many::open(&pool, &courses, screens).await?;
        self.screens = opened.iter().map(|opened| opened.screen).collect();
        let channels = opened.iter().map(|opened| async {
            let path = format!("/api/v1/screens/{}/live", opened.screen);
            let resume = self.resume(&path, &opened.ticket).await?;
            let place =
                courses.iter().position(|course| *course == opened.course).context("no such course")?;
            anyhow::Ok(Channel { path, resume: Some(resume), course: u16::try_from(place)? })
        });
        let channels = futures_util::stream::iter(channels).buffered(AT_ONCE).try_collect().await?;
        self.channels = channels;
        Ok(())
    }

    async fn open_one(&mut self, number: usize) -> anyhow::Result<()> {
        let place = number % self.courses.len();
        let course = &self.courses[place];
        let path = format!("/api/v1/courses/{}/screens", course.id);
        let body = serde_json::json!({ "place": format!("压测 {}", number + 1) }).to_string();
        let reply = self.ask("POST", &path, Some(&body)).await?;
        ensure!(
            reply.status == 201,
            "screen {} of {} ({}) was refused with {}: {}. Ask for fewer --screens, or close those of an earlier run",
            number + 1,
            course.title,
            course.id,
            reply.status,
            reply.body["detail"].as_str().or(reply.body["title"].as_str()).unwrap_or("no reason given")
        );
        let screen = reply.body["screen"].as_u64().context("the answer names no screen")?;
        self.screens.push(screen);
        let ticket = reply.body["ticket"].as_str().context("the answer holds no ticket")?;
        let path = format!("/api/v1/screens/{screen}/live");
        let resume =
            self.resume(&path, ticket).await.context("a ticket that was just given opens no page")?;
        self.channels.push(Channel { path, resume: Some(resume), course: u16::try_from(place)? });
        Ok(())
    }

    /// Opens the page that the ticket is for.
    async fn resume(&self, path: &str, ticket: &str) -> anyhow::Result<String> {
        let ends = Ends { server: self.target.address, source: None, narrow: false };
        let opened = async {
            let mut line = Line::open(ends, &self.target.host, path, Buffer::default()).await?;
            let resume = hello(&mut line, "ticket", ticket).await?;
            line.leave();
            Ok(resume)
        };
        let opened = timeout(Duration::from_secs(10), opened).await.context("no welcome within 10 s")?;
        opened.map_err(|ended: super::line::Ended| anyhow::anyhow!("the line ended: {}", ended.0))
    }

    /// Asks as the admin; waits and asks again as long as the server says that it is asked too often.
    async fn ask(&self, method: &str, path: &str, body: Option<&str>) -> anyhow::Result<Reply> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let reply = call(&self.target, method, path, Some(&self.admin), body).await?;
            if reply.status != 429 {
                return Ok(reply);
            }
            if Instant::now() > deadline {
                bail!("{method} {path}: too many requests for {} s", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(reply.body["retry_after_ms"].as_u64().unwrap_or(1000))).await;
        }
    }

    /// Closes all screens.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(database) = &self.database {
            return many::close(database, &self.screens).await;
        }
        for screen in &self.screens {
            let reply = self.ask("DELETE", &format!("/api/v1/screens/{screen}"), None).await?;
            ensure!(reply.status == 204, "screen {screen} could not be closed: {}", reply.status);
        }
        Ok(())
    }
}

/// The most screens that a course is given through the API here: it has room for those of earlier runs too.
const EACH: usize = 40;

/// Over how many courses the screens are spread: not over a small one while larger ones have room.
fn courses_needed(screens: usize, courses: usize) -> usize {
    screens.div_ceil(EACH).clamp(2.min(courses).max(1), courses.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_are_spread_over_two_courses_and_more_only_when_needed() {
        let needed = [1, 60, 100, 101, 250, 1000].map(|screens| courses_needed(screens, 5));
        assert_eq!(needed, [2, 2, 3, 3, 5, 5]);
        assert_eq!(courses_needed(10, 1), 1);
    }
}
