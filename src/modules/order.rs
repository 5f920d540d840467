//! Dependencies point one way: each module of a crate uses those before it in the crate's list alone, as Cargo has it with crates.
//! Read from the sources of `crates/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates whose modules still use each other both ways.
const NOT_YET: &[&str] = &["platform"];
/// A program of its own, without modules of ours.
const PROGRAM: &str = "print";

/// The modules of a crate in their order, as its `lib.rs` lists them: those that join no list first, by their `mod` lines, then those
/// of `modules!`.
fn modules_of(lib: &str) -> Vec<&str> {
    let alone = lib.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let list = lib.split_once("modules! {").map_or("", |(_, list)| list);
    let listed = list.lines().filter_map(|line| line.trim().strip_suffix(','));
    alone.chain(listed).collect()
}

/// The sources of a module: `name.rs`, and all in the folder `name`. The one that is the module itself first.
fn sources_of(src: &Path, module: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = [src.join(format!("{module}.rs")), src.join(module).join("mod.rs")]
        .into_iter()
        .filter(|file| file.is_file())
        .collect();
    assert_eq!(found.len(), 1, "{module} of {}", src.display());
    let mut folders = vec![src.join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a folder of ours is read").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && path != found[0] {
                found.push(path);
            }
        }
    }
    found
}

/// What stands first in each path that begins with `root`: `a` and `b` of `root::a::C` and of `root::{a::C, b}`. Comments are none.
fn firsts_after<'a>(code: &'a str, root: &str) -> BTreeSet<&'a str> {
    let is_of_path = |character: char| is_of_name(character) || matches!(character, '$' | ':');
    let mut firsts = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let Some(path) = code[at + root.len()..].strip_prefix("::") else { continue };
        if code[..at].ends_with(is_of_path) {
            continue;
        }
        match path.strip_prefix('{') {
            Some(several) => firsts.extend(firsts_of(several)),
            None => firsts.extend(path.split(|next| !is_of_name(next)).next()),
        }
    }
    firsts
}

/// The first word of each path of a list, up to the brace that closes it.
fn firsts_of(list: &str) -> Vec<&str> {
    let (mut depth, mut firsts, mut from) = (0, Vec::new(), 0);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                firsts.extend(list[from..at].trim().split(|next| !is_of_name(next)).next());
                from = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    firsts
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// A source without the lines that are comments.
fn code_of(source: &str) -> String {
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_module_uses_those_before_it_alone() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for folder in
        fs::read_dir(&crates).expect("the crates are there").map(|entry| entry.expect("it is read").path())
    {
        let name = folder.file_name().expect("it has one").to_string_lossy().into_owned();
        if name == PROGRAM {
            continue;
        }
        let src = folder.join("src");
        let lib = fs::read_to_string(src.join("lib.rs")).expect("each crate is a library");
        let modules = modules_of(&lib);
        assert!(!modules.is_empty(), "{name}");
        if NOT_YET.contains(&name.as_str()) {
            continue;
        }
        for (at, module) in modules.iter().enumerate() {
            for (nth, file) in sources_of(&src, module).into_iter().enumerate() {
                let code = code_of(&fs::read_to_string(&file).expect("a source is UTF-8"));
                let mut used = firsts_after(&code, "crate");
                if nth == 0 {
                    used.extend(firsts_after(&code, "super"));
                }
                let later = modules[at + 1..].iter().filter(|later| used.contains(**later));
                wrong.extend(later.map(|later| format!("{name}: {} uses {later}", file.display())));
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 300, "{looked_at}");
    assert!(wrong.is_empty(), "a module uses one that its crate lists after it:\n{}", wrong.join("\n"));
}

#[test]
fn a_list_and_its_uses_are_read_as_they_are_written() {
    let lib = "//! Who.\n\nmod b;\npub mod a;\n\nzaichang_platform::modules! {\n    c,\n    d,\n}\n";
    assert_eq!(modules_of(lib), ["b", "a", "c", "d"]);
    let source = "//! crate::no\nuse crate::a::{B, no};\nuse crate::{\n    c::D, d::{self, no}, e,\n};\n// crate::no\n\
        fn f() -> crate::f::G { $crate::no::h(); not_crate::no(); super::g::H }";
    let code = code_of(source);
    assert_eq!(firsts_after(&code, "crate"), BTreeSet::from(["a", "c", "d", "e", "f", ""]));
    assert_eq!(firsts_after(&code, "super"), BTreeSet::from(["g"]));
}
