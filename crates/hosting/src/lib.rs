//! What is held: projects, their periods, their courses.

pub mod project;

use zaichang_platform::module::Module;

/// The modules of this crate, in the order in which they are opened.
pub const MODULES: &[Module] = &[project::MODULE];
