//! `zaichang-print`: one request on standard input, one PDF on standard output, or one fault as JSON on standard error. It reads its
//! templates' and its fonts' folders, has no network, and limits itself. What a document says and who may have it is its caller's.

mod arguments;
mod check;
mod data;
mod document;
mod face;
mod fault;
mod fonts;
mod glyphs;
mod limits;
mod request;
mod world;

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use arguments::{Arguments, Verb};
use fault::Fault;
use fonts::Fonts;
use request::Request;

/// What ends with a fault.
const FAULT: u8 = 1;
/// What was asked for is no request: wrong arguments, a pipe that broke.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(usage) => return say(USAGE, &usage),
    };
    if let Err(error) = limits::set() {
        return say(USAGE, &format!("the limits cannot be set: {error}"));
    }
    let done = match arguments.verb {
        Verb::Print => printed(&arguments),
        Verb::Check => check::all(&arguments).map(String::into_bytes),
    };
    match done.map(|bytes| std::io::stdout().write_all(&bytes)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => say(USAGE, &format!("the document cannot be written: {error}")),
        Err(fault) => say(FAULT, &fault.to_json()),
    }
}

fn printed(arguments: &Arguments) -> Result<Vec<u8>, Fault> {
    let mut text = Vec::new();
    let read = std::io::stdin().take(request::BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| Fault::data(format!("the request cannot be read: {error}")))?;
    let request = Request::read(&text)?;
    let fonts = Fonts::load(&arguments.fonts())?;
    document::print(&request, &arguments.templates, &fonts)
}

fn say(code: u8, line: &str) -> ExitCode {
    // A standard error that is closed leaves the code, which says enough.
    let _ = writeln!(std::io::stderr(), "{line}");
    ExitCode::from(code)
}
