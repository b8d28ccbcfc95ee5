//! Messages are named where they are said, and nowhere held: no message is left
//! that no one says, and no sentence stands in the bot, the webapp or a page.

#![allow(clippy::unwrap_used)]

#[path = "named/literals.rs"]
mod literals;
#[path = "named/page.rs"]
mod page;
#[path = "../build/pattern.rs"]
mod pattern;

use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::parser;
use rstest::rstest;

/// Pages whose words stand in them: those of operators, who read English beside
/// settings, logs and the doctor.
const OPERATORS: &str = "templates/admin/";

/// Where sentences may stand, and why.
const SENTENCES_MAY_STAND: [(&str, &str); 8] = [
    (
        "bot/src/updates/",
        "operators read them: readiness, the doctor",
    ),
    (
        "bot/src/telegram/fault.rs",
        "what the Bot API answers is known by its words",
    ),
    ("bot/src/telegram/wire.rs", "the log says them"),
    (
        "webapp/src/api/openapi.rs",
        "the document is for developers",
    ),
    (
        "webapp/src/api/refusals.rs",
        "the document is for developers",
    ),
    ("webapp/src/api/me.rs", "a program says it to the letter"),
    ("webapp/src/pass.rs", "the log says it"),
    (
        "webapp/src/operators/",
        "operators read them, in English, beside settings and logs",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files below a folder with this ending, with their path from the root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            found.extend(files(&name, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Code that is not a test's.
fn code(folder: &str) -> Vec<(String, String)> {
    let mut code = files(folder, "rs");
    code.retain(|(name, _)| !name.ends_with("tests.rs"));
    for (_, text) in &mut code {
        let tests = text.find("#[cfg(test)]\nmod tests {");
        text.truncate(tests.unwrap_or(text.len()));
    }
    code
}

#[rstest]
#[case("bot", &["bot/src"], &[".{}("])]
#[case("app", &["webapp/src", "templates", "words/src"], &["words.{}(", "self.{}("])]
#[case("activity", &["templates"], &["said.{}("])]
#[case("problems", &["webapp/src"], &["W::{}"])]
#[case("export", &["words/src"], &["self.{}("])]
#[case("time", &["words/src"], &[".{}("])]
fn every_message_is_said(#[case] group: &str, #[case] places: &[&str], #[case] ways: &[&str]) {
    let text = fs::read_to_string(root().join(format!("words/locales/en/{group}.ftl"))).unwrap();
    let shapes = pattern::shapes(&parser::parse(text.as_str()).unwrap());
    let code: String = places
        .iter()
        .flat_map(|place| [code(place), files(place, "html")].concat())
        // As formatting may break it.
        .map(|(_, text)| text.replace(|it: char| it.is_whitespace(), ""))
        .collect();
    let parts: Vec<_> = shapes
        .iter()
        .flat_map(|(_, shape)| &shape.refers_to)
        .collect();
    let unsaid: Vec<_> = shapes
        .iter()
        .map(|(id, _)| id)
        .filter(|id| !parts.contains(id))
        .filter(|id| {
            let name = id.replace(['-', '.'], "_");
            let said = |way: &&str| is_there(&code, &way.replace("{}", &name));
            !ways.iter().any(said)
        })
        .collect();
    assert!(unsaid.is_empty(), "no one says {unsaid:?} of {group}.ftl");
}

/// Whether a name is there, and not only the beginning of a longer one.
fn is_there(code: &str, what: &str) -> bool {
    let ends = |at: usize| {
        let next = code[at + what.len()..].chars().next();
        what.ends_with('(') || next.is_none_or(|it| !it.is_alphanumeric() && it != '_')
    };
    code.match_indices(what).any(|(at, _)| ends(at))
}

#[rstest]
#[case("bot/src")]
#[case("webapp/src")]
fn no_sentence_stands_in_code(#[case] folder: &str) {
    let mut found = Vec::new();
    for (name, text) in code(folder) {
        if SENTENCES_MAY_STAND
            .iter()
            .any(|(place, _)| name.starts_with(place))
        {
            continue;
        }
        let sentences = literals::in_rust(&text)
            .into_iter()
            .filter(|it| literals::is_sentence(it));
        found.extend(sentences.map(|it| format!("{name}: {it}")));
    }
    assert!(
        found.is_empty(),
        "name messages of words/ instead: {found:#?}"
    );
}

#[test]
fn where_sentences_may_stand_there_are_some() {
    for (place, _) in SENTENCES_MAY_STAND {
        let all = [code("bot/src"), code("webapp/src")].concat();
        let mut literals = all
            .iter()
            .filter(|(name, _)| name.starts_with(place))
            .flat_map(|(_, text)| literals::in_rust(text));
        assert!(
            literals.any(|it| literals::is_sentence(&it)),
            "{place} has none"
        );
    }
}

#[test]
fn no_word_stands_in_a_page() {
    let mut found = Vec::new();
    for (name, text) in files("templates", "html") {
        if name.starts_with(OPERATORS) {
            continue;
        }
        found.extend(page::words(&text).iter().map(|it| format!("{name}: {it}")));
    }
    assert!(
        found.is_empty(),
        "name messages of words/ instead: {found:#?}"
    );
}

#[test]
fn no_sentence_stands_in_a_script() {
    for (name, text) in files("templates", "js") {
        if name.starts_with(OPERATORS) {
            continue;
        }
        for literal in literals::in_script(&text) {
            assert!(!literals::is_sentence(&literal), "{name}: {literal}");
        }
    }
}

/// A reason why linking failed is a row in the domain, its messages, and where
/// it arises; a page may give it a look. No other file may have to know it.
#[test]
fn a_failure_is_known_to_few() {
    let rows = fs::read_to_string(root().join("domain/src/login/failure.rs")).unwrap();
    let names: Vec<_> = rows
        .lines()
        .filter_map(|line| line.trim().split_once(" = \"")?.0.into())
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.contains(&"WrongAccount"), "{names:?}");
    for name in names {
        let known: Vec<_> = [
            "bot/src",
            "custody/src",
            "domain/src",
            "sessions/src",
            "store/src",
            "webapp/src",
            "src",
        ]
        .iter()
        .flat_map(|place| code(place))
        .filter(|(file, _)| file != "domain/src/login/failure.rs")
        .filter(|(_, text)| is_there(text, &format!("Failure::{name}")))
        .map(|(file, _)| file)
        .filter(|file| file != "webapp/src/miniapp/ended.rs")
        // The command line says a few to who works there.
        .filter(|file| !file.starts_with("src/commands/login/"))
        // Who lists what was done tells apart that another account was refused.
        .filter(|file| file != "domain/src/audit/login_end.rs")
        .collect();
        let arises = |file: &String| {
            file.starts_with("domain/src/login/") || file.starts_with("sessions/src/")
        };
        assert!(known.iter().all(arises), "{name} is known to {known:?}");
    }
}

/// Markup is made out of messages only: the type sees to it, but for this.
#[test]
fn the_bot_makes_no_markup_by_itself() {
    for (name, text) in code("bot/src") {
        for by_hand in ["Html::escaped(", "Html::element("] {
            assert!(!text.contains(by_hand), "{name}: {by_hand}");
        }
    }
}
