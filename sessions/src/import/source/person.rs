//! Whose a session is, as tables and lists have it.

use sesame_domain::ids::PersonId;
use sesame_domain::wrapping::is_blank;

/// Why a text is no person's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonFlaw {
    /// There is nothing.
    #[error("there is no person's id")]
    Missing,
    /// It is a name.
    #[error("in the place of the person's id stands a username")]
    Username,
    /// A part of it is lost.
    #[error(
        "the person's id was shortened by a spreadsheet (as in 7.8E+09): show that column as \
         whole numbers and export it again"
    )]
    Shortened,
    /// It is that of a chat.
    #[error("the person's id is that of a group or channel")]
    Chat,
    /// It is no number.
    #[error("the person's id is not a number")]
    NotANumber,
}

/// The person with this Telegram id, as spreadsheets and programs write it:
/// `7`, `7.0`, `7,0`, `+7`, `7 777 777 777`. Else says why it is none; never
/// what stands there.
pub(super) fn person(text: &str) -> Result<PersonId, PersonFlaw> {
    let text: String = text
        .chars()
        .filter(|c| !is_blank(*c) && !matches!(c, '"' | '\'' | '’' | '_'))
        .collect();
    if text.is_empty() {
        return Err(PersonFlaw::Missing);
    }
    if text.starts_with('@') {
        return Err(PersonFlaw::Username);
    }
    if is_shortened(&text) {
        return Err(PersonFlaw::Shortened);
    }
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let whole = ungrouped(without_decimals(digits));
    match whole.parse() {
        Ok(id) if id > 0 => Ok(PersonId(id)),
        Ok(id) if id < 0 => Err(PersonFlaw::Chat),
        _ => Err(PersonFlaw::NotANumber),
    }
}

/// Whether a cell says that there is nothing, the way exports do.
pub(super) fn is_nothing(cell: &str) -> bool {
    let cell = cell.trim_matches(|c: char| is_blank(c) || c == '"' || c == '\'');
    cell.is_empty()
        || cell == "\\N"
        || ["null", "none", "nil", "nan", "n/a", "-"]
            .iter()
            .any(|nothing| cell.eq_ignore_ascii_case(nothing))
}

fn is_shortened(text: &str) -> bool {
    text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && power.trim_start_matches('+').parse::<u8>().is_ok()
    })
}

/// `7` of `7.0` and `7,00`. Three zeros may be thousands as well.
fn without_decimals(digits: &str) -> &str {
    match digits.rsplit_once(['.', ',']) {
        Some((whole, zeros))
            if !zeros.is_empty() && zeros.len() != 3 && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => digits,
    }
}

/// `7777777` of `7.777.777`: at least two groups, or it may be decimals.
fn ungrouped(digits: &str) -> String {
    for separator in ['.', ','] {
        let groups: Vec<&str> = digits.split(separator).collect();
        if groups.len() > 2 && groups[1..].iter().all(|group| group.len() == 3) {
            return groups.concat();
        }
    }
    digits.to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("42", 42)]
    #[case(" 42 ", 42)]
    #[case("42.0", 42)]
    #[case("42,0", 42)]
    #[case("42.00", 42)]
    #[case("+42", 42)]
    #[case("'42", 42)]
    #[case("\"42\"", 42)]
    #[case("\u{a0}42\u{200b}", 42)]
    #[case("7 777 777 777", 7_777_777_777)]
    #[case("7\u{202f}777\u{202f}777\u{202f}777", 7_777_777_777)]
    #[case("7,777,777,777", 7_777_777_777)]
    #[case("7.777.777.777", 7_777_777_777)]
    #[case("7,777,777,777.0", 7_777_777_777)]
    fn ids_are_read_as_spreadsheets_write_them(#[case] text: &str, #[case] id: i64) {
        assert_eq!(person(text), Ok(PersonId(id)));
    }

    #[rstest]
    #[case("", "no person's id")]
    #[case("ann", "not a number")]
    #[case("0", "not a number")]
    #[case("7.5", "not a number")]
    #[case("7.000", "not a number")]
    #[case("99999999999999999999", "not a number")]
    #[case("-1001234567890", "group or channel")]
    #[case("@ann", "username")]
    #[case("7.77778E+09", "shortened by a spreadsheet")]
    #[case("7,8e9", "shortened by a spreadsheet")]
    fn what_is_no_id_is_named(#[case] text: &str, #[case] why: &str) {
        let said = person(text).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }

    #[test]
    fn exports_have_words_for_nothing() {
        for cell in ["", " ", "\"\"", "NULL", "\\N", "None", "nan"] {
            assert!(is_nothing(cell), "{cell}");
        }
        assert!(!is_nothing("1AAA"));
    }
}
