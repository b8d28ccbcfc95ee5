//! Lines of sessions, each perhaps with its person.

use secrecy::SecretString;
use sesame_domain::wrapping::{is_blank, is_quote};

use super::entry::{Entry, Unread, UnreadReason};
use super::person::person;

/// What opens the arguments of Telethon's own type.
const CONSTRUCTOR: &str = "StringSession(";
/// No number before a session is longer.
const LONGEST_NUMBER: usize = 30;
/// No name of a variable or section is longer.
const LONGEST_NAME: usize = 64;
const SEPARATORS: [char; 5] = [',', ';', '|', ':', '='];

/// Reads lines: `SESSION` or `PERSON_ID SESSION`, as lists, programs and files
/// of variables have them.
pub(super) fn read(text: &str) -> Vec<Result<Entry, Unread>> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !is_nothing(line))
        .map(|(number, line)| entry(number, line))
        .collect()
}

/// Whether a line is passed over: it is empty, a comment, the name of a section
/// or only brackets.
pub(super) fn is_nothing(line: &str) -> bool {
    let line = line.trim_matches(is_blank);
    let comment = ["#", "//", "--", "```"]
        .iter()
        .any(|mark| line.starts_with(mark));
    comment || bare(line).is_empty() || is_section(line)
}

/// Whether a part of a line is as long as a session, in plain or encrypted.
pub(super) fn has_session(line: &str) -> bool {
    line.split(|c: char| is_blank(c) || is_quote(c) || ",;|:()".contains(c))
        .any(|part| part.len() >= SHORTEST_SESSION)
}

/// How long a session is at least, in plain or encrypted.
const SHORTEST_SESSION: usize = 300;

/// `[accounts]`
fn is_section(line: &str) -> bool {
    let name = line
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'));
    name.is_some_and(is_name)
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// Without what stands around a value in a list or a program.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| is_blank(c) || is_quote(c) || ",;|[]{}()".contains(c))
}

fn entry(line: u64, text: &str) -> Result<Entry, Unread> {
    let text = bare(without_bullet(without_comment(text)));
    let (number, rest) = match number_before(text) {
        Some((number, rest)) => (Some(number), rest),
        None => (None, text),
    };
    let parts = parts(rest);
    let (number, session) = match (number, parts.as_slice()) {
        (number, [session]) => (number, *session),
        // The other way round.
        (None, [session, number]) if has_session(session) && !has_session(number) => {
            (Some(*number), *session)
        }
        (None, [_, _]) => {
            return Err(Unread::line(line, UnreadReason::NoIdBefore));
        }
        _ => return Err(Unread::line(line, UnreadReason::MoreThanTwo)),
    };
    let person = number
        .map(person)
        .transpose()
        .map_err(|why| Unread::line(line, why))?;
    Ok(Entry {
        line,
        tenant: None,
        person,
        session: SecretString::from(session),
    })
}

/// Without what makes it an entry of a list.
fn without_bullet(text: &str) -> &str {
    let text = text.trim_matches(is_blank);
    ["- ", "* ", "• "]
        .iter()
        .find_map(|bullet| text.strip_prefix(bullet))
        .unwrap_or(text)
}

/// Without what a person noted behind it.
fn without_comment(text: &str) -> &str {
    let end = text
        .char_indices()
        .zip(text.chars().skip(1))
        .find(|((_, blank), mark)| is_blank(*blank) && *mark == '#')
        .map_or(text.len(), |((at, _), _)| at);
    &text[..end]
}

/// The number in front, and what comes after it: `42 …`, `"42": …`, `42.0;…`.
fn number_before(text: &str) -> Option<(&str, &str)> {
    let digits = text.trim_start_matches(['+', '-', '\'']);
    let length = text.len() - digits.len() + count(digits, |c| c.is_ascii_digit());
    let (number, rest) = text.split_at(length);
    if number.len() > LONGEST_NUMBER || !number.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let decimals = decimals(rest);
    let (number, rest) = text.split_at(length + decimals);
    let separated =
        rest.starts_with(|c: char| is_blank(c) || is_quote(c) || SEPARATORS.contains(&c));
    let rest =
        rest.trim_start_matches(|c: char| is_blank(c) || is_quote(c) || SEPARATORS.contains(&c));
    (separated && !rest.is_empty()).then_some((number, rest))
}

/// How long the decimals are in `,0;…`: nothing but zeros, up to a separator.
fn decimals(rest: &str) -> usize {
    let Some(zeros) = rest.strip_prefix(['.', ',']) else {
        return 0;
    };
    let length = count(zeros, |c| c == '0');
    let ends = zeros[length..]
        .starts_with(|c: char| is_blank(c) || is_quote(c) || SEPARATORS.contains(&c));
    if length > 0 && ends { 1 + length } else { 0 }
}

fn count(text: &str, which: impl Fn(char) -> bool) -> usize {
    text.chars().take_while(|c| which(*c)).count()
}

/// The parts of what is left; a value of a program is one, with its name.
fn parts(text: &str) -> Vec<&str> {
    if text.contains(CONSTRUCTOR) {
        return vec![text];
    }
    let value = without_name(text);
    value
        .split(|c: char| is_blank(c) || ",;|".contains(c))
        .map(bare)
        .filter(|part| !part.is_empty())
        .collect()
}

/// `… SESSION = "…"`: what comes after the name of a variable.
fn without_name(text: &str) -> &str {
    let Some((name, value)) = text.split_once(['=', ':']) else {
        return text;
    };
    let name = name.trim_matches(is_blank);
    let name = ["export ", "set ", "const ", "let ", "var "]
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(name);
    let named = is_name(name.trim_matches(|c: char| is_blank(c) || is_quote(c)));
    if named && !value.trim_matches('=').is_empty() {
        value
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret as _;

    use super::*;

    fn found(entry: &Result<Entry, Unread>) -> (u64, Option<i64>, String) {
        let entry = entry.as_ref().unwrap();
        let session = entry.session.expose_secret().to_owned();
        (entry.line, entry.person.map(|person| person.0), session)
    }

    #[test]
    fn lines_are_read_with_and_without_a_person() {
        let text = "# of the old system\n\n1AAA\n  42 1BBB \n42,1CCC=\n42, 1DDD\n43\t1EEE\r\n";
        let read: Vec<_> = read(text).iter().map(found).collect();
        let right = [
            (3, None, "1AAA"),
            (4, Some(42), "1BBB"),
            (5, Some(42), "1CCC="),
            (6, Some(42), "1DDD"),
            (7, Some(43), "1EEE"),
        ];
        assert_eq!(
            read,
            right.map(|(line, id, text)| (line, id, text.to_owned()))
        );
    }

    #[rstest]
    #[case("\"1AAA\",", None)]
    #[case("'1AAA'", None)]
    #[case("“1AAA”", None)]
    #[case("1AAA;", None)]
    #[case("SESSION=1AAA", None)]
    #[case("export SESSION_2=\"1AAA\"", None)]
    #[case("session: '1AAA'", None)]
    #[case("  - 1AAA", None)]
    #[case("  - 42: 1AAA", Some(42))]
    #[case("1AAA  # Ann's", None)]
    #[case("\u{feff}1AAA\u{200b}", None)]
    #[case("[\"1AAA\"]", None)]
    #[case("42;1AAA", Some(42))]
    #[case("42|1AAA", Some(42))]
    #[case("42: 1AAA", Some(42))]
    #[case("42 = 1AAA", Some(42))]
    #[case("\"42\": \"1AAA\",", Some(42))]
    #[case("'42';'1AAA'", Some(42))]
    #[case("42.0;1AAA", Some(42))]
    #[case("42,0;1AAA", Some(42))]
    #[case("42,0\t1AAA", Some(42))]
    #[case("42,0,1AAA", Some(42))]
    #[case("+42 1AAA", Some(42))]
    #[case("42\u{a0}1AAA", Some(42))]
    fn lines_are_read_as_people_keep_them(#[case] line: &str, #[case] person: Option<i64>) {
        let read = read(line);
        let [entry] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(found(entry), (1, person, "1AAA".to_owned()));
    }

    #[test]
    fn lines_of_programs_are_passed_on_as_they_are() {
        for line in [
            "client = TelegramClient(StringSession('1AAA'), API_ID, API_HASH)",
            "StringSession(\"1AAA\")",
        ] {
            let (_, person, session) = found(&read(line)[0]);
            assert_eq!(person, None);
            assert!(session.contains("1AAA"), "{session}");
        }
        let (_, person, session) = found(&read("42: StringSession('1AAA'),")[0]);
        assert_eq!(person, Some(42));
        assert!(session.contains("1AAA"), "{session}");
    }

    #[test]
    fn what_stands_around_sessions_is_passed_over() {
        let text = "// mine\n-- yours\n[accounts]\n{\n  \"42\": \"1AAA\",\n}\n[\n'1BBB'\n]\n``\n";
        let read: Vec<_> = read(text).iter().map(found).collect();
        assert_eq!(
            read,
            [
                (5, Some(42), "1AAA".to_owned()),
                (8, None, "1BBB".to_owned())
            ]
        );
    }

    #[test]
    fn the_person_may_come_last() {
        let session = format!("1{}=", "A".repeat(351));
        for separator in [" ", ",", ";", "\t"] {
            let line = format!("{session}{separator}42");
            assert_eq!(found(&read(&line)[0]), (1, Some(42), session.clone()));
        }
    }

    #[test]
    fn a_line_that_is_none_is_named_and_not_shown() {
        for text in [
            "ann 1SECRET",
            "@ann;1SECRET",
            "-5 1SECRET",
            "0 1SECRET",
            "7.5 1SECRET",
            "42 1SECRET 1SECRET",
            "42;ann;1SECRET",
        ] {
            let read = read(&format!("1AAA\n{text}\n1BBB"));
            assert_eq!(read.len(), 3);
            let Err(Unread { line: 2, why }) = &read[1] else {
                panic!("{text}: {:?}", read[1]);
            };
            assert!(!why.to_string().contains("SECRET"));
            assert!(read[2].is_ok());
        }
    }
}
