//! What of a post goes out.

use serde::Serialize;
use sesame_domain::ports::{PostToTag, TaggerError};

/// So much of a post goes out at most, in bytes.
const MOST: usize = 4 * 1024;
/// So far back from there a blank is looked for to cut at, in bytes.
const BACK: usize = 128;

/// The text of a post whose person agreed to its going out. There is no other way to
/// make one than [`Outgoing::of`], and nothing but these goes into a question.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Outgoing<'a>(&'a str);

impl<'a> Outgoing<'a> {
    /// The beginning of the post's text, if there is consent.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn of(post: &'a PostToTag) -> Result<Self, TaggerError> {
        match post.consent {
            Some(_) => Ok(Self(beginning(post.text.trim()))),
            None => Err(TaggerError::NoConsent),
        }
    }

    /// Whether there is nothing to ask about.
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// Redacted, as the post is.
impl std::fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} bytes)", self.0.len())
    }
}

/// As much of a text as goes out, up to the end of a word, or of a letter at least.
fn beginning(text: &str) -> &str {
    if text.len() <= MOST {
        return text;
    }
    let head = &text[..text.floor_char_boundary(MOST)];
    if text[head.len()..].starts_with(char::is_whitespace) {
        return head.trim_end();
    }
    match head.rfind(char::is_whitespace) {
        Some(blank) if blank >= MOST - BACK => head[..blank].trim_end(),
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_short_goes_out_as_it_is() {
        assert_eq!(beginning("Привет, мир"), "Привет, мир");
    }

    #[test]
    fn what_is_long_ends_with_a_word() {
        let text = "слово и ".repeat(1_000);
        let cut = beginning(text.trim());
        assert!(cut.len() <= MOST && cut.len() > MOST - BACK);
        assert!(cut.ends_with(" и") || cut.ends_with(" слово"), "{cut}");
    }

    #[test]
    fn a_word_that_does_not_end_is_cut_after_a_letter() {
        let cut = beginning(&"語".repeat(5_000)).to_owned();
        assert_eq!(cut.len(), MOST / 3 * 3);
    }

    proptest! {
        #[test]
        fn never_more_than_that_goes_out(text in "(\\PC|[ \n]){0,3000}") {
            let cut = beginning(&text);
            prop_assert!(cut.len() <= MOST);
            prop_assert!(text.starts_with(cut));
        }
    }
}
