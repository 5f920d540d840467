//! The demo's people and courses, as `zaichang demo --people N --json` prints them.
//! It must not know how they are used; what is secret in it is never printed.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// What a load needs to start at once.
#[derive(Clone, Deserialize)]
pub struct Demo {
    /// Where the server is reached: `http://host:port`.
    pub base_url: String,
    pub unit_admin: Login,
    /// The courses that are open now.
    pub courses: Vec<Course>,
    pub people: Vec<Person>,
    /// Base64 of 32 bytes each; the first signs.
    pub master_keys: Vec<String>,
}

/// A living session.
#[derive(Clone, Deserialize)]
pub struct Login {
    /// The bearer token.
    pub session: String,
}

/// A course that is open now.
#[derive(Clone, Debug, Deserialize)]
pub struct Course {
    pub id: i64,
    pub title: String,
    /// The most distinct people; none means no cap.
    pub cap: Option<u32>,
}

/// An approved person, logged in.
#[derive(Clone, Deserialize)]
pub struct Person {
    pub id: i64,
    /// The bearer token.
    pub session: String,
}

impl Demo {
    /// Reads the file that holds what `zaichang demo` printed.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read {shown}: make it with `zaichang demo --people 10000 --json > {shown}`")
        })?;
        Self::parse(&text).with_context(|| format!("{shown} is not what `zaichang demo --json` prints"))
    }

    /// Parses what `zaichang demo` printed.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let demo: Self = serde_json::from_str(text)?;
        ensure!(
            !demo.people.is_empty(),
            "it names no people: run `zaichang demo --people N` with N above zero"
        );
        ensure!(!demo.master_keys.is_empty(), "it holds no master key, so that no code can be minted");
        ensure!(!demo.courses.is_empty(), "it names no open course");
        Ok(demo)
    }

    /// The courses without a cap: every person can attend them.
    pub fn uncapped(&self) -> Vec<Course> {
        self.courses.iter().filter(|course| course.cap.is_none()).cloned().collect()
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Demo({} people, {} courses)", self.people.len(), self.courses.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{"base_url":"http://127.0.0.1:1","unit_admin":{"session":"secret-a"},
        "courses":[{"id":1,"title":"t","cap":null},{"id":2,"title":"u","cap":300}],
        "people":[{"id":7,"session":"secret-b"}],"master_keys":["secret-c"]}"#;

    #[test]
    fn what_the_demo_prints_is_read_and_never_shown() {
        let demo = Demo::parse(PRINTED).unwrap();
        assert_eq!(demo.uncapped().iter().map(|course| course.id).collect::<Vec<_>>(), [1]);
        assert_eq!(demo.courses[1].cap, Some(300));
        assert!(!format!("{demo:?}").contains("secret"));
    }

    #[test]
    fn a_demo_that_is_of_no_use_is_refused_with_what_to_do() {
        let without_people = PRINTED.replace(r#"[{"id":7,"session":"secret-b"}]"#, "[]");
        assert!(Demo::parse(&without_people).unwrap_err().to_string().contains("--people"));
        assert!(Demo::parse("{}").is_err());
    }
}
