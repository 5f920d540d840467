//! The day itself: who was there, as recorded by their phones, the venue's screen and the staff.

pub mod checkin;
pub mod presence;

pub mod display;
pub mod face;
pub mod phone;
pub mod records;

use zaichang_platform::module::Module;

/// The modules of this crate, in the order in which they are opened.
pub const MODULES: &[Module] =
    &[checkin::MODULE, presence::MODULE, display::MODULE, face::MODULE, phone::MODULE, records::MODULE];
