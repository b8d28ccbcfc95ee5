//! Who spawns: what goes on for as long as the program does has a supervisor.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::fs;
use std::path::{Path, PathBuf};

/// Who spawns without the supervisor, since nothing of it goes on for ever.
const SPAWNERS: [&str; 9] = [
    // Workers, each until its sender's queue is empty.
    "bot/src/dispatcher/dispatch.rs",
    // Logins, sessions, and their connections (`Node::connect`).
    "sessions/src/application.rs",
    "sessions/src/login/drivers.rs",
    "sessions/src/node.rs",
    "sessions/src/pool/open.rs",
    // Connections, each until its question is answered.
    "sessions/src/reachability.rs",
    // Connections, each until it is closed or was silent for too long.
    "src/node/http/serve.rs",
    // Before and after all else: whoever cannot hear stops.
    "src/signals.rs",
    // Jobs, each until it is over.
    "work/src/runner.rs",
];

const SUPERVISOR: &str = "src/node/supervisor.rs";

/// What is no part of the program.
const BESIDE: [&str; 3] = ["sandbox", "target", "tests"];

/// The sources of the program, by their names below the root.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && !BESIDE.contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && name != "tests.rs" {
                let below = path.strip_prefix(root).unwrap();
                found.push(below.to_string_lossy().into_owned());
            }
        }
    }
    found
}

#[test]
fn what_goes_on_is_given_to_the_supervisor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = sources();
    for known in SPAWNERS.iter().chain(&[SUPERVISOR]) {
        assert!(sources.iter().any(|it| it == known), "{known} is gone");
    }
    for name in sources {
        let text = fs::read_to_string(root.join(&name)).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let spawns = [".spawn(", "JoinSet", "spawn_local("];
        let spawns = spawns.iter().any(|it| code.contains(it));
        let is_known = name == SUPERVISOR || SPAWNERS.contains(&name.as_str());
        assert!(
            !spawns || is_known,
            "{name} spawns: hand what goes on to the supervisor (LongLived)"
        );
    }
}
