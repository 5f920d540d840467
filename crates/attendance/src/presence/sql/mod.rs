//! The queries of presence: courses' days and what was found in them, distances, spot checks, head counts, verdicts.

pub(super) mod course_days;
pub(super) mod distances;
pub(super) mod head_counts;
pub(super) mod spot_checks;
pub(super) mod verdicts;
