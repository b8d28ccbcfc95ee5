//! Every language has the messages that English has, takes the same arguments
//! in each, and holds the same markup.

#![allow(clippy::unwrap_used)]

#[path = "../build/arguments.rs"]
mod arguments;
#[path = "../build/pattern.rs"]
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::Entry;
use fluent_syntax::parser;
use rstest::rstest;
use sesame_domain::login::Failure;
use sesame_domain::time::Timestamp;
use unic_langid::LanguageIdentifier;

use pattern::Shape;

fn locales() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| name(entry.unwrap())).collect()
}

/// The messages of a file; what is wrong in it by itself is added to `wrong`.
fn read(text: &str, wrong: &mut Vec<String>) -> BTreeMap<String, Shape> {
    let file = parser::parse(text).unwrap_or_else(|(file, errors)| {
        wrong.extend(
            errors
                .iter()
                .map(|error| format!("cannot be read: {error}")),
        );
        file
    });
    let terms: Vec<_> = file
        .body
        .iter()
        .filter(|entry| matches!(entry, Entry::Term(_)))
        .collect();
    assert!(terms.is_empty(), "terms are not looked at by this test");
    let mut messages = BTreeMap::new();
    for (id, shape) in pattern::shapes(&file) {
        if let Some(unknown) = shape
            .arguments
            .iter()
            .find(|it| arguments::kind(it).is_none())
        {
            wrong.push(format!("{id}: no one knows ${unknown}"));
        }
        if shape.is_markup && shape.stray {
            wrong.push(format!(
                "{id}: a < or & that stands for itself is written &lt; or &amp;"
            ));
        }
        if messages.insert(id.clone(), shape).is_some() {
            wrong.push(format!("{id} is there twice"));
        }
    }
    for (id, shape) in &messages {
        for other in shape
            .refers_to
            .iter()
            .filter(|it| !messages.contains_key(*it))
        {
            wrong.push(format!("{id}: there is no {other}"));
        }
    }
    messages
}

/// What is wrong in a language's file beside the English one.
fn flaws(english: &str, other: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let english = read(english, &mut Vec::new());
    let other = read(other, &mut wrong);
    for (id, shape) in &english {
        match other.get(id) {
            Some(translated) => wrong.extend(differences(id, shape, translated)),
            None => wrong.push(format!("{id} is missing")),
        }
    }
    let unknown = other.keys().filter(|id| !english.contains_key(*id));
    wrong.extend(unknown.map(|id| format!("{id}: English has no such message")));
    wrong
}

fn differences(id: &str, english: &Shape, other: &Shape) -> Vec<String> {
    let mut found = Vec::new();
    for argument in english.arguments.symmetric_difference(&other.arguments) {
        found.push(format!("{id}: ${argument} is in one of them only"));
    }
    if english.choices != other.choices {
        found.push(format!("{id}: chooses between other words than English"));
    }
    if english.tags != other.tags {
        found.push(format!("{id}: has other tags than English"));
    }
    if other.is_markup && !english.is_markup {
        found.push(format!(
            "{id}: is no markup in English, so &lt; would be shown"
        ));
    }
    found
}

#[test]
fn every_language_has_every_message() {
    let english = locales().join("en");
    let files = names(&english);
    let mut wrong = Vec::new();
    for language in names(&locales()) {
        let tag = language.parse::<LanguageIdentifier>();
        // Plurals follow from it.
        if !tag.is_ok_and(|tag| tag.to_string() == language) {
            wrong.push(format!("{language} is no language as IETF writes it"));
        }
        let folder = locales().join(&language);
        let there = names(&folder);
        for file in files.symmetric_difference(&there) {
            wrong.push(format!(
                "{language}/{file} is missing, or is there in no other language"
            ));
        }
        for file in files.intersection(&there) {
            let text = |folder: &Path| fs::read_to_string(folder.join(file)).unwrap();
            let flaws = flaws(&text(&english), &text(&folder));
            wrong.extend(
                flaws
                    .iter()
                    .map(|flaw| format!("{language}/{file}: {flaw}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is said of a failure with this code: part, whether it may be missing,
/// and the arguments it may take.
const PARTS_OF_A_FAILURE: [(&str, bool, &[&str]); 9] = [
    ("", false, &[]),
    (".chat", false, &["wait"]),
    (".chat-later", true, &["wait"]),
    (".title", false, &[]),
    (".lead", false, &["device"]),
    (".lead-later", true, &["device"]),
    (".more", true, &[]),
    (".over", true, &[]),
    (".button", false, &[]),
];

#[test]
fn every_failure_has_its_words() {
    let text = fs::read_to_string(locales().join("en/failures.ftl")).unwrap();
    let mut messages = read(&text, &mut Vec::new());
    for failure in Failure::every(Timestamp::UNIX_EPOCH) {
        let code = failure.code();
        let passes = failure.retry_at().is_some();
        for (part, may_be_missing, takes) in PARTS_OF_A_FAILURE {
            let Some(shape) = messages.remove(&format!("{code}{part}")) else {
                assert!(may_be_missing, "{code}{part} is missing");
                assert!(part != ".over" || !passes, "{code} passes: it needs {part}");
                continue;
            };
            for argument in &shape.arguments {
                let known = takes.contains(&argument.as_str());
                let is_there = argument != "wait" || passes;
                assert!(known && is_there, "{code}{part}: there is no ${argument}");
            }
            assert!(
                !([".over", ".chat-later", ".lead-later"].contains(&part)) || passes,
                "{code} does not pass: no one sees {part}"
            );
            let is_plain = ["", ".title", ".button"].contains(&part);
            assert!(
                !(is_plain && shape.is_markup),
                "{code}{part} takes no markup"
            );
        }
    }
    assert!(messages.is_empty(), "no failure has {:?}", messages.keys());
}

#[test]
fn every_argument_is_used() {
    let english = locales().join("en");
    let mut unused: BTreeSet<_> = arguments::ARGUMENTS.iter().map(|(name, _)| *name).collect();
    for file in names(&english) {
        let text = fs::read_to_string(english.join(file)).unwrap();
        for shape in read(&text, &mut Vec::new()).values() {
            unused.retain(|name| !shape.arguments.contains(*name));
        }
    }
    assert!(unused.is_empty(), "no message takes {unused:?}");
}

#[test]
fn every_argument_is_explained_to_translators() {
    let guide = locales().join("../../docs/TRANSLATING.md");
    let guide = fs::read_to_string(guide).unwrap();
    let explained: BTreeSet<_> = guide
        .lines()
        .filter(|line| line.starts_with("| `$"))
        .flat_map(|line| line.split("`$").skip(1))
        .filter_map(|rest| rest.split('`').next())
        .collect();
    let known: BTreeSet<_> = arguments::ARGUMENTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(explained, known);
}

const ENGLISH: &str = "
unlinked = <b>{ $name }</b> is unlinked.
left =
    { $count ->
        [one] One attempt is left.
       *[other] { $count } attempts are left.
    }
died =
    { $cause ->
        [banned] Banned.
       *[other] Dead.
    }
failed = Failed.
    .title = No
";

#[test]
fn a_good_translation_is_good() {
    let german = "
unlinked = Getrennt: <b>{ $name }</b>
left =
    { $count ->
        [0] Kein Versuch.
        [one] { $count } Versuch.
        [few] Geht nicht, schadet nicht: { $count }.
       *[other] { $count } Versuche.
    }
died =
    { $cause ->
        [banned] Gesperrt.
       *[other] Tot.
    }
failed = Fehler.
    .title = Nein
";
    assert_eq!(flaws(ENGLISH, german), [""; 0]);
    assert_eq!(flaws(ENGLISH, ENGLISH), [""; 0]);
}

#[rstest]
#[case("failed = Failed.\n", "", "failed is missing")]
#[case("    .title = No\n", "", "failed.title is missing")]
#[case("failed =", "fialed =", "fialed: English has no such message")]
#[case("{ $name }", "{ $nmae }", "unlinked: no one knows $nmae")]
#[case("{ $name }", "{ $device }", "unlinked: $device is in one of them only")]
#[case(
    "<b>{ $name }</b>",
    "someone",
    "unlinked: $name is in one of them only"
)]
#[case("</b>", "", "unlinked: has other tags than English")]
#[case(
    "is unlinked",
    "<i>is</i> unlinked",
    "unlinked: has other tags than English"
)]
#[case(
    "is unlinked",
    "is < unlinked",
    "unlinked: a < or & that stands for itself is written &lt; or &amp;"
)]
#[case(
    "Failed.",
    "&lt;Failed&gt;",
    "failed: is no markup in English, so &lt; would be shown"
)]
#[case(
    "[banned]",
    "[verbannt]",
    "died: chooses between other words than English"
)]
#[case("Failed.", "{ nothing }", "failed: there is no nothing")]
#[case("$count ->", "$count", "cannot be read: ")]
fn what_is_wrong_in_a_translation_is_found(
    #[case] english: &str,
    #[case] other: &str,
    #[case] flaw: &str,
) {
    let translated = ENGLISH.replacen(english, other, 1);
    assert_ne!(translated, ENGLISH);
    let found = flaws(ENGLISH, &translated);
    assert!(found.iter().any(|it| it.starts_with(flaw)), "{found:#?}");
}
