//! What holds of every review, whatever steps are tried in it.

use proptest::prelude::*;

use super::*;

fn reason() -> Reason {
    Reason::read("材料不全").unwrap()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Submit),
        1 => Just(Step::Withdraw),
        4 => Just(Step::Approve),
        1 => Just(Step::Return(reason())),
        1 => Just(Step::Reject(reason())),
    ];
    proptest::collection::vec(step, 0..40)
}

#[test]
fn each_step_leads_where_it_should_or_says_whose_turn_it_is() {
    use NotNow::{ApplicantsTurn, AuthoritysTurn, Over, VerdictGiven};
    let two = Levels::new(2).unwrap();
    let [submit, withdraw, approve] = [Step::Submit, Step::Withdraw, Step::Approve];
    let (back, reject) = (Step::Return(reason()), Step::Reject(reason()));
    let submitted = |level| State::Submitted { level };
    let returned = State::Returned { level: 2, reason: reason() };
    let rejected = State::Rejected { level: 1, reason: reason() };
    let table = [
        (State::Draft, &submit, Ok(submitted(1))),
        (State::Draft, &withdraw, Err(ApplicantsTurn)),
        (State::Draft, &approve, Err(ApplicantsTurn)),
        (State::Draft, &reject, Err(ApplicantsTurn)),
        (submitted(1), &submit, Err(AuthoritysTurn)),
        (submitted(1), &withdraw, Ok(State::Draft)),
        (submitted(2), &withdraw, Err(VerdictGiven)),
        (submitted(1), &approve, Ok(submitted(2))),
        (submitted(2), &approve, Ok(State::Approved)),
        (submitted(2), &back, Ok(returned.clone())),
        (submitted(1), &reject, Ok(rejected.clone())),
        (returned.clone(), &submit, Ok(submitted(1))),
        (returned, &back, Err(ApplicantsTurn)),
        (rejected.clone(), &submit, Err(Over)),
        (rejected, &approve, Err(Over)),
        (State::Approved, &reject, Err(Over)),
        (State::Approved, &withdraw, Err(Over)),
    ];
    for (state, step, expected) in table {
        assert_eq!(state.admits(step.word()).err(), expected.as_ref().err().copied(), "{state:?} {step:?}");
        assert_eq!(state.clone().take(step.clone(), two), expected, "{state:?} {step:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_tried_what_is_approved_was_approved_by_every_level_since_it_was_last_submitted(
        levels in 1..=9_u8, steps in steps()
    ) {
        let levels = Levels::new(levels).unwrap();
        let mut state = State::Draft;
        let mut approvals = 0;
        for step in steps {
            let before = state.clone();
            let admitted = before.admits(step.word());
            prop_assert_eq!(state.clone().take(step.clone(), levels).map(drop), admitted, "asked first, as when it is taken");
            match state.clone().take(step.clone(), levels) {
                Ok(after) => {
                    match step.word() {
                        StepWord::Submit => approvals = 0,
                        StepWord::Approve => approvals += 1,
                        StepWord::Withdraw => prop_assert_eq!(approvals, 0, "withdrawn before any verdict alone"),
                        StepWord::Return | StepWord::Reject => {}
                    }
                    let own = if step.word().judges() { Turn::Authority } else { Turn::Unit };
                    // Withdrawing alone is done while it is the other's turn.
                    prop_assert!(step == Step::Withdraw || before.turn() == Some(own));
                    prop_assert_eq!(step.reason(), after.reason(), "a reason is given by the step that needs one");
                    if let State::Submitted { level } = after {
                        prop_assert_eq!(level, approvals + 1);
                    }
                    prop_assert_eq!(after == State::Approved, step == Step::Approve && approvals == levels.number());
                    state = after;
                }
                Err(NotNow::Over) => prop_assert_eq!(before.turn(), None),
                Err(NotNow::ApplicantsTurn) => prop_assert_eq!(before.turn(), Some(Turn::Unit)),
                Err(NotNow::AuthoritysTurn | NotNow::VerdictGiven) => {
                    prop_assert_eq!(before.turn(), Some(Turn::Authority));
                }
            }
            prop_assert!(state.level().is_none_or(|level| (1..=levels.number()).contains(&level)));
            prop_assert_eq!(state.may_be_changed().is_ok(), state.turn() == Some(Turn::Unit));
        }
    }

    #[test]
    fn a_state_is_read_from_its_row_as_it_was_written(levels in 1..=9_u8, steps in steps()) {
        let levels = Levels::new(levels).unwrap();
        let state = steps.into_iter().fold(State::Draft, |state, step| {
            state.clone().take(step, levels).unwrap_or(state)
        });
        let word = state.word().word().parse().unwrap();
        let reason = state.reason().map(|reason| reason.as_str().to_owned());
        prop_assert_eq!(State::of_row(word, state.level(), reason), Some(state));
    }
}
