//! zaichang (在场): check-in for continuing medical education.

pub mod clock;
pub mod code;
pub mod ids;
pub mod keys;
