//! The one place that prints. It must not know what is printed.

use std::io::Write as _;

/// Prints a line, or several, for people or programs.
pub fn say(text: &str) {
    // A reader that has closed the pipe needs no more.
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
}

/// Says beside the results what is being done or what went wrong.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "loadtest: {text}");
}
