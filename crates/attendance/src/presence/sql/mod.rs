//! The queries of presence: halls and what was found in them, distances, spot checks, head counts, verdicts.

pub(super) mod distances;
pub(super) mod halls;
pub(super) mod head_counts;
pub(super) mod spot_checks;
pub(super) mod verdicts;
