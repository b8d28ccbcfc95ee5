//! Which methods of storage ports the database implements, as the source says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every method, as `Port::method`.
pub(super) fn implemented() -> BTreeSet<String> {
    let sources = sources();
    let handles = handles(include_str!("../handles.rs"));
    let methods = sources.iter().flat_map(|source| methods(source, &handles));
    methods.collect()
}

fn sources() -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}

/// The types through which ports reach the database.
fn handles(source: &str) -> BTreeSet<&str> {
    let accessors = source.lines().map(str::trim).filter_map(|line| {
        let (_, handle) = line.strip_suffix(';')?.split_once(" -> ")?;
        Some(handle)
    });
    accessors.filter(|it| !it.starts_with('$')).collect()
}

fn methods(source: &str, handles: &BTreeSet<&str>) -> Vec<String> {
    let mut methods = Vec::new();
    let mut port = None;
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("impl ") {
            let of = rest
                .strip_suffix(" {")
                .and_then(|it| it.split_once(" for "));
            port = of.filter(|(_, to)| handles.contains(to)).map(|it| it.0);
        } else if line == "}" {
            port = None;
        }
        let name = line
            .strip_prefix("    async fn ")
            .and_then(|rest| rest.split(['(', '<']).next());
        if let (Some(port), Some(name)) = (port, name) {
            methods.push(format!("{port}::{name}"));
        }
    }
    methods
}

#[test]
fn a_method_is_found_in_what_implements_a_port() {
    let handles = handles("handles! {\n    /// Some.\n    some -> SomeRows;\n}");
    let source = "impl Some for SomeRows {\n    async fn one(\n    }\n\n    async fn two<T>(\n    }\n}\n\
                  impl Other for Memory {\n    async fn three() {\n    }\n}\n\
                  impl SomeRows {\n    async fn four() {\n    }\n}";
    assert_eq!(methods(source, &handles), ["Some::one", "Some::two"]);
}
