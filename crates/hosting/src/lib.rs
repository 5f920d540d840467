//! What is held: projects, their periods, their courses.

zaichang_platform::modules! {
    project,
}
