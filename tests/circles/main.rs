//! Files of a room that import from each other in a circle: none can be read,
//! or changed, without the others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod imports;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Imports, imports};

/// Circles that are still there: their files, with an empty line between two.
/// Only ever gets shorter.
const KNOWN: &str = include_str!("known.txt");

#[test]
fn no_files_of_a_room_import_from_each_other() {
    let known: Vec<BTreeSet<PathBuf>> = KNOWN
        .split("\n\n")
        .map(|circle| circle.lines().map(PathBuf::from).collect())
        .filter(|circle: &BTreeSet<_>| !circle.is_empty())
        .collect();
    let mut found: Vec<BTreeSet<PathBuf>> = Vec::new();
    for folder in rooms() {
        found.extend(circles(&imports(&folder)));
    }
    found.extend(circles(&scripts()));
    let new: Vec<_> = found
        .iter()
        .filter(|circle| !known.iter().any(|known| circle.is_subset(known)))
        .collect();
    assert!(new.is_empty(), "circles: {new:#?}");
    let gone: Vec<_> = known
        .iter()
        .filter(|known| !found.iter().any(|circle| circle.is_subset(known)))
        .collect();
    assert!(gone.is_empty(), "to be taken off the list: {gone:#?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of ours below a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    const SKIPPED: [&str; 4] = ["target", "node_modules", "data", "artifacts"];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if SKIPPED.contains(&&*name) || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found
}

/// The path as it is named in the list.
fn short(path: &Path) -> PathBuf {
    path.strip_prefix(root()).unwrap_or(path).to_owned()
}

/// The sources of every crate.
fn rooms() -> Vec<PathBuf> {
    let manifests = files(root(), "toml").into_iter();
    let manifests = manifests.filter(|path| path.ends_with("Cargo.toml"));
    let sources = manifests.map(|manifest| manifest.with_file_name("src"));
    sources.filter(|sources| sources.is_dir()).collect()
}

/// What scripts import from scripts beside them.
fn scripts() -> Imports {
    let mut found = Imports::new();
    for script in files(root(), "js") {
        let code = fs::read_to_string(&script).unwrap();
        let names = code
            .split(['"', '\''])
            .filter(|name| name.starts_with("./"));
        let imported = names.map(|name| script.with_file_name(name.trim_start_matches("./")));
        let imported = imported.filter(|it| it.is_file()).collect();
        found.insert(script, imported);
    }
    found
}

/// Files that lead to each other, as they are named in the list.
fn circles(imports: &Imports) -> Vec<BTreeSet<PathBuf>> {
    let reach: BTreeMap<&Path, BTreeSet<&Path>> = imports
        .keys()
        .map(|file| (file.as_path(), reachable(imports, file)))
        .collect();
    let mut circles = Vec::new();
    for (file, reached) in &reach {
        let mutual = reached.iter().filter(|it| reach[*it].contains(file));
        let circle: BTreeSet<_> = mutual.map(|it| short(it)).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Every file that is imported from a file, directly or not.
fn reachable<'a>(imports: &'a Imports, from: &'a Path) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in imports.get(file).into_iter().flatten() {
            if reached.insert(next.as_path()) {
                open.push(next);
            }
        }
    }
    reached
}

#[test]
fn a_circle_is_found_through_what_is_only_passed_on() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        (
            "a/mod.rs",
            "mod one; pub use one::One; pub(super) use one::{Two as Other};",
        ),
        (
            "a/one.rs",
            "use crate::b; pub struct One; pub struct Two; fn f() { b::call() }",
        ),
        (
            "b.rs",
            "use super::a::{self, Other}; pub fn call() {}\n// use crate::nothing;",
        ),
        ("c.rs", "#[cfg(test)] mod tests { use crate::d::D; }"),
        ("d.rs", "use crate::c; pub struct D;"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, code) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, code).unwrap();
    }
    let found = circles(&imports(folder.path()));
    let circle = ["a/one.rs", "b.rs"].map(|name| folder.path().join(name));
    assert_eq!(found, [BTreeSet::from(circle)]);
}
