//! What the log may be told to have: a level, or levels by part.

use tracing_subscriber::EnvFilter;

use super::near::nearest;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// The parts that log.
const PARTS: [&str; 13] = [
    "sesame",
    "sesame_bot",
    "sesame_checks",
    "sesame_custody",
    "sesame_domain",
    "sesame_migrations",
    "sesame_sandbox",
    "sesame_sessions",
    "sesame_store",
    "sesame_taggers",
    "sesame_webapp",
    "sesame_words",
    "sesame_work",
];

/// What is wrong with a filter. Without this, a level that is misspelt would be
/// taken for the name of a part, of which everything is logged.
pub(super) fn flaw(text: &String) -> Option<String> {
    let directives = text.split(',').map(str::trim);
    // Fields of spans may have any signs in their values.
    let plain = !text.contains('[');
    let wrong = plain
        .then(|| {
            directives
                .filter(|it| !it.is_empty())
                .find_map(of_directive)
        })
        .flatten();
    wrong.or_else(|| EnvFilter::try_new(text).err().map(|_| of_all(text)))
}

fn of_all(text: &str) -> String {
    let has_blanks = text.contains(char::is_whitespace);
    let what = if has_blanks {
        "has blanks: leave them out"
    } else {
        "is not a filter"
    };
    what.to_owned()
}

fn of_directive(directive: &str) -> Option<String> {
    match directive.split_once('=') {
        Some((part, level)) => of_part(part.trim()).or_else(|| of_level(level.trim())),
        None if directive.starts_with("sesame") || directive.contains("::") => of_part(directive),
        None => of_level(directive),
    }
}

fn of_level(level: &str) -> Option<String> {
    let known = LEVELS.iter().any(|it| it.eq_ignore_ascii_case(level));
    let counted = matches!(level, "0" | "1" | "2" | "3" | "4" | "5");
    let longer = || LEVELS.into_iter().find(|it| level.starts_with(it));
    let meant = || nearest(level, LEVELS.into_iter()).or_else(longer);
    (!known && !counted).then(|| wrong(level, "level", meant()))
}

/// Parts are named by how their names begin. Those of others are not known here.
fn of_part(part: &str) -> Option<String> {
    let (name, is_whole) = match part.split_once("::") {
        Some((name, _)) => (name, true),
        None => (part, false),
    };
    let is_one = |it: &&str| *it == name || !is_whole && it.starts_with(name);
    let known = !name.starts_with("sesame") || PARTS.iter().any(is_one);
    (!known).then(|| wrong(name, "part", nearest(name, PARTS.into_iter())))
}

fn wrong(word: &str, what: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("has `{word}`, which is no {what}: is `{meant}` meant?"),
        None => format!("has `{word}`, which is no {what}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("info")]
    #[case("INFO")]
    #[case("off")]
    #[case("3")]
    #[case("info,sesame_sessions=debug")]
    #[case("warn,sesame=info,hyper=trace")]
    #[case("sesame_sessions::gate=trace,warn")]
    #[case("sesame_sessions")]
    #[case("[login{id=7}]=trace")]
    #[case("info,")]
    fn what_the_log_understands_is_taken(#[case] filter: &str) {
        assert_eq!(flaw(&filter.to_owned()), None);
    }

    #[rstest]
    #[case("inof", "is `info` meant?")]
    #[case("verbose", "`verbose`, which is no level")]
    #[case("warning", "`warning`, which is no level: is `warn` meant?")]
    #[case("info,sesame_sessions=debgu", "is `debug` meant?")]
    #[case("info,sesame_sesions=debug", "is `sesame_sessions` meant?")]
    #[case("sesame_gate::calls=debug", "`sesame_gate`, which is no part")]
    #[case("info debug", "`info debug`, which is no level")]
    #[case("7", "`7`, which is no level")]
    #[case("warn, sesame=info", "has blanks")]
    #[case("info,=[", "is not a filter")]
    fn what_it_would_misunderstand_is_named(#[case] filter: &str, #[case] says: &str) {
        let said = flaw(&filter.to_owned()).unwrap();
        assert!(said.contains(says), "{said}");
    }

    #[test]
    fn every_part_that_there_is_is_known() {
        let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let manifest = manifest.unwrap();
        let (_, members) = manifest.split_once("members = [").unwrap();
        let (members, _) = members.split_once(']').unwrap();
        let members = members.lines().filter_map(|line| line.split('"').nth(1));
        for room in members.filter(|it| !it.contains('/')) {
            assert!(PARTS.contains(&format!("sesame_{room}").as_str()), "{room}");
        }
    }
}
