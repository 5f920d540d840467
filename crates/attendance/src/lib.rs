//! The day itself: who was there, as their phones, the venue's screen and the staff tell it.

pub mod checkin;
pub mod presence;

pub mod display;
pub mod face;
pub mod phone;
pub mod records;
