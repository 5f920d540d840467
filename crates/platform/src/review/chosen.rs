//! Several things that are judged together, as they are asked for: which, as they were seen, and the verdict on all of them. It must
//! not know what they are.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Step, Verdict};
use crate::http::{Problem, Version};

/// The most of one verdict: their rows are locked until it is given.
pub const MOST: usize = 500;

/// One of several, as it was when it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChosenForReview)]
pub struct Chosen {
    pub id: i64,
    /// The `version` that was seen.
    #[schema(value_type = String, max_length = 22, example = "\"7\"")]
    pub version: Version,
}

/// A verdict on several.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewVerdicts)]
pub struct NewVerdicts {
    // The release before calls them by what they are: its consoles stay open for a while. The next one drops both names.
    /// 1 to 500, each once, as they were seen.
    #[schema(min_items = 1, max_items = 500)]
    #[serde(alias = "projects", alias = "registrations")]
    chosen: Vec<Chosen>,
    verdict: Verdict,
    /// Why they are returned or rejected, 2 to 200 characters: their applicants read it.
    #[schema(min_length = 2, max_length = 200, example = "请补充日程安排")]
    reason: Option<String>,
    /// Whether others were chosen with it, of which none is left: what is looked at of several is looked at then, too.
    #[serde(default)]
    #[schema(default = false)]
    several: bool,
}

/// What is to be judged together, and how: its preview asks for no reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewPreview)]
pub struct NewPreview {
    /// 1 to 500, each once, as they were seen.
    #[schema(min_items = 1, max_items = 500)]
    #[serde(alias = "projects")]
    chosen: Vec<Chosen>,
    /// `approve` unless it says otherwise.
    #[serde(default)]
    #[schema(default = "approve")]
    verdict: Verdict,
}

/// A verdict on several, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// By their ids.
    pub chosen: Vec<Chosen>,
    pub step: Step,
    /// Whether they were chosen among several.
    pub several: bool,
}

impl NewVerdicts {
    pub fn read(self) -> Result<Verdicts, Problem> {
        let step = self.verdict.step(self.reason.as_deref())?;
        let chosen = each_once(self.chosen)?;
        Ok(Verdicts { several: self.several || chosen.len() > 1, chosen, step })
    }
}

impl NewPreview {
    pub fn read(self) -> Result<(Vec<Chosen>, Verdict), Problem> {
        Ok((each_once(self.chosen)?, self.verdict))
    }
}

/// In the order of their ids; refused by the field `chosen` unless they are 1 to 500 different ones.
fn each_once(mut chosen: Vec<Chosen>) -> Result<Vec<Chosen>, Problem> {
    let all = chosen.len();
    chosen.sort_unstable();
    chosen.dedup_by_key(|one| one.id);
    if (1..=MOST).contains(&all) && chosen.len() == all {
        Ok(chosen)
    } else {
        Err(Problem::field("chosen", "they are 1 to 500, each once"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: serde_json::Value) -> Result<Verdicts, Problem> {
        serde_json::from_value::<NewVerdicts>(body).unwrap().read()
    }

    #[test]
    fn what_is_wrong_with_a_verdict_on_several_is_said_at_its_field() {
        let two = json!([{ "id": 9, "version": "\"2\"" }, { "id": 7, "version": "\"1\"" }]);
        let verdicts = read(json!({ "chosen": two, "verdict": "approve" })).unwrap();
        assert_eq!(verdicts.chosen.iter().map(|one| one.id).collect::<Vec<_>>(), [7, 9]);
        let twice = json!([{ "id": 7, "version": "\"1\"" }, { "id": 7, "version": "\"2\"" }]);
        for (wrong, field) in [
            (json!({ "chosen": [], "verdict": "approve" }), "chosen"),
            (json!({ "chosen": twice, "verdict": "approve" }), "chosen"),
            (json!({ "chosen": two, "verdict": "approve", "reason": "很好" }), "reason"),
            (json!({ "chosen": two, "verdict": "return" }), "reason"),
            (json!({ "chosen": two, "verdict": "reject", "reason": "否" }), "reason"),
        ] {
            assert_eq!(read(wrong.clone()).unwrap_err().field.as_deref(), Some(field), "{wrong}");
        }
    }

    #[test]
    fn a_console_of_the_release_before_is_understood() {
        let one = json!([{ "id": 7, "version": "\"1\"" }]);
        for name in ["chosen", "projects", "registrations"] {
            assert_eq!(read(json!({ name: one, "verdict": "approve" })).unwrap().chosen.len(), 1, "{name}");
        }
        let preview: NewPreview = serde_json::from_value(json!({ "projects": one })).unwrap();
        assert_eq!(preview.read().unwrap().1, Verdict::Approve);
    }

    proptest! {
        #[test]
        fn a_verdict_is_on_each_that_was_chosen_and_on_no_other(
            ids in proptest::collection::vec(0_i64..40, 0..30), more in 0_i64..600
        ) {
            let ids: Vec<_> = ids.into_iter().chain(1000..1000 + more).collect();
            let chosen = ids.iter().map(|id| Chosen { id: *id, version: Version(id + 1) }).collect();
            let mut wanted = ids.clone();
            wanted.sort_unstable();
            wanted.dedup();
            let fits = (1..=MOST).contains(&ids.len()) && wanted.len() == ids.len();
            match each_once(chosen) {
                Ok(read) => {
                    prop_assert!(fits);
                    prop_assert!(read.iter().all(|one| one.version == Version(one.id + 1)));
                    prop_assert_eq!(read.iter().map(|one| one.id).collect::<Vec<_>>(), wanted);
                }
                Err(problem) => {
                    prop_assert!(!fits);
                    prop_assert_eq!(problem.field.as_deref(), Some("chosen"));
                }
            }
        }
    }
}
