//! The tags that a person has already.

use std::collections::{BTreeMap, HashMap};

use sesame_domain::tag::{TagKey, TagLabel};

use super::lexicon::Lexicon;
use super::tokens::tokens;

/// How many of a person's tags are compared by their stems.
const COMPARED: usize = 2000;

/// A person's tags, to be found by their keys and by the stems of their words.
pub(super) struct Known {
    of: Vec<TagLabel>,
    lexicon: Lexicon,
    by_key: HashMap<TagKey, usize>,
    by_stems: BTreeMap<Vec<String>, usize>,
}

impl Known {
    /// These tags, with stems of posts in this language.
    pub(super) fn new(known: &[TagLabel], lexicon: Lexicon) -> Self {
        let mut by_key = HashMap::new();
        let mut by_stems = BTreeMap::new();
        for (at, label) in known.iter().enumerate().take(COMPARED) {
            by_key.entry(label.key().clone()).or_insert(at);
            by_stems.entry(stems(label.as_str(), lexicon)).or_insert(at);
        }
        by_stems.remove(&Vec::new());
        Self {
            of: known.to_vec(),
            lexicon,
            by_key,
            by_stems,
        }
    }

    /// Whether it was made of the same.
    pub(super) fn is_of(&self, known: &[TagLabel], lexicon: Lexicon) -> bool {
        self.lexicon == lexicon && self.of == known
    }

    /// The person's tag for what is written so, or has these stems.
    pub(super) fn find(&self, key: &TagKey, stems: &[String]) -> Option<&TagLabel> {
        let at = self.by_key.get(key).or_else(|| self.by_stems.get(stems))?;
        self.of.get(*at)
    }

    /// Those whose words stand in these, one after the other, with where they stand: of
    /// each the first place. Words that only join are left out of both.
    pub(super) fn within(&self, words: &[String]) -> Vec<(&TagLabel, usize)> {
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for from in 0..words.len() {
            for length in 1..=3 {
                let Some(span) = words.get(from..from + length) else {
                    break;
                };
                if let Some(at) = self.by_stems.get(span) {
                    found.entry(*at).or_insert(from);
                }
            }
        }
        let labels = found.into_iter();
        labels
            .filter_map(|(at, from)| Some((self.of.get(at)?, from)))
            .collect()
    }
}

/// The stems of what is written so, without those of words that only join;
/// `machine_learning` and `MachineLearning` are two words.
pub(super) fn stems(text: &str, lexicon: Lexicon) -> Vec<String> {
    let spaced = apart(text);
    let words = tokens(&spaced).into_iter();
    let lower = words.map(|token| token.text.to_lowercase().replace('ё', "е"));
    lower
        .filter(|word| !lexicon.joins(word))
        .map(|word| lexicon.stem(&word))
        .collect()
}

fn apart(text: &str) -> String {
    let mut spaced = String::new();
    let mut small = false;
    for letter in text.chars() {
        match letter {
            '_' => spaced.push(' '),
            // "iPhone" is one word, "MachineLearning" is not.
            _ if letter.is_uppercase() && small && spaced.chars().count() > 2 => {
                spaced.push(' ');
                spaced.push(letter);
            }
            _ => spaced.push(letter),
        }
        small = letter.is_lowercase();
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn english() -> Lexicon {
        Lexicon::of(Some(Language::English))
    }

    fn labels(texts: &[&str]) -> Vec<TagLabel> {
        texts
            .iter()
            .filter_map(|text| TagLabel::new(text))
            .collect()
    }

    #[test]
    fn they_are_found_by_key_and_by_stem() {
        let known = Known::new(&labels(&["Battery", "machine learning"]), english());
        let find = |text: &str| {
            let key = TagKey::of(text).unwrap();
            let found = known.find(&key, &stems(text, english()));
            found.map(|label| label.as_str().to_owned())
        };
        assert_eq!(find("batteries").as_deref(), Some("Battery"));
        assert_eq!(
            find("machine_learning").as_deref(),
            Some("machine learning")
        );
        assert_eq!(find("MachineLearning").as_deref(), Some("machine learning"));
        assert_eq!(find("learning"), None);
    }

    #[test]
    fn those_whose_words_stand_in_a_post_are_found_in_it() {
        let known = Known::new(
            &labels(&["Battery", "learning", "machine learning", "other"]),
            english(),
        );
        let words = stems("new batteries for machine learning", english());
        let found: Vec<_> = known
            .within(&words)
            .into_iter()
            .map(|(it, _)| it.as_str())
            .collect();
        assert_eq!(found, ["Battery", "learning", "machine learning"]);
    }
}
