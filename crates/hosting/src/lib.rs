//! What is held: projects, their periods, their courses.

pub mod project;
