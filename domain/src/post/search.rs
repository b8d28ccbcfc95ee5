//! Words that posts are searched for.

/// How many words are looked for at most; what comes behind them is left out.
const WORDS_MAX: usize = 16;
/// How many characters of a word count.
const WORD_MAX: usize = 64;

/// Words that must all be in a post; the last one may be the beginning of one, since it
/// is perhaps still being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// Out of what someone wrote: letters and digits count, all else stands between
    /// words. `None`: there are none.
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<String> = words(text).take(WORDS_MAX).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// All words of a text as they are looked for, with a blank between two: what a
    /// database's index is made of, so that each finds the same.
    pub fn index_of(text: &str) -> String {
        words(text).collect::<Vec<_>>().join(" ")
    }

    /// The words, each of letters and digits alone.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

/// The words of a text, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|it: char| !it.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(|word| {
        word.chars()
            .take(WORD_MAX)
            .collect::<String>()
            .to_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_only_words_are_looked_for() {
        fn words(text: &str) -> Option<Vec<String>> {
            SearchWords::of(text).map(|it| it.words().to_vec())
        }
        assert_eq!(words("two words"), Some(vec!["two".into(), "words".into()]));
        assert_eq!(
            words("\"a' OR *:&|!(b)"),
            Some(vec!["a".into(), "or".into(), "b".into()])
        );
        assert_eq!(words("Сельдь 5G"), Some(vec!["сельдь".into(), "5g".into()]));
        assert_eq!(
            SearchWords::index_of("C++: Über-Ящик, 5G!"),
            "c über ящик 5g"
        );
        assert_eq!(words(" *-\"' "), None);
        assert_eq!(words(&"x ".repeat(99)).unwrap().len(), WORDS_MAX);
        assert_eq!(words(&"ы".repeat(99)).unwrap()[0].chars().count(), WORD_MAX);
    }
}
