//! The names of the metrics: one prefix, one documentation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Before every name, so that alerts and dashboards never meet another
/// program's.
const PREFIX: &str = "sesame_";

/// What makes a metric.
const MACROS: [&str; 3] = ["counter!(", "gauge!(", "histogram!("];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of the rooms: no tests, no benchmarks.
fn sources() -> Vec<PathBuf> {
    let rooms = fs::read_dir(root()).unwrap().map(|it| it.unwrap().path());
    let mut open: Vec<PathBuf> = rooms.map(|room| room.join("src")).collect();
    open.push(root().join("src"));
    open.retain(|folder| folder.is_dir());
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The first argument of each macro in a source; what is no literal is given
/// as it stands.
fn names_in(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for called in MACROS {
        for (at, _) in source.match_indices(called) {
            let argument = source[at + called.len()..].trim_start();
            let end = argument.find([',', ')']).unwrap();
            names.push(argument[..end].trim().to_owned());
        }
    }
    names
}

/// The names in the tables of the operators' guide.
fn documented() -> BTreeSet<String> {
    let guide = fs::read_to_string(root().join("docs/OPERATIONS.md")).unwrap();
    let rows = guide.lines().filter(|line| line.starts_with("| `"));
    let firsts = rows.filter_map(|row| row.split('|').nth(1));
    let names = firsts.flat_map(|cell| cell.split('`'));
    let names = names.filter(|name| name.starts_with(PREFIX));
    names.map(str::to_owned).collect()
}

#[test]
fn metrics_carry_one_prefix_and_are_documented() {
    let documented = documented();
    let mut used = BTreeSet::new();
    for path in sources() {
        for name in names_in(&fs::read_to_string(&path).unwrap()) {
            let literal = name.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            let literal = literal.unwrap_or_else(|| {
                panic!("{}: {name} is no literal", path.display());
            });
            assert!(
                literal.starts_with(PREFIX),
                "{}: {literal} lacks the prefix {PREFIX}",
                path.display()
            );
            used.insert(literal.to_owned());
        }
    }
    assert_eq!(used, documented);
}

#[test]
fn a_name_is_found_wherever_it_stands() {
    let source = "metrics::counter!(\n    \"a_total\",\n    \"b\" => c\n); gauge!(\"d\").set(1.0);";
    assert_eq!(names_in(source), ["\"a_total\"", "\"d\""]);
}
