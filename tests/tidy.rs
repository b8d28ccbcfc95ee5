//! The rules of this repository, as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "tidy/lines.rs"]
mod lines;
#[path = "tidy/migrations.rs"]
mod migrations;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Who may know whom: the crate, what it is built from, and what only its
/// tests use. Arrows point at `sesame-domain`; `sesame` joins the rest.
const GRAPH: [(&str, &[&str], &[&str]); 15] = [
    (
        "sesame",
        &[
            "sesame-bot",
            "sesame-checks",
            "sesame-custody",
            "sesame-domain",
            "sesame-migrations",
            "sesame-sandbox",
            "sesame-sessions",
            "sesame-store",
            "sesame-webapp",
            "sesame-words",
            "sesame-work",
        ],
        &["sesame-test-support"],
    ),
    (
        "sesame-bot",
        &["sesame-domain", "sesame-words"],
        &["sesame-sandbox", "sesame-test-doubles"],
    ),
    ("sesame-checks", &["sesame-domain"], &[]),
    (
        "sesame-custody",
        &["sesame-domain"],
        &["sesame-test-support"],
    ),
    ("sesame-domain", &[], &[]),
    ("sesame-migrations", &[], &[]),
    // The sandbox knows nothing of Sesame.
    ("sesame-sandbox", &[], &[]),
    (
        "sesame-sessions",
        &["sesame-domain"],
        &[
            "sesame-custody",
            "sesame-sandbox",
            "sesame-store",
            "sesame-test-doubles",
        ],
    ),
    (
        "sesame-store",
        &["sesame-domain", "sesame-migrations"],
        &[
            "sesame-custody",
            "sesame-test-doubles",
            "sesame-test-support",
        ],
    ),
    (
        "sesame-taggers",
        &["sesame-domain"],
        &["sesame-test-doubles"],
    ),
    // What stands in for ports, in the tests of more than one room.
    ("sesame-test-doubles", &["sesame-domain"], &[]),
    ("sesame-test-support", &[], &[]),
    (
        "sesame-webapp",
        &["sesame-domain", "sesame-words"],
        &["sesame-test-doubles", "sesame-test-support"],
    ),
    ("sesame-work", &["sesame-domain"], &["sesame-store"]),
    ("sesame-words", &["sesame-domain"], &[]),
];

/// Libraries that only some crates may name (a `*` ends a prefix).
const RESERVED: [(&str, &[&str]); 9] = [
    ("grammers-*", &["sesame-sessions", "sesame-sandbox"]),
    ("sea-orm", &["sesame-store"]),
    ("sea-orm-migration", &["sesame-migrations"]),
    ("deadpool-redis", &["sesame-store"]),
    ("redis", &["sesame-store"]),
    ("teloxide", &["sesame-bot"]),
    ("aes-gcm", &["sesame-custody"]),
    ("fluent-*", &["sesame-words"]),
    ("anyhow", &["sesame", "sesame-test-support"]),
];

/// Dependencies that are used without being named in the code, with the reason.
const UNNAMED: [(&str, &str); 0] = [];

/// The longest file that needs no reason.
const LONGEST_FILE: usize = 500;

/// Longer files, with the reason.
const LONG_FILES: [(&str, &str); 1] = [(
    "templates/miniapp/app.js",
    "the Mini App has one script and no build step",
)];

/// Names that say nothing about what is inside.
const NAMELESS: [&str; 7] = [
    "common", "helper", "helpers", "misc", "shared", "util", "utils",
];

/// What is not ours, or not source.
const SKIPPED: [&str; 7] = [
    ".git",
    ".venv",
    "target",
    "data",
    "node_modules",
    "artifacts",
    "__pycache__",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path
            .extension()
            .is_some_and(|it| endings.iter().any(|e| it == *e))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn short(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().into_owned()
}

/// A package of the workspace.
struct Package {
    name: String,
    folder: PathBuf,
    /// Name and whether only tests use it.
    dependencies: Vec<(String, bool)>,
}

fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata failed");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| Package {
            name: text(&package["name"]),
            folder: PathBuf::from(text(&package["manifest_path"]))
                .parent()
                .unwrap()
                .to_owned(),
            dependencies: package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| (text(&it["name"]), it["kind"] == "dev"))
                .collect(),
        })
        .collect()
}

/// The names under `[workspace.dependencies]` that come from a registry.
fn declared() -> BTreeSet<String> {
    read(&root().join("Cargo.toml"))
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .filter(|(_, what)| !what.contains("path ="))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn crates_know_only_whom_they_may() {
    let graph: BTreeMap<_, _> = GRAPH
        .into_iter()
        .map(|(name, always, in_tests)| (name, (always, in_tests)))
        .collect();
    for package in packages() {
        let name = package.name.as_str();
        let (always, in_tests) = graph
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the graph"));
        for (other, dev) in &package.dependencies {
            let other = other.as_str();
            let ours = graph.contains_key(other);
            let allowed = always.contains(&other) || (*dev && in_tests.contains(&other));
            assert!(!ours || allowed, "{name} must not know {other}");
        }
    }
}

#[test]
fn libraries_stay_behind_the_crate_that_hides_them() {
    for package in packages() {
        for (library, _) in &package.dependencies {
            for (reserved, holders) in RESERVED {
                let matches = match reserved.strip_suffix('*') {
                    Some(prefix) => library.starts_with(prefix),
                    None => library == reserved,
                };
                assert!(
                    !matches || holders.contains(&package.name.as_str()),
                    "{} must not name {library}",
                    package.name
                );
            }
        }
    }
}

#[test]
fn every_crate_obeys_the_lints_and_says_what_it_is_for() {
    for package in packages() {
        let manifest = read(&package.folder.join("Cargo.toml"));
        let obeys = manifest.contains("[lints]\nworkspace = true");
        assert!(
            obeys,
            "{} does not take the workspace's lints",
            package.name
        );
        let entry = ["src/lib.rs", "src/main.rs"]
            .iter()
            .map(|path| package.folder.join(path))
            .find(|path| path.exists())
            .unwrap();
        let opening = read(&entry);
        assert!(
            opening.starts_with("//! "),
            "{} does not open with what it is for",
            short(&entry)
        );
    }
}

#[test]
fn every_declared_dependency_is_used() {
    let unnamed: BTreeSet<_> = UNNAMED.iter().map(|(name, _)| *name).collect();
    let mut used = BTreeSet::new();
    let mut idle = Vec::new();
    let packages = packages();
    let folders: BTreeSet<_> = packages.iter().map(|it| it.folder.clone()).collect();
    for package in &packages {
        let code: String = files(&package.folder, &["rs"])
            .iter()
            // Another crate below this folder is not this crate, and this
            // file names libraries that it does not use.
            .filter(|path| innermost(&folders, path) == package.folder)
            .filter(|path| short(path) != "tests/tidy.rs")
            .map(|path| read(path))
            .collect();
        for (name, _) in &package.dependencies {
            used.insert(name.clone());
            let named = has_word(&code, &name.replace('-', "_"));
            if !named && !unnamed.contains(name.as_str()) {
                idle.push(format!("{} does not use {name}", package.name));
            }
        }
    }
    let declared = declared();
    let forgotten = declared.difference(&used);
    idle.extend(forgotten.map(|name| format!("no one depends on {name}")));
    assert!(idle.is_empty(), "{idle:#?}");
}

fn innermost(folders: &BTreeSet<PathBuf>, path: &Path) -> PathBuf {
    path.ancestors()
        .find(|ancestor| folders.contains(*ancestor))
        .unwrap()
        .to_owned()
}

fn has_word(text: &str, word: &str) -> bool {
    let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part_of_a_name) && !after.is_some_and(part_of_a_name)
    })
}

#[test]
fn every_dependency_is_documented_with_its_reason() {
    let document = read(&root().join("docs/DEPENDENCIES.md"));
    let mut documented = BTreeSet::new();
    for row in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").collect();
        let [names, reason, ..] = cells.as_slice() else {
            panic!("a row needs a name and a reason: {row}");
        };
        assert!(reason.trim().len() >= 20, "that is no reason: {row}");
        let names = names.split('`').skip(1).step_by(2).map(str::to_owned);
        for name in names {
            assert!(documented.insert(name.clone()), "{name} has two rows");
        }
    }
    let declared = declared();
    let missing: Vec<_> = declared.difference(&documented).collect();
    assert!(missing.is_empty(), "without a reason: {missing:?}");
    let stale: Vec<_> = documented.difference(&declared).collect();
    assert!(stale.is_empty(), "documented, but not declared: {stale:?}");
}

#[test]
fn files_have_one_subject() {
    let reasons: BTreeMap<_, _> = LONG_FILES.into_iter().collect();
    for path in files(root(), &["rs", "js", "css", "html", "py"]) {
        let (lines, name) = (read(&path).lines().count(), short(&path));
        assert!(
            lines <= LONGEST_FILE || reasons.contains_key(name.as_str()),
            "{name} has {lines} lines: look for the missing noun"
        );
    }
}

#[test]
fn modules_have_names_that_mean_something() {
    for path in files(root(), &["rs", "py", "js"]) {
        for part in &Path::new(&short(&path)).with_extension("") {
            let part = part.to_string_lossy();
            assert!(
                !NAMELESS.contains(&part.as_ref()),
                "{}: what is in there?",
                short(&path)
            );
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    let endings = ["rs", "toml", "html", "js", "css", "py", "md", "yml", "yaml"];
    // Put together here, so that this file does not trip over itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("HA", "CK"),
    ];
    for path in files(root(), &endings) {
        let text = read(&path);
        for mark in marks {
            assert!(!has_word(&text, mark), "{} says {mark}", short(&path));
        }
    }
}

#[test]
fn every_setting_is_explained() {
    let example = read(&root().join(".env.example"));
    let mut explained = false;
    let mut settings = 0;
    for line in example.lines() {
        let uncommented = line.trim_start_matches("# ").trim_start_matches('#');
        let setting = uncommented.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        });
        if setting {
            settings += 1;
            assert!(explained, "not explained in .env.example: {uncommented}");
        } else {
            explained = line.starts_with('#');
        }
    }
    assert!(settings > 0, ".env.example has no settings");
}

#[test]
fn every_template_is_used() {
    for templates in ["templates", "sandbox/templates"] {
        let templates = root().join(templates);
        let code: String = files(root(), &["rs", "html"])
            .iter()
            .map(|path| read(path))
            .collect();
        for path in files(&templates, &["html", "js", "css", "svg"]) {
            let whole = path.strip_prefix(&templates).unwrap();
            let names = [whole, Path::new(path.file_name().unwrap())];
            let used = names.iter().any(|name| {
                let quoted = format!("{}\"", name.display());
                code.contains(&quoted)
            });
            assert!(used, "no one uses {}", short(&path));
        }
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for path in files(root(), &["md"]) {
        let text = read(&path);
        let folder = path.parent().unwrap();
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|it| it.split(')').next());
        for target in targets.filter(|it| !it.contains("://") && !it.starts_with('#')) {
            let file = target.split('#').next().unwrap();
            assert!(
                folder.join(file).exists(),
                "{} links to {target}, which does not exist",
                short(&path)
            );
        }
    }
}
