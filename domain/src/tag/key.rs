//! What a tag is known by.

use std::fmt;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

/// What a tag is known by: however it is written, large or small, in one word or in
/// two, with a hyphen, an underscore or a `#` in front, it is the same tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagKey(String);

impl TagKey {
    /// The key of what is written so; `None`: nothing is left of it.
    ///
    /// NFKC, case folded, without blanks, hyphens of any kind and underscores; digits
    /// stay. Each of these can undo another (folding the normal form: Unicode Standard,
    /// 3.13, D146; the blank in front of a lone accent keeps it from its letter), so that
    /// it is done until nothing changes.
    pub fn of(text: &str) -> Option<Self> {
        let mut key = text.to_owned();
        loop {
            let folded = key.nfkc().filter(|it| !joins(*it)).default_case_fold();
            let folded: String = folded.nfkc().collect();
            if folded == key {
                break;
            }
            key = folded;
        }
        let key = key.trim_start_matches('#');
        (!key.is_empty()).then(|| Self(key.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands between the words of one name, or is not to be seen.
fn joins(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(
            letter,
            '-' | '_' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn key(text: &str) -> String {
        TagKey::of(text).map_or_else(String::new, |key| key.to_string())
    }

    #[rstest]
    #[case::case("Rust", "rust")]
    #[case::words("Machine Learning", "machinelearning")]
    #[case::hyphen("machine-learning", "machinelearning")]
    #[case::underscore("#machine_learning", "machinelearning")]
    #[case::long_hyphen("Санкт‑Петербург", "санктпетербург")]
    #[case::digits("5G", "5g")]
    #[case::digits_alone("2026", "2026")]
    #[case::wide("ＡＩ", "ai")]
    #[case::ligature("ﬁnance", "finance")]
    #[case::cyrillic("ИИ", "ии")]
    #[case::accents("São Paulo", "sãopaulo")]
    #[case::apart("Sa\u{303}o Paulo", "sãopaulo")]
    #[case::sharp("Straße", "strasse")]
    #[case::sigma("ΟΔΟΣ", "οδοσ")]
    #[case::unseen("AI\u{200b}", "ai")]
    #[case::sign("C++", "c++")]
    fn spellings_of_one_tag_have_one_key(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(key(text), expected);
    }

    #[rstest]
    #[case("")]
    #[case(" - _ ")]
    #[case("#")]
    #[case("\u{200b}\u{feff}")]
    fn what_says_nothing_has_none(#[case] text: &str) {
        assert_eq!(TagKey::of(text), None);
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(text in ".{0,40}") {
            if let Some(once) = TagKey::of(&text) {
                prop_assert_eq!(TagKey::of(once.as_str()), Some(once));
            }
        }
    }
}
