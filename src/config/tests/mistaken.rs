//! What is said about values that do not fit, whatever the setting.

use super::*;

/// What someone may write where another thing is meant.
const VALUES: [&str; 18] = [
    "x",
    "yes",
    "-1",
    "1.5",
    "7 days",
    "1e3",
    "0x10",
    "99999999999999999999999",
    "8080",
    "localhost",
    "localhost:8080",
    "256.0.0.1:1",
    "10.0.0.0/99",
    "http://",
    "http://[::1",
    "ftp://example.org:99999",
    "a:b:c",
    "\u{fffd}",
];

/// Words of parsers, which do not say what to write.
const OF_PARSERS: [&str; 14] = [
    "invalid digit",
    "too large to fit",
    "too small to fit",
    "cannot parse",
    "empty string",
    "invalid IP address syntax",
    "invalid socket",
    "without a base",
    "invalid character",
    "invalid length",
    "expected one of",
    "ParseIntError",
    "Utf8Error",
    "Error(",
];

/// What is set beside one, so that it counts.
const BESIDE: [(&str, &str); 1] = [("TELEGRAM_SANDBOX", "")];

#[test]
fn each_setting_says_what_to_write_instead_and_in_no_words_of_a_parser() {
    for setting in all() {
        for value in VALUES {
            let mut changes = vec![(setting.name, value)];
            changes.extend(BESIDE.iter().filter(|(name, _)| *name != setting.name));
            let problems = Overview::load(&layers(&changes)).problems;
            for problem in problems.all() {
                let said = format!("{} {}", problem.name, problem.message);
                assert!(said.contains("; expected: "), "{value}: {said}");
                for words in OF_PARSERS {
                    assert!(!said.contains(words), "{value}: {said}");
                }
            }
        }
    }
}

/// A type whose every text is a value has rules, or is for texts.
#[test]
fn numbers_addresses_and_choices_take_no_other() {
    let texts = |name: &str| {
        let setting = all().find(|it| it.name == name).unwrap();
        setting.holds != Holds::Value || setting.shown != Visibility::Plainly
    };
    for setting in all().filter(|it| !texts(it.name)) {
        let refuses = |value: &&str| {
            let problems = Overview::load(&layers(&[(setting.name, value)])).problems;
            problems.name(setting.name)
        };
        assert!(VALUES.iter().any(refuses), "{}", setting.name);
    }
}
