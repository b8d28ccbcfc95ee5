//! Which methods of storage ports the database implements, as the source says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every method, as `Port::method`.
pub(super) fn implemented() -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                methods.extend(methods_in(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    methods
}

fn methods_in(source: &str) -> Vec<String> {
    let mut methods = Vec::new();
    let mut port = None;
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("impl ") {
            port = rest.strip_suffix(" for Database {");
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
