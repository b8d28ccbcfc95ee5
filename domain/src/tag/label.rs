//! How a tag is shown.

use std::fmt;

use super::TagKey;

/// How many characters a tag has at most.
pub const LABEL_MAX: usize = 64;
/// How many words.
const WORDS_MAX: usize = 3;

/// A tag as it is shown: one to three words, in one line, as someone wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagLabel {
    text: String,
    key: TagKey,
}

impl TagLabel {
    /// Out of what was written: blanks around and between words are made one, a `#` in
    /// front goes. `None`: it says nothing, has more than three words, or is longer than
    /// [`LABEL_MAX`] characters.
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<&str> = text
            .trim()
            .trim_start_matches('#')
            .split(|it: char| it.is_whitespace() || it.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.join(" ");
        if words.len() > WORDS_MAX || text.chars().count() > LABEL_MAX {
            return None;
        }
        let key = TagKey::of(&text)?;
        Some(Self { text, key })
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the tag is known by.
    pub fn key(&self) -> &TagKey {
        &self.key
    }
}

impl fmt::Display for TagLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Rust", "Rust")]
    #[case(" #rust ", "rust")]
    #[case("machine \n learning", "machine learning")]
    #[case("New York Times", "New York Times")]
    fn it_is_shown_as_it_was_written(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(TagLabel::new(text).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case::nothing("  ")]
    #[case::a_sign_alone("#")]
    #[case::too_many_words("one two three four")]
    #[case::too_long(&"x".repeat(LABEL_MAX + 1))]
    fn what_is_no_tag_is_none(#[case] text: &str) {
        assert_eq!(TagLabel::new(text), None);
    }

    #[test]
    fn as_many_letters_as_may_be_are_a_tag_in_every_script() {
        assert!(TagLabel::new(&"ы".repeat(LABEL_MAX)).is_some());
    }
}
