//! Values as editors, shells and secret stores write them.

use std::path::Path;

use sesame_domain::wrapping::{is_blank, is_quote};

use super::about::{About, Holds};

/// A value without what such tools put around it: white space and line ends,
/// quotation marks, characters that no one sees.
pub(super) fn tidy(setting: &About, written: &str) -> String {
    let mut rest = written;
    loop {
        let before = rest;
        rest = without_quotes(setting, rest.trim_matches(is_blank));
        if rest == before {
            break;
        }
    }
    match setting.holds {
        // In names and paths they may be meant.
        Holds::Words | Holds::Path => rest.to_owned(),
        Holds::Value => rest
            .chars()
            .filter(|c| c.is_whitespace() || !is_blank(*c))
            .collect(),
    }
}

/// Without a pair of quotation marks around it.
fn without_quotes<'a>(setting: &About, text: &'a str) -> &'a str {
    let mut inner = text.chars();
    let (Some(first), Some(last)) = (inner.next(), inner.next_back()) else {
        return text;
    };
    let straight = first.is_ascii() && first == last;
    // Words may be quoted in print.
    let curly = !first.is_ascii() && !last.is_ascii() && setting.holds != Holds::Words;
    let inner = inner.as_str();
    let pair = is_quote(first) && is_quote(last) && (straight || curly);
    if pair && !inner.contains([first, last]) {
        inner
    } else {
        text
    }
}

/// Why a path cannot be taken as it is meant: something lies at the path as it
/// is written, from a time when it was taken so, and nothing where it should.
pub(super) fn mistaken_path(written: &str, tidy: &str) -> Option<String> {
    let lies_there = written != tidy && Path::new(written).exists() && !Path::new(tidy).exists();
    lies_there.then(|| {
        format!(
            "has quotation marks, blanks or a line end around it, and something lies at exactly \
             that path: rename {written:?} to {tidy:?}, and take off what stands around the value"
        )
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::setting::setting;
    use super::*;

    fn value() -> About {
        setting::<String>("VALUE", "a value").about
    }

    fn words() -> About {
        setting::<String>("WORDS", "some words").words().about
    }

    #[rstest]
    #[case("123:abc")]
    #[case("123:abc\n")]
    #[case("123:abc\r\n")]
    #[case(" 123:abc\t")]
    #[case("\"123:abc\"")]
    #[case("'123:abc'\n")]
    #[case("\" 123:abc \"")]
    #[case("'\"123:abc\"'")]
    #[case("“123:abc”")]
    #[case("„123:abc“")]
    #[case("«123:abc»")]
    #[case("\u{feff}123:abc")]
    #[case("\u{a0}123:abc\u{200b}")]
    #[case("123\u{200b}:a\u{2060}bc")]
    #[case("123:abc\0")]
    fn what_tools_add_is_taken_off(#[case] written: &str) {
        assert_eq!(tidy(&value(), written), "123:abc");
    }

    #[test]
    fn what_is_part_of_a_value_stays() {
        for text in ["a b", "\"a\" \"b\"", "it's", "'", "a\"", "ключ", "“", ""] {
            assert_eq!(tidy(&value(), text), text);
        }
        // Emoji are joined by something that no one sees.
        for written in [
            "“Sesame”",
            "👨\u{200d}👩\u{200d}👧 at home",
            "می\u{200c}خواهم",
        ] {
            assert_eq!(tidy(&words(), written), written);
        }
        assert_eq!(tidy(&words(), "\"Living room\"\n"), "Living room");
    }

    #[test]
    fn files_of_a_path_that_was_taken_as_written_are_not_lost_from_sight() {
        let folder = tempfile::tempdir().unwrap();
        let tidy = folder.path().join("data").display().to_string();
        let written = format!("{tidy}\r");
        assert_eq!(mistaken_path(&written, &tidy), None);
        std::fs::create_dir(&written).unwrap();
        let why = mistaken_path(&written, &tidy).unwrap();
        assert!(why.contains("\\r") && why.contains("rename"), "{why}");
        std::fs::create_dir(&tidy).unwrap();
        assert_eq!(mistaken_path(&written, &tidy), None);
    }
}
