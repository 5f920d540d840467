//! What must hold in every order of events, by name. It knows no store.

/// A rule of the check-in pipeline that the model watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "the names are what a failure says")]
pub(super) enum Invariant {
    /// Each person has at most one row in a slot.
    one_row_per_slot,
    /// A person who is answered `recorded` or `already_recorded` has that row.
    answered_rows_are_there,
    /// No seat is taken beyond the cap of that instant.
    no_seat_beyond_the_cap,
    /// A device checks in one person for a course on a day.
    one_person_per_device,
    /// The rows that a node remembers of a course are all that the store held as of their version.
    known_rows_are_the_store_as_of_their_version,
    /// The tallies equal a count of the rows.
    tallies_equal_the_rows,
    /// Every waiter is answered, and asked to retry only when something went wrong.
    every_waiter_is_answered,
    /// The reason of a refusal was true at some moment while the check-in waited.
    refusals_are_true,
    /// What is remembered as a repeat, and what is published to screens, has been committed.
    published_is_committed,
}

impl Invariant {
    /// Ends the schedule unless it holds. `watched` mutes every other one: a planted fault may break several.
    pub(super) fn holds(self, watched: Option<Self>, holds: bool, else_say: impl FnOnce() -> String) {
        let is_muted = watched.is_some_and(|watched| watched != self);
        assert!(holds || is_muted, "invariant {self:?} is broken: {}", else_say());
    }
}
