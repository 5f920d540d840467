//! What must hold in every order of events, by name. It knows no store.

/// A rule of the check-in pipeline that the model watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "the names are what a failure says")]
pub(super) enum Invariant {
    /// Each person has at most one row in a slot.
    one_row_per_slot,
    /// Whoever is told `recorded` or `already_recorded` has that row.
    told_rows_are_there,
    /// Nobody takes a seat that the cap of that instant does not have.
    no_seat_beyond_the_cap,
    /// A device checks in one person for a course on a day.
    one_person_per_device,
    /// A course rows is all that the store held as of its turn.
    ledger_is_the_store_as_of_its_turn,
    /// The tallies are what counting the rows would tell.
    tallies_equal_the_rows,
    /// Every waiter is answered, and told to come again only when something went wrong.
    every_waiter_is_answered,
    /// Whoever is refused was refused for something that was so while they waited.
    refusals_are_true,
    /// What is remembered as a repeat, and what screens are told, has been committed.
    published_is_committed,
}

impl Invariant {
    /// Ends the schedule unless it holds. `watched` mutes every other one: a planted fault may break several.
    pub(super) fn holds(self, watched: Option<Self>, holds: bool, else_say: impl FnOnce() -> String) {
        let is_muted = watched.is_some_and(|watched| watched != self);
        assert!(holds || is_muted, "invariant {self:?} is broken: {}", else_say());
    }
}
